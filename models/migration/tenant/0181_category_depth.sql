-- A category lies in the nearest before it that is less deep: a consultation's list of sections is a tree.
ALTER TABLE __tenant__.category
    ADD COLUMN depth SMALLINT NOT NULL DEFAULT 0,
    ADD CONSTRAINT depth_known CHECK (depth BETWEEN 0 AND 3);
