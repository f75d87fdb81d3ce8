-- What a portal that receives calls others' categories, and whom it leaves out: of its own row of the registry.
ALTER TABLE platform.tenant ADD COLUMN territory_words JSONB DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN territory_left_out BIGINT[] DEFAULT '{}'::bigint[] NOT NULL;
GRANT UPDATE (territory_words, territory_left_out) ON platform.tenant TO parvis_tenant;
CREATE INDEX territory_publication_category ON platform.territory_publication (reader_number, category_key);
-- The first rows near a point are found in the index alone, also by those filters.
DROP INDEX platform.territory_publication_nearest;
CREATE INDEX territory_publication_nearest ON platform.territory_publication USING spgist (position kd_point_ops) INCLUDE (id, reader_number, tenant_number, kind, category_key, expires_at, lat, lng);
DROP INDEX platform.territory_cell_count_map;
CREATE INDEX territory_cell_count_map ON platform.territory_cell_count (reader_number, level, lat, lng) INCLUDE (cell, kind, tenant_number, count);
