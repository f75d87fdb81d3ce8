-- Decisions of moderators are contested, and answered by others.
ALTER TABLE __tenant__.moderation_case
    DROP CONSTRAINT state_known,
    ADD CONSTRAINT state_known CHECK (state IN ('OPEN', 'DECIDED', 'APPEALED', 'VOID'));
CREATE INDEX moderation_decision_newest ON __tenant__.moderation_decision (action, decided_at DESC, id DESC);
CREATE TABLE __tenant__.appeal (
    id UUID NOT NULL,
    decision_id UUID NOT NULL,
    appellant_id UUID,
    reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT,
    reply TEXT,
    decider_id UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT outcome_known CHECK (outcome IN ('UPHELD', 'REVERSED')),
    CONSTRAINT decided_whole CHECK (num_nulls(outcome, reply, decider_id, decided_at) IN (0, 4)),
    CONSTRAINT reason_length CHECK (char_length(reason) BETWEEN 10 AND 2000),
    CONSTRAINT reply_length CHECK (char_length(reply) BETWEEN 10 AND 2000),
    FOREIGN KEY(decision_id) REFERENCES __tenant__.moderation_decision (id),
    FOREIGN KEY(appellant_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(decider_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX appeal_appellant ON __tenant__.appeal (appellant_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX appeal_once ON __tenant__.appeal (decision_id, appellant_id);
