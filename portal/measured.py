"""Measured: which period, comparison and breakdown an address of the page of measures asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from portal import period
from portal.house import House
from portal.visit import Fields

USUAL_DAYS = 30
LONGEST_DAYS = 3_700
SINGLE_DAYS = 62
"""Up to so many days are shown one by one unless somebody asks for them, and up to SINGLE_WEEKS weeks."""

SINGLE_WEEKS = 62
MOST_SINGLE_DAYS = 400
MOST_GROWTH = 999
"""Per cent."""

BY, WITH, MEASURE = "par", "avec", "mesure"
"""The fields of the address beside the period's: by what, compared with what, and which measure is drawn."""

WITH_FIRST, WITH_LAST = "du2", "au2"
GROUPS = ("DAY", "WEEK", "MONTH", "HOUR", "SPACE", "ACTIVITY", "KIND", "CATEGORY", "ZONE", "CELL", "CHANNEL")
IN_TIME = ("DAY", "WEEK", "MONTH")
BEFORE, YEAR_BEFORE, OTHER = "avant", "an", "autre"
CELLS_OF_TOWN, CELLS_OF_COUNTRY = 8, 6
"""The resolution of the map's cells for a commune, and for what holds many."""

_LAST = date.max - timedelta(days=2)
_FIRST = date.min + timedelta(days=2 * LONGEST_DAYS)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """Two periods, both with their first and last day, and by what the first is broken down."""

    first: date
    last: date
    before_first: date
    before_last: date
    by: str


def asked(query: Fields, today: date) -> Measured:
    """What an address asks for: without days, the last thirty beside the thirty before them."""
    first, last = _days(period.day(query, period.FROM), period.day(query, period.TO), today)
    return Measured(first, last, *_before(query, first, last), _group(query, (last - first).days + 1))


def variables(house: House, query: Fields) -> Mapping[str, Any]:
    """The document's variables."""
    chosen = asked(query, period.today(house))
    return {
        "first": str(chosen.first),
        "last": str(chosen.last),
        "beforeFirst": str(chosen.before_first),
        "beforeLast": str(chosen.before_last),
        "by": chosen.by,
        "resolution": CELLS_OF_TOWN if house.is_commune else CELLS_OF_COUNTRY,
    }


def unreadable(query: Fields) -> str | None:
    """The first field of an address that says nothing which the page of measures offers; None: all do."""
    said = {name: (query.get(name) or [""])[-1] for name in (BY, WITH)}
    if said[BY] not in ("", *GROUPS):
        return BY
    if said[WITH] not in ("", BEFORE, YEAR_BEFORE, OTHER):
        return WITH
    return period.unreadable(query, period.FROM, period.TO, WITH_FIRST, WITH_LAST)


def at(house: House, query: Fields) -> Measured:
    """The same for a template."""
    return asked(query, period.today(house))


def _days(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """A period the right way round, and no longer than can be counted."""
    first, last = first and _within(first), last and _within(last)
    last = last or max(today, first or today)
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=LONGEST_DAYS - 1)), last


def _within(day: date) -> date:
    """The same day, or the nearest from which a period and the one before it can be counted."""
    return min(max(day, _FIRST), _LAST)


def _before(query: Fields, first: date, last: date) -> tuple[date, date]:
    """The period that it is compared with."""
    match (query.get(WITH) or [""])[-1]:
        case "an":
            return _year_before(first), _year_before(last)
        case "autre":
            given = period.day(query, WITH_FIRST), period.day(query, WITH_LAST)
            return _days(*given, first - timedelta(days=1))
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _group(query: Fields, days: int) -> str:
    """By what: as asked where that is possible, else by as fine a unit as can be read."""
    by = (query.get(BY) or [""])[-1]
    if by in GROUPS and not (by == "DAY" and days > MOST_SINGLE_DAYS):
        return by
    if days <= SINGLE_DAYS:
        return "DAY"
    return "WEEK" if days <= 7 * SINGLE_WEEKS else "MONTH"


def key(row: Row) -> str:
    """What a group is told apart by; empty for what has none."""
    for name in ("day", "hour", "kind", "channel", "cell"):
        if row[name] is not None:
            return str(row[name])
    held = next((row[name] for name in ("space", "activity", "zone", "category") if row[name]), None)
    return str(held["id"]) if held else ""


def beside(by: str, rows: Sequence[Row], before: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """Each group with the same of the other period: days and weeks by their place in it, others by what they are."""
    if by in IN_TIME:
        return [(now, then) for now, then in zip_longest(rows, before) if now is not None]
    earlier = {key(row): row for row in before}
    return [(row, earlier.get(key(row))) for row in rows]


def change(now: int | None, before: int | None) -> int | None:
    """By how many per cent something grew; None where that says nothing, as after hardly anything."""
    percent = round(100 * (now - before) / before) if now is not None and before else None
    return percent if percent is not None and percent <= MOST_GROWTH else None
