"""The cluster of the tests: the embedded one, or a cluster of your own, as PARVIS_TEST_DATABASE_URL says."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import psycopg
from psycopg import sql

from database import naming
from database.embedded.launcher import LOGIN, EmbeddedPostgres

VARIABLE = "PARVIS_TEST_DATABASE_URL"
DATABASE = "parvis_test"
MADE = [DATABASE]
"""The databases that tests have made."""

MEMORY = Path("/dev/shm")
PREFIX = "parvis-tests-"
ROOM_BYTES = 8 * 1024**3
"""So much must be free for clusters of several processes, of some 2 GB each."""


def url() -> str | None:
    """A superuser's URL of another cluster; None for the embedded one."""
    return os.environ.get(VARIABLE) or None


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """The superuser's URL of an empty database."""
    other = url()
    if other is None:
        with place(folder) as chosen, EmbeddedPostgres(chosen, durable=False) as postgres:
            yield postgres.url
        return
    with closing(psycopg.connect(other, autocommit=True)) as connection:
        before = _roles(connection)
        _drop(connection, DATABASE)
        connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0".encode())
        _make_login(connection, urlsplit(other).password)
        try:
            yield renamed(other, DATABASE)
        finally:
            for name in MADE:
                _drop(connection, name)
            for role in sorted(_roles(connection) - before, key=lambda name: name in (naming.SERVER, naming.TENANTS)):
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def place(folder: Path) -> Iterator[Path]:
    """In memory if there is room, or else in the folder: each tenant is some 700 files, and a file system on a disk takes
    as long to make them as PostgreSQL for all that it writes into them."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and _room_bytes() >= ROOM_BYTES):
        yield folder
        return
    _clear_up()
    with TemporaryDirectory(prefix=PREFIX, dir=MEMORY, ignore_cleanup_errors=True) as made:
        yield Path(made)


def _room_bytes() -> int:
    """What the file system in memory would take, and memory has."""
    available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text("utf-8"))
    return min(shutil.disk_usage(MEMORY).free, int(available[1]) * 1024 if available else 0)


def _clear_up() -> None:
    """Remove what a run left that was killed: nobody holds its lock."""
    for lock in MEMORY.glob(f"{PREFIX}*/lock"):
        with suppress(OSError), lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent)


def renamed(cluster: str, database: str) -> str:
    """Another database's URL in the same cluster."""
    return _text(urlsplit(cluster)._replace(path=f"/{database}"))


def serving(cluster: str) -> str:
    """The same database for the login that serves requests, which has the superuser's password if there is one."""
    parts = urlsplit(cluster)
    host = parts.netloc.rpartition("@")[2]
    password = f":{quote(unquote(parts.password), safe='')}" if parts.password else ""
    return _text(parts._replace(netloc=f"{LOGIN}{password}@{host}"))


def _text(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _roles(connection: psycopg.Connection[Any]) -> set[str]:
    return {str(name) for (name,) in connection.execute("SELECT rolname FROM pg_roles")}


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make_login(connection: psycopg.Connection[Any], password: str | None) -> None:
    """As the embedded cluster has it."""
    known = _roles(connection)
    if naming.SERVER not in known:
        connection.execute(f"CREATE ROLE {naming.SERVER} NOLOGIN".encode())
    if LOGIN not in known:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}")
        names = (
            sql.Identifier(LOGIN),
            sql.Literal(unquote(password) if password else None),
            sql.Identifier(naming.SERVER),
        )
        connection.execute(statement.format(*names))
