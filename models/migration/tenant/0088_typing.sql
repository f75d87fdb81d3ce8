-- Paper ballots typed by two people each; how a desk's paper is counted; the ballots of a record.
ALTER TABLE __tenant__.polling_desk
    ADD COLUMN counted_by TEXT DEFAULT 'TOTALS' NOT NULL,
    ADD CONSTRAINT counted_by_known CHECK (counted_by IN ('TOTALS', 'BALLOTS'));
ALTER TABLE __tenant__.polling_record
    ADD COLUMN ballots JSONB,
    ADD COLUMN photo_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT ballots_whole CHECK (ballots IS NULL OR jsonb_array_length(ballots) = valid),
    ADD CONSTRAINT photo_whole CHECK (num_nulls(photo, photo_digest, photo_at) IN (0, 3));
CREATE TABLE __tenant__.polling_typing (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    desk_id UUID NOT NULL,
    batch INTEGER NOT NULL,
    version INTEGER NOT NULL,
    agent_id UUID,
    reason TEXT,
    ballots JSONB NOT NULL,
    valid INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    spoilt INTEGER NOT NULL,
    digest TEXT NOT NULL,
    agreed_with_id UUID,
    agreed_agent_id UUID,
    typed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT polling_typing_once UNIQUE (desk_id, batch, version),
    CONSTRAINT typing_digest UNIQUE (id, digest),
    CONSTRAINT typing_agent UNIQUE (id, agent_id),
    CONSTRAINT batch_bounded CHECK (batch BETWEEN 1 AND 400),
    CONSTRAINT typing_version_positive CHECK (version > 0),
    CONSTRAINT batch_filled CHECK (jsonb_array_length(ballots) BETWEEN 1 AND 50),
    CONSTRAINT typing_not_negative CHECK (least(valid, blank, spoilt) >= 0),
    CONSTRAINT typing_whole CHECK (valid + blank + spoilt = jsonb_array_length(ballots)),
    CONSTRAINT agreed_by_two CHECK (agreed_agent_id <> agent_id),
    CONSTRAINT agreed_alike FOREIGN KEY (agreed_with_id, digest) REFERENCES __tenant__.polling_typing (id, digest),
    CONSTRAINT agreed_by FOREIGN KEY (agreed_with_id, agreed_agent_id)
        REFERENCES __tenant__.polling_typing (id, agent_id) ON UPDATE CASCADE,
    FOREIGN KEY (activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY (desk_id) REFERENCES __tenant__.polling_desk (id),
    FOREIGN KEY (agent_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY (agreed_agent_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX polling_typing_agreed ON __tenant__.polling_typing (desk_id, batch, version)
    WHERE agreed_with_id IS NOT NULL;
