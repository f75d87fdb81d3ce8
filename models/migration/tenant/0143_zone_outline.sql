-- Pages look for the middle of each zone: a zone without an outline would stop them all.
ALTER TABLE __tenant__.zone
    ADD CONSTRAINT outlined CHECK (coalesce(geometry ->> 'type', '') IN ('Polygon', 'MultiPolygon') AND geometry @? '$.coordinates[0][0][0]') NOT VALID;
