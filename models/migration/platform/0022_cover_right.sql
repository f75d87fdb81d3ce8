-- A city chooses its cover itself.
GRANT UPDATE (cover) ON platform.tenant TO parvis_tenant;
