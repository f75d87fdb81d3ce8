-- Authors of petitions beside the one who published it, and sponsors before it is submitted.
CREATE TABLE __tenant__.petitioner (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    role TEXT NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT role_known CHECK (role IN ('AUTHOR', 'SPONSOR')),
    CONSTRAINT petitioner_once UNIQUE (contribution_id, actor_id),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX petitioner_actor ON __tenant__.petitioner (actor_id);
ALTER TABLE __tenant__.petition_rule
    ADD COLUMN sponsors SMALLINT DEFAULT 0 NOT NULL,
    ADD CONSTRAINT sponsors_known CHECK (sponsors BETWEEN 0 AND 20);
ALTER TABLE __tenant__.petition
    ADD COLUMN author_code UUID DEFAULT gen_random_uuid() NOT NULL,
    DROP CONSTRAINT state_known,
    DROP CONSTRAINT decided_once,
    DROP CONSTRAINT gathers_once,
    ADD CONSTRAINT state_known CHECK (state IN ('SEEKING', 'SUBMITTED', 'ADMISSIBLE', 'INADMISSIBLE', 'OPEN', 'REACHED', 'LAPSED', 'TRANSMITTED', 'ON_AGENDA', 'ANSWERED')),
    ADD CONSTRAINT decided_once CHECK ((state IN ('SEEKING', 'SUBMITTED')) = (decided_at IS NULL)),
    ADD CONSTRAINT gathers_once CHECK ((state IN ('SEEKING', 'SUBMITTED', 'ADMISSIBLE', 'INADMISSIBLE')) = (opened_at IS NULL) AND (opened_at IS NULL) = (closes_at IS NULL));
