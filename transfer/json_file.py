"""JSON read object by object: a list of objects, or an object a line."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from models.import_run import ImportFormat, ImportProblem
from transfer.line import MAX_CELL, MAX_COLUMNS, FileError, FileLine, Lines, text

PIECE = 64 * 1024
NAMED_BY = 50
"""Objects that are looked at to know the columns."""

_DECODER = json.JSONDecoder()


def lines(path: Path) -> Lines:
    """The objects of a file as rows; an object's place in the list is its number. Raises FileError."""
    file = path.open(encoding="utf-8-sig")
    try:
        rows = map(_flat, objects(file))
        first = list(islice(rows, NAMED_BY))
        names = tuple(dict.fromkeys(name for item in first for name in item))
        if not names or len(names) > MAX_COLUMNS:
            raise FileError(ImportProblem.EMPTY if not names else ImportProblem.UNREADABLE)
    except BaseException:
        file.close()
        raise
    return Lines(ImportFormat.TABLE, names, _lines(first, rows), file.close)


def _lines(first: list[dict[str, str]], rest: Iterator[dict[str, str]]) -> Iterator[FileLine]:
    number = 0
    for items in (first, rest):
        for item in items:
            number += 1
            yield FileLine(number, item)


def objects(file: IO[str], start: re.Pattern[str] | None = None) -> Iterator[Any]:
    """Values, of which one at a time is in memory; those behind a `start`, where the file has it. Raises FileError."""
    buffer, is_over = "", False
    if start is not None:
        buffer = _piece(file)
        buffer = buffer[match.end() :] if (match := start.match(buffer)) else buffer
    while True:
        buffer = buffer.lstrip(" \t\r\n,[")
        if buffer.startswith("]") or (is_over and not buffer):
            return
        try:
            item, end = _DECODER.raw_decode(buffer) if buffer else (None, 0)
        except (ValueError, RecursionError) as error:
            if is_over or len(buffer) > MAX_CELL or isinstance(error, RecursionError):
                raise FileError(ImportProblem.UNREADABLE) from error
            end = 0
        if end:
            yield item
            buffer = buffer[end:]
            continue
        piece = _piece(file)
        buffer, is_over = buffer + piece, not piece


def _piece(file: IO[str]) -> str:
    try:
        return file.read(PIECE)
    except UnicodeDecodeError as error:
        raise FileError(ImportProblem.UNREADABLE) from error


def _flat(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        raise FileError(ImportProblem.UNREADABLE)
    flat: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict) and not value.keys() <= {"fr", "en", "machine_translations"}:
            flat |= {f"{name}/{key}": text(inner) for key, inner in value.items()}
        else:
            flat[name] = text(value)
    return flat
