-- What a vote asks of its voters, and what is kept of each: a level and keyed digests.
CREATE TABLE __tenant__.proof (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    actor_id UUID,
    level TEXT NOT NULL,
    digest TEXT NOT NULL,
    address_digest TEXT,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT level_known CHECK (level IN ('EMAIL', 'PHONE', 'DECLARATION', 'CODE', 'LIST', 'DOCUMENT', 'FRANCECONNECT')),
    CONSTRAINT proof_once UNIQUE (activity_id, actor_id),
    CONSTRAINT proof_digest_once UNIQUE (activity_id, digest),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX proof_actor ON __tenant__.proof (actor_id);
ALTER TABLE __tenant__.activity
    ADD COLUMN proof_levels TEXT[],
    ADD COLUMN proof_least_age SMALLINT,
    ADD COLUMN proof_age_on DATE,
    ADD COLUMN proof_zone_id UUID REFERENCES __tenant__.zone (id),
    ADD CONSTRAINT proof_levels_known CHECK (proof_levels <@ ARRAY['EMAIL', 'PHONE', 'DECLARATION', 'CODE', 'LIST', 'DOCUMENT', 'FRANCECONNECT']::text[] AND cardinality(proof_levels) > 0),
    ADD CONSTRAINT proof_least_age_known CHECK (proof_least_age BETWEEN 1 AND 120),
    ADD CONSTRAINT proof_terms_of_a_proof CHECK (proof_levels IS NOT NULL OR num_nonnulls(proof_least_age, proof_age_on, proof_zone_id) = 0);
ALTER TABLE __tenant__.ballot
    ADD COLUMN proof TEXT,
    ADD CONSTRAINT proof_known CHECK (proof IN ('EMAIL', 'PHONE', 'DECLARATION', 'CODE', 'LIST', 'DOCUMENT', 'FRANCECONNECT'));
ALTER TABLE __tenant__.signing
    ADD COLUMN proof TEXT,
    ADD CONSTRAINT proof_known CHECK (proof IN ('EMAIL', 'PHONE', 'DECLARATION', 'CODE', 'LIST', 'DOCUMENT', 'FRANCECONNECT'));
ALTER TABLE __tenant__.vote_result
    ADD COLUMN proofs JSONB NOT NULL DEFAULT '[]';
