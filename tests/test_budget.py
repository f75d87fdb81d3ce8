"""Budgets: clients spend up to their limit a minute, whichever server process they ask, and no address is stored."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from database.door import Database
from database.failure import DatabaseUnavailableError
from tenants import budget
from tenants.budget import Budgets, Spent
from tests.own import Own

NOON = 1_800_000_000.0 - 1_800_000_000.0 % 60
"""A time at which a minute begins."""

MINUTE = int(NOON) // 60
SECRET = "secret of the tests"


class Clock:
    """A clock that is set by hand, 12 seconds past a minute."""

    def __init__(self) -> None:
        self.now = NOON + 12

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _nothing_spent(own: Own) -> None:
    own.rows("DELETE FROM platform.budget")


def alone(own: Own, clock: Clock) -> Budgets:
    """A process that never exchanges."""
    return Budgets(Database(own.url), SECRET, clock)


def together(own: Own, clock: Clock, act: Callable[[Budgets, Budgets], Awaitable[None]]) -> None:
    """Two processes on one database."""
    own.run(lambda database: act(Budgets(database, SECRET, clock), Budgets(database, SECRET, clock)))


def spend(budgets: Budgets, amount: int, *, client: str = "192.0.2.7", limit: int = 100) -> Spent:
    return budgets.spend("cost", 1, client, amount, limit)


# One process ---------------------------------------------------------------------------------------------------------


def test_client_spends_up_to_its_limit(own: Own, clock: Clock) -> None:
    budgets = alone(own, clock)
    assert spend(budgets, 60) == Spent(is_refused=False, remaining=40, reset_s=48)
    assert spend(budgets, 40) == Spent(is_refused=False, remaining=0, reset_s=48)
    assert spend(budgets, 1) == Spent(is_refused=True, remaining=0, reset_s=48)


def test_refused_spending_spends_nothing(own: Own, clock: Clock) -> None:
    budgets = alone(own, clock)
    spend(budgets, 60)
    assert spend(budgets, 41) == Spent(is_refused=True, remaining=40, reset_s=48)
    assert spend(budgets, 40).is_refused is False


def test_lower_limit_counts_what_was_spent_under_a_higher_one(own: Own, clock: Clock) -> None:
    budgets = alone(own, clock)
    spend(budgets, 60)
    assert spend(budgets, 1, limit=50) == Spent(is_refused=True, remaining=0, reset_s=48)


def test_buckets_tenants_and_clients_are_apart(own: Own, clock: Clock) -> None:
    budgets = alone(own, clock)
    spend(budgets, 100)
    for other in (("sign-in", 1, "192.0.2.7"), ("cost", 2, "192.0.2.7"), ("cost", 1, "192.0.2.8")):
        assert budgets.spend(*other, 100, 100) == Spent(is_refused=False, remaining=0, reset_s=48)


@pytest.mark.parametrize("later", [NOON + 60, NOON - 1, NOON - 86_400, NOON + 86_400])
def test_everything_is_there_again_in_another_minute(own: Own, clock: Clock, later: float) -> None:
    budgets = alone(own, clock)
    spend(budgets, 100)
    clock.now = NOON + 59.9
    assert spend(budgets, 1) == Spent(is_refused=True, remaining=0, reset_s=1)
    clock.now = later  # Clocks are also set back.
    assert spend(budgets, 100).is_refused is False


def test_memory_is_bounded(own: Own, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_CLIENTS", 3)
    budgets = alone(own, clock)
    for client in ("a", "b", "c", "d"):
        spend(budgets, 100, client=client)
    assert (len(budgets._accounts), len(budgets._untold)) == (3, 3)
    assert [spend(budgets, 1, client=client).is_refused for client in ("b", "c", "d")] == [True] * 3
    assert spend(budgets, 1, client="a").is_refused is False


# Several processes ---------------------------------------------------------------------------------------------------


def test_processes_share_what_a_client_has_left(own: Own, clock: Clock) -> None:
    async def act(here: Budgets, there: Budgets) -> None:
        spend(here, 60)
        spend(there, 30)
        await here.exchange()
        await there.exchange()
        assert spend(there, 11) == Spent(is_refused=True, remaining=10, reset_s=48)
        assert spend(here, 5) == Spent(is_refused=False, remaining=35, reset_s=48)  # It has not heard of the 30 yet.
        await here.exchange()
        assert spend(here, 6) == Spent(is_refused=True, remaining=5, reset_s=48)

    together(own, clock, act)
    assert own.rows("SELECT minute, spent FROM platform.budget") == [(MINUTE, 95)]


def test_client_exceeds_its_limit_by_what_passes_before_processes_hear_of_each_other(own: Own, clock: Clock) -> None:
    async def act(here: Budgets, there: Budgets) -> None:
        assert not spend(here, 100).is_refused
        assert not spend(there, 100).is_refused
        await asyncio.gather(here.exchange(), there.exchange())
        assert spend(here, 1).is_refused
        assert spend(there, 1).is_refused

    together(own, clock, act)


def test_nothing_is_lost_and_nothing_counts_twice_when_processes_exchange_at_once(own: Own, clock: Clock) -> None:
    clients = [f"192.0.2.{number}" for number in range(40)]

    async def traffic(budgets: Budgets, order: int) -> None:
        for _ in range(10):
            for client in clients[::order]:
                spend(budgets, 1, client=client, limit=1_000)
            await budgets.exchange()

    async def act(here: Budgets, there: Budgets) -> None:
        await asyncio.gather(traffic(here, 1), traffic(there, -1))
        for budgets in (here, there):
            spend(budgets, 0, client=clients[0])
            await budgets.exchange()
            assert spend(budgets, 0, client=clients[0]).remaining == 80

    together(own, clock, act)
    assert own.rows("SELECT count(*), min(spent), max(spent) FROM platform.budget") == [(40, 20, 20)]


def test_what_is_spent_during_an_exchange_is_told_by_the_next(own: Own, clock: Clock) -> None:
    async def act(here: Budgets, there: Budgets) -> None:
        spend(here, 10)
        telling = asyncio.ensure_future(here.exchange())
        await asyncio.sleep(0)
        spend(here, 7)
        await telling
        assert spend(here, 0).remaining == 83
        await here.exchange()
        spend(there, 0)
        await there.exchange()
        assert spend(there, 0).remaining == 83

    together(own, clock, act)


def test_exchange_is_bounded(own: Own, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_TOLD", 2)

    async def act(here: Budgets, _there: Budgets) -> None:
        for client in ("a", "b", "c"):
            spend(here, 5, client=client)
        await here.exchange()
        assert own.value("SELECT count(*) FROM platform.budget") == 2
        await here.exchange()

    together(own, clock, act)
    assert own.rows("SELECT count(*), sum(spent) FROM platform.budget") == [(3, 15)]


def test_address_is_stored_as_a_hash_under_the_secret(own: Own, clock: Clock) -> None:
    async def act(database: Database) -> None:
        for secret in (SECRET, SECRET, "another"):
            budgets = Budgets(database, secret, clock)
            spend(budgets, 1)
            await budgets.exchange()

    own.run(act)
    rows = own.rows("SELECT client, spent FROM platform.budget ORDER BY spent")
    assert [spent for _, spent in rows] == [1, 2]
    assert all(isinstance(client, UUID) for client, _ in rows)


def test_past_minutes_are_forgotten(own: Own, clock: Clock) -> None:
    async def act(here: Budgets, _there: Budgets) -> None:
        for _ in range(8):
            spend(here, 1)
            await here.exchange()
            clock.now += 60
        await here.forget()

    together(own, clock, act)
    kept = [(minute - MINUTE,) for (minute,) in own.rows("SELECT minute FROM platform.budget ORDER BY 1")]
    assert kept == [(3,), (4,), (5,), (6,), (7,)]


def test_table_is_unlogged(own: Own) -> None:
    assert own.value("SELECT relpersistence::text FROM pg_class WHERE oid = 'platform.budget'::regclass") == "u"


# When the database is away -------------------------------------------------------------------------------------------


async def _away(*_: Any, **__: Any) -> Any:
    raise DatabaseUnavailableError


@pytest.mark.parametrize(("passed_s", "told"), [(0, [(MINUTE, 70)]), (60, [])])
def test_what_cannot_be_told_is_told_later_in_the_same_minute(
    own: Own, clock: Clock, monkeypatch: pytest.MonkeyPatch, passed_s: int, told: list[tuple[int, int]]
) -> None:
    async def act(database: Database) -> None:
        budgets = Budgets(database, SECRET, clock)
        spend(budgets, 40)
        with monkeypatch.context() as patch:
            patch.setattr(database, "rows", _away)
            with pytest.raises(DatabaseUnavailableError):
                await budgets.exchange()
        clock.now += passed_s
        spend(budgets, 30 if passed_s == 0 else 0)
        await budgets.exchange()

    own.run(act)
    assert own.rows("SELECT minute, spent FROM platform.budget WHERE spent > 0") == told


def test_exchange_goes_on_by_itself_also_after_the_database_was_away(
    own: Own, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "EXCHANGE_EVERY_S", 0.001)

    calls = 0
    told = asyncio.Event()

    async def act(database: Database) -> None:
        rows = database.rows

        async def rows_but_once(*clause: Any, **values: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise DatabaseUnavailableError
            found = await rows(*clause, **values)
            told.set()
            return found

        monkeypatch.setattr(database, "rows", rows_but_once)
        budgets = Budgets(database, SECRET, clock)
        spend(budgets, 10)
        following = asyncio.ensure_future(budgets.follow())
        await asyncio.wait_for(told.wait(), 20)
        following.cancel()

    own.run(act)
    assert own.rows("SELECT spent FROM platform.budget") == [(10,)]
