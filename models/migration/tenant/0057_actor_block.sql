-- People who want no more to do with each other.
CREATE TABLE __tenant__.actor_block (
    id UUID NOT NULL,
    blocker_id UUID NOT NULL,
    blocked_id UUID NOT NULL,
    is_named BOOLEAN NOT NULL,
    blocked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT two_actors CHECK (blocker_id <> blocked_id),
    CONSTRAINT actor_block_once UNIQUE (blocker_id, blocked_id),
    FOREIGN KEY(blocker_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(blocked_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX actor_block_blocked ON __tenant__.actor_block (blocked_id);
CREATE INDEX actor_block_newest ON __tenant__.actor_block (blocker_id, blocked_at DESC, id DESC);
