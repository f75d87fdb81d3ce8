-- Identities that a provider has certified for a vote: keyed digests, which an hour later are gone.
ALTER TABLE __tenant__.identity
    ADD COLUMN certified_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN person_digest TEXT,
    ADD COLUMN first_digest TEXT,
    ADD COLUMN birth_digest TEXT,
    ADD CONSTRAINT certified_whole CHECK (num_nulls(certified_at, person_digest, first_digest, birth_digest) IN (0, 4));
CREATE INDEX identity_certified ON __tenant__.identity (certified_at) WHERE certified_at IS NOT NULL;
