-- The index of words also knows when: the newest with a word are found without reading all that ever had it. What is open
-- has its own, because people search for that, and what is over becomes ever more.
DROP INDEX __tenant__.contribution_search;
CREATE INDEX contribution_search_open ON __tenant__.contribution USING gin (search, platform.periods(published_at))
WITH (gin_pending_list_limit = 64) WHERE status = 'OPEN';
CREATE INDEX contribution_search_over ON __tenant__.contribution USING gin (search, platform.periods(published_at))
WITH (gin_pending_list_limit = 64) WHERE status <> 'OPEN';
