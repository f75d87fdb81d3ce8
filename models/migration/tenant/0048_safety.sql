-- Rules of safety of a category: only organisations help in it, and a sentence that is shown to whoever publishes or answers.
ALTER TABLE __tenant__.category
    ADD COLUMN is_for_organisations BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN notice TEXT,
    ADD CONSTRAINT notice_length CHECK (char_length(notice) BETWEEN 1 AND 300);
