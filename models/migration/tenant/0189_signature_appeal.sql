-- What a signer says against it that a signature is not counted, with the city's answer; what the electoral roll says of a
-- signature; amendments of headings.
ALTER TABLE __tenant__.petition_signature
    ADD COLUMN appeal TEXT,
    ADD COLUMN appealed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN reply TEXT,
    ADD COLUMN replied_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN roll_result TEXT,
    ADD CONSTRAINT appeal_whole CHECK (appeal IS NULL OR appealed_at IS NOT NULL),
    ADD CONSTRAINT reply_whole CHECK (reply IS NULL OR replied_at IS NOT NULL),
    ADD CONSTRAINT roll_result_known CHECK (roll_result IN ('ON_ROLL', 'NOT_ON_ROLL', 'NOT_COMPARABLE'));
CREATE INDEX petition_signature_appeal ON __tenant__.petition_signature (contribution_id) WHERE appealed_at IS NOT NULL;
ALTER TABLE __tenant__.petition
    ADD COLUMN roll_checks JSONB DEFAULT '[]' NOT NULL;
ALTER TABLE __tenant__.amendment
    ADD COLUMN is_on_heading BOOLEAN DEFAULT false NOT NULL,
    DROP CONSTRAINT accepted_apart,
    ADD CONSTRAINT accepted_apart EXCLUDE USING gist (box(point(starts * 4 + (ends > starts)::int, uuid_hash_extended(activity_id, CASE WHEN is_on_heading THEN -article ELSE article END)::float8), point(ends * 4 - (ends > starts)::int, uuid_hash_extended(activity_id, CASE WHEN is_on_heading THEN -article ELSE article END)::float8)) WITH &&) WHERE (state IN ('ACCEPTED', 'ACCEPTED_IN_PART') AND merged_in IS NULL) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT heading_is_a_line CHECK (NOT is_on_heading OR concat(new_words, settled_words) !~ '[\n\r]');
