"""Tests: real PostgreSQL, always several tenants, through the GraphQL endpoint by default."""
