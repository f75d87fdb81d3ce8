-- A voter may be on several rolls of a vote, rolls are taken out in pieces, and whoever signs is known by a short name.
ALTER TABLE __tenant__.admission DROP CONSTRAINT admission_once;
ALTER TABLE __tenant__.admission ADD CONSTRAINT admission_once UNIQUE (activity_id, level, digest, batch_id);
CREATE UNIQUE INDEX admission_code_once ON __tenant__.admission (activity_id, digest) WHERE level = 'CODE';
ALTER TABLE __tenant__.voter_roll ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX voter_roll_removed ON __tenant__.voter_roll (removed_at) WHERE removed_at IS NOT NULL;
ALTER TABLE __tenant__.signing ADD COLUMN first_key TEXT;
CREATE INDEX signing_first ON __tenant__.signing (activity_id, first_key) WHERE first_key IS NOT NULL;
