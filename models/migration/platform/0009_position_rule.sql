-- By which rule a tenant's positions are published: what is there follows the first one until it is published anew.
ALTER TABLE platform.tenant ADD COLUMN position_rule SMALLINT DEFAULT 1 NOT NULL;
ALTER TABLE platform.tenant ALTER COLUMN position_rule SET DEFAULT 2;
