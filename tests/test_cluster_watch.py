"""What operators see of several clusters: which is away or behind, its connections, its replica, and what to do."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

import server.health
from auth import operator_token
from database.door import Database
from tenants import schema_state, tenant_move
from tests.behind import EAST, Pair, second
from tests.browser import Browser
from tests.cluster import serving
from tests.conftest import Running, serve
from tests.own import Own, until
from tests.test_alert import EXPRESSIONS, LABELS
from tests.test_replica import WHERE, with_name
from tests.test_wish import HOST


@pytest.fixture(scope="module")
def pair(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with second(own, tmp_path_factory.mktemp("east")) as made:
        for slug in ("rennes", "redon"):
            own.create(slug)
        made.run(lambda database: tenant_move.move(database, "redon", EAST, lambda _: None))
        yield made


def east(pair: Pair, connections: int = 4) -> Database:
    """The second cluster as a server reaches it, read by visitors where its connections are named `copy`."""
    primary, copy = (with_name(serving(pair.east.url), name) for name in ("cluster", "copy"))
    return Database(primary, connections=connections, admin_url=pair.east.url, replica_url=copy, name=EAST)


@pytest.fixture(scope="module")
def running(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from serve(pair.main.url, tmp_path_factory.mktemp("data"), clusters=[east(pair)], operator_host=HOST)


@pytest.fixture(scope="module")
def token(pair: Pair) -> str:
    return pair.main.run(lambda database: operator_token.create(database, "astreinte", 1))[1]


@pytest.fixture
def page(running: Running, token: str) -> Iterator[Browser]:
    with httpx.Client(base_url=running.url, timeout=30) as client:
        browser = Browser(client, HOST)
        browser.submit("/entrer", {"token": token})
        yield browser


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.health, "MIGRATIONS_EVERY_S", 0.0)


@pytest.fixture
def away(pair: Pair) -> Iterator[None]:
    pair.postgres.stop()
    yield
    pair.postgres.start()


@pytest.fixture
def behind(pair: Pair) -> Iterator[None]:
    """The second cluster lacks this version's last migration."""
    names = schema_state.last("platform"), "0000_none"
    change = "UPDATE platform.migration SET name = %s WHERE schema_name = 'platform' AND name = %s"
    pair.east.rows(change, *reversed(names))
    yield
    pair.east.rows(change, *names)


def told(running: Running, token: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Each metric's samples by the values of their labels."""
    answer = httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30)
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return samples


def labels(running: Running, token: str) -> dict[str, set[str]]:
    answer = httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30)
    families = text_string_to_metric_families(answer.text)
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def ready(running: Running) -> tuple[int, Any]:
    answer = httpx.get(f"{running.url}/readyz?verbose", timeout=30)
    return answer.status_code, answer.json()["checks"]["clusters"]


def test_metrics_name_each_cluster(running: Running, token: str) -> None:
    until(lambda: told(running, token)["parvis_replica_lag_seconds"][(EAST,)] == 0)
    found = told(running, token)
    assert found["parvis_cluster_ready"] == {(EAST,): 1}
    assert found["parvis_replica_asked"] == {(EAST,): 1}
    assert found["parvis_connections_max"] == {("primary",): 16, (EAST,): 4, (f"{EAST} replica",): 4}
    assert {cluster for cluster, _ in found["parvis_connections"]} == {"primary", EAST, f"{EAST} replica"}
    assert (
        f'job="replica lag {EAST}"'
        in httpx.get(f"{running.url}/metrics", headers={"authorization": f"Bearer {token}"}).text
    )


def test_alerts_and_board_group_each_metric_by_labels_that_it_has(running: Running, token: str) -> None:
    there, seen = labels(running, token), set()
    for expression in EXPRESSIONS:
        grouped = {label.strip() for group in re.findall(LABELS, expression) for label in group.split(",")}
        for name in set(re.findall(r"\bparvis_\w+", expression)) & there.keys():
            assert grouped - {"instance"} <= there[name] | {"exported_job", "job"}, expression
            seen.add(name)
    assert {"parvis_cluster_ready", "parvis_connections", "parvis_connections_max", "parvis_replica_asked"} <= seen


def test_cluster_that_is_away_is_named_with_what_to_do(running: Running, token: str, page: Browser, away: None) -> None:
    until(lambda: told(running, token)["parvis_cluster_ready"] == {(EAST,): 0})
    assert ready(running) == (200, "some away")
    text = page.get("/").text
    assert "Serveurs de base de données" in text and "Grappe" not in text
    assert re.search(
        rf"Le serveur <code>{EAST}</code> ne répond pas\.</b> Portails fermés à leurs visiteurs : 1\.", text
    )
    assert "Vérifiez que PostgreSQL y tourne" in text and "parvis tenant restore" in text
    assert "son serveur ne répond pas" in text and "en retard</b>" not in text


def test_cluster_that_is_not_migrated_takes_no_process_away(
    running: Running, token: str, page: Browser, behind: None
) -> None:
    assert ready(running) == (200, "some behind")
    assert told(running, token)["parvis_cluster_ready"] == {(EAST,): 0}
    assert told(running, token)["parvis_ready"][("migrations",)] == 1
    assert "n’est pas à jour" in page.get("/").text


def test_servers_are_listed_with_their_portals(running: Running, page: Browser) -> None:
    until(lambda: ready(running) == (200, "ok"))
    text = page.get("/").text
    assert 'role="alert"' not in text
    assert re.findall(r'href="/\?q=(main|east)">(\d+)<', text) == [("main", "1"), (EAST, "1")]
    found = page.get("/", params={"q": EAST}).text
    assert "redon.example" in found.replace("<wbr>", "") and "rennes.example" not in found.replace("<wbr>", "")


def test_visitors_read_from_the_replica_of_their_cluster_once_it_has_seen_their_portal(pair: Pair) -> None:
    number = pair.main.value("SELECT number FROM platform.tenant WHERE slug = 'redon'")

    async def run() -> None:
        database = Database(pair.main.url, connections=2, clusters=[east(pair, 2)])
        await database.open()

        async def asked(*, may_be_old: bool) -> bytes | None:
            return (await database.read(WHERE, number, {}, may_be_old=may_be_old))[0]

        try:
            database.place({number: EAST})
            assert await asked(may_be_old=True) == b"cluster", "it may have half of what was copied"
            database._placed_at[number] -= 60
            assert await asked(may_be_old=True) == b"copy"
            assert await asked(may_be_old=False) == b"cluster"
            replica = database.clusters[EAST].replica
            assert replica is not None
            replica.lag_s = replica.most_lag_s + 1
            assert await asked(may_be_old=True) == b"cluster"
            replica.lag_s = 0.0
            database.place({number: EAST})
            assert await asked(may_be_old=True) == b"copy", "nothing has changed"
        finally:
            await database.close()

    asyncio.run(run())
