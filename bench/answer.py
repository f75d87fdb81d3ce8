"""Answers: all servers' in one form, so that the same answer is the same value."""

import re
from datetime import UTC, datetime
from typing import Any

_ID = re.compile(r"[a-z]+_[0-9]+_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")


def canonical(value: Any) -> Any:
    """Ids without type and tenant, times as UTC."""
    match value:
        case dict():
            return {key: canonical(item) for key, item in value.items()}
        case list():
            return [canonical(item) for item in value]
        case str() if found := _ID.fullmatch(value):
            return found[1]
        case str() if _TIME.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
        case float():
            return round(value, 6)
        case _:
            return value


def difference(one: Any, other: Any, place: str = "data") -> str | None:
    """Where two answers differ first, or None."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{place}: {sorted(one)} and {sorted(other)}"
        return next((d for key in one if (d := difference(one[key], other[key], f"{place}.{key}"))), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{place}: {len(one)} and {len(other)} items"
        pairs = enumerate(zip(one, other, strict=True))
        return next((d for i, (a, b) in pairs if (d := difference(a, b, f"{place}[{i}]"))), None)
    return None if one == other else f"{place}: {one!r} and {other!r}"
