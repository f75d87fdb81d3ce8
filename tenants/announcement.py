"""Announcements: a process tells all others at once that something happened in a tenant; with ids alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, bindparam, func, literal_column, select

from database.door import Database
from database.listening import CHANNEL

NOTIFY = select(func.pg_notify(literal_column(f"'{CHANNEL}'", Text), bindparam("payload", type_=Text())))
"""A statement of its own, after the commit: in a transaction it would make the commits of all tenants queue."""

AT_ONCE = 200
"""Ids in one announcement, of which PostgreSQL takes 8,000 bytes."""

_EVENTS, _TALLIES = "events", "tallies"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What happened in a tenant: events were sealed, or the votes on these contributions changed."""

    tenant: int
    contributions: tuple[UUID, ...] = ()
    """Empty where it is of events."""


async def events(database: Database, tenant: int) -> None:
    """A tenant's journal has new events."""
    await database.rows(NOTIFY, payload=f"{_EVENTS} {tenant:d}")


async def tallies(database: Database, tenant: int, contributions: Sequence[UUID]) -> None:
    """The votes on these contributions changed."""
    for first in range(0, len(contributions), AT_ONCE):
        told = " ".join(contribution.hex for contribution in contributions[first : first + AT_ONCE])
        await database.rows(NOTIFY, payload=f"{_TALLIES} {tenant:d} {told}")


def read(payload: str) -> Announcement | None:
    """An announcement as it arrived; None for what is none of ours."""
    kind, _, rest = payload.partition(" ")
    number, *ids = rest.split(" ")
    if not number.isdigit() or kind not in (_EVENTS, _TALLIES):
        return None
    try:
        return Announcement(int(number), tuple(UUID(hex=id_) for id_ in ids))
    except ValueError:
        return None
