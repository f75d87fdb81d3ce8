"""`python -m bench.tables`: what the number of a tenant's tables costs, on disk, when it is made, and in each backend.

A backend remembers the catalogue of each table that it has touched, as long as it lives. Tables are added to those that
there are, each as an ordinary one: eight columns, a primary key, two indexes, a foreign key and a check.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import psycopg

import register.load
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

TENANTS = 50
MORE = """
CREATE TABLE t_{0}.more_{1} (id UUID PRIMARY KEY, actor_id UUID NOT NULL REFERENCES t_{0}.actor, kind TEXT NOT NULL,
    subject_id UUID NOT NULL, body TEXT, amount INTEGER, written_at TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ,
    CONSTRAINT kind_known CHECK (kind IN ('ONE', 'OTHER', 'THIRD')));
CREATE INDEX more_{1}_actor ON t_{0}.more_{1} (actor_id, written_at, id);
CREATE INDEX more_{1}_subject ON t_{0}.more_{1} (subject_id) WHERE ended_at IS NULL;"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' ORDER BY relname"
DISK = """SELECT sum(pg_total_relation_size(oid)), count(*), sum((SELECT count(*) FROM pg_index WHERE indrelid = c.oid))
FROM pg_class c WHERE relnamespace = %s::regnamespace AND relkind = 'r'"""
MEMORY = "SELECT sum(total_bytes) FROM pg_backend_memory_contexts"


def main() -> None:
    """Print a table in Markdown."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        numbers, seconds = asyncio.run(_made(postgres.url))
        click.echo("| tables | indexes | KB on disk | seconds to make | KB in a backend: 1 tenant | 50 tenants |")
        click.echo("|---|---|---|---|---|---|")
        for more in (0, 28):
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                for number in numbers:
                    started = time.monotonic()
                    connection.execute("".join(MORE.format(number, rank) for rank in range(more)).encode() or b"SELECT")
                    seconds += (time.monotonic() - started) / len(numbers)
                size, tables, indexes = connection.execute(DISK, [f"t_{numbers[0]}"]).fetchall()[0]
            one, many = (_remembered(postgres.url, numbers[:count]) for count in (1, TENANTS))
            click.echo(f"| {tables} | {indexes} | {size / 1024:,.0f} | {seconds:.2f} | {one:,.0f} | {many:,.0f} |")


async def _made(url: str) -> tuple[list[int], float]:
    """Tenants, and how long one of them takes."""
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    started, numbers = time.monotonic(), []
    for rank in range(TENANTS):
        new = NewTenant("commune-35238", f"tables-{rank}", (f"tables-{rank}.example",))
        numbers.append((await provisioning.create(database, new))[0])
    await database.close()
    return numbers, (time.monotonic() - started) / TENANTS


def _remembered(url: str, numbers: Sequence[int]) -> float:
    """KB that a backend holds more than a new one, once it has planned a statement on each table of these tenants."""
    with psycopg.connect(url, autocommit=True) as connection:
        before = _held(connection)
        for number in numbers:
            for (name,) in connection.execute(TABLES, [f"t_{number}"]).fetchall():
                connection.execute(f"SELECT * FROM t_{number}.{name} WHERE ctid = '(0,1)'".encode())
        return (_held(connection) - before) / 1024


def _held(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(MEMORY).fetchone()
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    main()
