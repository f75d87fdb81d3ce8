-- What people are told is mailed to them as often as they want, once.
CREATE TABLE __tenant__.digest (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    cadence TEXT NOT NULL,
    until_position BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cadence_known CHECK (cadence IN ('AT_ONCE', 'DAILY', 'WEEKLY')),
    CONSTRAINT digest_once UNIQUE (actor_id, cadence, until_position),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX digest_kept ON __tenant__.digest (made_at);
CREATE TABLE __tenant__.mail_preference (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    mine TEXT NOT NULL,
    followed TEXT NOT NULL,
    locale TEXT,
    quiet_from SMALLINT NOT NULL,
    quiet_until SMALLINT NOT NULL,
    revised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT mine_known CHECK (mine IN ('AT_ONCE', 'DAILY', 'WEEKLY', 'NEVER')),
    CONSTRAINT followed_known CHECK (followed IN ('AT_ONCE', 'DAILY', 'WEEKLY', 'NEVER')),
    CONSTRAINT locale_known CHECK (locale IN ('fr', 'en')),
    CONSTRAINT hours_of_a_day CHECK (quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23),
    CONSTRAINT preference_once UNIQUE (actor_id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
ALTER TABLE __tenant__.notice
    ADD COLUMN cadence TEXT,
    ADD COLUMN digest_id UUID,
    ADD CONSTRAINT cadence_known CHECK (cadence IN ('AT_ONCE', 'DAILY', 'WEEKLY')),
    ADD FOREIGN KEY (digest_id) REFERENCES __tenant__.digest (id) ON DELETE SET NULL;
CREATE INDEX notice_unsent ON __tenant__.notice (actor_id, cadence) INCLUDE (made_at, position)
    WHERE cadence IS NOT NULL AND digest_id IS NULL AND read_at IS NULL;
CREATE INDEX notice_digest ON __tenant__.notice (digest_id) WHERE digest_id IS NOT NULL;
ALTER TABLE __tenant__.account ADD COLUMN asleep_at TIMESTAMP WITH TIME ZONE;
