"""Agenda: the dates of a portal, a space, a place or a mission as a calendar file (iCalendar, RFC 5545).

Missions' slots, activities' phases and votes, and the sessions at which a council speaks of petitions. A thing keeps
its UID whatever is changed of it; hours are those of the portal's time zone, whose rules stand in the file.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from portal import debate_word, place, word
from portal.message import catalogue
from portal.message import mark as _
from portal.visit import Visit

PATH = "/agenda.ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
DESCRIPTION = 500
"""Characters of a text that a calendar shows; the rest is read at the portal, where it can still be withdrawn."""

BEGINNING = date(2020, 1, 1)
"""From when on a file tells when the clocks change; no portal is older."""

FREQUENCY = "PT6H"
"""How often programs may look again."""

SESSION = _("Séance du conseil")

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

MISSION = """\
fragment Slots on Contribution {
  id
  title
  body
  publishedAt
  revisedAt
  author { name }
  zone { name }
  location { precision lat lng address }
  mission { slots { id startsAt endsAt cancelledAt } }
}
"""
PERIOD = """\
fragment Periods on Activity {
  id
  kind
  title
  description
  version
  opensAt
  closesAt
  voteMethod
  phases { kind title startsAt endsAt }
}
"""
ASKED = f"""\
query Agenda {{
  missions(first: 100) {{ nodes {{ contribution {{ ...Slots }} }} }}
  spaces(first: 50) {{ nodes {{ id activities {{ ...Periods }} }} }}
}}
{MISSION}{PERIOD}"""
ASKED_OF_PLACE = f"""\
query Agenda($zone: ID, $near: NearInput) {{
  missions(zone: $zone, near: $near, first: 100) {{ nodes {{ contribution {{ ...Slots }} }} }}
}}
{MISSION}"""
ASKED_OF_SPACE = f"""\
query Agenda($slug: String!) {{
  space(slug: $slug) {{
    id
    title
    activities {{
      ...Periods
      petitions: contributions(kinds: [PROPOSAL], status: null, order: MOST_SUPPORTED, first: 50) {{
        nodes {{ id title publishedAt petition {{ scheduledAt sessionOn }} }}
      }}
      missions: contributions(kinds: [REQUEST], first: 50) {{ nodes {{ ...Slots }} }}
    }}
  }}
}}
{MISSION}{PERIOD}"""
ASKED_OF_MISSION = f"""\
query Agenda($id: ID!) {{
  contribution(id: $id) {{ ...Slots }}
}}
{MISSION}"""

Node = Mapping[str, Any]


def is_of_a_place(visit: Visit) -> bool:
    """Whether the address asks for what happens in a zone, or around a cell."""
    return bool(visit.asked("zone")) or place.of(visit.house, visit.query).is_chosen


def written(visit: Visit, data: Node) -> bytes:
    """The calendar of the portal, or of a place."""
    events = [event for node in nodes(data, "missions") for event in _slots(visit, node["contribution"])]
    for space in nodes(data, "spaces"):
        events += [event for activity in space["activities"] for event in _periods(visit, activity)]
    return _file(visit, visit.house.title, events)


def written_of_space(visit: Visit, data: Node) -> bytes | None:
    """The calendar of a space; None where there is none."""
    space = data["space"]
    if space is None:
        return None
    events: list[Event] = []
    for activity in space["activities"]:
        events += _periods(visit, activity)
        events += [event for node in nodes(activity, "petitions") for event in _sessions(visit, node)]
        events += [event for node in nodes(activity, "missions") for event in _slots(visit, node)]
    return _file(visit, f"{space['title']} – {visit.house.title}", events)


def written_of_mission(visit: Visit, data: Node) -> bytes | None:
    """The calendar of a mission; None where there is none."""
    contribution = data.get("contribution")
    if contribution is None or contribution["mission"] is None:
        return None
    return _file(visit, contribution["title"], list(_slots(visit, contribution)))


def nodes(data: Node, name: str) -> list[Node]:
    """The nodes of a list, none where the portal does not have it."""
    return list((data.get(name) or {}).get("nodes") or ())


def _file(visit: Visit, name: str, events: list[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//Agenda//FR")
    calendar.add("version", "2.0")
    for title in ("name", "x-wr-calname"):
        calendar.add(title, _plain(name))
    calendar.add("x-published-ttl", FREQUENCY)
    for event in events:
        calendar.add_component(event)
    if any(isinstance(event.decoded("dtstart"), datetime) for event in events):
        calendar.add("x-wr-timezone", visit.house.time_zone)
        calendar.add_missing_timezones(first_date=BEGINNING)
    return bytes(calendar.to_ical())


def _slots(visit: Visit, contribution: Node) -> Iterator[Event]:
    """A mission's slots to come, those that were cancelled said so; whoever subscribed sees them go."""
    mission = contribution["mission"]
    for slot in mission["slots"] if mission else ():
        event = _event(visit, slot["id"], contribution["revisedAt"] or contribution["publishedAt"])
        event.add("summary", _plain(contribution["title"]))
        by = (contribution["author"] or {}).get("name")
        event.add("description", "\n\n".join(text for text in (by, _plain(contribution["body"])[:DESCRIPTION]) if text))
        event.add("url", f"{visit.origin}{visit.address('/mission/' + contribution['id'])}")
        event.add("dtstart", _there(visit, slot["startsAt"]))
        event.add("dtend", _there(visit, slot["endsAt"]))
        if slot["cancelledAt"]:
            event.add("status", "CANCELLED")
        _put_place(event, contribution)
        yield event


def _put_place(event: Event, contribution: Node) -> None:
    """Where: the address and the point that were published exactly, else the zone alone."""
    where, zone = contribution["location"], contribution["zone"]
    if where and where["precision"] == "EXACT":
        event.add("geo", (where["lat"], where["lng"]))
        if where["address"]:
            event.add("location", _plain(where["address"]))
    elif zone:
        event.add("location", _plain(zone["name"]))


def phases_of(activity: Node) -> list[Node]:
    """An activity's phases; without any, its whole time, if that ends."""
    phases = list(activity["phases"])
    if not phases and activity["closesAt"]:
        kind = "VOTE" if activity["voteMethod"] else None
        phases = [{"kind": kind, "title": "", "startsAt": activity["opensAt"], "endsAt": activity["closesAt"]}]
    return phases


def _periods(visit: Visit, activity: Node) -> Iterator[Event]:
    """The phases of an activity, as events."""
    ordinals: dict[str, int] = {}
    for phase in phases_of(activity):
        kind = phase["kind"] or "OPEN"
        ordinals[kind] = ordinals.get(kind, 0) + 1
        event = _event(visit, f"{activity['id']}-{kind}-{ordinals[kind]}", phase["startsAt"])
        event.add("summary", _plain(f"{called(visit, activity, phase)} – {activity['title']}"))
        event.add("description", _plain(activity["description"])[:DESCRIPTION])
        event.add("url", f"{visit.origin}{visit.address('/activite/' + activity['id'])}")
        event.add("sequence", activity["version"])
        event.add("transp", "TRANSPARENT")  # It takes nobody's time.
        event.add("dtstart", _there(visit, phase["startsAt"]))
        if phase["endsAt"]:
            event.add("dtend", _there(visit, phase["endsAt"]))
        yield event


def called(visit: Visit, activity: Node, phase: Node) -> str:
    """What a phase is called: by its title, else by its kind."""
    if phase["title"]:
        return str(phase["title"])
    say = catalogue(visit.language).gettext
    return say(debate_word.PHASES[phase["kind"]] if phase["kind"] else word.ACTIVITIES[activity["kind"]])


def _sessions(visit: Visit, proposal: Node) -> Iterator[Event]:
    """The day on which a council speaks of a petition."""
    petition = proposal["petition"]
    if petition and petition["sessionOn"]:
        event = _event(visit, f"{proposal['id']}-session", petition["scheduledAt"])
        said = catalogue(visit.language).gettext(SESSION)
        event.add("summary", _plain(f"{said} – {proposal['title']}"))
        event.add("url", f"{visit.origin}{visit.address('/contribution/' + proposal['id'])}")
        event.add("transp", "TRANSPARENT")
        event.add("dtstart", date.fromisoformat(petition["sessionOn"]))
        yield event


def _event(visit: Visit, name: str, told_at: str) -> Event:
    """An event whose name is the same for ever, at whichever of its hosts the portal is asked."""
    event = Event()
    event.add("uid", f"{name}@{visit.house.slug}.parvis")
    event.add("dtstamp", datetime.fromisoformat(told_at).astimezone(UTC))
    return event


def _there(visit: Visit, instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(visit.house.time_zone))


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("", text)
