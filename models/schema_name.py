"""What schemas are called; apart from the tables, so that a command that needs only this loads no library for them."""

PLATFORM = "platform"
"""The schema of what all tenants share: the registers and the registry."""

TENANT = "__tenant__"
"""Stands for the tenant's own schema `t_<number>` until `database.naming` puts the name in."""
