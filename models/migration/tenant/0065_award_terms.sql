-- What a rule of award leaves open is said: levels by category, ties, what a rank is worth; results have readings, versions.
ALTER TABLE __tenant__.activity
    ADD COLUMN award_ceiling_euros INTEGER,
    ADD COLUMN award_least_each INTEGER,
    ADD COLUMN award_is_ending_category BOOLEAN,
    ADD COLUMN award_is_ending BOOLEAN,
    ADD COLUMN award_tie_break TEXT,
    ADD COLUMN award_rank_worth TEXT,
    ADD CONSTRAINT award_tie_break_known CHECK (award_tie_break IN ('AGE', 'DRAW')),
    ADD CONSTRAINT award_rank_worth_known CHECK (award_rank_worth IN ('POINTS', 'BORDA')),
    ADD CONSTRAINT award_ceiling_euros_known CHECK (award_ceiling_euros BETWEEN 1 AND 2000000000),
    ADD CONSTRAINT award_least_each_known CHECK (award_least_each BETWEEN 0 AND 100),
    DROP CONSTRAINT award_rule_known,
    ADD CONSTRAINT award_rule_known CHECK (award_rule IN ('GREEDY', 'EQUAL_SHARES', 'THRESHOLD', 'BY_CATEGORY'));
ALTER TABLE __tenant__.category
    ADD COLUMN ceiling_euros INTEGER,
    ADD CONSTRAINT ceiling_euros_known CHECK (ceiling_euros BETWEEN 1 AND 2000000000);
ALTER TABLE __tenant__.vote_result
    ADD COLUMN reading SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN version INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN reason TEXT,
    ADD COLUMN winner_count INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN differing_count INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN least_each INTEGER,
    ADD COLUMN is_ending_category BOOLEAN,
    ADD COLUMN is_ending BOOLEAN,
    DROP CONSTRAINT rule_known,
    ADD CONSTRAINT rule_known CHECK (rule IN ('GREEDY', 'EQUAL_SHARES', 'THRESHOLD', 'BY_CATEGORY')),
    DROP CONSTRAINT result_once,
    ADD CONSTRAINT result_once UNIQUE (activity_id, version, rule, reading);
ALTER TABLE __tenant__.project_award
    ADD COLUMN level SMALLINT NOT NULL DEFAULT 0;
UPDATE __tenant__.vote_result
    SET winner_count = (SELECT count(*) FROM __tenant__.project_award WHERE result_id = vote_result.id AND is_winner);
