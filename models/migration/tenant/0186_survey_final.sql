-- Counts of a survey that was published once stay as they are.
ALTER TABLE __tenant__.survey_result ADD COLUMN is_final BOOLEAN DEFAULT false NOT NULL;
UPDATE __tenant__.survey_result SET is_final = true
    WHERE activity_id IN (SELECT activity_id FROM __tenant__.survey_result WHERE is_public);
ALTER TABLE __tenant__.survey_result
    ADD CONSTRAINT public_is_final CHECK (is_final OR NOT is_public);
