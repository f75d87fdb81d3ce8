-- What is published of a vote, and the receipt of each ballot.
CREATE TABLE __tenant__.vote_file (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT,
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT vote_file_once UNIQUE (activity_id, name, version),
    CONSTRAINT version_positive CHECK (version > 0),
    FOREIGN KEY (activity_id) REFERENCES __tenant__.activity (id)
);
ALTER TABLE __tenant__.ballot
    ADD COLUMN salt TEXT,
    ADD COLUMN receipt TEXT;
CREATE INDEX ballot_receipt ON __tenant__.ballot (activity_id, receipt);
