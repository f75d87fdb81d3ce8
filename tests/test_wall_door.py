"""The door keeps a role on each connection: whatever happened before, a statement runs under its own tenant's."""

import asyncio

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from database import borrowed, pool
from database.door import Database
from database.failure import StatementTimeoutError, TenantGoneError
from database.pool import PooledConnection
from models.activity import Activity
from models.base import table
from tenants import provisioning
from tests.own import Own, serving, until

WHO = select(func.current_user(), func.pg_backend_pid())
SLEEP = text("SELECT pg_sleep(600)")
ACTIVITIES = select(table(Activity).c.id)
LENGTH_OF_NOTHING = text("SELECT jsonb_array_length('{}')")
COPIED = Table("copied", MetaData("platform"), Column("held", JSONB), Column("names", ARRAY(Text)))


@pytest.fixture(scope="module")
def numbers(own: Own) -> tuple[int, int]:
    """Two tenants."""
    return own.create("here")[0], own.create("there")[0]


async def one_connection(own: Own) -> Database:
    """A pool of one connection of the serving login."""
    database = Database(serving(own.url), connections=1)
    await database.open()
    return database


async def who(database: Database, tenant: int | None) -> tuple[str, int]:
    [(role, pid)] = await database.rows(WHO, tenant)
    return str(role), int(str(pid))


def test_tenants_in_turn_on_one_connection_have_each_their_role(own: Own, numbers: tuple[int, int]) -> None:
    here, there = numbers

    async def act() -> list[tuple[str, int]]:
        database = await one_connection(own)
        found = [await who(database, tenant) for tenant in (here, there, here, None, there)]
        async with database.transaction(here) as transaction:
            row = await transaction.one(WHO)
            assert row is not None
            found.append((str(row[0]), int(str(row[1]))))
        with pytest.raises(ZeroDivisionError):
            async with database.transaction(there):
                raise ZeroDivisionError
        found.append(await who(database, here))
        await database.close()
        return found

    found = asyncio.run(act())
    roles = [f"t_{here}", f"t_{there}", f"t_{here}", "parvis", f"t_{there}", f"t_{here}", f"t_{here}"]
    assert [role for role, _ in found] == roles
    assert len({pid for _, pid in found}) == 1


def test_connection_that_served_many_tenants_makes_room_for_a_new_one(
    own: Own, numbers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = numbers
    monkeypatch.setattr(borrowed, "MAX_TENANTS", 2)

    async def act() -> list[int]:
        database = await one_connection(own)
        pids = [(await who(database, tenant))[1] for tenant in (here, there, here, None, here)]
        await database.close()
        return pids

    first, *others, last = asyncio.run(act())
    assert others == [first, first, first], "as many tenants as it may serve"
    assert last != first


def test_role_is_set_only_where_another_tenant_was_served(
    own: Own, numbers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = numbers
    told: list[str] = []
    real = PooledConnection.tell

    async def tell(self: PooledConnection, text: str) -> None:
        told.append(text)
        await real(self, text)

    async def act() -> None:
        database = await one_connection(own)
        monkeypatch.setattr(PooledConnection, "tell", tell)
        for tenant in (here, here, there, there, here):
            await database.rows(ACTIVITIES, tenant)
            async with database.transaction(tenant) as transaction:
                await transaction.all(ACTIVITIES)
        await database.close()

    asyncio.run(act())
    ours = {f"SET ROLE t_{tenant}" for tenant in numbers}  # A server of other tests may run in this process.
    taken = [text for text in told if text in ours]
    assert taken == [f"SET ROLE t_{here}", f"SET ROLE t_{there}", f"SET ROLE t_{here}"]


@pytest.mark.parametrize("is_write", [False, True], ids=["read", "transaction"])
def test_connection_cancelled_in_mid_statement_serves_nobody_any_more(
    own: Own, numbers: tuple[int, int], is_write: bool
) -> None:
    here, there = numbers

    async def sleep(database: Database) -> None:
        if not is_write:
            await database.rows(SLEEP, here)
        async with database.transaction(here) as transaction:
            await transaction.all(SLEEP)

    async def act() -> list[tuple[str, int]]:
        database = await one_connection(own)
        found = [await who(database, here)]
        for tenant in (there, here):
            asleep = asyncio.create_task(sleep(database))
            await asyncio.to_thread(until, lambda: own.value(ASLEEP) == 1)
            asleep.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asleep
            found.append(await who(database, tenant))
        await database.close()
        return found

    found = asyncio.run(act())
    assert [role for role, _ in found] == [f"t_{here}", f"t_{there}", f"t_{here}"]
    assert len({pid for _, pid in found}) == 3
    assert own.value(ASLEEP) == 0


ASLEEP = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


def test_connection_stopped_by_the_time_out_serves_on_under_the_right_role(
    own: Own, numbers: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = numbers
    monkeypatch.setattr(pool, "STATEMENT_TIMEOUT_MS", 30)

    async def act() -> list[tuple[str, int]]:
        database = await one_connection(own)
        found = [await who(database, here)]
        with pytest.raises(StatementTimeoutError):
            await database.rows(SLEEP, here)
        found += [await who(database, there), await who(database, here)]
        await database.close()
        return found

    found = asyncio.run(act())
    assert [role for role, _ in found] == [f"t_{here}", f"t_{there}", f"t_{here}"]
    assert len({pid for _, pid in found}) == 1


def test_value_that_a_function_refuses_is_no_tenant_that_is_gone(own: Own, numbers: tuple[int, int]) -> None:
    async def act() -> None:
        database = await one_connection(own)
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="array length"):
            await database.rows(LENGTH_OF_NOTHING, numbers[0])
        await database.close()

    asyncio.run(act())


@pytest.mark.parametrize(("held", "kind"), [([], "array"), (["a"], "array"), ({}, "object"), (None, None)])
def test_copied_json_is_what_it_was(own: Own, numbers: tuple[int, int], held: object, kind: str | None) -> None:
    own.rows("CREATE TABLE IF NOT EXISTS platform.copied (held JSONB, names TEXT[])")

    async def act() -> None:
        database = Database(own.url)
        await database.open()
        async with database.transaction(None) as transaction:
            await transaction.copy(COPIED, [{"held": held, "names": []}])
        await database.close()

    asyncio.run(act())
    assert own.rows("DELETE FROM platform.copied RETURNING jsonb_typeof(held), names") == [(kind, [])]


@pytest.mark.parametrize("is_known", [False, True], ids=["fresh", "in the role"])
def test_deleted_tenant_is_told_on_any_connection_and_others_go_on(
    own: Own, numbers: tuple[int, int], is_known: bool
) -> None:
    gone, _ = own.create(f"gone-{is_known}".lower())

    async def act() -> str:
        database = await one_connection(own)
        await who(database, gone if is_known else None)
        deleting = Database(own.url)
        await provisioning.delete(deleting, f"gone-{is_known}".lower())
        for _ in range(2):
            with pytest.raises(TenantGoneError):
                await database.rows(ACTIVITIES, gone)
            with pytest.raises(TenantGoneError):
                async with database.transaction(gone) as transaction:
                    await transaction.all(ACTIVITIES)
        role, _ = await who(database, numbers[0])
        await database.close()
        return role

    assert asyncio.run(act()) == f"t_{numbers[0]}"
