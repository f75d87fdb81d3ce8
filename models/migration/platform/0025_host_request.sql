-- Administrators name other sites and ask for hosts' names; a process with the owner's login serves those that it has checked.
ALTER TABLE platform.tenant ADD COLUMN host_requests JSONB DEFAULT '[]'::jsonb NOT NULL;
GRANT UPDATE (origins, host_requests) ON platform.tenant TO parvis_tenant;
ALTER TABLE platform.host ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_hosts ON platform.host FOR SELECT TO parvis_server USING (true);
CREATE POLICY own_hosts ON platform.host FOR SELECT TO parvis_tenant USING (current_user = 't_' || tenant_number);
CREATE POLICY own_host_left ON platform.host FOR DELETE TO parvis_tenant USING (current_user = 't_' || tenant_number);
GRANT SELECT, DELETE ON platform.host TO parvis_tenant;
