"""Roster: all tenants with their hosts, as commands list them."""

from typing import cast

from database import brief
from tenants.script import STRANGE, TALLY, is_complete, scripts

ROSTER = (
    "SELECT t.number, t.slug, t.state, t.title,"
    " ARRAY(SELECT h.host FROM platform.host h WHERE h.tenant_number = t.number ORDER BY h.host),"
    " t.database FROM platform.tenant t ORDER BY t.number"
)

Listed = tuple[int, str, str, str, list[str], str]
"""Number, slug, state, title, hosts and the cluster's name."""


def read(url: str) -> list[Listed] | None:
    """Every tenant, by number; None where the database is new, behind or away.

    Raises EditedMigrationError.
    """
    if (told := brief.read(url, TALLY, STRANGE, ROSTER)) is None:
        return None
    tally, [(strange,)], tenants = told
    is_current = is_complete(tally, scripts("platform"), scripts("tenant")) and not strange
    return cast(list[Listed], tenants) if is_current else None
