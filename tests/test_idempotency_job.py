"""Idempotency keys are forgotten after a day and not before."""

import asyncio

import psycopg

from database import naming
from database.door import Database
from jobs import idempotency
from tests.conftest import Portal


def test_keys_older_than_a_day_are_forgotten(database_url: str, lehavre: Portal) -> None:
    insert = naming.qualify(
        "INSERT INTO __tenant__.idempotency (actor_id, key, fingerprint, outcome, created_at)"
        " VALUES (gen_random_uuid(), %s, 'x', '{}', now() - make_interval(hours => %s))",
        lehavre.number,
    )
    count = naming.qualify("SELECT key FROM __tenant__.idempotency WHERE key LIKE 'forget-%%'", lehavre.number)

    async def forget() -> int:
        database = Database(database_url, connections=2)
        await database.open()
        try:
            return await idempotency.forget(database, lehavre.number)
        finally:
            await database.close()

    with psycopg.connect(database_url, autocommit=True) as connection:
        for key, hours in (("forget-old", 25), ("forget-young", 23)):
            connection.execute(insert, [key, hours])
        asyncio.run(forget())
        assert [row[0] for row in connection.execute(count.replace("%%", "%")).fetchall()] == ["forget-young"]
