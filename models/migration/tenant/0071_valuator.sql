-- Valuators say of a proposal whether it can be done, why and for how much, in a note of their own.
ALTER TABLE __tenant__.note
    ADD COLUMN feasibility TEXT,
    ADD COLUMN cost_euros INTEGER,
    ADD CONSTRAINT feasibility_known CHECK (feasibility IN ('FEASIBLE', 'NOT_FEASIBLE', 'UNDETERMINED')),
    ADD CONSTRAINT cost_of_evaluation
        CHECK (cost_euros IS NULL OR (feasibility IS NOT NULL AND cost_euros BETWEEN 0 AND 2000000000));
