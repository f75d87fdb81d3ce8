-- A finished vote is imported whole: what its file says of the rule and how far its ballots are is the run's, and the desks
-- that hold these ballots name their run.
ALTER TABLE __tenant__.import_run ADD COLUMN may_take_ballots BOOLEAN NOT NULL DEFAULT true, ADD COLUMN edition JSONB;
ALTER TABLE __tenant__.polling_desk ADD COLUMN import_run_id UUID REFERENCES __tenant__.import_run (id);
ALTER TABLE __tenant__.polling_desk
    DROP CONSTRAINT channel_known,
    ADD CONSTRAINT channel_known CHECK (channel IN ('DESK', 'PAPER', 'IMPORTED')),
    ADD CONSTRAINT imported_by_a_run CHECK ((channel = 'IMPORTED') = (import_run_id IS NOT NULL));
CREATE INDEX polling_desk_import ON __tenant__.polling_desk (import_run_id) WHERE import_run_id IS NOT NULL;
