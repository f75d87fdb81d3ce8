-- The tables of one tenant; its schema's name takes the place of __tenant__.
CREATE TABLE __tenant__.actor (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('CITIZEN', 'ASSOCIATION', 'MERCHANT', 'PRODUCER', 'INSTITUTION')),
    CONSTRAINT role_known CHECK (role IN ('MEMBER', 'MODERATOR', 'ADMIN')),
    CONSTRAINT name_length CHECK (char_length(name) BETWEEN 1 AND 120)
);

CREATE TABLE __tenant__.cell_count (
    level SMALLINT NOT NULL,
    cell BIGINT NOT NULL,
    activity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (level, cell, activity_id, kind)
);
CREATE INDEX cell_count_box ON __tenant__.cell_count (level, lat, lng);

CREATE TABLE __tenant__.cell_count_delta (
    id UUID NOT NULL,
    level SMALLINT NOT NULL,
    cell BIGINT NOT NULL,
    activity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    delta INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE __tenant__.idempotency (
    actor_id UUID NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_created_at ON __tenant__.idempotency (created_at);

CREATE TABLE __tenant__.participatory_space (
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    visibility TEXT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT visibility_known CHECK (visibility IN ('PUBLIC', 'MEMBERS', 'DRAFT')),
    CONSTRAINT period_forward CHECK (closes_at > opens_at),
    UNIQUE (slug)
);
CREATE INDEX participatory_space_newest ON __tenant__.participatory_space (created_at, id);

CREATE TABLE __tenant__.tally (
    contribution_id UUID NOT NULL,
    choice TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (contribution_id, choice),
    CONSTRAINT choice_known CHECK (choice IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST'))
);

CREATE TABLE __tenant__.tally_delta (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    choice TEXT NOT NULL,
    delta SMALLINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT choice_known CHECK (choice IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST'))
);
CREATE INDEX tally_delta_contribution ON __tenant__.tally_delta (contribution_id, choice);

CREATE TABLE __tenant__.zone (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    geometry JSONB NOT NULL,
    cells BIGINT[] NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);
CREATE INDEX zone_cells ON __tenant__.zone USING gin (cells);

CREATE TABLE __tenant__.activity (
    id UUID NOT NULL,
    space_id UUID NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE,
    vote_method TEXT,
    location_rule TEXT NOT NULL,
    expires_after_days INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('MUTUAL_AID', 'MARKETPLACE', 'IDEA_BOX', 'CONSULTATION', 'DEBATE', 'PETITION')),
    CONSTRAINT vote_method_known CHECK (vote_method IN ('SUPPORT', 'OPINION')),
    CONSTRAINT location_rule_known CHECK (location_rule IN ('NONE', 'OPTIONAL', 'REQUIRED')),
    CONSTRAINT period_forward CHECK (closes_at > opens_at),
    CONSTRAINT expiry_within_a_year CHECK (expires_after_days BETWEEN 1 AND 365),
    FOREIGN KEY(space_id) REFERENCES __tenant__.participatory_space (id)
);
CREATE INDEX activity_space ON __tenant__.activity (space_id, rank);

CREATE TABLE __tenant__.category (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT category_slug_once UNIQUE (activity_id, slug),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id)
);

CREATE TABLE __tenant__.contribution (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id UUID NOT NULL,
    is_anonymous BOOLEAN NOT NULL,
    category_id UUID,
    zone_id UUID,
    about_id UUID,
    side TEXT,
    price_cents INTEGER,
    price_unit TEXT,
    exact_lat DOUBLE PRECISION,
    exact_lng DOUBLE PRECISION,
    address TEXT,
    precision TEXT,
    cell BIGINT,
    lat DOUBLE PRECISION,
    lng DOUBLE PRECISION,
    position point,
    cell_5 BIGINT,
    cell_6 BIGINT,
    cell_7 BIGINT,
    cell_8 BIGINT,
    support_count INTEGER NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revised_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    search_text TEXT NOT NULL,
    search TSVECTOR GENERATED ALWAYS AS (to_tsvector('pg_catalog.french'::regconfig, search_text)) STORED,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('OFFER', 'REQUEST', 'LISTING', 'PROPOSAL', 'ARGUMENT')),
    CONSTRAINT status_known CHECK (status IN ('OPEN', 'CLOSED', 'EXPIRED')),
    CONSTRAINT outcome_known CHECK (outcome IN ('FULFILLED', 'WITHDRAWN')),
    CONSTRAINT side_known CHECK (side IN ('FOR', 'AGAINST')),
    CONSTRAINT precision_known CHECK (precision IN ('CELL', 'EXACT')),
    CONSTRAINT title_length CHECK (char_length(title) BETWEEN 3 AND 120),
    CONSTRAINT body_length CHECK (char_length(body) BETWEEN 1 AND 5000),
    CONSTRAINT closed_with_outcome CHECK ((status = 'CLOSED') = (outcome IS NOT NULL)),
    CONSTRAINT argument_about CHECK ((kind = 'ARGUMENT') = (side IS NOT NULL AND about_id IS NOT NULL)),
    CONSTRAINT only_requests_anonymous CHECK (NOT is_anonymous OR kind = 'REQUEST'),
    CONSTRAINT published_whole_or_absent CHECK (num_nulls(cell, lat, lng, position, precision, cell_5, cell_6, cell_7, cell_8) IN (0, 9)),
    CONSTRAINT price_of_listing CHECK (price_cents IS NULL OR (kind = 'LISTING' AND price_cents >= 0)),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(category_id) REFERENCES __tenant__.category (id),
    FOREIGN KEY(zone_id) REFERENCES __tenant__.zone (id),
    FOREIGN KEY(about_id) REFERENCES __tenant__.contribution (id)
);
CREATE INDEX contribution_about ON __tenant__.contribution (about_id, published_at DESC, id DESC) WHERE about_id IS NOT NULL;
CREATE INDEX contribution_activity_id_newest ON __tenant__.contribution (activity_id, published_at DESC, id DESC) INCLUDE (kind, status, category_id, expires_at, lat, lng);
CREATE INDEX contribution_author ON __tenant__.contribution (author_id, published_at DESC, id DESC);
CREATE INDEX contribution_cell_5_newest ON __tenant__.contribution (cell_5, published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_cell_6_newest ON __tenant__.contribution (cell_6, published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_cell_7_newest ON __tenant__.contribution (cell_7, published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_cell_8_newest ON __tenant__.contribution (cell_8, published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_expiry ON __tenant__.contribution (expires_at) WHERE status = 'OPEN';
CREATE INDEX contribution_newest ON __tenant__.contribution (published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_position ON __tenant__.contribution USING spgist (position);
CREATE INDEX contribution_search ON __tenant__.contribution USING gin (search);
CREATE INDEX contribution_supported ON __tenant__.contribution (support_count DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);
CREATE INDEX contribution_zone_id_newest ON __tenant__.contribution (zone_id, published_at DESC, id DESC) INCLUDE (kind, status, activity_id, category_id, expires_at, lat, lng);

CREATE TABLE __tenant__.comment (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    author_id UUID NOT NULL,
    body TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT body_length CHECK (char_length(body) BETWEEN 1 AND 2000),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX comment_author ON __tenant__.comment (author_id, published_at DESC, id DESC);
CREATE INDEX comment_oldest ON __tenant__.comment (contribution_id, published_at, id);

CREATE TABLE __tenant__.vote (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    choice TEXT NOT NULL,
    cast_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT choice_known CHECK (choice IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST')),
    CONSTRAINT vote_once UNIQUE (contribution_id, actor_id),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX vote_actor ON __tenant__.vote (actor_id, cast_at, id);
