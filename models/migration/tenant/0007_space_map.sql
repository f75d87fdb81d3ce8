-- A city's map by space, a row a cell: what a viewer sees of activities is mostly what it sees of their spaces.
CREATE TABLE __tenant__.space_cell_count (
    level SMALLINT NOT NULL,
    cell BIGINT NOT NULL,
    space_id UUID NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    offer_count INTEGER NOT NULL,
    request_count INTEGER NOT NULL,
    listing_count INTEGER NOT NULL,
    proposal_count INTEGER NOT NULL,
    argument_count INTEGER NOT NULL,
    PRIMARY KEY (level, cell, space_id)
);
INSERT INTO __tenant__.space_cell_count (level, cell, space_id, lat, lng, offer_count, request_count, listing_count, proposal_count, argument_count)
SELECT c.level, c.cell, a.space_id, min(c.lat), min(c.lng),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'OFFER'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'REQUEST'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'LISTING'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'PROPOSAL'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'ARGUMENT'), 0)
FROM __tenant__.cell_count c JOIN __tenant__.activity a ON a.id = c.activity_id
GROUP BY c.level, c.cell, a.space_id;
CREATE INDEX space_cell_count_map ON __tenant__.space_cell_count (level, lat, lng) INCLUDE (cell, space_id, offer_count, request_count, listing_count, proposal_count, argument_count);
