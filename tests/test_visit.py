"""Visits: a tenant that has work is looked at by one process of all; a tenant that has none costs nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from database import naming
from database.door import Database
from jobs.visit import Visits
from models.tenant import TenantState
from tenants import change, provisioning, work
from tenants.registry import TenantRegistry
from tests.own import Own

NOT_DUE = "UPDATE platform.work SET due_at = now() + interval '1 day'"
DUE_IN = "SELECT extract(epoch FROM due_at - now()) FROM platform.work WHERE tenant_number = %s"


@pytest.fixture(scope="module")
def towns(own: Own) -> list[int]:
    return [own.create(f"visit-{place}")[0] for place in range(6)]


@pytest.fixture(autouse=True)
def _nothing_due(own: Own, towns: list[int]) -> None:
    own.run(lambda database: work.note(database, towns))
    own.rows(NOT_DUE)


def make_due(own: Own, *towns: int) -> None:
    own.rows("UPDATE platform.work SET due_at = now() WHERE tenant_number = ANY(%s)", list(towns))


def due_in(own: Own, town: int) -> float:
    return float(own.value(DUE_IN, town))


def look(own: Own, processes: int = 1, fold: Callable[[int], Awaitable[None]] | None = None) -> list[list[int]]:
    """The tenants that each of some processes looked at, all at the same time."""

    async def process(database: Database, seen: list[int]) -> None:
        registry = TenantRegistry(database, local_suffix=None)
        await registry.refresh()

        async def folded(tenant: int) -> None:
            seen.append(tenant)
            await asyncio.sleep(0)  # Others have their turn.
            if fold is not None:
                await fold(tenant)

        visits = Visits(database, registry, folded)
        visits._has_begun = True
        await visits.look()
        assert visits.job.failing == {}

    async def all_of(database: Database) -> list[list[int]]:
        seen: list[list[int]] = [[] for _ in range(processes)]
        await asyncio.gather(*(process(database, found) for found in seen))
        return seen

    return own.run(all_of)


def test_tenant_without_work_is_not_looked_at(own: Own, towns: list[int]) -> None:
    assert look(own) == [[]]
    make_due(own, towns[1], towns[3])
    assert sorted(look(own)[0]) == [towns[1], towns[3]]
    assert look(own) == [[]]


def test_four_processes_share_what_is_due(own: Own, towns: list[int]) -> None:
    make_due(own, *towns)
    seen = look(own, processes=4)
    assert sorted(tenant for found in seen for tenant in found) == towns


def test_change_makes_a_tenant_due_within_a_minute(own: Own, towns: list[int]) -> None:
    async def tell(database: Database) -> None:
        database.note_change(towns[0])
        database.note_work(towns[1])
        await change.Changes(database).exchange()
        assert (database.untold, database.unnoted) == (set(), set())

    own.run(tell)
    assert 50 < due_in(own, towns[0]) <= 60
    assert 50 < due_in(own, towns[1]) <= 60
    assert due_in(own, towns[2]) > 80_000
    assert own.rows("SELECT tenant_number FROM platform.tenant_change WHERE tenant_number = %s", towns[1]) == []


def test_change_during_a_visit_is_not_forgotten(own: Own, towns: list[int]) -> None:
    make_due(own, towns[0])

    async def note(tenant: int) -> None:
        own_note = await asyncio.to_thread(own.run, lambda database: work.note(database, [tenant]))
        assert own_note is None

    assert look(own, fold=note) == [[towns[0]]]
    assert 50 < due_in(own, towns[0]) <= 60


def test_quiet_tenant_is_looked_at_again_in_an_hour_and_sooner_when_something_is_over_then(
    own: Own, towns: list[int]
) -> None:
    make_due(own, towns[0], towns[1], towns[2])
    for town, seconds in ((towns[1], 120), (towns[2], -60)):
        own.rows(
            naming.qualify(
                "INSERT INTO __tenant__.mail (id, kind, email, about_id, attempts, created_at, due_at, good_until)"
                " VALUES (gen_random_uuid(), 'SIGN_IN_CODE', 'a@b.example', gen_random_uuid(), 0, now(), now(),"
                " now() + make_interval(secs => %s))",
                town,
            ),
            seconds,
        )
    look(own)
    assert 3_500 < due_in(own, towns[0]) <= 3_600
    assert 100 < due_in(own, towns[1]) <= 120
    assert 0 < due_in(own, towns[2]) <= 10


def test_tenant_of_a_process_that_ended_is_another_processes_after_a_while(own: Own, towns: list[int]) -> None:
    make_due(own, towns[0])

    async def begin(database: Database) -> Any:
        [claim] = await work.claim(database)
        return claim  # And the process ends.

    assert own.run(begin).tenant == towns[0]
    assert look(own) == [[]]
    assert 290 < due_in(own, towns[0]) <= 300
    make_due(own, towns[0])
    assert look(own) == [[towns[0]]]


def test_process_that_starts_looks_at_all_tenants_one_after_the_other(own: Own, towns: list[int]) -> None:
    own.rows("DELETE FROM platform.work WHERE tenant_number = %s", towns[5])
    own.run(work.start)
    after = "SELECT extract(epoch FROM due_at - min(due_at) OVER ())::float FROM platform.work ORDER BY tenant_number"
    seconds = [found for (found,) in own.rows(after)]
    assert seconds[: len(towns)] == [0, 0.3, 0.6, 0.9, 1.2, 1.5]


def test_suspended_tenant_waits_and_a_deleted_one_is_forgotten(own: Own, towns: list[int]) -> None:
    (suspended, _), (deleted, _) = own.create("visit-suspended"), own.create("visit-deleted")
    own.run(lambda database: work.note(database, [suspended, deleted]))
    own.run(lambda database: provisioning.set_state(database, "visit-suspended", TenantState.SUSPENDED))
    own.run(lambda database: provisioning.delete(database, "visit-deleted"))
    make_due(own, suspended, deleted)
    assert look(own) == [[]]
    assert 3_500 < due_in(own, suspended) <= 3_600
    assert own.rows("SELECT FROM platform.work WHERE tenant_number = %s", deleted) == []
