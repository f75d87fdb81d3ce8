"""The demonstration's data: sixteen tenants as pure values, without any database."""

from demo.tenant import tenants

__all__ = ["tenants"]
