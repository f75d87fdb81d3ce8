"""A roll of voters read row by row: which columns say the names and the birth date, and what a row says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from models import word
from models.proof import first_given
from models.voter_roll import RollColumn, RollProblem
from transfer.line import Lines

_C = RollColumn
NAMES: Mapping[RollColumn, tuple[str, ...]] = {
    _C.WHOLE_NAME: ("nom et prenom", "nom et prenoms", "nom prenom", "nom prenoms", "identite", "electeur"),
    _C.FAMILY_NAME: ("nom de naissance", "nom naissance", "nom de famille", "nom", "family name", "last name"),
    _C.USAGE_NAME: ("nom d usage", "nom usage", "nom marital", "nom d epouse", "nom epouse"),
    _C.GIVEN_NAMES: ("prenoms", "prenom", "prenom s", "given names", "first name", "first names"),
    _C.BORN_ON: ("date de naissance", "date naissance", "ne le", "nee le", "ne e le", "naissance", "birth date"),
    _C.ZONE: ("zone", "secteur", "quartier"),
}
"""Names of columns as plain words, the likeliest first; all others, such as a voter's number, are not read."""

_FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: .*)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


class RollFileError(Exception):
    """A roll's file has no column for the names, or none for the birth date."""


@dataclass(frozen=True, slots=True)
class RollRow:
    """What a row says. `namings` are the ways to name the voter: the first one whole, the others shorter or by
    marriage; none where the row cannot be taken, which `problem` says why."""

    line: int
    namings: tuple[str, ...] = ()
    born_on: date | None = None
    zone: str = ""
    problem: RollProblem | None = None


def columns(names: tuple[str, ...]) -> dict[RollColumn, str]:
    """Which column says what. Raises RollFileError."""
    plain = {" ".join(_words(name)): name for name in reversed(names)}
    said = {
        target: next(plain[name] for name in headings if name in plain)
        for target, headings in NAMES.items()
        if not plain.keys().isdisjoint(headings)
    }
    if _C.BORN_ON not in said or not (_C.WHOLE_NAME in said or {_C.FAMILY_NAME, _C.GIVEN_NAMES} <= said.keys()):
        raise RollFileError
    return said


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", word.plain(name).casefold())


def rows(lines: Lines, said: Mapping[RollColumn, str]) -> Iterator[RollRow]:
    """Every row, taken or not. Raises FileError."""
    for line in lines.rows:
        if line.is_broken:
            yield RollRow(line.number, problem=RollProblem.BROKEN)
            continue
        cells = {target: line.cells.get(name, "").strip() for target, name in said.items()}
        ways = namings(
            cells.get(_C.FAMILY_NAME, ""),
            cells.get(_C.USAGE_NAME, ""),
            cells.get(_C.GIVEN_NAMES, ""),
            cells.get(_C.WHOLE_NAME, ""),
        )
        born = born_on(cells[_C.BORN_ON])
        if not ways or born is None:
            yield RollRow(line.number, problem=RollProblem.NO_NAME if not ways else RollProblem.BAD_DATE)
        else:
            yield RollRow(line.number, ways, born, cells.get(_C.ZONE, ""))


def namings(family: str, usage: str, given: str, whole: str = "") -> tuple[str, ...]:
    """The ways in which a voter is named, the whole one first, each once."""
    families = [name for name in (family, usage) if any(map(str.isalpha, name))]
    if families and any(map(str.isalpha, given)):
        ways = [f"{family_name} {names}" for family_name in families for names in (given, first_given(given))]
    else:
        ways = [whole] if len(whole.split()) > 1 else []
    return tuple(dict.fromkeys(ways))


def born_on(text: str) -> date | None:
    """A birth date as dd/mm/yyyy, in ISO 8601 or as eight digits; None for what is none. A year of two digits says no
    century."""
    try:
        if match := _FRENCH.fullmatch(text.strip()):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
        match = _ISO.fullmatch(text.strip()) or _DIGITS.fullmatch(text.strip())
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None
