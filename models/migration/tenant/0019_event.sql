-- What happened, written in the transaction in which it did. Sealed in order, it is the journal.
CREATE TABLE __tenant__.event (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    actor_id UUID,
    payload JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    position BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('CONTRIBUTION_PUBLISHED', 'CONTRIBUTION_REVISED', 'CONTRIBUTION_RENEWED', 'CONTRIBUTION_CLOSED', 'CONTRIBUTION_EXPIRED', 'COMMENT_PUBLISHED', 'ROLE_CHANGED', 'SESSIONS_REVOKED', 'MEMBER_INVITED', 'INVITATION_REVOKED', 'API_TOKEN_CREATED', 'API_TOKEN_REVOKED', 'DOCUMENTS_REGISTERED', 'WIDGET_REGISTERED', 'WIDGET_REVISED', 'WIDGET_REVOKED')),
    CONSTRAINT position_positive CHECK (position > 0)
);
CREATE UNIQUE INDEX event_position ON __tenant__.event (position);
CREATE INDEX event_unsealed ON __tenant__.event (id) WHERE position IS NULL;
CREATE TABLE __tenant__.seal (
    size BIGINT NOT NULL,
    root TEXT NOT NULL,
    peaks TEXT[] NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (size)
);
CREATE TABLE __tenant__.event_cursor (
    consumer TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (consumer),
    CONSTRAINT consumer_known CHECK (consumer IN ('SECURITY_LOG'))
);
-- Events are appended; the tenant's role may give them their place in the journal and change nothing else.
REVOKE UPDATE, DELETE ON __tenant__.event, __tenant__.seal FROM __tenant_role__;
GRANT UPDATE (position) ON __tenant__.event TO __tenant_role__;
