-- Petitions by article L1112-16: one signature an elector and a quarter.
CREATE TABLE __tenant__.petition_signature (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    actor_id UUID,
    quarter DATE NOT NULL,
    quarter_digest TEXT,
    elector_digest TEXT,
    commune TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT signed_once_a_quarter UNIQUE (quarter_digest),
    CONSTRAINT signed_once UNIQUE (contribution_id, elector_digest),
    CONSTRAINT account_of_one_elector UNIQUE (quarter, actor_id),
    CONSTRAINT a_quarter CHECK (quarter = date_trunc('quarter', quarter::timestamp)),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX petition_signature_actor ON __tenant__.petition_signature (actor_id);
ALTER TABLE __tenant__.petition_rule
    ADD COLUMN is_by_law BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE __tenant__.petition
    ADD COLUMN is_by_law BOOLEAN DEFAULT false NOT NULL;
