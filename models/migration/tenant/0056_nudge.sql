-- People are asked by mail how it went, and answer by one press.
CREATE TABLE __tenant__.nudge (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    contribution_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    step SMALLINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('HELPED', 'STILL_OFFERED')),
    CONSTRAINT answer_known CHECK (answer IN ('YES', 'NOT_YET', 'NOT_NEEDED')),
    CONSTRAINT answered_whole CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT nudge_once UNIQUE (contribution_id, kind, step),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX nudge_actor ON __tenant__.nudge (actor_id, id);
CREATE INDEX nudge_asked ON __tenant__.nudge (asked_at);
