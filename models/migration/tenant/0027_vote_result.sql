-- What a vote by ballots ended with: a result for each rule of award, and what it says of each project.
ALTER TABLE __tenant__.activity
    ADD COLUMN award_rule TEXT,
    ADD CONSTRAINT award_rule_known CHECK (award_rule IN ('GREEDY', 'EQUAL_SHARES', 'THRESHOLD'));
CREATE TABLE __tenant__.vote_result (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    rule TEXT NOT NULL,
    is_decisive BOOLEAN NOT NULL,
    ballot_count INTEGER NOT NULL,
    blank_count INTEGER NOT NULL,
    reached_count INTEGER NOT NULL,
    budget_euros INTEGER,
    spent_euros INTEGER NOT NULL,
    counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT rule_known CHECK (rule IN ('GREEDY', 'EQUAL_SHARES', 'THRESHOLD')),
    CONSTRAINT result_once UNIQUE (activity_id, rule),
    FOREIGN KEY (activity_id) REFERENCES __tenant__.activity (id)
);
CREATE TABLE __tenant__.project_award (
    id UUID NOT NULL,
    result_id UUID NOT NULL,
    rank INTEGER NOT NULL,
    contribution_id UUID NOT NULL,
    is_winner BOOLEAN NOT NULL,
    is_completion BOOLEAN NOT NULL,
    score INTEGER NOT NULL,
    voter_count INTEGER NOT NULL,
    round INTEGER NOT NULL,
    lacking INTEGER NOT NULL,
    median_grade TEXT,
    profile INTEGER[] NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT median_grade_known CHECK (median_grade IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST', 'POINTS', 'RANK', 'EXCELLENT', 'VERY_GOOD', 'GOOD', 'FAIRLY_GOOD', 'PASSABLE', 'INSUFFICIENT', 'REJECTED')),
    CONSTRAINT award_once UNIQUE (result_id, rank),
    FOREIGN KEY (result_id) REFERENCES __tenant__.vote_result (id),
    FOREIGN KEY (contribution_id) REFERENCES __tenant__.contribution (id)
);
CREATE INDEX project_award_contribution ON __tenant__.project_award (contribution_id);
