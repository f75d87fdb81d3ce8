"""Wire: prepared statements over a socket of our own hearing; what is cancelled or lost harms nobody that comes after."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Double, Integer, Select, Text, bindparam, cast, func, literal_column, select

from database import prepared_statement, statement
from database.door import Database
from database.failure import DatabaseUnavailableError
from database.pool import PooledConnection
from database.statement import Statement
from database.wire import Asked
from tests.own import Own, until

T = TypeVar("T")

LARGE = 1024 * 1024
HUGE = 16 * LARGE
"""More bytes than the kernel keeps of a socket: sending waits until the other side has read."""

PATIENCE_S = 20.0

LENGTH = statement.build(select(func.length(bindparam("text", type_=Text()))))
REPEATED = statement.build(select(func.repeat("é", bindparam("count", type_=Integer()), type_=Text())))
INVERSE = statement.build(select(1 / cast(bindparam("number", type_=BigInteger()), BigInteger)))
SLEEP = select(func.pg_sleep(bindparam("seconds", type_=Double())))
PID: Select[tuple[int]] = select(literal_column("pg_backend_pid()"))
NAMES = "SELECT name FROM pg_prepared_statements"


def run(own: Own, act: Callable[[PooledConnection], Awaitable[T]]) -> T:
    """What `act` returns for a connection of its own."""

    async def connected(database: Database) -> T:
        async with database.administration() as connection:
            return await asyncio.wait_for(act(connection), PATIENCE_S)

    return own.run(connected)


def asked(compiled: Statement, **values: object) -> Asked:
    return compiled, compiled.text, compiled.encoded(values)


async def value(connection: PooledConnection, compiled: Statement, **values: object) -> object:
    [[found]] = connection.rows(await connection.ask(*asked(compiled, **values)))
    return found


# Asking --------------------------------------------------------------------------------------------------------------


def test_statement_that_is_asked_once_is_not_prepared(own: Own) -> None:
    async def act(connection: PooledConnection) -> tuple[object, ...]:
        length = await value(connection, LENGTH, text="été")
        [[first], [second]] = await connection.ask_all([asked(REPEATED, count=1)], [asked(INVERSE, number=1)])
        rows = (connection.rows(first), connection.rows(second))
        return length, rows, await (await connection.execute(NAMES)).fetchall()

    assert run(own, act) == (3, ([("é",)], [(1,)]), [])


def test_prepared_statements_of_a_connection_are_bounded_in_characters(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_statement, "MAX_TEXT", 2_000)

    def long(number: int, length: int) -> Statement:
        return statement.build(select(literal_column(f"'{number:0{length}}'"), bindparam("given", type_=BigInteger())))

    async def act(connection: PooledConnection) -> list[tuple[object, ...]]:
        for _ in range(2):
            for number in range(5):
                await connection.ask(*asked(long(number, 500), given=1))
        for _ in range(3):  # More than half of all room: it is asked as it is, however often.
            await connection.ask(*asked(long(7, 1_500), given=1))
        return list(await (await connection.execute(NAMES)).fetchall())

    assert sorted(run(own, act)) == [("parvis_3",), ("parvis_4",), ("parvis_5",)]


def test_statement_is_prepared_once_and_asked_with_other_values(own: Own) -> None:
    async def act(connection: PooledConnection) -> tuple[object, ...]:
        lengths = [await value(connection, LENGTH, text=text) for text in ("", "été", "a" * 300)]
        cursor = await connection.execute(NAMES)
        return lengths, await cursor.fetchall()

    assert run(own, act) == ([0, 3, 300], [("parvis_1",)])


def test_refused_statement_raises_what_postgresql_said_and_the_next_is_answered(own: Own) -> None:
    async def act(connection: PooledConnection) -> object:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await value(connection, INVERSE, number=0)
        with pytest.raises(psycopg.errors.UndefinedTable):
            await connection.ask(*asked(statement.build(select(literal_column("1 FROM nowhere")))))
        return await value(connection, INVERSE, number=1)

    assert run(own, act) == 1


def test_commands_run_together_and_the_last_is_answered_for(own: Own) -> None:
    async def act(connection: PooledConnection) -> object:
        await connection.tell("BEGIN; SET LOCAL work_mem = '7MB'")
        within = await (await connection.execute("SHOW work_mem")).fetchone()
        await connection.tell("ROLLBACK")
        with pytest.raises(psycopg.errors.SyntaxError):
            await connection.tell("NO SUCH COMMAND")
        return within, connection.info.transaction_status

    assert run(own, act) == (("7MB",), TransactionStatus.IDLE)


def test_notices_do_not_disturb_answers(own: Own) -> None:
    async def act(connection: PooledConnection) -> tuple[list[str | None], object]:
        heard: list[str | None] = []
        connection.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        loop = "FOR n IN 1..200 LOOP RAISE NOTICE 'été %', n; END LOOP"
        await connection.tell(f"DO $$ BEGIN {loop}; END $$")
        return heard, await value(connection, LENGTH, text="abc")

    assert run(own, act) == ([f"été {number}" for number in range(1, 201)], 3)


@pytest.mark.parametrize("size", [LARGE, HUGE])
def test_large_parameters_and_large_results(own: Own, size: int) -> None:
    async def act(connection: PooledConnection) -> tuple[object, object]:
        found = await value(connection, REPEATED, count=size)
        return await value(connection, LENGTH, text="x" * size), found == "é" * size

    assert run(own, act) == (size, True)


# Several at once -----------------------------------------------------------------------------------------------------


def test_statements_are_answered_in_their_order(own: Own) -> None:
    async def act(connection: PooledConnection) -> list[object]:
        results = await connection.ask_all(
            [asked(LENGTH, text="abc"), asked(LENGTH, text="")], [asked(INVERSE, number=1)]
        )
        return [[connection.rows(result) for result in group] for group in results]

    assert run(own, act) == [[[(3,)], [(0,)]], [[(1,)]]]


def test_first_of_two_statements_does_not_make_room_for_the_second(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_statement, "MAX_STATEMENTS", 2)

    async def act(connection: PooledConnection) -> tuple[object, object]:
        for _ in range(2):
            await value(connection, REPEATED, count=1)
            await value(connection, INVERSE, number=1)
            await value(connection, LENGTH, text="")
        [[first], [second]] = await connection.ask_all([asked(INVERSE, number=1)], [asked(LENGTH, text="abc")])
        return connection.rows(first)[0][0], connection.rows(second)[0][0]

    assert run(own, act) == (1, 3)


def test_second_of_two_runs_although_the_first_fails(own: Own) -> None:
    written = statement.build(
        select(func.set_config("parvis.seen", bindparam("text", type_=Text()), literal_column("false")))
    )

    async def act(connection: PooledConnection) -> object:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await connection.ask_all([asked(INVERSE, number=0)], [asked(written, text="yes")])
        return await (await connection.execute("SHOW parvis.seen")).fetchone()

    assert run(own, act) == ("yes",)


def test_failure_of_the_second_of_two_leaves_the_first_committed(own: Own) -> None:
    own.rows("CREATE TABLE IF NOT EXISTS noted (number bigint)")
    written = statement.build(select(literal_column("1")).select_from(func.now()))
    insert = Statement("INSERT INTO noted VALUES (7)", (), {}, (), (), ())

    async def act(connection: PooledConnection) -> object:
        await connection.tell("RESET ROLE")
        with pytest.raises(psycopg.errors.DivisionByZero):
            await connection.ask_all([(insert, insert.text, [])], [asked(INVERSE, number=0)])
        return await value(connection, written)

    assert run(own, act) == 1
    assert own.rows("SELECT number FROM noted") == [(7,)]


def test_a_group_is_one_transaction_of_which_all_or_nothing_is_done(own: Own) -> None:
    own.rows("CREATE TABLE IF NOT EXISTS grouped (number bigint)")
    inserts = [Statement(f"INSERT INTO grouped VALUES ({number})", (), {}, (), (), ()) for number in (1, 2, 3)]
    first, second, third = ((insert, insert.text, []) for insert in inserts)

    async def act(connection: PooledConnection) -> None:
        await connection.tell("RESET ROLE")
        with pytest.raises(psycopg.errors.DivisionByZero):
            await connection.ask_all([first, asked(INVERSE, number=0), second], [third])

    run(own, act)
    assert own.rows("SELECT number FROM grouped") == [(3,)]


def test_first_of_two_is_answered_while_the_second_is_still_being_sent(own: Own) -> None:
    async def act(connection: PooledConnection) -> list[object]:
        results = await connection.ask_all([asked(REPEATED, count=LARGE)], [asked(LENGTH, text="x" * HUGE)])
        return [len(str(connection.rows(result)[0][0])) for [result] in results]

    assert run(own, act) == [LARGE, len(str(HUGE))]


# Prepared statements -------------------------------------------------------------------------------------------------


def numbered(number: int) -> Statement:
    return statement.build(select(literal_column(str(number)) + bindparam("given", type_=BigInteger())))


def test_as_many_statements_stay_prepared_as_are_allowed_the_last_used_ones(own: Own) -> None:
    count = prepared_statement.MAX_STATEMENTS

    async def names(connection: PooledConnection) -> set[str]:
        return {str(name) for (name,) in await (await connection.execute(NAMES)).fetchall()}

    async def act(connection: PooledConnection) -> None:
        for number in range(count):
            for given in (1, 2):
                assert await value(connection, numbered(number), given=given) == number + given
        assert await names(connection) == {f"parvis_{number}" for number in range(1, count + 1)}
        assert await value(connection, numbered(0), given=2) == 2  # Asked again: now the one after it goes first.
        for given in (1, 2):
            assert await value(connection, numbered(count), given=given) == count + given
        kept = {f"parvis_{number}" for number in range(1, count + 2)} - {"parvis_2"}
        assert await names(connection) == kept
        assert await value(connection, numbered(1), given=3) == 4

    run(own, act)


# Cancelled and lost --------------------------------------------------------------------------------------------------


def test_cancelled_statement_frees_its_backend_and_its_connection_is_not_asked_again(own: Own) -> None:
    async def act(database: Database) -> tuple[bool, bool]:
        [[first]] = await database.rows(PID)
        sleeping = asyncio.ensure_future(database.rows(SLEEP, seconds=600.0))
        await asyncio.to_thread(until, lambda: _is_active(own, first))
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        was_active = _is_active(own, first)
        [[second]] = await database.rows(PID)
        return was_active, first == second

    async def alone(_: Database) -> tuple[bool, bool]:
        database = Database(own.url, connections=1)
        await database.open()
        try:
            return await asyncio.wait_for(act(database), PATIENCE_S)
        finally:
            await database.close()

    assert own.run(alone) == (False, False)


def _is_active(own: Own, pid: object) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND query LIKE %s AND state = 'active'"
    return bool(own.value(query, pid, "%pg_sleep%"))


def test_statement_that_is_cancelled_while_it_is_sent_ends_its_connection_alone(own: Own) -> None:
    async def act(database: Database) -> object:
        asking = asyncio.ensure_future(database.rows(select(func.length(bindparam("t", type_=Text()))), t="x" * HUGE))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        return await database.rows(select(literal_column("1")))

    assert own.run(act) == [(1,)]


def test_connection_that_the_server_ended_in_mid_statement_is_told_as_unavailable(own: Own) -> None:
    async def act(database: Database) -> object:
        sleeping = asyncio.ensure_future(database.rows(SLEEP, seconds=600.0))
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid()"
        await asyncio.to_thread(until, lambda: own.rows(ended, "%pg_sleep(%"))
        with pytest.raises(DatabaseUnavailableError):
            await sleeping
        return await database.rows(select(literal_column("1")))

    assert own.run(act) == [(1,)]


def test_read_is_tried_again_where_the_server_ended_the_idle_connections(own: Own) -> None:
    pid = statement.build(PID)

    async def act(database: Database) -> bool:
        before = await database.read(pid, None, {})
        own.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return before != await database.read(pid, None, {})

    assert own.run(act)
