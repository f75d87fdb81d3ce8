-- An activity says whether moderators read before or after publication; a case says what opened it.
ALTER TABLE __tenant__.activity
    ADD COLUMN review_rule TEXT DEFAULT 'AFTER_PUBLICATION' NOT NULL,
    ADD CONSTRAINT review_rule_known CHECK (review_rule IN ('AFTER_PUBLICATION', 'NEW_ACTORS', 'BEFORE_PUBLICATION'));
ALTER TABLE __tenant__.contribution
    ADD COLUMN is_unseen BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT unseen_withheld CHECK (NOT is_unseen OR status IN ('HELD', 'HIDDEN', 'TAKEN_BACK'));
ALTER TABLE __tenant__.comment
    ADD COLUMN is_unseen BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT unseen_withheld CHECK (NOT is_unseen OR status <> 'PUBLISHED');
ALTER TABLE __tenant__.moderation_case
    ADD COLUMN cause TEXT DEFAULT 'REPORTS' NOT NULL,
    ADD CONSTRAINT cause_known CHECK (cause IN ('REPORTS', 'REVIEW', 'AIDS'));
