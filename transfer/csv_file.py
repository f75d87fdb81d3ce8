"""CSV as it comes: in UTF-8 or Windows' Latin-1, with commas, semicolons or tabs, with or without a BOM."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from models.import_run import ImportFormat, ImportProblem
from transfer import cell
from transfer.line import MAX_CELL, MAX_COLUMNS, FileError, FileLine, Lines

SAMPLE = 64 * 1024
DELIMITERS = ";,\t|"


def lines(path: Path) -> Lines:
    """A file's rows. Raises FileError."""
    return read(path.open(encoding=encoding(path), errors="strict", newline=""))


def read(file: IO[str]) -> Lines:
    """The rows of an open text file, which is closed with them. Raises FileError."""
    try:
        return _read(file)
    except BaseException:
        file.close()
        raise


def _read(file: IO[str]) -> Lines:
    sample = file.read(SAMPLE)
    file.seek(0)
    if "\0" in sample:
        raise FileError(ImportProblem.UNREADABLE)
    csv.field_size_limit(MAX_CELL)  # Of the whole process: others may have set theirs.
    reader = csv.reader(_without_bom(file), delimiter=_delimiter(sample))
    header = next(_rows(reader), None)
    if header is None or not any(header) or len(header) > MAX_COLUMNS:
        raise FileError(ImportProblem.EMPTY if header is None else ImportProblem.UNREADABLE)
    names = unique(header)
    return Lines(ImportFormat.TABLE, names, _lines(reader, names), file.close)


def unique(header: Iterable[str]) -> tuple[str, ...]:
    """The names of columns, each once: a second «Titre» is «Titre (2)»."""
    names: list[str] = []
    for rank, name in enumerate(header, 1):
        plain = " ".join(name.split()) or f"Colonne {rank}"
        count = sum(other == plain or other.startswith(f"{plain} (") for other in names)
        names.append(f"{plain} ({count + 1})" if plain in names else plain)
    return tuple(names)


def _lines(reader: Iterator[list[str]], names: tuple[str, ...]) -> Iterator[FileLine]:
    for number, cells in enumerate(_rows(reader), 2):
        if any(cells):
            is_broken = any(cells[len(names) :])
            yield FileLine(number, dict(zip(names, map(cell.plain, cells), strict=False)), is_broken=is_broken)


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Raises FileError where the file ends to be CSV, for example in the middle of a quoted cell of a megabyte."""
    try:
        yield from reader
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileError(ImportProblem.UNREADABLE) from error


def _without_bom(file: IO[str]) -> Iterator[str]:
    for rank, line in enumerate(file):
        yield line.removeprefix("\ufeff") if rank == 0 else line


def encoding(path: Path) -> str:
    """UTF-8 if all of the file is; else Windows' Latin-1, in which every byte says something."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(2)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while piece := file.read(1024 * 1024):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252" if _is_windows(path) else "latin-1"
    return "utf-8"


def _is_windows(path: Path) -> bool:
    """None of the five bytes that Windows leaves empty is there."""
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            if any(byte in piece for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)):
                return False
    return True


def _delimiter(sample: str) -> str:
    """The sign that parts the header in the most pieces, outside of quotes."""
    outside = "".join(sample.split('"')[::2]) if sample.startswith('"') else sample
    first = outside.splitlines()[0] if outside.splitlines() else ""
    return max(DELIMITERS, key=first.count)
