-- Answers to surveys that came on paper and were typed by the city: they are nobody's.
ALTER TABLE __tenant__.survey_answer
    ADD COLUMN is_on_paper BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT paper_is_nobodys CHECK (NOT is_on_paper OR actor_id IS NULL);
