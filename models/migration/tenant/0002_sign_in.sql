-- Signing in: accounts, identities, sessions, codes, providers and invitations.
CREATE TABLE __tenant__.identity_provider (
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    preset TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret_name TEXT NOT NULL,
    scopes TEXT[] NOT NULL,
    acr_values TEXT[] NOT NULL,
    claims JSONB NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (slug),
    CONSTRAINT preset_known CHECK (preset IN ('GENERIC', 'FRANCECONNECT', 'PROCONNECT')),
    CONSTRAINT slug_is_a_label CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);

CREATE TABLE __tenant__.sign_in_attempt (
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    subject TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, subject)
);

CREATE TABLE __tenant__.sign_in_code (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    digest TEXT NOT NULL,
    tries INTEGER NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sign_in_code_email ON __tenant__.sign_in_code (email);
CREATE INDEX sign_in_code_expires_at ON __tenant__.sign_in_code (expires_at);

CREATE TABLE __tenant__.account (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    email TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    UNIQUE (actor_id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id),
    UNIQUE (email)
);

CREATE TABLE __tenant__.invitation (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    inviter_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    mailed_at TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT role_known CHECK (role IN ('MEMBER', 'MODERATOR', 'ADMIN')),
    CONSTRAINT email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    FOREIGN KEY(inviter_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX invitation_email ON __tenant__.invitation (email);

CREATE TABLE __tenant__.identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id UUID NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (issuer, subject),
    FOREIGN KEY(account_id) REFERENCES __tenant__.account (id) ON DELETE CASCADE
);
CREATE INDEX identity_account ON __tenant__.identity (account_id);

CREATE TABLE __tenant__.session (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    host TEXT NOT NULL,
    digest TEXT NOT NULL,
    former_digest TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    renewed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    provider_slug TEXT,
    id_token TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES __tenant__.account (id) ON DELETE CASCADE,
    UNIQUE (digest),
    UNIQUE (former_digest)
);
CREATE INDEX session_account ON __tenant__.session (account_id);
CREATE INDEX session_renewed_at ON __tenant__.session (renewed_at);
