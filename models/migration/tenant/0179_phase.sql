-- Phases of an activity, which open and close by the database's clock.
ALTER TABLE __tenant__.activity
    ADD COLUMN phases JSONB,
    ADD CONSTRAINT phases_few CHECK (jsonb_array_length(phases) BETWEEN 1 AND 8);
