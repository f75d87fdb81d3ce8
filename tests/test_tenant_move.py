"""Moves of tenants to another cluster: under votes, cut off, taken back, and what is said of tenants elsewhere."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from database.door import Database
from models.tenant import Feature, TenantState
from tenants import closing, placement, provisioning, tenant_copy, tenant_move
from tenants.directory import ProvisioningError
from tenants.requirement import UnfitClusterError
from tests.behind import EAST, Pair, second
from tests.command import refusal, runner
from tests.conftest import Portal, Running
from tests.own import Own, until
from tests.tenant_moving import (
    MOVING,
    STAYING,
    VOTE,
    VOTERS,
    cleaned,
    moved,
    moved_under_votes,
    numbers,
    proposal,
    schemas,
    served,
    settled,
    stand,
    state,
    vote_until_counted,
    voters,
)

TIED = "INSERT INTO platform.territory_reader SELECT number, slug, title, collectivite_id FROM platform.tenant WHERE slug = %s"


@pytest.fixture(scope="module")
def pair(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with second(own, tmp_path_factory.mktemp("east")) as made:
        yield settled(made)


@pytest.fixture(scope="module")
def running(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from served(pair, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def portals(running: Running) -> Iterator[tuple[Portal, Portal]]:
    with httpx.Client(base_url=running.url, timeout=30) as client:
        yield Portal(client, STAYING, running), Portal(client, MOVING, running)


def test_move_under_votes_loses_none_and_counts_none_twice(pair: Pair, portals: tuple[Portal, Portal]) -> None:
    stand(pair, "main")
    told, refused = moved_under_votes(pair, portals[1])
    assert (told.slug, told.to) == (MOVING.slug, EAST)
    assert told.rows > VOTERS
    assert refused, "nobody voted while it was closed: the test shows nothing"
    assert state(pair) == [("main", EAST, "OPEN")]
    cleaned(pair)
    assert schemas(pair.main) == {f"t_{numbers(pair)[STAYING.slug]}"}
    assert state(pair) == []


def test_command_knows_every_table_in_a_process_that_has_loaded_nothing_else(pair: Pair) -> None:
    counted = "import server.command.tenant_move; from tenants import closing; print(len(closing.tables(1)))"
    done = subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, timeout=120, check=True)
    number = numbers(pair)[STAYING.slug]
    assert int(done.stdout) == pair.main.value("SELECT count(*) FROM pg_tables WHERE schemaname = %s", f"t_{number}")


def test_portal_elsewhere_is_served_switched_and_listed(pair: Pair, portals: tuple[Portal, Portal]) -> None:
    stand(pair, EAST)
    _, portal = portals
    assert portal.record.database == EAST
    features = pair.run(lambda database: provisioning.switch(database, MOVING.slug, [], [Feature.SURVEY]))
    until(lambda: portal.record.features == frozenset(features))
    row = "SELECT features, version, database FROM platform.tenant WHERE slug = %s"
    assert pair.main.rows(row, MOVING.slug) == pair.east.rows(row, MOVING.slug)
    pair.run(lambda database: provisioning.set_state(database, MOVING.slug, TenantState.SUSPENDED))
    until(lambda: not portal.record.is_active)
    pair.run(lambda database: provisioning.set_state(database, MOVING.slug, TenantState.ACTIVE))
    until(lambda: portal.record.is_active)


def test_what_a_city_changes_elsewhere_is_listed_in_main(pair: Pair, portals: tuple[Portal, Portal]) -> None:
    stand(pair, EAST)
    pair.east.rows("UPDATE platform.tenant SET title = 'Ailleurs', version = version + 1 WHERE slug = %s", MOVING.slug)
    title = "SELECT title FROM platform.tenant WHERE slug = %s"
    until(lambda: portals[1].record.title == "Ailleurs")
    assert pair.main.value(title, MOVING.slug) == MOVING.title
    assert pair.run(placement.keep) == 1
    assert pair.main.value(title, MOVING.slug) == "Ailleurs"
    assert pair.run(placement.keep) == 0


def test_moving_back_brings_what_was_written_since(pair: Pair, portals: tuple[Portal, Portal]) -> None:
    stand(pair, EAST)
    _, portal = portals
    [voter] = voters(pair, portal, 1)
    assert vote_until_counted(voter, proposal(portal))[0] == 0
    counted = f"SELECT count(*) FROM t_{portal.number}.vote"
    votes = pair.east.value(counted)
    moved(pair, "main")
    assert (pair.main.value(counted), pair.main.value("SELECT count(*) FROM platform.tenant")) == (votes, 2)
    until(lambda: portal.record.is_at_home)
    with pytest.raises(ProvisioningError, match="is in 'main' already"):
        moved(pair, "main")
    cleaned(pair)
    assert (schemas(pair.east), pair.east.rows("SELECT slug FROM platform.tenant")) == (set(), [])
    title = pair.main.value("SELECT title FROM platform.tenant WHERE slug = %s", MOVING.slug)
    assert portal.ask("{ portal { title } }") == {"portal": {"title": title}}


def test_move_that_was_cut_off_is_gone_on_with_or_taken_back(
    pair: Pair, portals: tuple[Portal, Portal], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand(pair, "main")
    _, portal = portals
    [voter] = voters(pair, portal, 1)

    async def cut_off(*_: object) -> int:
        raise RuntimeError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(tenant_copy, "fill", cut_off)
        with pytest.raises(RuntimeError, match="cut off"):
            moved(pair, EAST)
    assert state(pair) == [("main", EAST, "COPYING")]
    assert voter.post(VOTE, {"id": proposal(portal)}).status_code == httpx.codes.SERVICE_UNAVAILABLE
    with pytest.raises(ProvisioningError, match="moves to another cluster"):
        pair.run(lambda database: provisioning.set_state(database, MOVING.slug, TenantState.SUSPENDED))
    assert pair.run(lambda database: tenant_move.revert(database, portal.number)) == MOVING.slug
    assert (state(pair), schemas(pair.east)) == ([], set())
    assert vote_until_counted(voter, proposal(portal))[0] == 0

    with monkeypatch.context() as patch:
        patch.setattr(closing, "open_", cut_off)
        with pytest.raises(RuntimeError, match="cut off"):
            moved(pair, EAST)
    assert state(pair) == [("main", EAST, "SWITCHED")]
    with pytest.raises(ProvisioningError, match="is served by 'east' by now"):
        pair.run(lambda database: tenant_move.revert(database, MOVING.slug))
    assert moved(pair, EAST).rows == 0
    assert state(pair) == [("main", EAST, "OPEN")]
    [other] = voters(pair, portal, 1)
    assert vote_until_counted(other, proposal(portal))[0] == 0
    moved(pair, "main")
    cleaned(pair)


def test_copy_that_is_not_the_same_is_not_switched(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    stand(pair, "main")
    copied = tenant_copy._copy

    async def all_but_one(here: object, there: object, table: str) -> None:
        await copied(here, there, table)  # type: ignore[arg-type]  # As it is called.
        if table.endswith(".vote"):
            await there.execute(f"DELETE FROM {table} WHERE id = (SELECT min(id::text)::uuid FROM {table})".encode())  # type: ignore[attr-defined]  # As it is called.

    with monkeypatch.context() as patch:
        patch.setattr(tenant_copy, "_copy", all_but_one)
        with pytest.raises(ProvisioningError, match="vote is not the same"):
            moved(pair, EAST)
    assert pair.main.value("SELECT database FROM platform.tenant WHERE slug = %s", MOVING.slug) == "main"
    pair.run(lambda database: tenant_move.revert(database, MOVING.slug))


def test_commands_move_list_and_find_a_tenant_elsewhere(pair: Pair, tmp_path: Path) -> None:
    stand(pair, "main")
    run, there = runner(pair.main, tmp_path), {"PARVIS_CLUSTERS": f"{EAST} {pair.east.url}"}
    number = str(numbers(pair)[MOVING.slug])
    result = run("tenant", "move", number, "--to", EAST, **there)
    said = rf"{MOVING.slug} is in east: [\d,]+ rows copied in [\d.]+ s, closed to changes for [\d.]+ s; --clean .*\n"
    assert re.fullmatch(said, result.stdout), result.output
    assert result.stderr.splitlines() == [
        "copied while it is closed to changes: in main, its wal_level is replica, not logical",
        "building in east",
        "closed to changes, copying",
        *(line for line in result.stderr.splitlines() if line.endswith("served by east")),
        "open to changes",
    ]
    listed = {line.split()[2]: line for line in run("tenant", "list", **there).stdout.splitlines()}
    assert listed[MOVING.slug].endswith(")  in east") and listed[STAYING.slug].endswith(")")
    exported = run("tenant", "export", MOVING.slug, str(tmp_path / "martinet.zip"), **there)
    assert exported.exit_code == 0, exported.output
    assert refusal(run("tenant", "export", MOVING.slug, str(tmp_path / "x.zip"))).startswith(
        "Error: some tenants are in"
    )
    assert run("tenant", "move", MOVING.slug, "--clean", **there).exit_code == 0
    assert refusal(run("tenant", "move", MOVING.slug, "--revert", **there)) == f"Error: '{MOVING.slug}' does not move"
    assert "exactly one of" in refusal(run("tenant", "move", MOVING.slug, **there), 2)
    assert run("tenant", "move", MOVING.slug, "--to", "main", **there).exit_code == 0
    assert run("tenant", "move", MOVING.slug, "--clean", **there).exit_code == 0


def test_portal_that_shares_with_others_does_not_move(pair: Pair) -> None:
    stand(pair, "main")
    pair.main.rows(TIED, MOVING.slug)
    with pytest.raises(ProvisioningError, match="portals that share are in one cluster"):
        moved(pair, EAST)
    pair.main.rows("DELETE FROM platform.territory_reader")
    with pytest.raises(ProvisioningError, match="names no cluster 'west'"):
        moved(pair, "west")
    assert state(pair) == []


def test_cluster_has_one_name_and_is_one_of_its_own(pair: Pair) -> None:
    async def called_west(database: Database, url: str) -> None:
        cluster = Database(url, name="west")
        try:
            await placement.christen(database, cluster)
        finally:
            await cluster.close()

    async def west(database: Database) -> None:
        await called_west(database, pair.east.url)

    async def itself(database: Database) -> None:
        await called_west(database, pair.main.url)

    async def turned(database: Database) -> None:
        await placement.christen(database.clusters[EAST], database)

    for act, match in ((west, "its name is 'east'"), (itself, "and it has tenants"), (turned, "its 'main' is wanted")):
        with pytest.raises(UnfitClusterError, match=match):
            pair.run(act)
    assert pair.main.value("SELECT database FROM platform.registry") == "main"


def test_tenant_in_a_cluster_that_nobody_named_is_told_and_not_looked_for_elsewhere(pair: Pair) -> None:
    stand(pair, "main")

    async def alone() -> None:
        database = Database(pair.main.url, connections=2)
        await database.open()
        try:
            with pytest.raises(UnfitClusterError, match="PARVIS_CLUSTERS does not name"):
                await placement.find(database)
        finally:
            await database.close()

    moved(pair, EAST)
    asyncio.run(alone())


def test_cluster_that_is_away_takes_no_other_portal_with_it(pair: Pair, portals: tuple[Portal, Portal]) -> None:
    stand(pair, EAST)
    staying, portal = portals
    pair.postgres.stop()
    answer = portal.member(0).post("{ viewer { id } }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert staying.member(0).ask("{ viewer { id } }")["viewer"]["id"]
    ready = staying.client.get("/readyz?verbose")
    assert (ready.status_code, ready.json()["checks"]["clusters"]) == (200, "some away")
    pair.postgres.start()
    until(lambda: portal.member(0).post("{ viewer { id } }").status_code == httpx.codes.OK, 30)
    assert staying.client.get("/readyz?verbose").json()["checks"]["clusters"] == "ok"


def test_tenant_elsewhere_is_deleted_there_and_in_the_list(pair: Pair) -> None:
    stand(pair, "main")
    moved(pair, EAST)
    with pytest.raises(ProvisioningError, match="end that before"):
        pair.run(lambda database: provisioning.delete(database, MOVING.slug))
    cleaned(pair)
    pair.run(lambda database: provisioning.delete(database, MOVING.slug))
    assert (schemas(pair.east), pair.east.rows("SELECT slug FROM platform.tenant")) == (set(), [])
    assert numbers(pair).keys() == {STAYING.slug}
