"""Agenda: the dates of a portal, a space, a place or a mission as a calendar file (iCalendar, RFC 5545).

The same happenings as on the pages of the agenda, those that are over too. A thing keeps its UID whatever is changed of
it; hours are those of the portal's time zone, whose rules stand in the file.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from portal import happening, place
from portal.happening import Happening, Node
from portal.visit import Visit

PATH = "/agenda.ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
DESCRIPTION = 500
"""Characters of a text that a calendar shows; the rest is read at the portal, where it can still be withdrawn."""

BEGINNING = date(2020, 1, 1)
"""From when on a file tells when the clocks change; no portal is older."""

FREQUENCY = "PT6H"
"""How often programs may look again."""

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
        nodes {{ id title publishedAt petition {{ openedAt closesOn isSignable scheduledAt sessionOn }} }}
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


def is_of_a_place(visit: Visit) -> bool:
    """Whether the address asks for what happens in a zone, or around a cell."""
    return bool(visit.asked("zone")) or place.of(visit.house, visit.query).is_chosen


def written(visit: Visit, data: Node) -> bytes:
    """The calendar of the portal, or of a place."""
    return _file(visit, visit.house.title, happening.happenings(visit, data))


def written_of_space(visit: Visit, data: Node) -> bytes | None:
    """The calendar of a space; None where there is none."""
    if data["space"] is None:
        return None
    return _file(visit, f"{data['space']['title']} – {visit.house.title}", happening.happenings(visit, data))


def written_of_mission(visit: Visit, data: Node) -> bytes | None:
    """The calendar of a mission; None where there is none."""
    contribution = data.get("contribution")
    if contribution is None or contribution["mission"] is None:
        return None
    return _file(visit, contribution["title"], happening.slots(visit, contribution))


def _file(visit: Visit, name: str, happenings: Iterable[Happening]) -> bytes:
    calendar, events = Calendar(), [_event(visit, one) for one in happenings]
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


def _event(visit: Visit, one: Happening) -> Event:
    """An event whose name is the same for ever, at whichever of its hosts the portal is asked."""
    event = Event()
    event.add("uid", f"{one.name}@{visit.house.slug}.parvis")
    event.add("dtstamp", happening.instant(one.told_at or one.starts).astimezone(UTC))
    event.add("url", f"{visit.origin}{visit.address(one.path)}")
    event.add("summary", _plain(one.title if one.is_slot else f"{one.says} – {one.title}"))
    event.add("dtstart", date.fromisoformat(one.starts) if one.is_day else _there(visit, one.starts))
    if one.ends:
        event.add("dtend", _there(visit, one.ends))
    if one.is_slot:
        _put_meeting(event, one)
    else:
        event.add("transp", "TRANSPARENT")  # It takes nobody's time.
        if not one.is_day:
            event.add("description", _plain(one.of["description"])[:DESCRIPTION])
            event.add("sequence", one.of["version"])
    return event


def _put_meeting(event: Event, one: Happening) -> None:
    """Who asks people to come, what for, and where: the address and the point that were published exactly, else the
    zone alone. Whoever subscribed sees what is cancelled go."""
    by, where = (one.of["author"] or {}).get("name"), one.of["location"]
    event.add("description", "\n\n".join(text for text in (by, _plain(one.of["body"])[:DESCRIPTION]) if text))
    if one.is_cancelled:
        event.add("status", "CANCELLED")
    if where and where["precision"] == "EXACT":
        event.add("geo", (where["lat"], where["lng"]))
        if where["address"]:
            event.add("location", _plain(where["address"]))
    elif one.where:
        event.add("location", _plain(one.where))


def _there(visit: Visit, instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(visit.house.time_zone))


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("", text)
