-- What portals publish to each other, on purpose: each tenant's role writes its own rows and reads what is published to it.
ALTER TABLE platform.tenant ADD COLUMN territory_rules JSONB DEFAULT '[]'::jsonb NOT NULL;
GRANT UPDATE (territory_rules) ON platform.tenant TO parvis_tenant;
CREATE TABLE platform.territory_reader (
    tenant_number BIGINT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    collectivite_id TEXT NOT NULL,
    PRIMARY KEY (tenant_number),
    FOREIGN KEY(tenant_number) REFERENCES platform.tenant (number) ON DELETE CASCADE,
    FOREIGN KEY(collectivite_id) REFERENCES platform.collectivite (id)
);
CREATE TABLE platform.territory_publication (
    id UUID NOT NULL,
    reader_number BIGINT NOT NULL,
    tenant_number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    category_key TEXT,
    category_name TEXT,
    zone_name TEXT,
    collectivite_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    host TEXT NOT NULL,
    cell BIGINT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    position point NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id, reader_number, tenant_number),
    CONSTRAINT kind_known CHECK (kind IN ('OFFER', 'REQUEST', 'LISTING')),
    CONSTRAINT published_to_others CHECK (reader_number <> tenant_number),
    FOREIGN KEY(reader_number) REFERENCES platform.territory_reader (tenant_number) ON DELETE CASCADE,
    FOREIGN KEY(tenant_number) REFERENCES platform.tenant (number) ON DELETE CASCADE,
    FOREIGN KEY(collectivite_id) REFERENCES platform.collectivite (id)
);
CREATE INDEX territory_publication_nearest ON platform.territory_publication USING spgist (position kd_point_ops) INCLUDE (id, reader_number, kind, expires_at, lat, lng);
CREATE INDEX territory_publication_newest ON platform.territory_publication (reader_number, published_at, id);
CREATE INDEX territory_publication_tenant ON platform.territory_publication (tenant_number, id);
CREATE TABLE platform.territory_cell_count (
    reader_number BIGINT NOT NULL,
    tenant_number BIGINT NOT NULL,
    level SMALLINT NOT NULL,
    cell BIGINT NOT NULL,
    kind TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (reader_number, tenant_number, level, cell, kind),
    CONSTRAINT kind_known CHECK (kind IN ('OFFER', 'REQUEST', 'LISTING')),
    FOREIGN KEY(reader_number) REFERENCES platform.territory_reader (tenant_number) ON DELETE CASCADE,
    FOREIGN KEY(tenant_number) REFERENCES platform.tenant (number) ON DELETE CASCADE
);
CREATE INDEX territory_cell_count_map ON platform.territory_cell_count (reader_number, level, lat, lng) INCLUDE (cell, kind, count);
CREATE INDEX territory_cell_count_tenant ON platform.territory_cell_count (tenant_number);
ALTER TABLE platform.territory_reader ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON platform.territory_reader FROM parvis_server;
ALTER TABLE platform.territory_publication ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON platform.territory_publication FROM parvis_server;
ALTER TABLE platform.territory_cell_count ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON platform.territory_cell_count FROM parvis_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.territory_reader, platform.territory_publication, platform.territory_cell_count TO parvis_tenant;
-- Servers know which portals receive.
GRANT SELECT ON platform.territory_reader TO parvis_server;
CREATE POLICY territory_reader_all ON platform.territory_reader FOR SELECT TO parvis_server USING (true);
-- The number in the role's name is reckoned once a statement, not once a row.
CREATE POLICY territory_reader_known ON platform.territory_reader FOR SELECT TO parvis_tenant USING (true);
CREATE POLICY territory_reader_own ON platform.territory_reader TO parvis_tenant USING (tenant_number = (SELECT substr(current_user::text, 3)::bigint)) WITH CHECK (tenant_number = (SELECT substr(current_user::text, 3)::bigint));
CREATE POLICY territory_publication_read ON platform.territory_publication FOR SELECT TO parvis_tenant USING (reader_number = (SELECT substr(current_user::text, 3)::bigint));
CREATE POLICY territory_publication_own ON platform.territory_publication TO parvis_tenant USING (tenant_number = (SELECT substr(current_user::text, 3)::bigint)) WITH CHECK (tenant_number = (SELECT substr(current_user::text, 3)::bigint));
CREATE POLICY territory_cell_count_read ON platform.territory_cell_count FOR SELECT TO parvis_tenant USING (reader_number = (SELECT substr(current_user::text, 3)::bigint));
CREATE POLICY territory_cell_count_own ON platform.territory_cell_count TO parvis_tenant USING (tenant_number = (SELECT substr(current_user::text, 3)::bigint)) WITH CHECK (tenant_number = (SELECT substr(current_user::text, 3)::bigint));
