"""Opening hours: what a seller types of a day, «9h-12h30 et 14h-19h», read as spans of time in their order."""

import re
from collections.abc import Mapping

from models import expected
from models.refusal import Refusal, bad_input
from models.shop import MAX_SPANS, Weekday

_TIME = r"([01]?\d|2[0-4])\s*(?:(?:[h:.]\s*)([0-5]\d)?)?\s*"
_SPAN = re.compile(rf"\s*(?:de\s+)?{_TIME}(?:-|–|—|à|to)\s*{_TIME}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|;|/|&|\bet\b|\band\b)\s*", re.IGNORECASE)
_DAY_MINUTES = 24 * 60

Span = dict[str, str]
"""`day`, `opens` and `closes`, as «09:00»."""


def read(typed: Mapping[str, str | None]) -> list[Span]:
    """The spans of a week, from what is typed of each day. Raises Refusal(BAD_INPUT)."""
    days = {day: typed.get(day.name.lower()) or "" for day in Weekday}
    return [
        {"day": day.value, "opens": _clock(opens), "closes": _clock(closes)}
        for day, said in days.items()
        for opens, closes in _spans(said, f"openingHours.{day.name.lower()}")
    ]


def _spans(said: str, field: str) -> list[tuple[int, int]]:
    parts = [part for part in _BETWEEN.split(said.strip()) if part]
    spans = [_SPAN.fullmatch(part) for part in parts]
    if len(parts) > MAX_SPANS or not all(spans):
        raise _refused(field)
    read = [(_minutes(*span.group(1, 2)), _minutes(*span.group(3, 4))) for span in spans if span]
    moments = [moment for span in read for moment in span]
    if moments != sorted(set(moments)) or any(moment > _DAY_MINUTES for moment in moments):
        raise _refused(field)
    return read


def _minutes(hours: str, minutes: str | None) -> int:
    return int(hours) * 60 + int(minutes or 0)


def _clock(moment: int) -> str:
    return f"{moment // 60:02}:{moment % 60:02}"


def _refused(field: str) -> Refusal:
    return bad_input(
        f"At most {MAX_SPANS} spans in their order, as «9h-12h30, 14h-19h».",
        field,
        expected.example("9h-12h30, 14h-19h"),
    )
