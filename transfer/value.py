"""Values of cells as people type them in France: dates, numbers, prices, codes whose zeros a spreadsheet has eaten."""

import re
from datetime import UTC, datetime, tzinfo
from math import ceil

_FRENCH = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:(?:[ T]|\s+à\s+)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)
_BLANKS = re.compile(r"[\s\u00a0\u202f']")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_INSEE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_SHORT_INSEE = re.compile(r"\d{4}")

CENTURY = 2000
"""Of years of two digits: participation platforms are younger."""


def instant(text: str, zone: tzinfo) -> datetime:
    """An instant in UTC, of a date in ISO 8601 or as dd/mm/yyyy, of `zone` without an offset. Raises ValueError."""
    plain = text.strip().removesuffix(" UTC")
    is_utc = plain != text.strip()
    if match := _FRENCH.fullmatch(plain):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        moment = datetime(year + CENTURY if year < 100 else year, month, day, hour, minute, second, tzinfo=zone)
    else:
        moment = datetime.fromisoformat(plain)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC if is_utc else zone)
    return moment.astimezone(UTC)


def number(text: str) -> float:
    """A number with a decimal comma or point, in groups or not. Raises ValueError."""
    plain = _BLANKS.sub("", text).removesuffix("€").removesuffix("%")
    if "," in plain and "." in plain:
        grouping = min(",.", key=plain.rindex)
        plain = plain.replace(grouping, "")
    elif plain.count(",") > 1 or plain.count(".") > 1:
        plain = plain.replace(",", "").replace(".", "")
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return float(plain)


def count(text: str) -> int:
    """A whole number of zero or more. Raises ValueError."""
    amount = number(text)
    if amount < 0 or not amount.is_integer() or amount > 2**53:
        raise ValueError(text)
    return int(amount)


def euros(text: str, most: int) -> int:
    """Whole euros, up. No money has thousandths: `4,000` is four thousand. Raises ValueError below 0, above `most`."""
    plain = _BLANKS.sub("", text).removesuffix("€")
    amount = ceil(number(plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain))
    if not 0 <= amount <= most:
        raise ValueError(text)
    return amount


def commune(text: str) -> tuple[str, bool]:
    """A commune's INSEE code, and whether its first zero had been lost: a code has five signs. Raises ValueError."""
    plain = text.strip().upper().removesuffix(".0")
    if _SHORT_INSEE.fullmatch(plain):
        return f"0{plain}", True
    if not _INSEE.fullmatch(plain):
        raise ValueError(text)
    return plain, False
