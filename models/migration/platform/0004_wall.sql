-- The second wall: what serving logins (parvis_server) and tenants' roles (parvis_tenant) reach of the platform.
GRANT USAGE ON SCHEMA platform TO parvis_server, parvis_tenant;
-- What a process needs of its own is its own; what only commands change, it reads.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA platform TO parvis_server;
ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO parvis_server;
REVOKE INSERT, UPDATE, DELETE ON platform.collectivite, platform.host, platform.migration, platform.registry, platform.tenant FROM parvis_server;
GRANT SELECT ON platform.collectivite, platform.tenant TO parvis_tenant;
-- A tenant sees its own row.
ALTER TABLE platform.tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_tenants ON platform.tenant FOR SELECT TO parvis_server USING (true);
CREATE POLICY own_tenant ON platform.tenant FOR SELECT TO parvis_tenant USING (current_user = 't_' || number);
