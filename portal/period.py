"""Period: the days that an address names, by a portal's clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from portal.house import House
from portal.visit import Fields

FROM, TO = "du", "au"
"""The fields of the address; both days belong to the period."""

ONE = "jour"
"""The field of an address that names one day."""


def day(query: Fields, name: str) -> date | None:
    """A day of the address; None for no day."""
    try:
        return date.fromisoformat((query.get(name) or [""])[-1])
    except ValueError:
        return None


def unreadable(query: Fields, *names: str) -> str | None:
    """The first of the fields that say something else than a day; None: none does."""
    return next((name for name in names if any(query.get(name, ())) and day(query, name) is None), None)


def unread_span(query: Fields) -> str | None:
    """The same of the days of a period."""
    return unreadable(query, FROM, TO)


def unread_day(query: Fields) -> str | None:
    """The same of one day."""
    return unreadable(query, ONE)


def today(house: House) -> date:
    """What day it is at the portal."""
    return datetime.now(UTC).astimezone(ZoneInfo(house.time_zone)).date()


def one_day(_house: House, query: Fields) -> Mapping[str, Any]:
    """`day`, where the address names one."""
    named = day(query, ONE)
    return {} if named is None else {"day": named.isoformat()}


def instants(house: House, query: Fields) -> Mapping[str, Any]:
    """`since` and `until` of the journal, where the address names days."""
    return between(ZoneInfo(house.time_zone), query)


def between(zone: tzinfo, query: Fields) -> dict[str, str]:
    """The instants at which the days of an address begin and are over, by a clock."""
    first, last = day(query, FROM), day(query, TO)
    variables: dict[str, str] = {}
    if first is not None:
        variables["since"] = datetime.combine(first, time(), zone).isoformat()
    if last is not None and last < date.max:
        variables["until"] = datetime.combine(last + timedelta(days=1), time(), zone).isoformat()
    return variables
