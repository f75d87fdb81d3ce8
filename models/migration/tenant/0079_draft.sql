-- What somebody is still writing, for nobody else; it is removed, as no contribution ever is (0009).
CREATE TABLE __tenant__.draft (
    id UUID NOT NULL,
    author_id UUID NOT NULL,
    activity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    category_id UUID,
    is_anonymous BOOLEAN NOT NULL,
    price_cents INTEGER,
    price_unit TEXT,
    season_months INTEGER[],
    urgency TEXT NOT NULL,
    capacity INTEGER,
    lat DOUBLE PRECISION,
    lng DOUBLE PRECISION,
    precision TEXT,
    address TEXT,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('OFFER', 'REQUEST', 'LISTING', 'PROPOSAL')),
    CONSTRAINT precision_known CHECK (precision IN ('CELL', 'EXACT')),
    CONSTRAINT urgency_known CHECK (urgency IN ('NOW', 'THIS_WEEK', 'NO_HURRY')),
    CONSTRAINT title_length CHECK (char_length(title) <= 255),
    CONSTRAINT body_length CHECK (char_length(body) <= 20000),
    CONSTRAINT place_whole_or_absent CHECK (num_nulls(lat, lng, precision) IN (0, 3)),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(category_id) REFERENCES __tenant__.category (id) ON DELETE SET NULL
);
CREATE INDEX draft_newest ON __tenant__.draft (author_id, changed_at, id);
CREATE INDEX draft_category ON __tenant__.draft (category_id);
