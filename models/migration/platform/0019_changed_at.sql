-- When a tenant last changed: what readers of its open data compare with.
ALTER TABLE platform.tenant_change ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now();
