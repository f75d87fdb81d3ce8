-- The rights of persons: when an account was last used and its owner warned, who was erased, what was consented to.
ALTER TABLE __tenant__.account ADD COLUMN seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
ALTER TABLE __tenant__.account ADD COLUMN warned_at TIMESTAMP WITH TIME ZONE;
UPDATE __tenant__.account a SET seen_at = GREATEST(a.created_at, (SELECT max(s.renewed_at) FROM __tenant__.session s WHERE s.account_id = a.id));
CREATE INDEX account_seen ON __tenant__.account (seen_at);
ALTER TABLE __tenant__.actor ADD COLUMN erased_at TIMESTAMP WITH TIME ZONE;
-- The vote of somebody who was erased stays, as nobody's.
ALTER TABLE __tenant__.vote ALTER COLUMN actor_id DROP NOT NULL;
CREATE TABLE __tenant__.consent (
    actor_id UUID NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (actor_id, kind, version),
    CONSTRAINT kind_known CHECK (kind IN ('CHARTER')),
    CONSTRAINT version_counts CHECK (version > 0),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
-- Exact places are forgotten some time after the contribution is over.
CREATE INDEX contribution_placed ON __tenant__.contribution ((COALESCE(closed_at, expires_at))) WHERE exact_lat IS NOT NULL AND precision = 'CELL' AND status <> 'OPEN';
