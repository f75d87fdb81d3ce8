-- Ballots that are set aside because of a suspicion.
CREATE TABLE __tenant__.set_aside (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    ballot_id UUID NOT NULL,
    sign TEXT NOT NULL,
    explanation TEXT NOT NULL,
    agent_id UUID,
    set_aside_at TIMESTAMP WITH TIME ZONE NOT NULL,
    appeal TEXT,
    appealed_at TIMESTAMP WITH TIME ZONE,
    reply TEXT,
    restored_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT sign_known CHECK (sign IN ('MAILBOX', 'DOMAIN')),
    CONSTRAINT set_aside_once UNIQUE (ballot_id),
    CONSTRAINT appeal_whole CHECK (num_nulls(appeal, appealed_at) IN (0, 2)),
    CONSTRAINT restored_for_a_reason CHECK (restored_at IS NULL OR reply IS NOT NULL),
    FOREIGN KEY (activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY (agent_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX set_aside_activity ON __tenant__.set_aside (activity_id, set_aside_at);
ALTER TABLE __tenant__.vote_result
    ADD COLUMN set_aside_count INTEGER NOT NULL DEFAULT 0;
