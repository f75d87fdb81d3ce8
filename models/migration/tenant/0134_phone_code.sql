-- Codes that are sent to telephones for a vote, beside those of signing in: to an account, of a number that is keyed.
ALTER TABLE __tenant__.sign_in_code
    ALTER COLUMN email DROP NOT NULL,
    ADD COLUMN activity_id UUID,
    ADD COLUMN actor_id UUID REFERENCES __tenant__.actor (id),
    ADD COLUMN number_digest TEXT,
    ADD CONSTRAINT one_receiver CHECK (num_nulls(email, actor_id) = 1 AND num_nulls(activity_id, actor_id, number_digest) IN (0, 3));
CREATE UNIQUE INDEX sign_in_code_phone ON __tenant__.sign_in_code (actor_id, activity_id) WHERE actor_id IS NOT NULL;
