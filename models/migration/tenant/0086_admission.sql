-- Codes that are handed out and lists of those who may vote, as keyed digests.
CREATE TABLE __tenant__.admission (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    batch_id UUID NOT NULL,
    batch_name TEXT NOT NULL,
    level TEXT NOT NULL,
    digest TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT level_known CHECK (level IN ('CODE', 'LIST')),
    CONSTRAINT admission_once UNIQUE (activity_id, level, digest),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
CREATE INDEX admission_batch ON __tenant__.admission (batch_id);
