"""Every model, loaded: for whoever goes through all tables of a tenant. A process knows those alone that it needed."""

import pkgutil
from importlib import import_module

import models
from models.base import tenant_metadata as tenant_metadata

for _found in pkgutil.iter_modules(models.__path__):
    if not _found.ispkg and _found.name != "every":
        import_module(f"models.{_found.name}")
