"""PostGIS on the same rows, where Debian's packages of it are installed: a cluster of its own, thrown away."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.proximity import Asked, Times, timed
from database import naming
from database.embedded import process, program

PROGRAMS, EXTENSIONS = Path("/usr/lib/postgresql"), Path("/usr/share/postgresql")
SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "jit": "off", "fsync": "off", "autovacuum": "off"}
READY_WITHIN_S = 30

LISTED = "SELECT id, title, published_at, status, expires_at, lng, lat FROM __tenant__.contribution"
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE listed (id UUID PRIMARY KEY, title TEXT, published_at TIMESTAMPTZ, status TEXT, expires_at TIMESTAMPTZ,
                     lng FLOAT8, lat FLOAT8)
"""
INDEX = """
ALTER TABLE listed ADD place geometry(Point, 2154);
UPDATE listed SET place = ST_Transform(ST_SetSRID(ST_MakePoint(lng, lat), 4326), 2154);
VACUUM FULL listed;
CREATE INDEX ON listed USING gist (place);
CREATE INDEX ON listed (published_at DESC, id DESC);
VACUUM ANALYZE listed
"""
"""In metres of Lambert 93, as French geographers store places: PostGIS is faster on them than on degrees."""

HERE = "ST_Transform(ST_SetSRID(ST_MakePoint($1, $2), 4326), 2154)"
STANDING = "status = 'OPEN' AND (expires_at IS NULL OR expires_at > now())"
QUERIES = {
    "NEWEST": f"""
        SELECT id, title, published_at FROM listed WHERE ST_DWithin(place, {HERE}, $3) AND {STANDING}
        ORDER BY published_at DESC, id DESC LIMIT 20
    """,
    "NEAREST": f"""
        SELECT id, title, published_at FROM (
            SELECT *, place <-> {HERE} AS away FROM listed WHERE {STANDING} ORDER BY place <-> {HERE} LIMIT 20) nearest
        WHERE away <= $3 ORDER BY away, id
    """,
}
"""The nearest without their radius, which is looked at last: PostgreSQL would sort all that lies in it."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL of Debian that has PostGIS, if there is one."""
    controls = EXTENSIONS.glob("*/extension/postgis.control")
    versions = [int(found.parents[1].name) for found in controls if found.parents[1].name.isdecimal()]
    return PROGRAMS / str(max(versions)) / "bin" if versions else None


def beside(url: str, tenant: int, asked: Sequence[Asked]) -> dict[str, Times] | None:
    """The lists that are asked of Parvis, asked of PostGIS on a tenant's contributions; None where it is not there."""
    found = programs()
    if found is None:
        return None
    with _cluster(found) as own, psycopg.connect(own, autocommit=True) as connection:
        _fill(connection, url, tenant)
        return {one.name: _measured(connection, one) for one in asked if one.order}


def _measured(connection: psycopg.Connection[Any], asked: Asked) -> Times:
    radius_m = float(asked.radius_m)
    parameters = ([point["lng"], point["lat"], radius_m] for point in asked.variants)
    [times] = timed((connection, ((QUERIES[asked.order], found) for found in parameters)))
    return times


def _fill(connection: psycopg.Connection[Any], url: str, tenant: int) -> None:
    _run(connection, TABLE)
    listed = naming.qualify(LISTED, tenant).encode()
    with (
        psycopg.connect(url) as parvis,
        parvis.cursor().copy(b"COPY (%b) TO STDOUT" % listed) as read,
        connection.cursor().copy(b"COPY listed FROM STDIN") as write,
    ):
        for block in read:
            write.write(block)
    _run(connection, INDEX)


def _run(connection: psycopg.Connection[Any], statements: str) -> None:
    for statement in statements.split(";\n"):
        connection.execute(statement.encode())


@contextmanager
def _cluster(found: Path) -> Iterator[str]:
    """A cluster in a temporary folder; its URL."""
    account = program.server_account(Path("/nowhere"))
    folder = Path(tempfile.mkdtemp(prefix="bench-postgis-"))
    log = folder / "server.log"
    log.touch()
    os.chown(folder, account.uid, account.gid)
    with log.open("ab") as inherited:

        def started(*arguments: str) -> "subprocess.Popen[bytes]":
            return process.spawn(
                list(arguments), folder=folder, account=account, log=log, inherited=[inherited.fileno()]
            )

        try:
            started(str(found / "initdb"), "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-N").wait()
            options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
            server = started(
                str(found / "postgres"), "-D", f"{folder}/data", "-k", str(folder), "-h", "", "-p", "5432", *options
            )
            os.sched_setaffinity(server.pid, range(os.cpu_count() or 1))  # Not only the load generator's core.
            try:
                url = f"postgresql://postgres@/postgres?host={folder}&port=5432"
                _wait(url)
                yield url
            finally:
                process.end(server)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
