-- The index of words also knows when: the newest with a word are found without reading all that ever had it.
DROP INDEX __tenant__.contribution_search;
CREATE INDEX contribution_search ON __tenant__.contribution USING gin (search, platform.periods(published_at))
WITH (gin_pending_list_limit = 64);
