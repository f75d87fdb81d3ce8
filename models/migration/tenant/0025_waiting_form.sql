-- Forms whose authors are away at an identity provider, for some minutes.
CREATE TABLE __tenant__.waiting_form (
    digest TEXT NOT NULL,
    form TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX waiting_form_expires_at ON __tenant__.waiting_form (expires_at);
