"""Turns: short reads go a few at a time; what is long, fails or is given up holds nobody up."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import BigInteger, bindparam, func, select

from database import deadline, statement
from database.door import Database
from database.failure import DatabaseUnavailableError
from database.turn import AT_ONCE, Turns

PATIENCE_S = 10.0
LONG_S = 3_600.0
LATER = float("inf")
BACKEND = statement.build(select(func.pg_backend_pid()))
LOCK = statement.build(select(func.pg_advisory_xact_lock_shared(bindparam("key", type_=BigInteger))))
KEY = 7_077
FAULT = statement.build(select(1 / bindparam("zero", type_=BigInteger)))


def within(act: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(act, PATIENCE_S))


def on(url: str, act: Callable[[Database], Awaitable[None]], connections: int = 16) -> None:
    async def run() -> None:
        database = Database(url, connections=connections)
        await database.open()
        try:
            await act(database)
        finally:
            await database.close()

    within(run())


async def settled() -> None:
    """Let every task go as far as it can without time passing."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_the_first_begin_at_once_and_others_in_the_order_in_which_they_came() -> None:
    async def act() -> None:
        turns, began = Turns(2, short_s=LONG_S), []

        async def read(number: int) -> int:
            turn = await turns.begin()
            began.append(number)
            return turn

        tasks = [asyncio.create_task(read(number)) for number in range(5)]
        await settled()
        assert began == [0, 1]
        assert turns.waiting == 3
        turns.end(await tasks[1])
        await settled()
        assert began == [0, 1, 2]
        turns.end(await tasks[0])
        turns.end(await tasks[2])
        await asyncio.gather(*tasks)
        assert began == [0, 1, 2, 3, 4]
        assert turns.waiting == 0

    within(act())


def test_what_is_long_makes_room_once() -> None:
    async def act() -> None:
        turns = Turns(1, short_s=0.0)
        long = await turns.begin()
        second = await turns.begin()  # Comes back although nothing has ended.
        turns.end(long)
        turns.end(second)
        assert await room(turns) == 1

    within(act())


async def room(turns: Turns) -> int:
    """How many may begin without waiting."""
    turns._short_s = LONG_S
    tasks = [asyncio.create_task(turns.begin()) for _ in range(9)]
    await settled()
    return sum(task.done() for task in tasks)


async def crowded() -> tuple[Turns, int, "asyncio.Task[int]", "asyncio.Task[int]"]:
    """Turns for one, who has begun, and two who wait."""
    turns = Turns(1, short_s=LONG_S)
    first = await turns.begin()
    waiting, next_one = asyncio.create_task(turns.begin()), asyncio.create_task(turns.begin())
    await settled()
    return turns, first, waiting, next_one


def test_who_gives_up_leaves_no_room_behind() -> None:
    async def act() -> None:
        turns, first, waiting, next_one = await crowded()
        waiting.cancel()
        await settled()
        turns.end(first)
        turns.end(await next_one)
        assert await room(turns) == 1

    within(act())


def test_who_gives_up_when_it_is_let_in_lets_the_next_in() -> None:
    async def act() -> None:
        turns, first, waiting, next_one = await crowded()
        turns.end(first)
        waiting.cancel()
        turns.end(await next_one)
        assert waiting.cancelled()
        assert await room(turns) == 1

    within(act())


def test_who_waits_too_long_is_told_and_leaves_no_room_behind() -> None:
    async def act() -> None:
        turns = Turns(0, short_s=0.0)
        deadline.begin(0.0)
        with pytest.raises(TimeoutError):
            await turns.begin()
        deadline.begin(PATIENCE_S)
        assert turns.waiting == 0
        assert await room(turns) == 0

    within(act())


def test_burst_of_short_reads_is_served_by_few_backends(database_url: str) -> None:
    async def act(database: Database) -> None:
        database._pool.turns = Turns(short_s=LONG_S)
        async with AsyncExitStack() as stack:  # There are enough connections that each could have one.
            for _ in range(16):
                await stack.enter_async_context(database.transaction(None))
        backends = await asyncio.gather(*(database.read(BACKEND, None, {}) for _ in range(100)))
        assert len(backends) == 100
        assert len({found[0] for found in backends}) <= AT_ONCE
        assert database.pools["primary"].figures()["waited_for"] == 0

    on(database_url, act)


def test_read_that_waits_for_its_turn_is_in_the_figures(database_url: str) -> None:
    async def act(database: Database) -> None:
        database._pool.turns = Turns(0, short_s=LONG_S)
        waiting = asyncio.create_task(database.read(BACKEND, None, {}))
        await settled()
        assert database.pools["primary"].figures()["waited_for"] == 1
        waiting.cancel()

    on(database_url, act)


def test_reads_that_wait_for_a_lock_hold_no_others_up(database_url: str) -> None:
    async def act(database: Database) -> None:
        async with database.administration() as connection:
            await connection.execute("SELECT pg_advisory_lock(%s)", [KEY])
            held = [asyncio.create_task(database.read(LOCK, None, {"key": KEY})) for _ in range(2 * AT_ONCE)]
            await settled()
            assert await database.read(BACKEND, None, {}) != []
            assert not any(task.done() for task in held)
        await asyncio.gather(*held)

    on(database_url, act)


def test_read_that_fails_ends_its_turn(database_url: str) -> None:
    async def act(database: Database) -> None:
        database._pool.turns = Turns(1, short_s=LONG_S)
        for _ in range(3):
            with pytest.raises(Exception, match="division by zero"):
                await database.read(FAULT, None, {"zero": 0})

    on(database_url, act)


def test_read_that_never_has_its_turn_hears_that_the_database_is_away(database_url: str) -> None:
    async def act(database: Database) -> None:
        database._pool.turns = Turns(0, short_s=0.0)
        deadline.begin(0.05)
        with pytest.raises(DatabaseUnavailableError):
            await database.read(BACKEND, None, {})

    on(database_url, act)
