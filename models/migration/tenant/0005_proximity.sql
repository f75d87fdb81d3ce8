-- Nearest first, read from the index alone: what lists filter by lies in it beside the position.
CREATE INDEX contribution_nearest ON __tenant__.contribution USING spgist (position kd_point_ops) INCLUDE (id, kind, status, activity_id, category_id, expires_at, lat, lng);
DROP INDEX __tenant__.contribution_position;
-- The map, read from the index alone: a city's counts lie scattered over as many pages as they have rows.
CREATE INDEX cell_count_map ON __tenant__.cell_count (level, lat, lng) INCLUDE (cell, activity_id, kind, count);
DROP INDEX __tenant__.cell_count_box;
