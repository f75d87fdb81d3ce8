-- Where names, telephone numbers and addresses seem to stand in the texts of an analysis, for those who check them.
ALTER TABLE __tenant__.analysis_text
    ADD COLUMN disclosures JSONB,
    ADD CONSTRAINT disclosures_listed CHECK (jsonb_typeof(disclosures) = 'array');
