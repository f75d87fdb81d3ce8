"""XLSX read row by row; only this module knows openpyxl. What unpacks to much more than a table holds is refused."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.import_run import MAX_ROWS, ImportFormat, ImportProblem
from transfer.cell import plain
from transfer.csv_file import unique
from transfer.line import MAX_CELL, MAX_COLUMNS, FileError, FileLine, Lines, text

MAX_UNPACKED = 2 * 1024**3
MAX_STRINGS = 128 * 1024**2
"""Bytes: the table of texts, which is the only part that is held in memory as a whole."""

MAX_MEMBERS = 1_000

FAULTS = (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError, zipfile.BadZipFile)
"""What openpyxl raises of what is no workbook: a SyntaxError is that of its XML."""


def is_one(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP is a workbook."""
    return "xl/workbook.xml" in archive.namelist()


def lines(path: Path) -> Lines:
    """The rows of the first sheet that has any. Raises FileError."""
    _check(path)
    from openpyxl import load_workbook  # Only now: it takes 0.2 s, and most processes never read a workbook.

    file = path.open("rb")
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # What a file says of its size is a promise that nobody keeps.
            rows = _rows(sheet)
            header = next((cells for _, cells in rows if any(cells)), None)
            if header is not None:
                while header and not header[-1]:
                    header.pop()
                names = unique(header)
                return Lines(ImportFormat.TABLE, names, _lines(rows, names), file.close)
    except FAULTS as error:
        file.close()
        raise FileError(ImportProblem.UNREADABLE) from error
    except FileError:
        file.close()
        raise
    file.close()
    raise FileError(ImportProblem.EMPTY)


def _check(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        strings = sum(member.file_size for member in members if member.filename.endswith("sharedStrings.xml"))
        total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or strings > MAX_STRINGS or total > MAX_UNPACKED:
        raise FileError(ImportProblem.TOO_LARGE)


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Numbers and cells. Raises FileError."""
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 1, values_only=True), 1):
            yield number, [plain(text(cell)[:MAX_CELL]) for cell in cells]
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
    ) as error:
        raise FileError(ImportProblem.UNREADABLE) from error


def _lines(rows: Iterator[tuple[int, list[str]]], names: tuple[str, ...]) -> Iterator[FileLine]:
    for number, cells in rows:
        if any(cells):
            is_broken = any(cells[len(names) :])
            yield FileLine(number, dict(zip(names, cells, strict=False)), is_broken=is_broken)
