-- Addresses of other programs that are told what happened, and each event for each of them.
CREATE TABLE __tenant__.webhook (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    state TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    former_secret TEXT,
    former_until TIMESTAMP WITH TIME ZONE,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    stopped_at TIMESTAMP WITH TIME ZONE,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('ON', 'OFF', 'PAUSED', 'GONE')),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT url_length CHECK (char_length(url) BETWEEN 10 AND 2000),
    CONSTRAINT kinds_some CHECK (cardinality(kinds) BETWEEN 1 AND 100),
    CONSTRAINT former_whole CHECK (num_nulls(former_secret, former_until) IN (0, 2)),
    CONSTRAINT stopped_whole CHECK ((state = 'ON') = (stopped_at IS NULL)),
    FOREIGN KEY(created_by_id) REFERENCES __tenant__.actor (id)
);
CREATE TABLE __tenant__.webhook_delivery (
    id UUID NOT NULL,
    webhook_id UUID NOT NULL,
    event_id UUID,
    kind TEXT,
    subject_id UUID NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE,
    status_code INTEGER,
    problem TEXT,
    took_ms INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('WAITING', 'DELIVERED', 'GIVEN_UP')),
    CONSTRAINT problem_known CHECK (problem IN ('NOT_PUBLIC', 'NO_ANSWER', 'LATE', 'BAD_ANSWER', 'REDIRECTED', 'REFUSED', 'NO_SECRET')),
    CONSTRAINT of_event_whole CHECK (num_nulls(event_id, kind) IN (0, 2)),
    CONSTRAINT attempts_not_negative CHECK (attempts >= 0),
    CONSTRAINT webhook_delivery_once UNIQUE (webhook_id, event_id),
    FOREIGN KEY(webhook_id) REFERENCES __tenant__.webhook (id) ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_due ON __tenant__.webhook_delivery (webhook_id, due_at, position) WHERE state = 'WAITING';
CREATE INDEX webhook_delivery_held ON __tenant__.webhook_delivery (webhook_id, subject_id, position) WHERE state = 'WAITING';
CREATE INDEX webhook_delivery_newest ON __tenant__.webhook_delivery (webhook_id, made_at DESC, id DESC);
CREATE INDEX webhook_delivery_made ON __tenant__.webhook_delivery (made_at);
-- What happened before nobody is told of; who the consumers are says 0193, from the models.
ALTER TABLE __tenant__.event_cursor DROP CONSTRAINT consumer_known;
INSERT INTO __tenant__.event_cursor (consumer, position)
    SELECT 'WEBHOOKS', coalesce(max(position), 0) FROM __tenant__.event;
