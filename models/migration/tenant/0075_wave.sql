-- A request is told to neighbours in waves. What was published before has none.
CREATE TABLE __tenant__.wave (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    step SMALLINT DEFAULT 0 NOT NULL,
    told_count INTEGER DEFAULT 0 NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT wave_once UNIQUE (contribution_id),
    CONSTRAINT step_in_reach CHECK (step BETWEEN 0 AND 4),
    CONSTRAINT told_in_reach CHECK (told_count BETWEEN 0 AND 150),
    CONSTRAINT told_whole CHECK ((told_count > 0) = (told_at IS NOT NULL)),
    CONSTRAINT ends_with_the_team CHECK (step < 4 OR due_at IS NULL),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id) ON DELETE CASCADE
);
CREATE INDEX wave_due ON __tenant__.wave (due_at) WHERE due_at IS NOT NULL;
