ALTER TABLE __tenant__.vote_result ADD COLUMN shares jsonb;
