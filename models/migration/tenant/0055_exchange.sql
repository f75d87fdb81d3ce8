-- Neighbours answer offers, requests and listings: exchanges with their messages; places of a contribution.
ALTER TABLE __tenant__.contribution
    ADD COLUMN urgency TEXT DEFAULT 'NO_HURRY' NOT NULL,
    ADD COLUMN capacity INTEGER,
    ADD COLUMN accepted_count INTEGER DEFAULT 0 NOT NULL,
    ADD CONSTRAINT urgency_known CHECK (urgency IN ('NOW', 'THIS_WEEK', 'NO_HURRY')),
    ADD CONSTRAINT capacity_in_reach CHECK (capacity BETWEEN 1 AND 1000),
    ADD CONSTRAINT accepted_within_capacity CHECK (accepted_count >= 0 AND (capacity IS NULL OR accepted_count <= capacity));
UPDATE __tenant__.contribution SET capacity = 1 WHERE kind = 'REQUEST';
CREATE TABLE __tenant__.exchange (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    author_id UUID NOT NULL,
    proposer_id UUID NOT NULL,
    status TEXT NOT NULL,
    is_urgent BOOLEAN NOT NULL,
    reason TEXT,
    ended_by TEXT,
    note TEXT,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lapses_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    nudged_at TIMESTAMP WITH TIME ZONE,
    answered_at TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    done_said_by TEXT,
    done_said_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    place_precision TEXT,
    place TEXT,
    author_read_at TIMESTAMP WITH TIME ZONE,
    proposer_read_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('PROPOSED', 'WAITING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'LAPSED', 'DONE', 'CANCELLED', 'DISPUTED')),
    CONSTRAINT reason_known CHECK (reason IN ('FOUND_SOMEBODY', 'NOT_NEEDED', 'NOT_SUITABLE', 'NOT_AVAILABLE', 'TOO_FAR', 'NO_NEWS', 'DID_NOT_COME', 'OTHER', 'CONTRIBUTION_ENDED', 'ACCOUNT_CLOSED', 'BLOCKED')),
    CONSTRAINT ended_by_known CHECK (ended_by IN ('AUTHOR', 'PROPOSER', 'CLOCK', 'MODERATION', 'END')),
    CONSTRAINT done_said_by_known CHECK (done_said_by IN ('AUTHOR', 'PROPOSER')),
    CONSTRAINT place_precision_known CHECK (place_precision IN ('CELL', 'STREET', 'POINT')),
    CONSTRAINT two_people CHECK (author_id <> proposer_id),
    CONSTRAINT done_said_whole CHECK ((done_said_by IS NULL) = (done_said_at IS NULL)),
    CONSTRAINT ended_unless_alive CHECK ((status IN ('PROPOSED', 'WAITING', 'ACCEPTED', 'DISPUTED')) = (ended_at IS NULL)),
    CONSTRAINT note_length CHECK (char_length(note) BETWEEN 1 AND 500),
    CONSTRAINT place_length CHECK (char_length(place) BETWEEN 1 AND 200),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(proposer_id) REFERENCES __tenant__.actor (id)
);
CREATE UNIQUE INDEX exchange_alive ON __tenant__.exchange (contribution_id, proposer_id) WHERE status IN ('PROPOSED', 'WAITING', 'ACCEPTED', 'DISPUTED');
CREATE INDEX exchange_author ON __tenant__.exchange (author_id, changed_at DESC, id DESC);
CREATE INDEX exchange_contribution ON __tenant__.exchange (contribution_id, proposed_at, id);
CREATE INDEX exchange_due ON __tenant__.exchange (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX exchange_proposer ON __tenant__.exchange (proposer_id, changed_at DESC, id DESC);
CREATE TABLE __tenant__.message (
    id UUID NOT NULL,
    exchange_id UUID NOT NULL,
    author_id UUID NOT NULL,
    body TEXT NOT NULL,
    masked TEXT,
    status TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('PUBLISHED', 'HELD', 'HIDDEN')),
    CONSTRAINT body_length CHECK (char_length(body) BETWEEN 1 AND 2000),
    FOREIGN KEY(exchange_id) REFERENCES __tenant__.exchange (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX message_author ON __tenant__.message (author_id, id);
CREATE INDEX message_oldest ON __tenant__.message (exchange_id, sent_at, id);
