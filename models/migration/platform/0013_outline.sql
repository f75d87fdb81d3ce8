-- Where collectivités lie: outlines apart from the register's rows, which lists read without them.
CREATE TABLE platform.collectivite_outline (
    collectivite_id TEXT NOT NULL,
    geometry JSON NOT NULL,
    south DOUBLE PRECISION NOT NULL,
    west DOUBLE PRECISION NOT NULL,
    north DOUBLE PRECISION NOT NULL,
    east DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (collectivite_id),
    FOREIGN KEY(collectivite_id) REFERENCES platform.collectivite (id)
);
CREATE INDEX collectivite_parent_ids ON platform.collectivite USING gin (parent_ids);

GRANT SELECT ON platform.collectivite_outline TO parvis_tenant;
REVOKE INSERT, UPDATE, DELETE ON platform.collectivite_outline FROM parvis_server;
