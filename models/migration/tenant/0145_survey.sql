-- Surveys: forms in versions, what people answer, and the counts of each question.
ALTER TABLE __tenant__.activity DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ('MUTUAL_AID', 'MARKETPLACE', 'IDEA_BOX', 'CONSULTATION', 'DEBATE', 'PETITION', 'PARTICIPATORY_BUDGET', 'SURVEY')) NOT VALID;
CREATE TABLE __tenant__.survey_form (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    version INTEGER,
    edition INTEGER DEFAULT 1 NOT NULL,
    questions JSONB NOT NULL,
    reason TEXT,
    author_id UUID,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT survey_form_version UNIQUE (activity_id, version),
    CONSTRAINT changed_with_reason CHECK (version > 0 AND (reason IS NULL OR version > 1)),
    CONSTRAINT published_once CHECK ((version IS NULL) = (published_at IS NULL)),
    CONSTRAINT questions_known CHECK (jsonb_array_length(questions) <= 200),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id)
);
CREATE UNIQUE INDEX survey_form_written ON __tenant__.survey_form (activity_id) WHERE version IS NULL;
CREATE TABLE __tenant__.survey_answer (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    form_id UUID NOT NULL,
    actor_id UUID,
    state TEXT NOT NULL,
    proof TEXT,
    answers JSONB NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('DRAFT', 'SENT')),
    CONSTRAINT proof_known CHECK (proof IN ('EMAIL', 'PHONE', 'DECLARATION', 'CODE', 'LIST', 'DOCUMENT', 'FRANCECONNECT')),
    CONSTRAINT survey_answer_once UNIQUE (activity_id, actor_id),
    CONSTRAINT sent_once CHECK ((state = 'SENT') = (sent_at IS NOT NULL)),
    CONSTRAINT proved_when_sent CHECK (proof IS NULL OR state = 'SENT'),
    CONSTRAINT answers_in_reach CHECK (octet_length(answers::text) <= 500000),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(form_id) REFERENCES __tenant__.survey_form (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX survey_answer_sent ON __tenant__.survey_answer (activity_id, id) WHERE state = 'SENT';
CREATE INDEX survey_answer_actor ON __tenant__.survey_answer (actor_id);
CREATE INDEX survey_answer_draft ON __tenant__.survey_answer (changed_at) WHERE state = 'DRAFT';
CREATE TABLE __tenant__.survey_result (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    question TEXT NOT NULL,
    rank INTEGER NOT NULL,
    counts JSONB NOT NULL,
    is_public BOOLEAN DEFAULT false NOT NULL,
    counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT survey_result_once UNIQUE (activity_id, question),
    CONSTRAINT rank_not_negative CHECK (rank >= 0),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
