-- What each portal's cover is a drawing of.
ALTER TABLE platform.tenant ADD COLUMN cover TEXT DEFAULT 'HILLS' NOT NULL;
ALTER TABLE platform.tenant ADD CONSTRAINT cover_known CHECK (cover IN ('HILLS', 'RIVER', 'BRIDGE', 'QUAYS', 'COAST', 'CLIFFS', 'HARBOUR', 'FIELDS', 'MARSH', 'FOREST', 'GARDENS', 'ROOFS', 'GABLES', 'TOWERS', 'FACTORY', 'CITADEL', 'DOME'));
