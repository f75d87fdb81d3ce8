-- Moderators publish redacted texts and suspend authors for a time.
ALTER TABLE __tenant__.contribution ADD COLUMN is_redacted BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE __tenant__.comment ADD COLUMN is_redacted BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE __tenant__.moderation_decision
    ADD COLUMN redacted_title TEXT,
    ADD COLUMN redacted_body TEXT,
    ADD COLUMN suspended_until TIMESTAMP WITH TIME ZONE,
    ADD COLUMN lifted_at TIMESTAMP WITH TIME ZONE,
    DROP CONSTRAINT action_known,
    ADD CONSTRAINT action_known CHECK (action IN ('HIDE', 'REDACT', 'RESTORE', 'WARN', 'SUSPEND', 'LIFT', 'NOTHING')),
    DROP CONSTRAINT reasons_where_they_are_due,
    ADD CONSTRAINT reasons_where_they_are_due CHECK (num_nulls(category, ground, rule, facts) = CASE WHEN action IN ('HIDE', 'REDACT', 'WARN', 'SUSPEND') THEN 0 ELSE 4 END),
    ADD CONSTRAINT redacted_where_due CHECK (redacted_body IS NULL OR action = 'REDACT'),
    ADD CONSTRAINT redacted_whole CHECK (redacted_title IS NULL OR redacted_body IS NOT NULL),
    ADD CONSTRAINT suspended_until_when CHECK ((action = 'SUSPEND') = (suspended_until IS NOT NULL)),
    ADD CONSTRAINT lifted_where_suspended CHECK (lifted_at IS NULL OR action = 'SUSPEND');
CREATE INDEX moderation_decision_suspended ON __tenant__.moderation_decision (author_id, suspended_until) WHERE suspended_until IS NOT NULL AND lifted_at IS NULL;
