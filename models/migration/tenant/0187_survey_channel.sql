-- Who answers a survey: by which way an answer came, also from a browser without account.
ALTER TABLE __tenant__.activity
    ADD COLUMN is_without_account BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT strangers_answer_surveys
    CHECK (NOT is_without_account OR (kind = 'SURVEY' AND proof_levels IS NULL));
ALTER TABLE __tenant__.survey_answer
    ADD COLUMN channel TEXT DEFAULT 'ACCOUNT' NOT NULL,
    ADD COLUMN browser_digest TEXT,
    ADD COLUMN content_digest TEXT,
    ADD COLUMN is_double BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT survey_answer_browser_once UNIQUE (activity_id, browser_digest);
UPDATE __tenant__.survey_answer SET channel = 'PAPER' WHERE is_on_paper;
ALTER TABLE __tenant__.survey_answer
    DROP CONSTRAINT paper_is_nobodys,
    DROP COLUMN is_on_paper,
    ADD CONSTRAINT channel_known CHECK (channel IN ('ACCOUNT', 'BROWSER', 'PAPER')),
    ADD CONSTRAINT actor_of_an_account CHECK (channel = 'ACCOUNT' OR actor_id IS NULL),
    ADD CONSTRAINT browser_of_a_stranger CHECK (channel = 'BROWSER' OR browser_digest IS NULL),
    ADD CONSTRAINT paper_is_no_double CHECK (channel <> 'PAPER' OR NOT is_double);
CREATE INDEX survey_answer_content ON __tenant__.survey_answer (activity_id, content_digest)
    WHERE content_digest IS NOT NULL;
