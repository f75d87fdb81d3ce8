-- What a tally counts is a key: a choice, or what else a method of voting counts. A ballot may say an amount.
ALTER TABLE __tenant__.vote ADD COLUMN amount INTEGER;
ALTER TABLE __tenant__.tally DROP CONSTRAINT choice_known;
ALTER TABLE __tenant__.tally RENAME COLUMN choice TO key;
ALTER TABLE __tenant__.tally_delta RENAME COLUMN choice TO key;
-- PostgreSQL 18 names what is NOT NULL after the column, as it was called when that was said.
ALTER TABLE __tenant__.tally DROP CONSTRAINT tally_pkey;
ALTER TABLE __tenant__.tally ALTER COLUMN key DROP NOT NULL;
ALTER TABLE __tenant__.tally ADD PRIMARY KEY (contribution_id, key);
ALTER TABLE __tenant__.tally_delta ALTER COLUMN key DROP NOT NULL;
ALTER TABLE __tenant__.tally_delta ALTER COLUMN key SET NOT NULL;
ALTER TABLE __tenant__.tally_delta ALTER COLUMN delta TYPE INTEGER;
-- A vote's deltas tell which vote is to be sealed. Those that wait now are of votes that are sealed anyway.
ALTER TABLE __tenant__.tally_delta ADD COLUMN vote_id UUID;
UPDATE __tenant__.tally_delta SET vote_id = id;
ALTER TABLE __tenant__.tally_delta ALTER COLUMN vote_id SET NOT NULL;
CREATE TABLE __tenant__.vote_seal (
    position BIGINT NOT NULL,
    digest TEXT,
    replaces BIGINT,
    vote_id UUID,
    PRIMARY KEY (position),
    CONSTRAINT replaces_earlier CHECK (position > replaces),
    CONSTRAINT withdrawn_was_there CHECK (digest IS NOT NULL OR replaces IS NOT NULL AND vote_id IS NULL)
);
CREATE UNIQUE INDEX vote_seal_vote ON __tenant__.vote_seal (vote_id) WHERE vote_id IS NOT NULL;
CREATE UNIQUE INDEX vote_seal_replaces ON __tenant__.vote_seal (replaces) WHERE replaces IS NOT NULL;
-- Leaves are appended; the tenant's role may say which is the last one of a vote and change nothing else.
REVOKE UPDATE, DELETE ON __tenant__.vote_seal FROM __tenant_role__;
GRANT UPDATE (vote_id) ON __tenant__.vote_seal TO __tenant_role__;
-- The votes that are there are sealed when these are folded, which change no count.
INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)
SELECT id, id, contribution_id, choice, 0 FROM __tenant__.vote;
