-- Whether a portal wants a second step of signing in from whoever has a role there.
ALTER TABLE platform.tenant ADD COLUMN second_step_demanded BOOLEAN DEFAULT false NOT NULL;
GRANT UPDATE (second_step_demanded) ON platform.tenant TO parvis_tenant;
