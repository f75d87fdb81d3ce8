-- What was withheld because it breaks the law is kept apart for its legal time; the yearly report reads by time.
CREATE TABLE __tenant__.evidence (
    id UUID NOT NULL,
    decision_id UUID NOT NULL,
    author_id UUID NOT NULL,
    author_name TEXT NOT NULL,
    title TEXT,
    body TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest TEXT NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kept_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT digest_length CHECK (char_length(digest) = 64),
    FOREIGN KEY(decision_id) REFERENCES __tenant__.moderation_decision (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX evidence_age ON __tenant__.evidence (kept_until);
CREATE UNIQUE INDEX evidence_decision ON __tenant__.evidence (decision_id);
CREATE INDEX report_created ON __tenant__.report (created_at);
CREATE INDEX moderation_decision_decided ON __tenant__.moderation_decision (decided_at);
CREATE INDEX appeal_created ON __tenant__.appeal (created_at);
