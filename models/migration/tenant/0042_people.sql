-- Roles in one space; and the list of people that administrators search.
CREATE TABLE __tenant__.space_role (
    id UUID NOT NULL,
    space_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    kind TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (space_id, actor_id, kind),
    CONSTRAINT kind_known CHECK (kind IN ('EDITOR')),
    FOREIGN KEY(space_id) REFERENCES __tenant__.participatory_space (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX space_role_actor ON __tenant__.space_role (actor_id);
CREATE INDEX actor_newest ON __tenant__.actor (created_at DESC, id DESC);
