"""The second wall: the database itself keeps a tenant's role from everything that is not the tenant's."""

import asyncio
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from database.door import Database
from models.base import table, tenant_metadata
from models.tenant import SETTINGS, Tenant
from tests.conftest import Portal

INSUFFICIENT_PRIVILEGE = "42501"


def raised_within(url: str, tenant: int, *statements: Any) -> list[str | None]:
    """What each statement raises inside a transaction of a tenant; None: nothing."""

    async def attempt(database: Database, clause: Any) -> str | None:
        try:
            async with database.transaction(tenant) as transaction:
                await transaction.begin()
                await transaction.connection.execute(clause)
                raise psycopg.errors.RaiseException
        except psycopg.errors.InsufficientPrivilege as error:
            return error.sqlstate
        except psycopg.errors.RaiseException:
            return None

    async def run() -> list[str | None]:
        database = Database(url, connections=2)
        await database.open()
        found = [await attempt(database, clause) for clause in statements]
        await database.close()
        return found

    return asyncio.run(run())


def everything_on(tenant: int) -> list[bytes]:
    names = [f"t_{tenant}.{found.name}" for found in tenant_metadata.sorted_tables]
    return [text.encode() for name in names for text in (f"SELECT 1 FROM {name}", f"TABLE {name} FOR UPDATE")]


def test_role_of_a_tenant_reaches_its_own_tables_and_no_other_tenants(
    database_url: str, twins: tuple[Portal, Portal]
) -> None:
    here, there = (portal.number for portal in twins)
    assert set(raised_within(database_url, here, *everything_on(there))) == {INSUFFICIENT_PRIVILEGE}
    sealed = f"TABLE t_{here}.seal FOR UPDATE".encode()  # What is sealed stays.
    assert set(raised_within(database_url, here, *(set(everything_on(here)) - {sealed}))) == {None}
    assert raised_within(database_url, here, sealed) == [INSUFFICIENT_PRIVILEGE]


@pytest.mark.parametrize("name", ["registry", "migration", "tenant_change", "work"])
def test_role_of_a_tenant_does_not_reach_the_registry(
    database_url: str, twins: tuple[Portal, Portal], name: str
) -> None:
    forbidden = (f"SELECT 1 FROM platform.{name}".encode(), f"DELETE FROM platform.{name}".encode())
    assert raised_within(database_url, twins[0].number, *forbidden) == [INSUFFICIENT_PRIVILEGE, INSUFFICIENT_PRIVILEGE]


def test_role_of_a_tenant_sees_its_own_hosts_and_takes_no_others_away(
    database_url: str, twins: tuple[Portal, Portal]
) -> None:
    here, there = (portal.number for portal in twins)
    with psycopg.connect(database_url) as connection:
        connection.execute(f"SET ROLE t_{here}".encode())
        assert set(connection.execute("SELECT tenant_number FROM platform.host").fetchall()) == {(here,)}
        taken = connection.execute("DELETE FROM platform.host WHERE tenant_number = %s", [there])
        assert taken.rowcount == 0
        connection.rollback()
    writes = (b"INSERT INTO platform.host VALUES ('a.example', 1)", b"UPDATE platform.host SET host = 'a.example'")
    assert raised_within(database_url, here, *writes) == [INSUFFICIENT_PRIVILEGE, INSUFFICIENT_PRIVILEGE]


def test_role_of_a_tenant_sees_its_own_row_of_the_tenants_and_changes_settings_alone(
    database_url: str, twins: tuple[Portal, Portal]
) -> None:
    async def numbers() -> list[object]:
        database = Database(database_url, connections=2)
        await database.open()
        found = [await database.rows(select(table(Tenant).c.number), tenant=portal.number) for portal in twins]
        await database.close()
        return found

    assert asyncio.run(numbers()) == [[(twins[0].number,)], [(twins[1].number,)]]
    columns = [column.name for column in table(Tenant).c]
    changes = [f"UPDATE platform.tenant SET {name} = {name}".encode() for name in columns]
    raised = raised_within(database_url, twins[0].number, *changes, b"DELETE FROM platform.tenant")
    expected = [None if name in SETTINGS else INSUFFICIENT_PRIVILEGE for name in columns]
    assert raised == [*expected, INSUFFICIENT_PRIVILEGE]


def test_role_of_a_tenant_reads_the_register_and_does_not_write_it(
    database_url: str, twins: tuple[Portal, Portal]
) -> None:
    found = raised_within(
        database_url, twins[0].number, b"SELECT 1 FROM platform.collectivite", b"DELETE FROM platform.collectivite"
    )
    assert found == [None, INSUFFICIENT_PRIVILEGE]


def test_role_of_a_tenant_makes_no_tables_and_becomes_no_other(database_url: str, twins: tuple[Portal, Portal]) -> None:
    here, there = (portal.number for portal in twins)
    assert raised_within(database_url, here, f"CREATE TABLE t_{here}.extra ()".encode(), b"CREATE SCHEMA extra") == [
        INSUFFICIENT_PRIVILEGE,
        INSUFFICIENT_PRIVILEGE,
    ]
    assert raised_within(database_url, here, f"CREATE TABLE t_{there}.extra ()".encode()) == [INSUFFICIENT_PRIVILEGE]
