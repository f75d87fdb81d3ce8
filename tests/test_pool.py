"""The pool: who comes alone meets a backend that is warm, and many at once get one each."""

import asyncio
from contextlib import AsyncExitStack

import psycopg
import pytest

from database import pool
from database.door import Database
from database.failure import DatabaseUnavailableError
from database.pool import PoolError
from database.turn import AT_ONCE
from tests.test_turn import BACKEND, LATER, on, settled


async def at_once(database: Database, many: int) -> list[bytes | None]:
    """The backends of transactions that are open at the same time, in the order of their endings."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(database.transaction(None)) for _ in range(many)]
        return [(await transaction.json(BACKEND, {}))[0] for transaction in reversed(opened)]


def test_connection_given_back_last_is_taken_first(database_url: str) -> None:
    async def act(database: Database) -> None:
        backends = await at_once(database, 3)
        assert len(set(backends)) == 3
        alone = [(await database.read(BACKEND, None, {}))[0] for _ in range(5)]
        assert alone == [backends[-1]] * 5

    on(database_url, act, 3)


def test_who_waits_gets_the_next_that_is_given_back(database_url: str) -> None:
    async def act(database: Database) -> None:
        async with database.transaction(None) as transaction:
            backend = await transaction.json(BACKEND, {})
            waiting = [asyncio.create_task(database.read(BACKEND, None, {})) for _ in range(3)]
            await settled()
            assert database.pools["primary"].figures() == {"open": 1, "idle": 0, "waited_for": 3}
        assert await asyncio.gather(*waiting) == [backend] * 3

    on(database_url, act, 1)


def test_those_at_hand_are_idle(database_url: str) -> None:
    async def act(database: Database) -> None:
        await at_once(database, AT_ONCE + 2)
        assert database.pools["primary"].figures() == {"open": AT_ONCE + 2, "idle": AT_ONCE + 2, "waited_for": 0}

    on(database_url, act, AT_ONCE + 2)


def test_an_old_connection_and_one_that_is_idle_for_long_are_closed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(database: Database) -> None:
        [first, second] = await at_once(database, 2)
        monkeypatch.setattr(pool, "IDLE_S", 0.0)
        assert await database.read(BACKEND, None, {}) == [second]
        assert database.pools["primary"].figures() == {"open": 1, "idle": 1, "waited_for": 0}
        monkeypatch.setattr(pool, "RENEW_AFTER_S", 0.0)
        assert await database.read(BACKEND, None, {}) == [second]
        assert await database.read(BACKEND, None, {}) not in ([first], [second])

    on(database_url, act, 3)


def test_what_is_broken_or_unfinished_is_closed_and_its_room_is_free(database_url: str) -> None:
    async def act(database: Database) -> None:
        [first] = await at_once(database, 1)
        connection = await database._pool.take(LATER)
        await connection.tell("BEGIN")
        await database._pool.give_back(connection)
        assert connection.closed
        [second] = await at_once(database, 1)
        assert second != first
        connection = await database._pool.take(LATER)
        await connection.close()
        await database._pool.give_back(connection)
        assert await at_once(database, 1) != [second]

    on(database_url, act, 1)


def test_who_gives_up_to_wait_takes_no_connection_along(database_url: str) -> None:
    async def act(database: Database) -> None:
        connection = await database._pool.take(LATER)
        soon = asyncio.get_running_loop().time() + 0.01
        waiting, late = (asyncio.create_task(database._pool.take(until)) for until in (LATER, soon))
        with pytest.raises(PoolError):
            await late
        await database._pool.give_back(connection)
        waiting.cancel()  # At the moment when it is given the connection.
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert database.pools["primary"].figures() == {"open": 1, "idle": 1, "waited_for": 0}
        await database._pool.give_back(await database._pool.take(LATER))

    on(database_url, act, 1)


def test_reads_get_over_the_end_of_all_backends_at_hand(database_url: str) -> None:
    async def act(database: Database) -> None:
        backends = await at_once(database, AT_ONCE)
        with psycopg.connect(database_url) as connection:
            for backend in backends:
                connection.execute("SELECT pg_terminate_backend(%s, 5000)", [int(backend or 0)])
        assert await database.read(BACKEND, None, {}) not in [[backend] for backend in backends]

    on(database_url, act, AT_ONCE)


def test_a_pool_that_is_closed_keeps_no_connection(database_url: str) -> None:
    async def run() -> None:
        database = Database(database_url, connections=2)
        await database.open()
        under_way, at_hand = await database._pool.take(LATER), await database._pool.take(LATER)
        await database._pool.give_back(at_hand)
        await database.close()
        assert at_hand.closed
        assert not under_way.closed
        await database._pool.give_back(under_way)
        assert under_way.closed
        with pytest.raises(DatabaseUnavailableError):
            await database.read(BACKEND, None, {})

    asyncio.run(run())
