-- People vote by whole ballots, too: approvals, points, ranks, a budget, grades; a rule says what a ballot may hold.
ALTER TABLE __tenant__.activity
    ADD COLUMN vote_least INTEGER,
    ADD COLUMN vote_most INTEGER,
    ADD COLUMN vote_most_each INTEGER,
    ADD COLUMN vote_grades INTEGER,
    ADD COLUMN budget_euros INTEGER,
    ADD CONSTRAINT vote_least_known CHECK (vote_least BETWEEN 0 AND 1000),
    ADD CONSTRAINT vote_most_known CHECK (vote_most BETWEEN 1 AND 1000),
    ADD CONSTRAINT vote_most_each_known CHECK (vote_most_each BETWEEN 1 AND 100),
    ADD CONSTRAINT vote_grades_known CHECK (vote_grades BETWEEN 3 AND 7),
    ADD CONSTRAINT budget_euros_known CHECK (budget_euros BETWEEN 1 AND 2000000000),
    DROP CONSTRAINT kind_known,
    ADD CONSTRAINT kind_known CHECK (kind IN ('MUTUAL_AID', 'MARKETPLACE', 'IDEA_BOX', 'CONSULTATION', 'DEBATE', 'PETITION', 'PARTICIPATORY_BUDGET')),
    DROP CONSTRAINT vote_method_known,
    ADD CONSTRAINT vote_method_known CHECK (vote_method IN ('SUPPORT', 'OPINION', 'APPROVAL', 'POINTS', 'RANKED', 'BUDGET', 'MAJORITY_JUDGEMENT'));
ALTER TABLE __tenant__.contribution
    ADD COLUMN cost_euros INTEGER,
    ADD CONSTRAINT cost_of_proposal CHECK (cost_euros IS NULL OR (kind = 'PROPOSAL' AND cost_euros BETWEEN 0 AND 2000000000));
ALTER TABLE __tenant__.vote
    ADD COLUMN ballot_id UUID,
    DROP CONSTRAINT choice_known,
    ADD CONSTRAINT choice_known CHECK (choice IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST', 'POINTS', 'RANK', 'EXCELLENT', 'VERY_GOOD', 'GOOD', 'FAIRLY_GOOD', 'PASSABLE', 'INSUFFICIENT', 'REJECTED'));
CREATE TABLE __tenant__.ballot (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    actor_id UUID,
    is_blank BOOLEAN NOT NULL,
    cast_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ballot_once UNIQUE (activity_id, actor_id),
    FOREIGN KEY (actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX ballot_actor ON __tenant__.ballot (actor_id);
