"""Where schemas are spread over machines, connections keep few roles, and are taken by them (decision 0107)."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from database import engine, naming
from database.door import Database
from database.failure import TenantGoneError
from database.pool import KEPT_ROLES
from database.side import sides
from tests.own import Own

WHO = select(func.current_user(), func.pg_backend_pid())
SLOW_WHO = select(func.current_user(), func.pg_backend_pid(), func.pg_sleep(0.02))
TENANTS = tuple(range(971_001, 971_001 + 3 * KEPT_ROLES))
"""Roles belong to the cluster: no other test gives these numbers. Nobody looks for their schemas."""

CONNECTIONS = 2


@pytest.fixture(scope="module", autouse=True)
def roles(own: Own) -> Iterator[None]:
    for number in TENANTS:
        own.rows(f"CREATE ROLE {naming.role(number)}")
    yield
    for number in TENANTS:
        own.rows(f"DROP ROLE {naming.role(number)}")


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "IS_DISTRIBUTED", "true")


def run(own: Own, act: Callable[[Database], Coroutine[Any, Any, Any]], connections: int = CONNECTIONS) -> Any:
    async def opened() -> Any:
        database = Database(own.url, connections=connections)
        await database.open()
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(opened())


async def backend(database: Database, tenant: int | None) -> int:
    [(role, pid)] = await database.rows(WHO, tenant)
    if tenant is not None:
        assert role == naming.role(tenant)
    return int(str(pid))


def kept(asked: list[tuple[int, int]]) -> dict[int, set[int]]:
    """The tenants that each backend served."""
    served: dict[int, set[int]] = defaultdict(set)
    for tenant, pid in asked:
        served[pid].add(tenant)
    return served


@pytest.mark.usefixtures("spread")
def test_no_connection_has_more_roles_than_it_may(own: Own) -> None:
    async def act(database: Database) -> list[tuple[int, int]]:
        return [(tenant, await backend(database, tenant)) for tenant in TENANTS * 2]

    served = kept(run(own, act))
    assert {len(tenants) for tenants in served.values()} == {KEPT_ROLES}
    assert len(served) == 2 * len(TENANTS) // KEPT_ROLES


@pytest.mark.usefixtures("spread")
def test_tenant_that_comes_again_finds_the_connection_that_has_its_role(own: Own) -> None:
    often = TENANTS[: CONNECTIONS * KEPT_ROLES]

    async def act(database: Database) -> tuple[list[int], list[int]]:
        first = [await backend(database, tenant) for tenant in often]
        again = [await backend(database, tenant) for tenant in reversed(often)]
        await backend(database, None)  # The login's role holds no connection to another machine.
        return first, again[::-1]

    first, again = run(own, act)
    assert first == again
    assert len(set(first)) == CONNECTIONS


@pytest.mark.usefixtures("spread")
def test_connection_that_is_idle_for_longest_makes_room(own: Own) -> None:
    early, late, new = TENANTS[:KEPT_ROLES], TENANTS[KEPT_ROLES : 2 * KEPT_ROLES], TENANTS[-1]

    async def act(database: Database) -> tuple[int, int, int, int, dict[str, int]]:
        was, *_ = [await backend(database, tenant) for tenant in early]
        stays, *_ = [await backend(database, tenant) for tenant in late]
        made = await backend(database, new)
        return was, stays, made, await backend(database, late[0]), database.pools["primary"].figures()

    was, stays, made, again, figures = run(own, act)
    assert again == stays
    assert made not in (was, stays)
    assert figures == {"open": CONNECTIONS, "idle": CONNECTIONS, "waited_for": 0}


@pytest.mark.usefixtures("spread")
def test_those_who_wait_are_given_a_connection_with_room(own: Own) -> None:
    async def act(database: Database) -> list[tuple[int, int]]:
        async def ask(tenant: int) -> tuple[int, int]:
            [(role, pid, _)] = await database.rows(SLOW_WHO, tenant)
            assert role == naming.role(tenant)
            return tenant, int(str(pid))

        asked = await asyncio.gather(*(ask(tenant) for tenant in TENANTS))
        assert database.pools["primary"].figures() == {"open": 1, "idle": 1, "waited_for": 0}
        return asked

    asked = run(own, act, connections=1)
    assert [tenant for tenant, _ in asked] == list(TENANTS)
    assert max(len(tenants) for tenants in kept(asked).values()) == KEPT_ROLES


@pytest.mark.usefixtures("spread")
def test_connection_that_a_transaction_of_two_tenants_filled_is_closed(own: Own) -> None:
    async def act(database: Database) -> tuple[int, int, int]:
        for tenant in TENANTS[: KEPT_ROLES - 1]:
            last = await backend(database, tenant)
        async with database.transaction(None) as platform:
            await platform.begin()
            for side in sides(platform, *TENANTS[-2:])[1:]:
                row = await side.one(WHO)
                assert row is not None and row[0] == naming.role(side.tenant)
        return last, int(str(row[1])), await backend(database, TENANTS[0])

    filled, both, after = run(own, act, connections=1)
    assert filled == both
    assert after != filled


def test_elsewhere_the_last_used_serves_any_number(own: Own) -> None:
    async def act(database: Database) -> set[int]:
        return {await backend(database, tenant) for tenant in TENANTS}

    assert len(run(own, act)) == 1


@pytest.mark.usefixtures("spread")
def test_role_that_is_not_there_costs_no_place(own: Own) -> None:
    async def act(database: Database) -> dict[str, int]:
        for tenant in TENANTS:
            await backend(database, tenant)
        for _ in range(3):
            with pytest.raises(TenantGoneError):
                await backend(database, 971_999)
        await backend(database, TENANTS[0])
        with psycopg.connect(own.url) as connection:
            ours = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert connection.execute(ours).fetchone() == (CONNECTIONS,)
        return database.pools["primary"].figures()

    assert run(own, act) == {"open": CONNECTIONS, "idle": CONNECTIONS, "waited_for": 0}
