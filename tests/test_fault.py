"""Connections that end in every way, on both event loops: an answer or a refusal in time, and the pool whole again."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from sqlalchemy import Double, bindparam, func, literal_column, select

from database import deadline, silence, statement, wire
from database.door import Database, State
from database.failure import DatabaseUnavailableError
from tests.fault.proxy import Proxy, Way, proxied
from tests.own import Own
from tests.test_turn import settled

LIMIT_S = 2.0
LATEST_S = LIMIT_S + 1.0
CONNECTIONS = 4
SLEEP = select(func.pg_sleep(bindparam("seconds", type_=Double())))
ONE = select(literal_column("1"))
READ = statement.build(ONE)


@pytest.fixture(params=["tcp", "unix"])
def proxy(request: pytest.FixtureRequest, own: Own) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory() as folder, proxied(own.url, request.param, Path(folder)) as found:
        yield found


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def on_loop(request: pytest.FixtureRequest, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Runs something on a database behind the proxy, and looks whether its pool is whole afterwards."""
    monkeypatch.setattr(deadline, "TOTAL_S", LIMIT_S)

    def run(act: Callable[[Database], Awaitable[None]]) -> None:
        async def opened() -> None:
            database = Database(proxy.url, connections=CONNECTIONS)
            await database.open()
            try:
                await asyncio.wait_for(act(database), 20)
                assert await asyncio.gather(*(database.rows(ONE) for _ in range(3 * CONNECTIONS)))
                figures = database.pools["primary"].figures()
                assert figures["open"] == figures["idle"] <= CONNECTIONS
                assert figures["waited_for"] == 0
            finally:
                await database.close()

        request.param(opened())

    return run


@pytest.mark.parametrize("way", Way)
def test_statements_under_way_are_answered_or_refused_in_time(
    proxy: Proxy, on_loop: Callable[[Any], None], way: Way
) -> None:
    async def act(database: Database) -> None:
        await asyncio.gather(*(database.rows(SLEEP, seconds=0.1) for _ in range(CONNECTIONS)))
        seconds = 0.5 if way is Way.TORN else 60.0  # What is torn has to be answered first.
        asked = [asyncio.ensure_future(database.rows(SLEEP, seconds=seconds)) for _ in range(CONNECTIONS)]
        await settled()  # They are on their way.
        assert await asyncio.to_thread(proxy.end, way) > 0
        done, waiting = await asyncio.wait(asked, timeout=LATEST_S)
        assert waiting == set()
        assert {type(task.exception()) for task in done} <= {DatabaseUnavailableError, type(None)}
        if way is not Way.TORN:
            assert all(task.exception() for task in done)

    on_loop(act)


@pytest.mark.parametrize("way", [way for way in Way if way not in (Way.SILENT, Way.TORN)])
def test_reads_get_over_the_end_of_idle_connections(proxy: Proxy, on_loop: Callable[[Any], None], way: Way) -> None:
    async def act(database: Database) -> None:
        await asyncio.gather(*(database.rows(SLEEP, seconds=0.1) for _ in range(CONNECTIONS)))
        assert await asyncio.to_thread(proxy.end, way) == CONNECTIONS
        assert await database.read(READ, None, {}) == [b"1"]

    on_loop(act)


def test_silent_connections_are_found_out_and_statements_sent_again(
    proxy: Proxy, on_loop: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "TOTAL_S", 20.0)  # Nobody waits for so long: everything would fail after it.
    monkeypatch.setattr(wire, "SUSPECT_S", 0.6)  # Longer than in silence.IDLE.

    async def act(database: Database) -> None:
        await asyncio.gather(*(database.rows(SLEEP, seconds=0.1) for _ in range(CONNECTIONS)))
        assert await asyncio.to_thread(proxy.end, Way.SILENT) == CONNECTIONS
        async with asyncio.timeout(10):
            answers = await asyncio.gather(*(database.read(READ, None, {}) for _ in range(3 * CONNECTIONS)))
        assert answers == [[b"1"]] * 3 * CONNECTIONS
        assert await database.read(READ, None, {}) == [b"1"]

    on_loop(act)


def test_slow_statement_is_not_taken_for_silence(
    proxy: Proxy, on_loop: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SUSPECT_S", 0.05)
    looks = []
    original = silence.Silence._look

    async def look(watch: silence.Silence) -> bool:
        looks.append(await original(watch))
        return looks[-1]

    monkeypatch.setattr(silence.Silence, "_look", look)

    async def act(database: Database) -> None:
        assert await database.rows(SLEEP, seconds=0.8) == [("",)]

    on_loop(act)
    assert looks and all(looks)  # More than one where the machine is busy.


def test_whoever_comes_after_the_deadline_spoils_no_connection(proxy: Proxy, on_loop: Callable[[Any], None]) -> None:
    async def act(database: Database) -> None:
        await database.rows(ONE)
        with deadline.within(0.0), pytest.raises(DatabaseUnavailableError):
            await database.rows(ONE)
        assert database.pools["primary"].figures() == {"open": 1, "idle": 1, "waited_for": 0}
        assert proxy.count == 1

    on_loop(act)


def test_request_waits_no_longer_than_its_deadline_in_all(proxy: Proxy, on_loop: Callable[[Any], None]) -> None:
    async def act(database: Database) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline.begin()
        await asyncio.to_thread(proxy.end, Way.SILENT)
        for _ in range(5):
            with pytest.raises(DatabaseUnavailableError):
                await database.rows(SLEEP, seconds=60.0)
        assert loop.time() - began < LATEST_S
        deadline.begin(60.0)

    on_loop(act)


def test_state_is_known_in_time_while_nothing_answers(
    proxy: Proxy, on_loop: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(database: Database) -> None:
        monkeypatch.setattr(deadline, "TOTAL_S", 60.0)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.to_thread(proxy.end, Way.SILENT)
        assert await database.state() is State.AWAY
        assert loop.time() - began < 1.0
        assert await database.state() is State.READY

    on_loop(act)


def test_read_only_database_is_told_and_written_again_as_soon_as_it_may_be(own: Own) -> None:
    own.rows("CREATE TABLE IF NOT EXISTS written (number bigint)")
    own.rows("GRANT INSERT ON written TO PUBLIC")
    write = statement.Statement("INSERT INTO public.written VALUES (1)", (), {}, (), (), ())
    name = own.value("SELECT current_database()")

    async def insert(database: Database) -> None:
        async with database.transaction(None) as transaction:
            await transaction.json(write, {})

    async def act(database: Database) -> None:
        own.rows(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            await database._pool.renew()
            assert await database.state() is State.READ_ONLY
            for _ in range(3):
                with pytest.raises(DatabaseUnavailableError):
                    await insert(database)
            await asyncio.gather(*(database.read(READ, None, {}) for _ in range(CONNECTIONS)))
        finally:
            with_write = (
                "BEGIN; SET TRANSACTION READ WRITE; ALTER DATABASE {} RESET default_transaction_read_only; COMMIT"
            )
            own.rows(with_write.format(name))
        with pytest.raises(DatabaseUnavailableError):  # In a session that was begun before.
            await insert(database)
        await insert(database)
        assert await database.state() is State.READY

    own.run(act)
    assert own.rows("SELECT number FROM written") == [(1,)]
