-- People follow what they want to hear of, and are told in the portal.
CREATE TABLE __tenant__.follow (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    contribution_id UUID,
    activity_id UUID,
    space_id UUID,
    zone_id UUID,
    category_id UUID,
    cell BIGINT,
    rings SMALLINT,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_target
        CHECK (num_nonnulls(contribution_id, activity_id, space_id, zone_id, category_id, cell) = 1),
    CONSTRAINT area_whole CHECK ((cell IS NULL) = (rings IS NULL)),
    CONSTRAINT rings_in_reach CHECK (rings BETWEEN 0 AND 6),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id) ON DELETE CASCADE,
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(space_id) REFERENCES __tenant__.participatory_space (id),
    FOREIGN KEY(zone_id) REFERENCES __tenant__.zone (id) ON DELETE CASCADE,
    FOREIGN KEY(category_id) REFERENCES __tenant__.category (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX follow_contribution ON __tenant__.follow (contribution_id, actor_id)
    WHERE contribution_id IS NOT NULL;
CREATE UNIQUE INDEX follow_activity ON __tenant__.follow (activity_id, actor_id) WHERE activity_id IS NOT NULL;
CREATE UNIQUE INDEX follow_space ON __tenant__.follow (space_id, actor_id) WHERE space_id IS NOT NULL;
CREATE UNIQUE INDEX follow_zone ON __tenant__.follow (zone_id, actor_id) WHERE zone_id IS NOT NULL;
CREATE UNIQUE INDEX follow_category ON __tenant__.follow (category_id, actor_id) WHERE category_id IS NOT NULL;
CREATE UNIQUE INDEX follow_cell ON __tenant__.follow (cell, actor_id) WHERE cell IS NOT NULL;
CREATE INDEX follow_newest ON __tenant__.follow (actor_id, started_at DESC, id DESC);
CREATE TABLE __tenant__.notice (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    event_id UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    contribution_id UUID,
    activity_id UUID,
    exchange_id UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN (
        'PUBLISHED', 'COMMENTED', 'ANSWERED', 'CLOSED', 'EXPIRED', 'VOTE_OPENED', 'VOTE_CLOSING', 'VOTE_COUNTED',
        'EXCHANGE_PROPOSED', 'EXCHANGE_ACCEPTED', 'EXCHANGE_ENDED', 'EXCHANGE_DONE', 'EXCHANGE_DISPUTED',
        'MESSAGE_RECEIVED'
    )),
    CONSTRAINT about_something CHECK (num_nonnulls(contribution_id, activity_id) > 0),
    CONSTRAINT notice_once UNIQUE (event_id, actor_id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(event_id) REFERENCES __tenant__.event (id) ON DELETE CASCADE,
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id) ON DELETE CASCADE,
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);
CREATE INDEX notice_newest ON __tenant__.notice (actor_id, position DESC, id DESC);
CREATE INDEX notice_unread ON __tenant__.notice (actor_id) WHERE read_at IS NULL;
CREATE INDEX notice_kept ON __tenant__.notice USING brin (made_at);
-- What happened before nobody is told of; who the consumers are says 0044, from the models.
ALTER TABLE __tenant__.event_cursor DROP CONSTRAINT consumer_known;
INSERT INTO __tenant__.event_cursor (consumer, position)
    SELECT 'NOTICES', coalesce(max(position), 0) FROM __tenant__.event;
