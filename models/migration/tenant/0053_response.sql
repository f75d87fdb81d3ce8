-- Official responses to proposals, statuses in a city's own words, and by when an answer is due.
CREATE TABLE __tenant__.proposal_status (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    is_open_to_votes BOOLEAN NOT NULL,
    is_open_to_comments BOOLEAN NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT color_is_one CHECK (color ~ '^#[0-9a-f]{6}$'),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
CREATE INDEX proposal_status_activity ON __tenant__.proposal_status (activity_id, rank);
CREATE TABLE __tenant__.official_response (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    status_id UUID,
    service TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id UUID,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revised_at TIMESTAMP WITH TIME ZONE,
    version INTEGER DEFAULT 1 NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT says_something CHECK (status_id IS NOT NULL OR body <> ''),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(status_id) REFERENCES __tenant__.proposal_status (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX official_response_newest ON __tenant__.official_response (contribution_id, published_at DESC, id DESC);
CREATE INDEX official_response_status ON __tenant__.official_response (status_id);
ALTER TABLE __tenant__.activity ADD COLUMN answer_within_days INTEGER;
ALTER TABLE __tenant__.activity ADD CONSTRAINT answer_within_a_year CHECK (answer_within_days BETWEEN 1 AND 365);
