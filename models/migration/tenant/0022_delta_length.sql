-- Plans that read deltas are kept; they are made by the table's length and by statistics of whose deltas there are. So
-- the file is not cut where it ends in empty pages, and no statistics are taken.
ALTER TABLE __tenant__.tally_delta SET (vacuum_truncate = false);
ALTER TABLE __tenant__.tally_delta ALTER COLUMN contribution_id SET STATISTICS 0;
