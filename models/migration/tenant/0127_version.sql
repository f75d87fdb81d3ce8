-- Who writes a category or a zone says which version was read.
ALTER TABLE __tenant__.category ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE __tenant__.zone ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- An import says what it adds, and makes statuses and official responses; 0128 looks at the rows that are there.
ALTER TABLE __tenant__.import_remark DROP CONSTRAINT code_known, ADD CONSTRAINT code_known CHECK (code IN ('MISSING', 'TOO_SHORT', 'TOO_LONG', 'BAD_DATE', 'FUTURE_DATE', 'BAD_NUMBER', 'BAD_KIND', 'BAD_SIDE', 'BAD_PLACE', 'UNKNOWN_ABOUT', 'UNKNOWN_COMMUNE', 'UNKNOWN_CATEGORY', 'OUTSIDE_TERRITORY', 'REPEATED', 'BROKEN_ROW', 'ZERO_RESTORED', 'PLACE_LEFT_OUT', 'WITHDRAWN', 'NEW_CATEGORY', 'NEW_STATUS', 'STATUS_LEFT_OUT', 'TITLE_OF_TEXT')) NOT VALID;
ALTER TABLE __tenant__.imported_item DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ('CONTRIBUTION', 'ARGUMENT', 'COMMENT', 'ACTOR', 'CATEGORY', 'RESPONSE', 'STATUS')) NOT VALID;
