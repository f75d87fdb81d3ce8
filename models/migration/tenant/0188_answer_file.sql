-- Files that people send with their answers to a survey.
CREATE TABLE __tenant__.answer_file (
    id UUID NOT NULL,
    answer_id UUID NOT NULL,
    question TEXT NOT NULL,
    actor_id UUID,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BYTEA NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT type_known CHECK (type IN ('IMAGE', 'PDF', 'TEXT')),
    CONSTRAINT answer_file_once UNIQUE (answer_id, question),
    CONSTRAINT file_in_reach CHECK (size = octet_length(content) AND size BETWEEN 1 AND 8388608),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    FOREIGN KEY (answer_id) REFERENCES __tenant__.survey_answer (id) ON DELETE CASCADE,
    FOREIGN KEY (actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX answer_file_actor ON __tenant__.answer_file (actor_id);
