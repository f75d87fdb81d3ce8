-- Contributions and comments are reported, and moderators decide: a case for each thing, reports, decisions with reasons.
ALTER TABLE __tenant__.contribution
    ADD COLUMN status_before TEXT,
    DROP CONSTRAINT status_known,
    ADD CONSTRAINT status_known CHECK (status IN ('OPEN', 'CLOSED', 'EXPIRED', 'TAKEN_BACK', 'HELD', 'HIDDEN')),
    DROP CONSTRAINT closed_with_outcome,
    ADD CONSTRAINT closed_with_outcome CHECK ((COALESCE(status_before, status) = 'CLOSED') = (outcome IS NOT NULL)),
    ADD CONSTRAINT withheld_from_a_status CHECK ((status IN ('HELD', 'HIDDEN')) = (status_before IS NOT NULL)),
    ADD CONSTRAINT status_before_known CHECK (status_before IN ('OPEN', 'CLOSED', 'EXPIRED'));
ALTER TABLE __tenant__.comment
    ADD COLUMN status TEXT DEFAULT 'PUBLISHED' NOT NULL,
    ADD CONSTRAINT status_known CHECK (status IN ('PUBLISHED', 'HELD', 'HIDDEN'));
CREATE TABLE __tenant__.moderation_case (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    comment_id UUID,
    state TEXT NOT NULL,
    urgency SMALLINT NOT NULL,
    report_count INTEGER NOT NULL,
    version INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('OPEN', 'DECIDED', 'VOID')),
    CONSTRAINT moderation_case_subject UNIQUE NULLS NOT DISTINCT (contribution_id, comment_id),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(comment_id) REFERENCES __tenant__.comment (id)
);
CREATE INDEX moderation_case_done ON __tenant__.moderation_case (state, changed_at DESC, id DESC);
CREATE INDEX moderation_case_waiting ON __tenant__.moderation_case (state, urgency, opened_at, id);
CREATE TABLE __tenant__.moderation_decision (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    author_id UUID NOT NULL,
    moderator_id UUID NOT NULL,
    action TEXT NOT NULL,
    category TEXT,
    ground TEXT,
    rule TEXT,
    facts TEXT,
    explanation TEXT,
    is_detected_automatically BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    seen_title TEXT,
    seen_body TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT action_known CHECK (action IN ('HIDE', 'RESTORE', 'WARN', 'NOTHING')),
    CONSTRAINT category_known CHECK (category IN ('ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE')),
    CONSTRAINT ground_known CHECK (ground IN ('ILLEGAL', 'TERMS')),
    CONSTRAINT source_known CHECK (source IN ('ARTICLE_16', 'TRUSTED_FLAGGER', 'OTHER_NOTIFICATION', 'VOLUNTARY')),
    CONSTRAINT reasons_where_they_are_due CHECK (num_nulls(category, ground, rule, facts) = CASE WHEN action IN ('HIDE', 'WARN') THEN 0 ELSE 4 END),
    CONSTRAINT rule_length CHECK (char_length(rule) BETWEEN 3 AND 500),
    CONSTRAINT facts_length CHECK (char_length(facts) BETWEEN 10 AND 2000),
    CONSTRAINT explanation_length CHECK (char_length(explanation) BETWEEN 1 AND 2000),
    FOREIGN KEY(case_id) REFERENCES __tenant__.moderation_case (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(moderator_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX moderation_decision_author ON __tenant__.moderation_decision (author_id, decided_at DESC, id DESC);
CREATE INDEX moderation_decision_case ON __tenant__.moderation_decision (case_id, id DESC);
CREATE TABLE __tenant__.report (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    reporter_id UUID,
    category TEXT NOT NULL,
    quote TEXT,
    explanation TEXT,
    receipt TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decision_id UUID,
    PRIMARY KEY (id),
    CONSTRAINT category_known CHECK (category IN ('ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE')),
    CONSTRAINT quote_length CHECK (char_length(quote) BETWEEN 1 AND 500),
    CONSTRAINT explanation_length CHECK (char_length(explanation) BETWEEN 1 AND 2000),
    FOREIGN KEY(case_id) REFERENCES __tenant__.moderation_case (id),
    FOREIGN KEY(reporter_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(decision_id) REFERENCES __tenant__.moderation_decision (id)
);
CREATE INDEX report_case ON __tenant__.report (case_id, id);
CREATE INDEX report_decision ON __tenant__.report (decision_id) WHERE decision_id IS NOT NULL;
CREATE UNIQUE INDEX report_receipt ON __tenant__.report (receipt);
CREATE INDEX report_reporter ON __tenant__.report (reporter_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX report_waiting ON __tenant__.report (case_id, reporter_id) WHERE decision_id IS NULL;
