-- How many supports a proposal of an activity wants to be taken up.
ALTER TABLE __tenant__.activity ADD COLUMN support_threshold INTEGER;
ALTER TABLE __tenant__.activity ADD CONSTRAINT support_threshold_in_reach CHECK (support_threshold BETWEEN 1 AND 10000000);
