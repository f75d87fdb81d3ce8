"""Jobs: no error ends one, a tenant's error holds no other up, and who operates the process is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

import jobs.job
from auth import operator_token
from database.failure import (
    DatabaseUnavailableError,
    DeadlockError,
    StatementTimeoutError,
    TenantGoneError,
    TenantHeldError,
)
from database.naming import HOME
from jobs.job import WHOLE, Job, reasons
from tests.conftest import Running, serve
from tests.own import Own, until

ERRORS = (ValueError("never foreseen"), KeyError("x"), asyncio.CancelledError(), BaseExceptionGroup("x", [OSError()]))


class EnoughError(BaseException):
    """Ends the loop of a test."""


class Clock:
    """A clock that moves when somebody sleeps, nine times."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        if len(self.pauses) == 9:
            raise EnoughError

    def job(self, every_s: float, act: Callable[[], Awaitable[object]], *, is_endless: bool = False) -> Job:
        return Job("sweep", every_s, act, is_endless=is_endless, clock=self.monotonic, sleep=self.sleep)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def looped(job: Job) -> None:
    """Run a job for nine rounds."""
    with pytest.raises(EnoughError):
        asyncio.run(job._loop())


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_no_error_ends_a_job_and_each_pause_is_longer(clock: Clock, error: BaseException) -> None:
    async def act() -> None:
        raise error

    job = clock.job(0.1, act)
    looped(job)
    assert clock.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (job.failed, job.overdue()) == (9, {WHOLE})


@pytest.mark.parametrize("error", [DatabaseUnavailableError(), StatementTimeoutError(), TenantGoneError()])
def test_database_that_is_away_is_asked_each_second_and_told_once_a_minute(
    clock: Clock, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def act() -> None:
        raise error

    with caplog.at_level(logging.WARNING, "parvis.job"):
        looped(clock.job(0.1, act))
    assert clock.pauses == [1] * 9
    told = [f"the job 'sweep' failed: {type(error).__name__}; it is tried again"]
    assert caplog.messages == ([] if isinstance(error, DatabaseUnavailableError) else told)  # Its pool tells of it.


def test_job_that_works_again_is_sound_at_once(clock: Clock) -> None:
    async def act() -> None:
        if clock.now < 1_070:
            raise ValueError

    job = clock.job(5, act)
    looped(job)
    assert clock.pauses == [1, 2, 4, 8, 16, 32, 60, 5, 5]
    assert (job.failed, job.failing, job.overdue()) == (7, {}, set())


def test_error_of_one_tenant_holds_no_other_up(clock: Clock) -> None:
    done: list[int] = []

    async def act(tenant: int) -> None:
        if tenant == 2:
            raise ValueError
        done.append(tenant)

    job = clock.job(1, lambda: job.each([3, 2, 1], act))
    looped(job)
    assert done == [1, 3] * 9
    assert clock.pauses == [1] * 9
    assert job.failed == 4  # In the seconds 0, 1, 3 and 7.
    clock.now += 60
    assert job.overdue() == {2}
    assert (reasons([job], [1, 2, 3]), reasons([job], [2])) == ([], ["sweep"])
    job.keep([1, 3])
    assert job.overdue() == set()


@pytest.mark.parametrize("error", [TenantHeldError(), DeadlockError()], ids=lambda error: type(error).__name__)
def test_tenant_that_moves_holds_no_other_up_and_is_told(
    clock: Clock, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[int] = []

    async def act(tenant: int) -> None:
        if tenant == 1:
            raise error
        done.append(tenant)

    job = clock.job(1, lambda: job.each([1, 2], act))
    with caplog.at_level(logging.WARNING, "parvis.job"):
        looped(job)
    assert (done, list(job.failing)) == ([2] * 9, [1])
    assert caplog.messages == [f"the job 'sweep' failed for tenant 1: {type(error).__name__}; it is tried again"]


def test_cluster_that_is_away_keeps_nothing_from_the_tenants_of_others(clock: Clock) -> None:
    asked: list[int] = []

    async def act(tenant: int) -> None:
        asked.append(tenant)
        if tenant < 4:
            raise DatabaseUnavailableError

    job = clock.job(1, lambda: job.each([1, 2, 3, 4, 5], act))
    job.cluster_of = lambda tenant: "east" if tenant < 4 else HOME
    looped(job)
    assert asked[:6] == [1, 4, 5, 2, 4, 5]  # One of its tenants finds out for all, those that have found out last.
    assert asked.count(5) == 9
    assert set(job.failing) == {1, 2, 3}


def test_first_cluster_that_is_away_is_the_jobs_own_failure_once_others_had_their_turn(clock: Clock) -> None:
    asked: list[int] = []

    async def act(tenant: int) -> None:
        asked.append(tenant)
        if tenant < 3:
            raise DatabaseUnavailableError

    job = clock.job(1, lambda: job.each([1, 2, 3], act))
    job.cluster_of = lambda tenant: HOME if tenant < 3 else "east"
    looped(job)
    assert (asked, list(job.failing)) == ([1, 3] * 9, [WHOLE])


def test_follower_that_runs_again_is_sound(clock: Clock) -> None:
    seen: list[set[int]] = []

    async def follow() -> None:
        if clock.now < 1_100:
            raise ValueError
        for seconds in (0, 29, 2):
            clock.now += seconds
            seen.append(job.overdue())
        clock.pauses = [0.0] * 8  # That is enough.

    job = clock.job(1, follow, is_endless=True)
    looped(job)
    assert seen == [{WHOLE}, {WHOLE}, set()]


# In a server


@pytest.fixture(scope="module")
def running(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    own.create("job-town")
    yield from serve(own.url, tmp_path_factory.mktemp("job"))


def test_job_that_fails_is_told_by_readyz_and_metrics_and_goes_on_by_itself(
    own: Own, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    [town] = [tenant.number for tenant in running.registry.tenants]
    _, token = own.run(lambda database: operator_token.create(database, "job", 1))
    monkeypatch.setattr(jobs.job, "OVERDUE_S", 0.0)
    left = f"SELECT count(*) FROM t_{town}.tally_delta"

    def ready() -> tuple[int, Any]:
        answer = httpx.get(f"{running.url}/readyz")
        return answer.status_code, answer.json()

    def metric(name: str) -> float:
        text = httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}).text
        return float(text.partition(f'{name}{{job="fold"}} ')[2].split()[0])

    until(lambda: ready() == (200, {"status": "ok"}))
    assert metric("parvis_job_failing_tenants") == 0
    own.rows(f"ALTER TABLE t_{town}.tally RENAME COLUMN count TO counted")  # As nobody foresaw.
    own.rows(
        f"INSERT INTO t_{town}.tally_delta (id, vote_id, contribution_id, key, delta)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'SUPPORT', 1)"
    )
    running.database.note_change(town)
    until(lambda: ready()[0] == 503 and "fold" in ready()[1]["jobs"])
    assert (metric("parvis_job_failures_total"), metric("parvis_job_failing_tenants")) >= (1, 1)
    own.rows(f"ALTER TABLE t_{town}.tally RENAME COLUMN counted TO count")
    # Another job of the tenant may have met the broken table, too: it comes again later.
    until(lambda: own.value(left) == 0 and "fold" not in ready()[1].get("jobs", ()))
