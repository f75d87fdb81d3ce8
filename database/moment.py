"""Moment: the database's own time as a parameter, where a change may not reckon it itself (decision 0103).

A distributed engine refuses `now()` beside a row's columns in COALESCE, CASE, LEAST, RETURNING or ON CONFLICT of a
change. There it is asked once a transaction and bound; everywhere else statements are sent as they are.
"""

import re

OID, FORMAT = 1184, 0
"""A `timestamptz`, as text: what was read is sent back as it came."""

ASK = "SELECT now()"

_CHANGES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\b")
_NOW = re.compile(r"('(?:[^']|'')*')|\bnow\(\)")


def bound(text: str, place: int) -> str | None:
    """A statement with its time as the parameter `$place`; None for one that changes nothing or wants no time."""
    made = _told(text, f"${place}")
    return made if made != text else None


def stated(text: str, at: str) -> str:
    """A statement with the time in it, as the database wrote it, where it changes something by it."""
    return _told(text, f"'{at}'")


def _told(text: str, time: str) -> str:
    if "now()" not in text or not _CHANGES.search(text):
        return text
    return _NOW.sub(lambda match: match[1] or f"{time}::TIMESTAMP WITH TIME ZONE", text)
