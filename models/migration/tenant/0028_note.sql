-- To whom of the city's team a contribution is given, and what the team writes about it for itself.
ALTER TABLE __tenant__.contribution ADD COLUMN assignee_id UUID REFERENCES __tenant__.actor (id);
CREATE INDEX contribution_assigned ON __tenant__.contribution (assignee_id, published_at, id) WHERE assignee_id IS NOT NULL;
CREATE TABLE __tenant__.note (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    author_id UUID,
    concerned_id UUID NOT NULL,
    body TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT body_length CHECK (char_length(body) BETWEEN 1 AND 5000),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(concerned_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX note_newest ON __tenant__.note (contribution_id, written_at DESC, id DESC);
CREATE INDEX note_author ON __tenant__.note (author_id);
CREATE INDEX note_concerned ON __tenant__.note (concerned_id);
CREATE INDEX note_written ON __tenant__.note USING brin (written_at);
