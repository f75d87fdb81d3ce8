-- What became of a proposal: merged into another, or made a project. Checked of old rows by 0178.
ALTER TABLE __tenant__.contribution
    ADD COLUMN successor_id UUID REFERENCES __tenant__.contribution (id),
    ADD COLUMN succession TEXT,
    ADD COLUMN succeeded_at TIMESTAMP WITH TIME ZONE,
    DROP CONSTRAINT outcome_known,
    ADD CONSTRAINT outcome_known CHECK (outcome IN ('FULFILLED', 'WITHDRAWN', 'MERGED')) NOT VALID,
    ADD CONSTRAINT succession_known CHECK (succession IN ('MERGED', 'PROJECT')) NOT VALID,
    ADD CONSTRAINT successor_of_proposal CHECK (num_nonnulls(successor_id, succession, succeeded_at) IN (0, 3) AND successor_id IS DISTINCT FROM id AND (succession IS NULL OR kind = 'PROPOSAL') AND (succession IS NOT DISTINCT FROM 'MERGED') = (outcome IS NOT DISTINCT FROM 'MERGED')) NOT VALID;
CREATE INDEX contribution_successor ON __tenant__.contribution (successor_id) WHERE successor_id IS NOT NULL;
