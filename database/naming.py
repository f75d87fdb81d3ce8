"""The one place that puts a tenant's schema name into a statement: from the registry's number, never from input."""

from models.schema_name import TENANT

HOME = "main"
"""The cluster that has what concerns all tenants; others have names that the operator chose."""

LOGIN = "NONE"
"""`SET ROLE NONE` returns to the role that a connection logged in with."""

OWNER = "parvis_owner"
"""The role that owns all schemas and tables; migrations and provisioning take it."""

SERVER = "parvis_server"
"""The role of logins that serve requests: it reads the registry, and may take each tenant's role."""

TENANTS = "parvis_tenant"
"""The role that every tenant's role is a member of: it reads the shared tables."""


def schema_name(number: int) -> str:
    """`t_<number>`; also the name of the tenant's database role."""
    return f"t_{number:d}"


def role(tenant: int | None) -> str:
    """The role under which a tenant's statements run; for None the login's own."""
    return LOGIN if tenant is None else schema_name(tenant)


def number(role: str) -> int | None:
    """The tenant whose role it is; None for the login."""
    return None if role == LOGIN else int(role.removeprefix("t_"))


def qualify(text: str, number: int) -> str:
    """A statement for any tenant with one tenant's schema put in.

    The placeholder ends in a dot, which no GraphQL name, and so no alias in a statement, can contain.
    """
    return text.replace(f"{TENANT}.", f"{schema_name(number)}.")
