"""API Engagement's missions: a list of objects, or an object whose `data` is that list; a mission has one period."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from models.import_run import ImportFormat, ImportTarget
from transfer import json_file, markup
from transfer.line import FileLine, Lines, text

_T = ImportTarget
MARKS = re.compile(rb'"(organizationName|openToMinors|reducedMobilityAccessible|organizationClientId|startAt)"\s*:')
BEGINNING = 256 * 1024
"""So many bytes are looked at to tell such a file; a mission's text comes before its other fields."""

_LIST = re.compile(r'\s*\{[^\[\]{}]*?"data"\s*:\s*\[')
IDS = ("clientId", "missionId", "_id", "id")
TARGETS: Mapping[str, ImportTarget] = {
    "clientId": _T.REFERENCE,
    "title": _T.TITLE,
    "description": _T.BODY,
    "type": _T.KIND,
    "organizationName": _T.ORGANISATION,
    "organizationClientId": _T.ORGANISATION_REFERENCE,
    "domain": _T.DOMAIN,
    "startAt": _T.STARTS_AT,
    "endAt": _T.ENDS_AT,
    "places": _T.PLACES,
    "requirements": _T.REQUIREMENTS,
    "openToMinors": _T.OPEN_TO_MINORS,
    "reducedMobilityAccessible": _T.ACCESSIBLE,
    "street": _T.STREET,
    "lat": _T.LATITUDE,
    "lon": _T.LONGITUDE,
    "postedAt": _T.PUBLISHED_AT,
    "applicationUrl": _T.OLD_ADDRESS,
}
"""What the columns say that are read of a mission; of several addresses the first counts."""


def is_one(path: Path) -> bool:
    """Whether a JSON file has missions."""
    with path.open("rb") as file:
        return len({match[1] for match in MARKS.finditer(file.read(BEGINNING))}) > 1


def lines(path: Path) -> Lines:
    """The missions as rows; a mission's place in the list is its number. Raises FileError."""
    file = path.open(encoding="utf-8-sig")
    return Lines(ImportFormat.API_ENGAGEMENT, tuple(TARGETS), _lines(file), file.close, TARGETS)


def _lines(file: IO[str]) -> Iterator[FileLine]:
    for number, item in enumerate(json_file.objects(file, _LIST), start=1):
        is_broken = not isinstance(item, dict)
        yield FileLine(number, {} if is_broken else _cells(item), is_broken=is_broken)


def _cells(item: Mapping[str, Any]) -> dict[str, str]:
    """A mission by the columns' names."""
    cells = {name: text(item.get(name)) for name in TARGETS}
    cells["clientId"] = next((id_ for name in IDS if (id_ := text(item.get(name)))), "")
    cells["title"], cells["description"] = (markup.shown(cells[name]) for name in ("title", "description"))
    asked = item.get("requirements")
    if isinstance(asked, list):
        cells["requirements"] = "\n".join(filter(None, map(text, asked)))
    return cells | _place(item)


def _place(item: Mapping[str, Any]) -> dict[str, str]:
    """Street and point of the first address; in older files they stand with the mission itself."""
    listed = item.get("addresses")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else item
    point = first.get("location")
    at = point if isinstance(point, dict) else first
    street = first.get("street") or (first.get("address") if first is item else None)
    return {"street": text(street), "lat": text(at.get("lat")), "lon": text(at.get("lon"))}
