"""Coming: the dates of a portal, a space or a place for people to read, by month: what the calendar files have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from portal.agenda import SESSION, called, nodes, phases_of
from portal.message import catalogue
from portal.message import mark as _
from portal.visit import Visit

MOST = 200
"""Dates that a page shows; calendar programs have all."""

SLOT = _("Mission de bénévolat")
LAST_DAY = _("Dernier jour pour signer")


@dataclass(frozen=True, slots=True)
class Coming:
    """Something to come: `starts` and `ends` are instants, or `starts` is a day; `says` what it is, `title` of what."""

    starts: str
    ends: str | None
    says: str
    title: str
    path: str
    where: str = ""
    is_cancelled: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day, without an hour."""
        return len(self.starts) == len("2027-06-01")

    @property
    def is_within_a_day(self) -> bool:
        """Whether it ends on the day on which it starts, within half a day: people come to it."""
        return self.ends is not None and (_read(self.ends) - _read(self.starts)).total_seconds() < 43_200


@dataclass(frozen=True, slots=True)
class Agenda:
    """What goes on now, what ends first before the others, and what comes, by month («2027-06»)."""

    running: list[Coming]
    months: list[tuple[str, list[Coming]]]
    has_more: bool


def agenda(visit: Visit, data: Mapping[str, Any]) -> Agenda:
    """The dates of an answer to `agenda.graphql` or `agenda_space.graphql` that are not over."""
    now = datetime.now(UTC)
    dates = [one for one in _dates(visit, data) if _read(one.ends or one.starts) > now or one.is_day]
    dates = [one for one in dates if not one.is_day or one.starts >= now.date().isoformat()]
    begun = [one for one in dates if not one.is_day and _read(one.starts) <= now]
    later = sorted((one for one in dates if one not in begun), key=lambda one: (one.starts, one.title))
    months = groupby(later[:MOST], key=lambda one: one.starts[:7])
    return Agenda(
        sorted(begun, key=lambda one: (one.ends or "", one.title)),
        [(month, list(them)) for month, them in months],
        len(later) > MOST,
    )


def _dates(visit: Visit, data: Mapping[str, Any]) -> Iterator[Coming]:
    for node in nodes(data, "missions"):
        yield from _slots(visit, node["contribution"])
    spaces = nodes(data, "spaces") or ([data["space"]] if data.get("space") else [])
    for activity in (activity for space in spaces for activity in space["activities"]):
        for phase in phases_of(activity):
            if phase["endsAt"]:
                path = f"/activite/{activity['id']}"
                ends, title = phase["endsAt"], activity["title"]
                yield Coming(phase["startsAt"], ends, called(visit, activity, phase), title, path)
        for node in nodes(activity, "missions"):
            yield from _slots(visit, node)
        for node in nodes(activity, "petitions"):
            yield from _days(visit, node)


def _slots(visit: Visit, contribution: Mapping[str, Any]) -> Iterator[Coming]:
    """A mission's slots."""
    mission, zone = contribution["mission"], contribution["zone"]
    says, where = catalogue(visit.language).gettext(SLOT), zone["name"] if zone else ""
    for slot in mission["slots"] if mission else ():
        path, is_off = f"/mission/{contribution['id']}", slot["cancelledAt"] is not None
        yield Coming(slot["startsAt"], slot["endsAt"], says, contribution["title"], path, where, is_off)


def _days(visit: Visit, proposal: Mapping[str, Any]) -> Iterator[Coming]:
    """The last day on which a petition is signed, and the one on which a council speaks of it."""
    petition, say = proposal["petition"] or {}, catalogue(visit.language).gettext
    for name, says in (("closesOn", LAST_DAY), ("sessionOn", SESSION)):
        if petition.get(name):
            yield Coming(petition[name], None, say(says), proposal["title"], f"/contribution/{proposal['id']}")


def _read(instant: str) -> datetime:
    """An instant; a day is read as its beginning."""
    read = datetime.fromisoformat(instant)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
