"""Coming: the dates of a portal, a space or a place for people to read, by month: what the calendar files have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from portal.happening import Happening, happenings, instant
from portal.visit import Visit

MOST = 200
"""Dates that a page shows; calendar programs have all."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What goes on now, what ends first before the others, and what comes, by month («2027-06»)."""

    running: list[Happening]
    months: list[tuple[str, list[Happening]]]
    has_more: bool


def agenda(visit: Visit, data: Mapping[str, Any]) -> Agenda:
    """The dates of an answer to `agenda.graphql` or `agenda_space.graphql` that are not over."""
    now = datetime.now(UTC)
    dates = [one for one in happenings(visit, data) if one.is_day or instant(one.ends or one.starts) > now]
    dates = [one for one in dates if not one.is_day or one.starts >= now.date().isoformat()]
    begun = [one for one in dates if not one.is_day and instant(one.starts) <= now]
    later = sorted((one for one in dates if one not in begun), key=lambda one: (one.starts, one.title))
    months = groupby(later[:MOST], key=lambda one: one.starts[:7])
    return Agenda(
        sorted(begun, key=lambda one: (one.ends or "", one.title)),
        [(month, list(them)) for month, them in months],
        len(later) > MOST,
    )
