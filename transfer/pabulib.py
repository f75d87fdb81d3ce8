"""Pabulib's `.pb`: the projects of a participatory budget, with what it says of their costs and votes."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from models.import_run import ImportFormat, ImportProblem
from transfer import csv_file
from transfer.line import FileError, FileLine, Lines

META, PROJECTS, VOTES = "META", "PROJECTS", "VOTES"
SECTIONS = (META, PROJECTS, VOTES)
SUBUNIT, INSTANCE = "subunit", "instance"
EDITION_LENGTH = 60
KEY, NAME, CATEGORY = "project_id", "name", "category"


def opened(path: Path) -> IO[str]:
    """A file's text, whatever ends its lines, without a BOM."""
    encoding = csv_file.encoding(path)
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")


def lines(path: Path) -> Lines:
    """The projects of a file; ballots are not read. Raises FileError."""
    file, edition = opened(path), NamedEdition()
    numbered = enumerate(map(edition.noted, file), 1)
    number = next((number for number, line in numbered if line.strip() == PROJECTS), 0)
    names = header(next(file, ""))
    if KEY not in names:
        file.close()
        raise FileError(ImportProblem.EMPTY)
    told = names if NAME in names else (*names, NAME)
    return Lines(ImportFormat.PABULIB, told, _rows(file, names, number + 2, edition), file.close)


@dataclass(slots=True)
class NamedEdition:
    """Which edition a file is of, as its META says. Cities number the projects of each edition from 1 on."""

    said: dict[str, str] = field(default_factory=dict)

    def noted(self, line: str) -> str:
        """The line, of META; what it says of the edition is kept."""
        key, _, value = line.rstrip("\r\n").partition(";")
        if key.strip() in (SUBUNIT, INSTANCE):
            self.said[key.strip()] = value.strip().rstrip(";")[:EDITION_LENGTH]
        return line

    def reference(self, project: str) -> str:
        """What a project is called beside those of other editions."""
        return "/".join(filter(None, (self.said.get(SUBUNIT), self.said.get(INSTANCE), project)))


def header(line: str) -> tuple[str, ...]:
    """The names of columns."""
    return tuple(name.strip().strip('"') for name in line.rstrip("\r\n").split(";"))


def cells(line: str, names: Sequence[str]) -> list[str]:
    """The cells of a line. Some files quote what has semicolons or quotes, others quote nothing: then semicolons too
    many are those of the name."""
    plain = line.rstrip("\r\n")
    if '"' in plain:
        try:
            [quoted] = csv.reader([plain], delimiter=";", strict=True)
        except csv.Error:
            quoted = []
        if len(quoted) == len(names):
            return [cell.strip() for cell in quoted]
    split = plain.split(";")
    if len(split) > len(names) and not split[-1].strip():
        split.pop()
    extra = len(split) - len(names)
    if extra > 0 and NAME in names:
        at = names.index(NAME)
        split = [*split[:at], ";".join(split[at : at + extra + 1]), *split[at + extra + 1 :]]
    return [cell.strip() for cell in split]


def _rows(file: IO[str], names: tuple[str, ...], number: int, edition: NamedEdition) -> Iterator[FileLine]:
    for line in file:
        if line.strip() in SECTIONS:
            return
        if line.strip():
            yield _line(number, names, cells(line, names), edition)
        number += 1


def _line(number: int, names: tuple[str, ...], told: list[str], edition: NamedEdition) -> FileLine:
    """A project: of several categories the first; one without a name is called by its number."""
    row = dict(zip(names, told, strict=False))
    row[NAME] = row.get(NAME) or f"Projet {row.get(KEY, '')}"
    if row.get(KEY):
        row[KEY] = edition.reference(row[KEY])
    if CATEGORY in row:
        row[CATEGORY] = row[CATEGORY].split(",")[0].strip()
    return FileLine(number, row, is_broken=len(told) != len(names))
