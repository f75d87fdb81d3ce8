-- A finished vote is imported whole: what its file says of the rule and how far its ballots are is the run's, and the desks
-- that hold these ballots name their run. 0138 looks at the rows that are there.
ALTER TABLE __tenant__.import_run ADD COLUMN may_take_ballots BOOLEAN NOT NULL DEFAULT true, ADD COLUMN edition JSONB;
ALTER TABLE __tenant__.polling_desk ADD COLUMN import_run_id UUID REFERENCES __tenant__.import_run (id);
ALTER TABLE __tenant__.polling_desk
    DROP CONSTRAINT channel_known,
    ADD CONSTRAINT channel_known CHECK (channel IN ('DESK', 'PAPER', 'IMPORTED')),
    ADD CONSTRAINT imported_by_a_run CHECK ((channel = 'IMPORTED') = (import_run_id IS NOT NULL));
CREATE INDEX polling_desk_import ON __tenant__.polling_desk (import_run_id) WHERE import_run_id IS NOT NULL;
ALTER TABLE __tenant__.import_remark DROP CONSTRAINT code_known, ADD CONSTRAINT code_known CHECK (code IN ('MISSING', 'TOO_SHORT', 'TOO_LONG', 'BAD_DATE', 'FUTURE_DATE', 'BAD_NUMBER', 'BAD_KIND', 'BAD_SIDE', 'BAD_PLACE', 'UNKNOWN_ABOUT', 'UNKNOWN_COMMUNE', 'UNKNOWN_CATEGORY', 'OUTSIDE_TERRITORY', 'REPEATED', 'BROKEN_ROW', 'ZERO_RESTORED', 'PLACE_LEFT_OUT', 'WITHDRAWN', 'NEW_CATEGORY', 'NEW_STATUS', 'STATUS_LEFT_OUT', 'TITLE_OF_TEXT', 'BALLOTS_LEFT_OUT', 'META_LEFT_OUT', 'COUNT_DIFFERS', 'OTHER_CURRENCY', 'COST_ABOVE_BUDGET', 'UNKNOWN_PROJECT', 'BALLOT_SPOILT', 'REPEATED_VOTER')) NOT VALID;
