"""Happening: what has a date: missions' slots, activities' phases and votes, petitions' last days and the sessions that
speak of them; by one rule for the pages of the agenda and for its calendar files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal import debate_word, word
from portal.message import catalogue
from portal.message import mark as _
from portal.visit import Visit

SLOT = _("Mission de bénévolat")
LAST_DAY = _("Dernier jour pour signer")
SESSION = _("Séance du conseil")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """`starts` and `ends` are instants, or `starts` is a day, with no `ends`; `says` what it is, `title` of what.

    `name` stays the same for ever, and `told_at` is when people were told of it; pages do not ask for either, and have
    none of a slot. `of` is the contribution or activity.
    """

    starts: str
    ends: str | None
    says: str
    title: str
    path: str
    of: Node
    name: str = ""
    told_at: str | None = None
    is_slot: bool = False
    is_cancelled: bool = False

    @property
    def where(self) -> str:
        """The name of its zone; empty: none, or it has no place."""
        return str(self.of["zone"]["name"]) if self.is_slot and self.of["zone"] else ""

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day, without an hour."""
        return len(self.starts) == len("2027-06-01")

    @property
    def is_within_a_day(self) -> bool:
        """Whether it ends on the day on which it starts, within half a day: people come to it."""
        return self.ends is not None and (instant(self.ends) - instant(self.starts)).total_seconds() < 43_200


def happenings(visit: Visit, data: Node) -> Iterator[Happening]:
    """Those of the missions, spaces or space of an answer, in no order, also those that are over."""
    for node in nodes(data, "missions"):
        yield from slots(visit, node["contribution"])
    spaces = nodes(data, "spaces") or ([data["space"]] if data.get("space") else [])
    for activity in (activity for space in spaces for activity in space["activities"]):
        yield from _phases(visit, activity)
        for node in nodes(activity, "missions"):
            yield from slots(visit, node)
        for node in nodes(activity, "petitions"):
            yield from _days(visit, node)


def nodes(data: Node, name: str) -> list[Node]:
    """The nodes of a list, none where the portal does not have it."""
    return list((data.get(name) or {}).get("nodes") or ())


def instant(text: str) -> datetime:
    """An instant; a day is read as its beginning."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def slots(visit: Visit, contribution: Node) -> Iterator[Happening]:
    """A mission's slots, those that were cancelled said so; none of a contribution that is no mission."""
    says, path = catalogue(visit.language).gettext(SLOT), f"/mission/{contribution['id']}"
    told_at = contribution.get("revisedAt") or contribution.get("publishedAt")
    for slot in (contribution["mission"] or {}).get("slots", ()):
        yield Happening(
            slot["startsAt"],
            slot["endsAt"],
            says,
            contribution["title"],
            path,
            contribution,
            slot.get("id", ""),
            told_at,
            is_slot=True,
            is_cancelled=slot["cancelledAt"] is not None,
        )


def _phases(visit: Visit, activity: Node) -> Iterator[Happening]:
    """An activity's phases; without any, its whole time, if that ends. The same plan made anew keeps their names."""
    phases, ordinals, path = list(activity["phases"]), dict[str, int](), f"/activite/{activity['id']}"
    if not phases and activity["closesAt"]:
        kind = "VOTE" if activity["voteMethod"] else None
        phases = [{"kind": kind, "title": "", "startsAt": activity["opensAt"], "endsAt": activity["closesAt"]}]
    for phase in phases:
        kind, starts = phase["kind"] or "OPEN", phase["startsAt"]
        ordinals[kind] = ordinals.get(kind, 0) + 1
        name = f"{activity['id']}-{kind}-{ordinals[kind]}"
        says = _called(visit, activity, phase)
        yield Happening(starts, phase["endsAt"], says, activity["title"], path, activity, name, starts)


def _called(visit: Visit, activity: Node, phase: Node) -> str:
    """What a phase is called: by its title, else by its kind."""
    if phase["title"]:
        return str(phase["title"])
    say = catalogue(visit.language).gettext
    return say(debate_word.PHASES[phase["kind"]] if phase["kind"] else word.ACTIVITIES[activity["kind"]])


def _days(visit: Visit, proposal: Node) -> Iterator[Happening]:
    """The last day on which a petition is signed, while it is, and the one on which a council speaks of it."""
    petition, say, path = (
        proposal["petition"] or {},
        catalogue(visit.language).gettext,
        f"/contribution/{proposal['id']}",
    )
    if petition.get("isSignable"):
        name, told_at = f"{proposal['id']}-closing", petition.get("openedAt")
        yield Happening(petition["closesOn"], None, say(LAST_DAY), proposal["title"], path, proposal, name, told_at)
    if petition.get("sessionOn"):
        name, told_at = f"{proposal['id']}-session", petition.get("scheduledAt")
        yield Happening(petition["sessionOn"], None, say(SESSION), proposal["title"], path, proposal, name, told_at)
