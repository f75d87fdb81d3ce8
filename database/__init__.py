"""The only door to PostgreSQL: connections, statements, turns and groups, and the names of tenants' schemas."""
