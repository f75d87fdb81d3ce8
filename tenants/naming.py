"""The one place that puts a tenant's schema name into a statement: from the registry's number, never from input."""

from models.base import TENANT


def schema_name(number: int) -> str:
    """`t_<number>`; also the name of the tenant's database role."""
    return f"t_{number:d}"


def qualify(text: str, number: int) -> str:
    """A statement written for any tenant as the statement of one.

    The mark ends in a dot, which no GraphQL name, and so no alias in a statement, can contain.
    """
    return text.replace(f"{TENANT}.", f"{schema_name(number)}.")
