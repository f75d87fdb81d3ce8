-- The tokens of whoever runs the platform.
CREATE TABLE platform.operator_token (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT expires_within_a_year CHECK (expires_at > created_at AND expires_at <= created_at + INTERVAL '366 days'),
    UNIQUE (digest)
);
