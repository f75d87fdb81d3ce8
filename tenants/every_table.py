"""Tenant tables: all of them, also in a process that has loaded few models, as a command does."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Table

import models
from models.base import tenant_metadata


@cache
def tenant_tables() -> list[Table]:
    """Every table of a tenant, each after those that it refers to."""
    for module in iter_modules(models.__path__):
        if not module.ispkg:
            import_module(f"models.{module.name}")
    return tenant_metadata.sorted_tables
