-- A city switches what its portal offers, and whether it takes trusted documents alone, itself.
GRANT UPDATE (features, trusted_documents_only) ON platform.tenant TO parvis_tenant;
