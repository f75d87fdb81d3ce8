"""When the database is away or slow, or the client leaves: coded answers, nothing half done, and recovery by itself."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any, LiteralString

import httpx
import orjson
import psycopg
import pytest

from database import deadline, naming, pool
from database.embedded.launcher import EmbeddedPostgres
from demo import tenants as stories
from demo.load import load
from tests import listening, refused
from tests.acting import published
from tests.conftest import Portal, Running, serve
from tests.own import Own, until

READ = "query($id: ID!) { contribution(id: $id) { title } }"
VOTE = "mutation($input: VoteCastInput!) { voteCast(input: $input) { vote { choice } userErrors { code } } }"
OWN_VOTE = "query($id: ID!) { contribution(id: $id) { viewerVote { choice } } }"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'"


@dataclass(frozen=True)
class Town:
    """A portal on a cluster of our own, as a member, and one of its ideas, which can be voted for."""

    portal: Portal
    idea: str
    url: str

    def read(self) -> httpx.Response:
        return self.portal.post(READ, {"id": self.idea})

    def vote(self) -> httpx.Response:
        return self.portal.post(VOTE, {"input": {"contribution": self.idea, "choice": "SUPPORT"}})

    def stuck(self) -> set[int]:
        """The sessions whose statements wait for a lock, those of the server's own jobs among them."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            text = WAITING.replace("count(*)", "pid")
            return {int(str(pid)) for (pid,) in connection.execute(text.encode())}

    def waiting(self) -> int:
        """How many statements wait for a lock."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            return int(str((connection.execute(WAITING).fetchone() or (0,))[0]))

    def last_event(self) -> str:
        """The position of the last event, once the demonstration's own are sealed."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            text = "SELECT max(position), count(*) FILTER (WHERE position IS NULL) FROM __tenant__.event"
            look = naming.qualify(text, self.portal.number).encode()
            until(lambda: (connection.execute(look).fetchone() or (0, 1))[1] == 0, 30)
            return str((connection.execute(look).fetchone() or (0,))[0])

    @contextmanager
    def locked(self, table: LiteralString) -> Iterator[None]:
        """While another connection holds a table, every statement on it waits."""
        with closing(psycopg.connect(self.url)) as connection:
            text = naming.qualify(f"LOCK TABLE __tenant__.{table} IN ACCESS EXCLUSIVE MODE", self.portal.number)
            connection.execute(text.encode())
            yield


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A cluster that tests may stop, with Rennes."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("away"), durable=False) as postgres:
        own = Own(postgres.url)
        own.prepare()
        own.run(
            lambda database: load(database, [story for story in stories() if story.slug == "rennes"], lambda _: None)
        )
        yield postgres


@pytest.fixture
def serve_town(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[Callable[[], Town]]:
    """Starts a server on the cluster, under the limits that hold by then."""
    running: list[Iterator[Running]] = []
    with httpx.Client(timeout=30) as client:

        def start() -> Town:
            running.append(serve(cluster.url, tmp_path))
            server = next(running[-1])
            client.base_url = httpx.URL(server.url)
            portal = Portal(client, next(story for story in stories() if story.slug == "rennes"), server).member()
            activities = portal.ask("{ spaces { nodes { activities { id voteMethod } } } }")["spaces"]["nodes"]
            voted = next(a["id"] for space in activities for a in space["activities"] if a["voteMethod"] == "SUPPORT")
            ideas = portal.ask(
                "query($id: ID) { contributions(activity: $id) { nodes { id viewerVote { id } } } }", id=voted
            )
            idea = next(found["id"] for found in ideas["contributions"]["nodes"] if found["viewerVote"] is None)
            return Town(portal, idea, cluster.url)

        yield start
    for server in running:
        next(server, None)


@pytest.fixture
def in_background() -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    with ThreadPoolExecutor(4) as threads:
        yield threads.submit


def test_database_stopped_in_mid_request_is_told_and_waited_for(
    cluster: EmbeddedPostgres, serve_town: Callable[[], Town], in_background: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "TOTAL_S", 0.6)
    town = serve_town()
    with town.locked("contribution"):
        under_way = [in_background(town.read), in_background(town.vote)]
        until(lambda: town.waiting() == 2)
        assert cluster.pid is not None
        os.kill(cluster.pid, signal.SIGQUIT)  # At once: whoever holds the lock may not give it to a reader first.
        cluster.stop()
    try:
        answers = [*(found.result(30) for found in under_way), town.read(), town.vote()]
        for answer in answers:
            assert refused.codes(answer, 503) == {"SERVICE_UNAVAILABLE"}
            assert int(answer.headers["retry-after"]) > 0
            assert "data" not in answer.json()
        client, host = town.portal.client, {"host": town.portal.host}
        assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 503)
        assert client.get("/", headers=host).status_code == 503
        assert client.get("/about", headers=host).status_code == 200
        unknown = client.post("/graphql", json={"query": READ}, headers={"host": "rennes.example"})
        assert refused.codes(unknown, 404) == {"UNKNOWN_HOST"}
    finally:
        cluster.start()
    until(lambda: town.read().status_code == 200, 30)
    assert town.portal.ask(OWN_VOTE, id=town.idea) == {"contribution": {"viewerVote": None}}
    assert town.vote().json()["data"] == {"voteCast": {"vote": {"choice": "SUPPORT"}, "userErrors": []}}
    until(lambda: client.get("/readyz").status_code == 200)


def test_subscribers_who_wait_while_the_database_is_away_lose_nothing(
    cluster: EmbeddedPostgres, serve_town: Callable[[], Town]
) -> None:
    """They go on hearing, or are told to come back: after their last event they hear the rest, each once."""
    town = serve_town()
    portal = town.portal
    [activity] = [
        one["id"]
        for space in portal.ask("{ spaces { nodes { activities { id kind } } } }")["spaces"]["nodes"]
        for one in space["activities"]
        if one["kind"] == "MUTUAL_AID"
    ][:1]
    place = {"lat": 48.1134, "lng": -1.6712}
    begin = town.last_event()
    first = published(portal, activity, "OFFER", location=place)
    with (
        listening.socket(portal) as going,
        listening.events(portal, listening.PUBLISHED, activity=activity, after=begin) as stream,
    ):
        going.subscribe(listening.PUBLISHED, activity=activity, after=begin)
        message = going.receive()
        while message["payload"]["data"]["contributionPublished"]["id"] != first:
            message = going.receive()
        after = message["payload"]["extensions"]["event"]
        while stream.told()["id"] != first:
            pass
        assert stream.last == after
        cluster.stop()
        try:
            assert refused.codes(town.read(), 503) == {"SERVICE_UNAVAILABLE"}
        finally:
            cluster.start()
        until(lambda: town.read().status_code == 200, 30)
        missed = [published(portal, activity, "OFFER", location=place) for _ in range(3)]
        for heard in (_heard_on(going, activity, after), _heard_on_stream(stream, portal, activity)):
            assert list(islice(heard, 3)) == missed


def _heard_on(client: listening.Socket, activity: str, after: str) -> Iterator[str]:
    """What a socket is told, again from the last event once it is told that the database is away."""
    while True:
        message = client.receive()
        if message["type"] == "next" and "errors" not in message["payload"]:
            after = message["payload"]["extensions"]["event"]
            yield message["payload"]["data"]["contributionPublished"]["id"]
        elif message["type"] in ("error", "next"):
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert errors[0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
            client.subscribe(listening.PUBLISHED, activity=activity, after=after)


def _heard_on_stream(stream: listening.Events, portal: Portal, activity: str) -> Iterator[str]:
    """The same of a stream, which is opened again."""
    while True:
        name, answer = stream.next()
        if name == "next" and "errors" not in answer:
            yield answer["data"]["contributionPublished"]["id"]
        elif name == "next":
            assert answer["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        else:
            with listening.events(portal, listening.PUBLISHED, last=stream.last, activity=activity) as again:
                yield from _heard_on_stream(again, portal, activity)


def test_statement_that_is_too_slow_is_stopped(serve_town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "STATEMENT_TIMEOUT_MS", 150)
    town = serve_town()
    with town.locked("contribution"):
        for answer in (town.read(), town.vote()):
            assert refused.codes(answer) == {"TIMEOUT"}
            assert answer.json()["data"] is None
        until(lambda: town.waiting() == 0)  # A job of the server may wait at this instant, and is stopped likewise.
    assert town.read().json()["data"]["contribution"]["title"]
    assert town.portal.ask(OWN_VOTE, id=town.idea) == {"contribution": {"viewerVote": None}}


def test_wait_for_a_lock_that_is_too_long_is_stopped(
    serve_town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 150)
    town = serve_town()
    with town.locked("vote"):
        assert refused.codes(town.vote()) == {"TIMEOUT"}
    assert "an operation was stopped: StatementTimeoutError() from LockNotAvailable(SQLSTATE 55P03" in caplog.text
    assert town.portal.ask(OWN_VOTE, id=town.idea) == {"contribution": {"viewerVote": None}}


def test_selection_that_multiplies_itself_never_reaches_the_database(serve_town: Callable[[], Town]) -> None:
    town = serve_town()
    before = town.portal.running.database.statement_count
    bomb = "id"
    for _ in range(4):
        bomb = f"activity {{ contributions(first: 100, status: null) {{ nodes {{ {bomb} }} }} }}"
    answer = town.portal.post(f"{{ contributions(first: 100) {{ nodes {{ {bomb} }} }} }}")
    assert refused.codes(answer) == {"QUERY_TOO_COSTLY"}
    assert town.portal.running.database.statement_count == before
    assert town.read().status_code == 200


@pytest.mark.parametrize("query", [READ, VOTE], ids=["read", "write"])
def test_client_that_hangs_up_frees_its_statement(
    serve_town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(pool, "STATEMENT_TIMEOUT_MS", 600_000)
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 600_000)
    town = serve_town()
    variables = {"id": town.idea, "input": {"contribution": town.idea, "choice": "SUPPORT"}}
    headers = {
        "host": town.portal.host,
        "content-type": "application/json",
        "authorization": f"Bearer {town.portal.token}",
    }
    with town.locked("contribution"):
        others = town.stuck()
        leaving = HTTPConnection(town.portal.running.url.removeprefix("http://"), timeout=30)
        leaving.request("POST", "/graphql", orjson.dumps({"query": query, "variables": variables}), headers)
        until(lambda: town.stuck() - others)
        its_own = town.stuck() - others
        leaving.close()
        until(lambda: not its_own & town.stuck())
    assert town.portal.ask(OWN_VOTE, id=town.idea) == {"contribution": {"viewerVote": None}}


def test_client_that_leaves_a_pipeline_frees_its_statement(
    serve_town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "STATEMENT_TIMEOUT_MS", 600_000)
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 600_000)
    town = serve_town()
    body = orjson.dumps({"query": READ, "variables": {"id": town.idea}})
    head = f"POST /graphql HTTP/1.1\r\nhost: {town.portal.host}\r\ncontent-type: application/json\r\n"
    request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    address = town.portal.running.url.removeprefix("http://").split(":")
    with town.locked("contribution"):
        with socket.create_connection((address[0], int(address[1])), timeout=30) as leaving:
            leaving.sendall(3 * request)
            until(lambda: town.waiting() == 1)
        until(lambda: town.waiting() == 0)


def test_clients_that_stay_are_not_disturbed_by_one_that_leaves(
    serve_town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "STATEMENT_TIMEOUT_MS", 600_000)
    monkeypatch.setattr(pool, "LOCK_TIMEOUT_MS", 600_000)
    town = serve_town()
    body = orjson.dumps({"query": READ, "variables": {"id": town.idea}})
    headers = {"host": town.portal.host, "content-type": "application/json"}
    with town.locked("contribution"):
        leaving, *staying = (
            HTTPConnection(town.portal.running.url.removeprefix("http://"), timeout=30) for _ in range(4)
        )
        leaving.request("POST", "/graphql", body, headers)
        until(lambda: town.waiting() == 1)
        for connection in staying:
            connection.request("POST", "/graphql", body, headers)
        leaving.close()
        until(lambda: town.waiting() in (1, 3))  # The same question of several may be asked once.
    for connection in staying:
        answer = connection.getresponse()
        assert (answer.status, b"errors" in answer.read()) == (200, False)
        connection.close()
