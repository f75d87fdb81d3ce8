"""Which schema: the registry of tenants and their hosts, provisioning, migrations and the second wall."""
