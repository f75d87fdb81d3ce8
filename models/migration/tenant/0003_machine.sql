-- What machines, other sites and their documents are known by.
CREATE TABLE __tenant__.api_token (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    scopes TEXT[] NOT NULL,
    actor_id UUID,
    budget_per_minute INTEGER,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT scopes_known CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['READ', 'CONTRIBUTE', 'MODERATE', 'EXPORT', 'ROUTER']::text[]),
    CONSTRAINT router_alone CHECK (NOT 'ROUTER' = ANY (scopes) OR cardinality(scopes) = 1),
    CONSTRAINT actor_who_acts CHECK ((scopes && ARRAY['CONTRIBUTE', 'MODERATE']::text[]) = (actor_id IS NOT NULL)),
    CONSTRAINT budget_sensible CHECK (budget_per_minute BETWEEN 1 AND 1000000),
    CONSTRAINT expires_within_a_year CHECK (expires_at > created_at AND expires_at <= created_at + INTERVAL '366 days'),
    UNIQUE (digest),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(created_by_id) REFERENCES __tenant__.actor (id)
);

CREATE TABLE __tenant__.widget (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    origins TEXT[] NOT NULL,
    activity_id UUID,
    theme JSONB NOT NULL,
    is_trusted_only BOOLEAN NOT NULL,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT origins_some CHECK (cardinality(origins) BETWEEN 1 AND 20),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(created_by_id) REFERENCES __tenant__.actor (id)
);

CREATE TABLE __tenant__.hand_over (
    digest TEXT NOT NULL,
    widget_id UUID NOT NULL,
    origin TEXT NOT NULL,
    actor_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (digest),
    FOREIGN KEY(widget_id) REFERENCES __tenant__.widget (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);

CREATE TABLE __tenant__.trusted_document (
    id UUID NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    widget_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT digest_is_sha_256 CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT document_length CHECK (char_length(document) BETWEEN 1 AND 20000),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT document_once UNIQUE NULLS NOT DISTINCT (digest, widget_id),
    FOREIGN KEY(widget_id) REFERENCES __tenant__.widget (id)
);
