-- Counts by kind stand in one column: a kind that is added is a place more, and no migration.
ALTER TABLE __tenant__.space_cell_count ADD COLUMN counts INTEGER[];
UPDATE __tenant__.space_cell_count SET counts = ARRAY[offer_count, request_count, listing_count, proposal_count, argument_count];
ALTER TABLE __tenant__.space_cell_count ALTER COLUMN counts SET NOT NULL;
DROP INDEX __tenant__.space_cell_count_map;
ALTER TABLE __tenant__.space_cell_count DROP COLUMN offer_count, DROP COLUMN request_count, DROP COLUMN listing_count, DROP COLUMN proposal_count, DROP COLUMN argument_count;
CREATE INDEX space_cell_count_map ON __tenant__.space_cell_count (level, lat, lng) INCLUDE (cell, space_id, counts);
