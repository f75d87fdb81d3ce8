"""The file that holds a tenant: a ZIP of one `<table>.jsonl` each, and a manifest that says what they are.

The manifest has the registry's rows, the migrations that made the tables, and of each table how many rows it has, the
SHA-256 of its file and a digest of its rows, which is the same in whatever order they are read.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import orjson

from models.every import tenant_tables

FORMAT = 1
MANIFEST = "manifest.json"


@cache
def derived(table: str) -> list[str]:
    """The columns of a table that PostgreSQL computes from others: they are not held, and made anew."""
    [meant] = (each for each in tenant_tables() if each.name == table)
    return [column.name for column in meant.columns if column.computed is not None]


class ArchiveError(Exception):
    """A file is no tenant's, or not the one that was written; the message says which part, for a person."""


@dataclass(slots=True)
class Content:
    """What was read of a table, line by line."""

    rows: int = 0
    _file: Any = field(default_factory=hashlib.sha256)
    _sum: int = 0

    def add(self, line: bytes) -> None:
        """A row, as JSON without its line's end."""
        self.rows += 1
        self._file.update(line + b"\n")
        self._sum += int.from_bytes(hashlib.blake2b(line, digest_size=16).digest(), "big")

    @property
    def sha256(self) -> str:
        """Of the file of all lines."""
        return str(self._file.hexdigest())

    @property
    def digest(self) -> str:
        """Of the rows in any order."""
        return f"{self._sum % 2**128:032x}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says that it holds. `registry`: the tenant's row, as the table has it. `migrations`: names and
    checksums."""

    tenant: str
    number: int
    exported_at: str
    rows: Mapping[str, int]
    sha256: Mapping[str, str]
    digest: Mapping[str, str]
    registry: Mapping[str, object]
    hosts: tuple[str, ...]
    migrations: Mapping[str, str]

    @property
    def database(self) -> str:
        """The cluster that has it."""
        return str(self.registry["database"])

    def at(self, database: str) -> Self:
        """The same in another cluster."""
        return replace(self, registry={**self.registry, "database": database})

    def written(self) -> bytes:
        """The manifest's file."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return orjson.dumps({"format": FORMAT} | named, option=orjson.OPT_INDENT_2)

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> Self:
        """The manifest of an archive. Raises ArchiveError."""
        try:
            said = orjson.loads(archive.read(MANIFEST))
            if said["format"] != FORMAT:
                raise ArchiveError(f"its format is {said['format']}; this release reads {FORMAT}")
            held = {table.name for table in tenant_tables()}
            if unknown := sorted(set(said["rows"]) - held):
                raise ArchiveError(f"it has a table that this release does not have: {unknown[0]}")
            return cls(**{name: said[name] for name in cls.__slots__} | {"hosts": tuple(said["hosts"])})
        except (KeyError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{archive.filename} has no manifest that says how to restore it: an export of this release is wanted"
            ) from error


def opened(file: Path) -> zipfile.ZipFile:
    """An archive to read. Raises ArchiveError for a file that is no ZIP, and OSError."""
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise ArchiveError(f"{file} is no ZIP, or was cut off") from error


def lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    """The rows of a table, as JSON without their lines' ends. Raises ArchiveError where the ZIP is damaged."""
    try:
        with archive.open(f"{table}.jsonl") as file:
            for line in file:
                yield line.rstrip(b"\n")
    except (KeyError, zipfile.BadZipFile, EOFError) as error:
        raise ArchiveError(f"{table} is missing or damaged in {archive.filename}") from error


def verify(archive: zipfile.ZipFile) -> Manifest:
    """Read all and compare it with the manifest, which is given. Raises ArchiveError for the first table that is
    another."""
    manifest = Manifest.read(archive)
    for table in manifest.rows:
        require(table, read(lines(archive, table)), manifest, is_file=True)
    return manifest


def read(rows: Iterable[bytes]) -> Content:
    """What rows come to."""
    content = Content()
    for row in rows:
        content.add(row)
    return content


def require(table: str, content: Content, manifest: Manifest, *, is_file: bool) -> None:
    """A table is what the manifest says: its file byte by byte, or its rows in any order. Raises ArchiveError."""
    is_same = content.sha256 == manifest.sha256[table] if is_file else content.digest == manifest.digest[table]
    if not is_same or content.rows != manifest.rows[table]:
        raise ArchiveError(
            f"{table} is not what was exported: {content.rows} rows were read where {manifest.rows[table]} were written"
        )
