-- Who agreed that the account moves along with a zone, and by which digest somebody finds again what moved without it.
ALTER TABLE __tenant__.account ADD COLUMN moves_with UUID;
ALTER TABLE __tenant__.actor ADD COLUMN claim_digest TEXT;
CREATE INDEX actor_claimed ON __tenant__.actor (claim_digest) WHERE claim_digest IS NOT NULL;
