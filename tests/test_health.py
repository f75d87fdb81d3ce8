"""Health: `/readyz` tells what each check says, and is 503 where one does not let the process serve."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

import server.health
from auth import operator_token
from database.door import Database, State
from database.failure import DiskFullError
from jobs.job import Job
from server.health import Health
from tenants import schema_state
from tests.conftest import Running, serve
from tests.own import Own, until


@pytest.fixture(scope="module")
def running(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    own.create("health-town")
    yield from serve(own.url, tmp_path_factory.mktemp("health"))


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.health, "MIGRATIONS_EVERY_S", 0.0)


def ready(running: Running) -> tuple[int, Any]:
    answer = httpx.get(f"{running.url}/readyz?verbose", timeout=30)
    assert ("retry-after" in answer.headers) == (answer.status_code == 503)
    return answer.status_code, answer.json()


SOUND = {"database": "ok", "disk": "ok", "jobs": "ok", "migrations": "ok", "replica": "none", "clusters": "none"}


def test_sound_process_tells_each_check(running: Running) -> None:
    assert ready(running) == (200, {"status": "ok", "checks": SOUND})
    assert httpx.get(f"{running.url}/readyz").json() == {"status": "ok"}


@pytest.mark.parametrize("schema", ["platform", "tenant"])
def test_missing_migration_of_any_schema_is_told(own: Own, running: Running, schema: str) -> None:
    [number] = [tenant.number for tenant in running.registry.tenants]
    name, last = ("platform" if schema == "platform" else f"t_{number}"), schema_state.last(schema)
    own.rows("UPDATE platform.migration SET name = '0000_none' WHERE (schema_name, name) = (%s, %s)", name, last)
    try:
        status, told = ready(running)
        assert (status, told["status"], told["checks"]["migrations"]) == (
            503,
            "migrations pending",
            "migrations pending",
        )
    finally:
        own.rows("UPDATE platform.migration SET name = %s WHERE (schema_name, name) = (%s, '0000_none')", last, name)
    assert ready(running)[0] == 200


def test_later_version_that_has_migrated_leaves_this_one_serving(own: Own, running: Running) -> None:
    own.rows("INSERT INTO platform.migration (schema_name, name, applied_at) VALUES ('platform', '9999_later', now())")
    try:
        assert ready(running) == (200, {"status": "ok", "checks": {**SOUND, "migrations": "ahead"}})
    finally:
        own.rows("DELETE FROM platform.migration WHERE name = '9999_later'")


def test_full_disk_is_told_and_metrics_say_the_same(own: Own, running: Running) -> None:
    token = own.run(lambda database: operator_token.create(database, "health", 1))[1]

    def check(name: str) -> float:
        text = httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30).text
        return float(text.partition(f'parvis_ready{{check="{name}"}} ')[2].split()[0])

    assert (check("disk"), check("database"), check("migrations")) == (1, 1, 1)
    running.database.disk.note(DiskFullError())
    try:
        assert (ready(running)[0], check("disk"), check("database")) == (503, 0, 1)
    finally:
        running.database.disk.__init__()  # type: ignore[misc]  # As a minute later.
    assert ready(running)[0] == 200


def test_cluster_whose_disk_is_full_is_told_with_those_that_are_away(
    own: Own, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(database: Database) -> list[tuple[str, Mapping[str, str]]]:
        east = Database(own.url, name="east")
        monkeypatch.setattr(east, "state", _ready)
        database.clusters["east"] = east
        health, seen = Health(database, running.registry, []), []
        for _ in range(2):
            seen.append(((await health.look())["clusters"], health.clusters))
            east.disk.note(DiskFullError())
        return seen

    assert own.run(look) == [("ok", {"east": "ok"}), ("some away", {"east": "disk full"})]


async def _ready() -> State:
    return State.READY


async def _nothing() -> None:
    pass


def test_job_that_has_ended_is_named(own: Own, running: Running) -> None:
    async def look(database: Database) -> tuple[str, list[str]]:
        job = Job("fold", 1.0, _nothing)
        health = Health(database, running.registry, [job])
        return (await health.look())["jobs"], health._failing()

    assert own.run(look) == ("jobs stopped", ["fold"])


def test_little_room_on_the_embedded_disk_is_told_without_leaving(
    own: Own, running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(server.health, "LOW_BYTES", 10**18)

    async def look(database: Database) -> str:
        return (await Health(database, running.registry, [], tmp_path).look())["disk"]

    assert own.run(look) == "low" and "low" in server.health.FINE


def test_job_tells_how_long_ago_an_attempt_ended() -> None:
    now = [100.0]
    paced = Job("fold", 1.0, _nothing, clock=lambda: now[0])
    paced.moved_at = 40.0
    assert (paced.idle_s, Job("mail", 0.0, _nothing).idle_s) == (60.0, 0.0)


def test_running_jobs_of_a_process_are_seen_to_move(own: Own, running: Running) -> None:
    token = own.run(lambda database: operator_token.create(database, "health", 1))[1]

    def idle() -> float:
        text = httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30).text
        return float(text.partition('parvis_job_idle_seconds{job="fold"} ')[2].split()[0])

    until(lambda: 0 <= idle() < 10, 30)
