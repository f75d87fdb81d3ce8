"""Copy: what is kept of a person, as a file that the person reads; written part by part, however much it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from portal import copy_word, render, word
from portal.house import House
from portal.message import catalogue

Rows = Sequence[Mapping[str, Any]]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_VALUES: Sequence[Mapping[str, str]] = (
    word.KINDS,
    word.STATES,
    word.OUTCOMES,
    word.ROLES,
    word.ACTORS,
    word.CHOICES,
    word.SIDES,
    word.EVENTS,
    word.CONSENTS,
)
"""Where a stored value has words."""


class Copy:
    """Writes one file in one language. Sections come one after the other, each in one part or several."""

    def __init__(self, house: House, language: str) -> None:
        self._house = house
        self._language = language
        self._say = catalogue(language).gettext
        self._template: Any = render.environment(language, house.time_zone).get_template("copy.html").module
        self._moment = partial(render.moment, language, zone=house.time_zone)
        self._section = ""

    def begin(self) -> str:
        """What the file begins with."""
        return str(self._template.begin(self._house, self._language, self._moment(datetime.now(UTC).isoformat())))

    def part(self, section: str, rows: Rows) -> Iterator[str]:
        """Some rows of a section, with its heading where it begins; nothing of an empty one."""
        if rows and section != self._section:
            self._section = section
            yield str(self._template.heading(self._say(copy_word.COPIED.get(section, section))))
        for row in rows:
            yield str(self._template.entry(self._pairs(row)))

    def end(self) -> str:
        """What closes it."""
        return str(self._template.end())

    def _pairs(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Names and values in words; what is empty is left out, and ids that stand beside what they mean."""
        return [
            (self._say(word.COLUMNS.get(name, name)), self._text(value))
            for name, value in row.items()
            if value is not None and not (name.endswith("_id") and name.removesuffix("_id") in row)
        ]

    def _text(self, value: Any) -> str:
        match value:
            case bool():
                return self._say(word.YES if value else word.NO)
            case list():
                return ", ".join(map(self._text, value))
            case str() if _INSTANT.fullmatch(value):
                return self._moment(value)
            case str():
                return self._say(next((words[value] for words in _VALUES if value in words), value))
        return str(value)
