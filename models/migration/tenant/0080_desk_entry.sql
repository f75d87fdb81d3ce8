-- On whose behalf something is published; and what the city's reception publishes and answers for people without internet.
ALTER TABLE __tenant__.contribution
    ADD COLUMN behalf TEXT DEFAULT 'NOBODY' NOT NULL,
    ADD CONSTRAINT behalf_known CHECK (behalf IN ('NOBODY', 'PERSON_WHO_AGREED', 'DESK')),
    ADD CONSTRAINT behalf_of_help CHECK (behalf = 'NOBODY' OR kind IN ('OFFER', 'REQUEST'));
ALTER TABLE __tenant__.draft
    ADD COLUMN behalf TEXT DEFAULT 'NOBODY' NOT NULL,
    ADD CONSTRAINT behalf_known CHECK (behalf IN ('NOBODY', 'PERSON_WHO_AGREED'));
CREATE TABLE __tenant__.desk_entry (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    agent_id UUID,
    contact TEXT,
    consented_at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest TEXT,
    code_ends_at TIMESTAMP WITH TIME ZONE,
    taken_over_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT desk_entry_once UNIQUE (contribution_id),
    CONSTRAINT contact_length CHECK (char_length(contact) BETWEEN 2 AND 200),
    CONSTRAINT code_whole CHECK ((digest IS NULL) = (code_ends_at IS NULL)),
    CONSTRAINT taken_over_once CHECK (taken_over_at IS NULL OR num_nonnulls(digest, contact) = 0),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(organisation_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(agent_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX desk_entry_newest ON __tenant__.desk_entry (organisation_id, consented_at, id);
CREATE INDEX desk_entry_agent ON __tenant__.desk_entry (agent_id);
CREATE UNIQUE INDEX desk_entry_code ON __tenant__.desk_entry (digest) WHERE digest IS NOT NULL;
