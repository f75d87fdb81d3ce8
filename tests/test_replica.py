"""A read replica: anonymous reads go there, those of who may have written do not, and its absence is not noticed."""

import asyncio
import time

from sqlalchemy import Text, func, literal_column, select

from database import statement
from database.door import Database

WHERE = statement.build(select(func.current_setting(literal_column("'application_name'", Text))))


def with_name(url: str, name: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}application_name={name}"


async def asked(database: Database, *, may_be_old: bool) -> bytes | None:
    return (await database.read(WHERE, None, {}, may_be_old=may_be_old))[0]


def test_what_may_be_old_is_read_from_the_replica(database_url: str) -> None:
    async def run() -> None:
        primary, replica = with_name(database_url, "primary"), with_name(database_url, "replica")
        database = Database(primary, connections=2, replica_url=replica)
        await database.open()
        try:
            assert await asked(database, may_be_old=True) == b"replica"
            assert await asked(database, may_be_old=False) == b"primary"
            async with database.transaction(None) as transaction:
                assert await transaction.json(WHERE, {}) == [b"primary"]
        finally:
            await database.close()

    asyncio.run(run())


def test_replica_that_is_away_is_not_waited_for(database_url: str) -> None:
    async def run() -> None:
        nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
        database = Database(with_name(database_url, "primary"), connections=2, replica_url=nowhere)
        await database.open()
        try:
            assert await asked(database, may_be_old=True) == b"primary"
            started = time.monotonic()
            for _ in range(20):
                assert await asked(database, may_be_old=True) == b"primary"
            assert time.monotonic() - started < 2, "the replica was asked again, each time"
        finally:
            await database.close()

    asyncio.run(run())
