-- The market: shops with opening hours, pick-up points and delivery areas; who vouches for a seller; seasons of listings.
CREATE TABLE __tenant__.shop (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    opening_hours JSONB NOT NULL,
    pick_up_points JSONB NOT NULL,
    delivery_terms TEXT,
    lat DOUBLE PRECISION,
    lng DOUBLE PRECISION,
    radius_m INTEGER,
    zone_ids UUID[],
    outline JSONB,
    revised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_delivery_area CHECK (num_nonnulls(radius_m, zone_ids, outline) <= 1),
    CONSTRAINT circle_whole_or_absent CHECK (num_nulls(radius_m, lat, lng) IN (0, 3)),
    UNIQUE (actor_id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE TABLE __tenant__.delivery_cell (
    cell BIGINT NOT NULL,
    shop_id UUID NOT NULL,
    PRIMARY KEY (cell, shop_id),
    FOREIGN KEY(shop_id) REFERENCES __tenant__.shop (id) ON DELETE CASCADE
);
CREATE INDEX delivery_cell_shop ON __tenant__.delivery_cell (shop_id);
CREATE TABLE __tenant__.vouch (
    id UUID NOT NULL,
    actor_id UUID NOT NULL,
    voucher_id UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT vouch_once UNIQUE (actor_id, voucher_id),
    CONSTRAINT two_actors CHECK (actor_id <> voucher_id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(voucher_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX vouch_voucher ON __tenant__.vouch (voucher_id);
ALTER TABLE __tenant__.contribution
    ADD COLUMN season_months INTEGER[],
    ADD CONSTRAINT season_of_listing CHECK (
        season_months IS NULL
        OR (kind = 'LISTING' AND cardinality(season_months) BETWEEN 1 AND 12 AND season_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}')
    );
