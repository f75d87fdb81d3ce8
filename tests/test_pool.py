"""The pool: who comes alone meets a backend that is warm, and many at once get one each."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import func, select

from tenants import pool, statement
from tenants.door import Database, DatabaseUnavailableError
from tenants.pool import AT_HAND

PATIENCE_S = 10.0
BACKEND = statement.build(select(func.pg_backend_pid()))


async def at_once(database: Database, many: int) -> list[bytes | None]:
    """The backends of transactions that are open at the same time, in the order of their endings."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(database.transaction(None)) for _ in range(many)]
        return [(await transaction.json(BACKEND, {}))[0] for transaction in reversed(opened)]


def on(url: str, connections: int, act: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        database = Database(url, connections=connections)
        await database.open()
        try:
            await act(database)
        finally:
            await database.close()

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))


def test_connection_given_back_last_is_taken_first(database_url: str) -> None:
    async def act(database: Database) -> None:
        backends = await at_once(database, 3)
        assert len(set(backends)) == 3
        alone = [(await database.read(BACKEND, None, {}))[0] for _ in range(5)]
        assert alone == [backends[-1]] * 5

    on(database_url, 3, act)


def test_who_waits_gets_the_next_that_is_given_back(database_url: str) -> None:
    async def act(database: Database) -> None:
        async with database.transaction(None) as transaction:
            backend = await transaction.json(BACKEND, {})
            waiting = [asyncio.create_task(database.read(BACKEND, None, {})) for _ in range(3)]
            for _ in range(10):
                await asyncio.sleep(0)
            assert database.pool_figures() == {"open": 1, "idle": 0, "waited_for": 3}
        assert await asyncio.gather(*waiting) == [backend] * 3

    on(database_url, 1, act)


def test_those_at_hand_are_idle(database_url: str) -> None:
    async def act(database: Database) -> None:
        await at_once(database, AT_HAND + 2)
        assert database.pool_figures() == {"open": AT_HAND + 2, "idle": AT_HAND + 2, "waited_for": 0}

    on(database_url, AT_HAND + 2, act)


def test_after_a_while_psycopgs_pool_may_renew_what_was_at_hand(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(database: Database) -> None:
        backends = await at_once(database, 1)
        kept = database._pool.get_stats()["pool_available"]
        monkeypatch.setattr(pool, "AT_HAND_S", 0.0)
        assert await database.read(BACKEND, None, {}) == backends
        assert database._pool.get_stats()["pool_available"] == kept + 1

    on(database_url, 3, act)


def test_what_is_broken_or_unfinished_is_not_kept_at_hand(database_url: str) -> None:
    async def act(database: Database) -> None:
        [first] = await at_once(database, 1)
        connection = await database._pool.take()
        await connection.tell("BEGIN")
        await database._pool.give_back(connection)
        async with database.transaction(None) as transaction:
            assert await transaction.json(BACKEND, {}) == [first]
        connection = await database._pool.take()
        await connection.close()
        await database._pool.give_back(connection)
        assert await database.read(BACKEND, None, {}) != [first]

    on(database_url, 1, act)


def test_a_pool_that_is_closed_keeps_no_connection(database_url: str) -> None:
    async def run() -> None:
        database = Database(database_url, connections=2)
        await database.open()
        under_way, at_hand = await database._pool.take(), await database._pool.take()
        await database._pool.give_back(at_hand)
        await database.close()
        assert at_hand.closed
        assert not under_way.closed
        await database._pool.give_back(under_way)
        assert under_way.closed
        with pytest.raises(DatabaseUnavailableError):
            await database.read(BACKEND, None, {})

    asyncio.run(run())
