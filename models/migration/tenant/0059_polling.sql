-- Desks where people vote on paper, who has signed there, and what was counted.
CREATE TABLE __tenant__.polling_desk (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT channel_known CHECK (channel IN ('DESK', 'PAPER')),
    CONSTRAINT polling_desk_once UNIQUE (activity_id, name),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
CREATE TABLE __tenant__.polling_agent (
    id UUID NOT NULL,
    desk_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk_id, actor_id),
    FOREIGN KEY(desk_id) REFERENCES __tenant__.polling_desk (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX polling_agent_actor ON __tenant__.polling_agent (actor_id);
CREATE TABLE __tenant__.signing (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    desk_id UUID NOT NULL,
    actor_id UUID,
    voter_key TEXT,
    is_double BOOLEAN NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_voter CHECK (num_nonnulls(actor_id, voter_key) <= 1),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(desk_id) REFERENCES __tenant__.polling_desk (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE UNIQUE INDEX signing_actor_once ON __tenant__.signing (activity_id, actor_id) WHERE NOT is_double;
CREATE INDEX signing_desk ON __tenant__.signing (desk_id, signed_at);
CREATE UNIQUE INDEX signing_key_once ON __tenant__.signing (activity_id, voter_key) WHERE NOT is_double;
CREATE INDEX signing_voter ON __tenant__.signing (actor_id);
CREATE TABLE __tenant__.polling_record (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    desk_id UUID NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT,
    signatures INTEGER NOT NULL,
    envelopes INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    spoilt INTEGER NOT NULL,
    remark TEXT,
    totals JSONB NOT NULL,
    photo BYTEA,
    photo_digest TEXT,
    agent_id UUID,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT polling_record_once UNIQUE (desk_id, version),
    CONSTRAINT record_version_positive CHECK (version > 0),
    CONSTRAINT nothing_negative CHECK (least(signatures, valid, blank, spoilt) >= 0),
    CONSTRAINT envelopes_whole CHECK (envelopes = valid + blank + spoilt),
    CONSTRAINT difference_explained CHECK (signatures = envelopes OR remark IS NOT NULL),
    CONSTRAINT correction_explained CHECK (version = 1 OR reason IS NOT NULL),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(desk_id) REFERENCES __tenant__.polling_desk (id),
    FOREIGN KEY(agent_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX polling_record_newest ON __tenant__.polling_record (activity_id, recorded_at);
