"""Which schema: the registry of tenants, their hosts, the only door to the database, provisioning and migrations."""
