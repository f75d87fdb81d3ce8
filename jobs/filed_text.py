"""Texts of an analysis that stay in the file in which they were written down: their words are read when they are asked
for, so that memory grows with the number of texts and not with their length."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from analysis.corpus import CorpusText


class FiledText(CorpusText):
    """A text whose title and body stand in a line of an open file: `size` bytes of JSON from `start` on."""

    __slots__ = ("_file", "_size", "_start")
    _file: int
    _size: int
    _start: int

    def __init__(self, file: int, start: int, line: bytes) -> None:
        said = orjson.loads(line)
        kept = {each.name: said.get(each.name, each.default) for each in fields(CorpusText) if each.name not in _FILED}
        for name, value in {**kept, "_file": file, "_start": start, "_size": len(line)}.items():
            object.__setattr__(self, name, _shared(value))  # As a frozen dataclass does.

    @property
    def title(self) -> str:
        """As it was written down."""
        return str(self._said()["title"])

    @property
    def body(self) -> str:
        """As it was written down."""
        return str(self._said()["body"])

    @property
    def words(self) -> str:
        """What is read, in one read of the file."""
        said = self._said()
        return CorpusText(self.id, said["title"], said["body"]).words

    def _said(self) -> Any:
        return orjson.loads(os.pread(self._file, self._size, self._start))


_FILED = ("title", "body")


def _shared(value: Any) -> Any:
    """The same value, names of people and places once each."""
    return sys.intern(value) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


@contextmanager
def filed(path: Path) -> Iterator[Iterator[CorpusText]]:
    """The texts of a file of lines of JSON, to be read as long as it is open."""
    with path.open("rb") as file:
        yield _each(file.fileno(), path)


def _each(number: int, path: Path) -> Iterator[CorpusText]:
    start = 0
    with path.open("rb") as file:
        for line in file:
            yield FiledText(number, start, line)
            start += len(line)
