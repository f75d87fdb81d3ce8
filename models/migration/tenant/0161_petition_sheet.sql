-- Signatures of petitions on paper.
CREATE TABLE __tenant__.petition_sheet (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT,
    signed_on DATE NOT NULL,
    counted INTEGER NOT NULL,
    repeated SMALLINT[] NOT NULL,
    rejected INTEGER NOT NULL,
    photo BYTEA,
    photo_digest TEXT,
    photo_at TIMESTAMP WITH TIME ZONE,
    agent_id UUID,
    typed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT petition_sheet_once UNIQUE (contribution_id, number, version),
    CONSTRAINT sheet_numbered CHECK (number > 0 AND version > 0),
    CONSTRAINT sheet_corrected_with_reason CHECK ((version = 1) = (reason IS NULL)),
    CONSTRAINT sheet_counts CHECK (counted BETWEEN 0 AND 500 AND rejected BETWEEN 0 AND 500),
    CONSTRAINT sheet_photo_whole CHECK ((photo_digest IS NULL) = (photo_at IS NULL) AND (photo IS NULL OR photo_digest IS NOT NULL)),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(agent_id) REFERENCES __tenant__.actor (id)
);
ALTER TABLE __tenant__.petition_signature
    ADD COLUMN sheet_id UUID REFERENCES __tenant__.petition_sheet (id),
    ADD COLUMN line SMALLINT,
    ADD CONSTRAINT paper_has_a_line CHECK ((sheet_id IS NULL) = (line IS NULL) AND (sheet_id IS NULL OR actor_id IS NULL));
CREATE INDEX petition_signature_sheet ON __tenant__.petition_signature (sheet_id) WHERE sheet_id IS NOT NULL;
