"""Pabulib's `.pb`: the projects of a participatory budget, with what it says of their costs and votes."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from models.import_run import ImportFormat, ImportProblem
from transfer.line import FileError, FileLine, Lines

SECTIONS = ("META", "PROJECTS", "VOTES")


def lines(path: Path) -> Lines:
    """The projects of a file; ballots are not read. Raises FileError."""
    file = path.open(encoding="utf-8-sig", errors="replace")
    number = next((number for number, line in enumerate(file, 1) if line.strip() == "PROJECTS"), 0)
    names = tuple(name.strip() for name in next(file, "").rstrip("\r\n").split(";"))
    if "project_id" not in names:
        file.close()
        raise FileError(ImportProblem.EMPTY)
    return Lines(ImportFormat.PABULIB, names, _rows(file, names, number + 2), file.close)


def _rows(file: IO[str], names: tuple[str, ...], number: int) -> Iterator[FileLine]:
    try:
        for line in file:
            if line.strip() in SECTIONS:
                return
            if cells := line.rstrip("\r\n"):
                yield _line(number, names, cells.split(";"))
            number += 1
    except UnicodeDecodeError as error:
        raise FileError(ImportProblem.UNREADABLE) from error


def _line(number: int, names: tuple[str, ...], cells: list[str]) -> FileLine:
    """A project. Semicolons too many are those of its name, which nothing quotes."""
    extra = len(cells) - len(names)
    if extra > 0 and "name" in names:
        at = names.index("name")
        cells = [*cells[:at], ";".join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
    return FileLine(number, dict(zip(names, (cell.strip() for cell in cells), strict=False)), is_broken=extra < 0)
