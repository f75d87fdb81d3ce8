"""`kill -9` of a worker in the middle of waves: nobody hears twice, nobody is forgotten."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from threading import Event
from typing import Any, LiteralString

import psycopg
import pytest

import jobs.worker
from database import naming
from models.wave import PLAN
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.telling import deliver
from tests.waving import HERE, Call

REQUESTS, NEIGHBOURS = 6, 60
SEED = 17
STEPS = "SELECT step, told_count, due_at FROM __tenant__.wave ORDER BY contribution_id"
TOLD = "SELECT contribution_id, actor_id FROM __tenant__.notice WHERE kind = 'HELP_WANTED'"


@pytest.fixture
def quiet(given: Given, rennes: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A tenant that no worker tends but those of the test."""

    async def rest(*_: object) -> None:
        """The server's worker leaves it to the test."""

    portal = given.tenant(rennes, "waves-killed", "commune-35238")
    monkeypatch.setattr(jobs.worker.Sealing, "_seal", rest)
    for name in ("_fold", "fold_whole"):
        monkeypatch.setattr(jobs.worker.Folding, name, rest)
    return portal


class Street:
    """Requests whose neighbours are the same sixty."""

    def __init__(self, given: Given, town: Portal) -> None:
        self.given, self.town = given, town
        call = Call(given, town)
        call.many(NEIGHBOURS)
        call.publish()
        about = {"category": call.category, "location": HERE, "expiresAfterDays": 14}
        others = [published(given.actor(town), call.activity, "REQUEST", **about) for _ in range(REQUESTS - 1)]
        self.requests = [uuid_in(id_) for id_ in (call.contribution, *others)]
        deliver(given, town)

    def rows(self) -> list[tuple[Any, ...]]:
        """How far each request is."""
        return self.given.sql(self.town, STEPS)

    def told(self) -> list[tuple[Any, ...]]:
        """Who was told of what."""
        return self.given.sql(self.town, TOLD)

    def due(self) -> datetime:
        """When the last of the next waves is."""
        return max(due for _, _, due in self.rows())

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[str]]:
        """A worker in a process of its own, which has begun and is killed at the end."""
        command = [sys.executable, "-m", "tests.fault.waving", self.given.url, str(self.town.number)]
        with subprocess.Popen([*command, self.due().isoformat()], stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None and process.stdout.readline() == "begins\n"
                yield process
            finally:
                process.kill()

    def killed_where_it_writes(self, table: LiteralString) -> None:
        """Have a worker wait where it writes to a table, in the middle of a transaction, and kill it there."""
        waits = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        lock = naming.qualify(f"LOCK TABLE __tenant__.{table} IN SHARE ROW EXCLUSIVE MODE", self.town.number)
        with psycopg.connect(self.given.url) as holding:
            holding.execute(lock.encode())
            with self.working():
                until(lambda: self.given.sql(self.town, waits, holding.info.backend_pid) != [(0,)], 30)


def test_whenever_a_worker_is_killed_each_neighbour_hears_once(given: Given, quiet: Portal) -> None:
    street, chance = Street(given, quiet), Random(SEED)
    before = street.rows()
    street.killed_where_it_writes("event")  # The steps are counted, the events are not written.
    assert street.rows() == before and street.told() == []
    street.killed_where_it_writes("event_cursor")  # The notices are written, the cursor has not moved.
    assert [step for step, _, _ in street.rows()] == [1] * REQUESTS and street.told() == []
    deliver(given, quiet)
    assert [(step, told) for step, told, _ in street.rows()] == [(1, PLAN.people)] * REQUESTS
    with street.working():  # The second wave, at whatever moment.
        Event().wait(chance.uniform(0.0, 0.3))
    with street.working():
        until(lambda: all(step >= 2 for step, _, _ in street.rows()), 30)
    deliver(given, quiet)
    assert [told for _, told, _ in street.rows()] == [NEIGHBOURS] * REQUESTS
    told = street.told()
    assert len(told) == len(set(told)) == REQUESTS * NEIGHBOURS
    assert {contribution for contribution, _ in told} == set(street.requests)
