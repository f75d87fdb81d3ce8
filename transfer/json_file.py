"""JSON read object by object: a list of objects, or an object a line."""

import json
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
        objects = _objects(file)
        first = list(islice(objects, NAMED_BY))
        names = tuple(dict.fromkeys(name for item in first for name in item))
        if not names or len(names) > MAX_COLUMNS:
            raise FileError(ImportProblem.EMPTY if not names else ImportProblem.UNREADABLE)
    except BaseException:
        file.close()
        raise
    return Lines(ImportFormat.TABLE, names, _lines(first, objects), file.close)


def _lines(first: list[dict[str, str]], rest: Iterator[dict[str, str]]) -> Iterator[FileLine]:
    number = 0
    for objects in (first, rest):
        for item in objects:
            number += 1
            yield FileLine(number, item)


def _objects(file: IO[str]) -> Iterator[dict[str, str]]:
    """Objects, of which one at a time is in memory. Raises FileError."""
    buffer, is_over = "", False
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
            yield _flat(item)
            buffer = buffer[end:]
            continue
        try:
            piece = file.read(PIECE)
        except UnicodeDecodeError as error:
            raise FileError(ImportProblem.UNREADABLE) from error
        buffer, is_over = buffer + piece, not piece


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
