-- A portal's logo as it is sent, and its running texts (legal notice, privacy, accessibility, charter), version by version.
CREATE TABLE __tenant__.logo (
    id UUID NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    width SMALLINT NOT NULL,
    height SMALLINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (digest)
);
CREATE TABLE __tenant__.portal_text (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    bodies JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (kind, version),
    CONSTRAINT kind_known CHECK (kind IN ('LEGAL', 'PRIVACY', 'ACCESSIBILITY', 'CHARTER')),
    CONSTRAINT version_counts CHECK (version > 0)
);
