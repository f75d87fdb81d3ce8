-- Lists of voters: files of which keyed digests are kept, and the other ways of writing a voter's name.
CREATE TABLE __tenant__.voter_roll (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    refused_count INTEGER NOT NULL,
    columns JSONB NOT NULL,
    remarks JSONB NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
CREATE INDEX voter_roll_activity ON __tenant__.voter_roll (activity_id, added_at);
ALTER TABLE __tenant__.admission ADD COLUMN other_digests TEXT[];
CREATE INDEX admission_other ON __tenant__.admission USING gin (other_digests) WHERE other_digests IS NOT NULL;
