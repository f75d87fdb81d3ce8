"""One embedded PostgreSQL, one server process' application in a thread, and the demonstration's tenants, for all tests."""

import asyncio
import fcntl
import functools
import gc
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import uvicorn
from sqlalchemy import ClauseElement

import register.load
from auth.token import DevelopmentTokens
from database import naming, statement
from database.door import Database
from demo import tenants as stories
from demo.load import actor_id, load
from demo.story import DemoActor, DemoTenant
from models.actor import Role
from schema.scoped import ScopedContract
from server import app
from server.protocol import SPEAKING
from server.settings import Settings
from tenants import migration
from tenants.registry import TenantRecord, TenantRegistry
from tests import cluster, twin
from tests.browser import Post
from tests.cluster import serving
from tests.given import Given
from tests.own import Own
from tests.shadowing import shadowed

hypothesis.settings.register_profile("parvis", deadline=None)  # Busy machines are slow; slowness is measured elsewhere.
hypothesis.settings.load_profile("parvis")

SLUGS = ("rennes", "lehavre", "deux-sevres")
"""The demonstration's tenants that tests work on: a city, another city, a département with a market."""


def settings(data: Path, url: str | None = None) -> Settings:
    """Settings of a demonstration server."""
    return Settings(data=data, database_url=url, connections=16, secret=SECRET, is_demo=True, log_format="text")


def pytest_configure(config: pytest.Config) -> None:
    """Tests look at locks and sessions of the whole cluster: several processes would want one each."""
    if cluster.url() is not None and config.getoption("numprocesses", None):
        raise pytest.UsageError(f"{cluster.VARIABLE} is set: run the tests in one process, with -n 0")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: the collector of garbage need not walk through it, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


NODE = Path(__file__).parent / "node"
"""Checks that exist only for Node."""

FEDERATION = re.compile(r"_entities|_service")


@pytest.fixture(scope="session")
def node() -> str:
    """The Node program, with the packages of tests/node installed beside it at the first use."""
    return node_with(NODE)


def node_with(folder: Path) -> str:
    """The Node program, with the packages of a folder installed there at the first use."""
    program, npm, packages = shutil.which("node"), shutil.which("npm"), folder / "node_modules" / ".package-lock.json"
    if program is None or npm is None:
        pytest.skip("this check wants Node 20 with npm: install it to run it")
    pinned = folder / "package-lock.json"
    with pinned.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # Tests run in several processes.
        if not packages.exists() or packages.stat().st_mtime < pinned.stat().st_mtime:
            command = [npm, "ci", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"`npm ci` in {folder} failed; mend this and run it by hand:\n{done.stderr}"
            packages.touch()
    return program


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster with the register and the tenants of SLUGS."""
    with cluster.started(tmp_path_factory.mktemp("postgres")) as url:
        asyncio.run(_fill(url))
        yield url


async def _fill(url: str) -> None:
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await register.load.load_bundled(database)
    await load(database, [story for story in stories() if story.slug in SLUGS], lambda _: None)
    await database.close()


SECRET = "secret of the tests"
"""What the servers of the tests sign with."""


@dataclass(frozen=True)
class Running:
    """A server in a thread of this process, so that tests may look inside."""

    url: str
    database: Database
    contract: ScopedContract
    registry: TenantRegistry
    tokens: DevelopmentTokens
    post: Post
    """The mails that it has sent."""


@pytest.fixture(scope="module")
def own(database_url: str) -> Own:
    """A database of the test module's own in the same cluster: migrated, with a small register and no tenant."""
    return Own.make(database_url)


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with an HTTP port on the loopback."""
    yield from serve(database_url, tmp_path_factory.mktemp("data"))


def serve(
    url: str,
    data: Path,
    *,
    is_demo: bool = True,
    replica_url: str | None = None,
    clusters: Sequence[Database] = (),
    **changes: Any,
) -> Iterator[Running]:
    """Run the application with uvicorn in a thread until the generator is closed."""
    connections = changes.get("connections", 16)
    lag = {"most_lag_s": changes["replica_lag_s"]} if "replica_lag_s" in changes else {}
    database = Database(serving(url), connections=connections, replica_url=replica_url, clusters=clusters, **lag)
    listener = socket.create_server(("127.0.0.1", 0))
    changes.setdefault("preview_origin", f"http://localhost:{listener.getsockname()[1]}" if is_demo else None)
    application = app.build(replace(settings(data, url), is_demo=is_demo, **changes), database)
    running = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, **SPEAKING))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        thread.join(0.01)
    assert running.started, "the server did not start"
    state = application.state
    yield Running(
        f"http://127.0.0.1:{listener.getsockname()[1]}",
        database,
        state.contract,
        state.registry,
        state.tokens,
        Post(data / "mail"),
    )
    running.should_exit = True
    thread.join(15)
    listener.close()


@dataclass(frozen=True)
class Portal:
    """A client of one portal: operations in, data out; signed in when it has a token."""

    client: httpx.Client
    story: DemoTenant = field(repr=False)  # Hundreds of kilobytes.
    running: Running
    token: str | None = None

    @property
    def host(self) -> str:
        return self.story.hosts[0]

    @property
    def record(self) -> TenantRecord:
        tenant = self.running.registry.at(self.host)
        assert tenant is not None
        return tenant

    @property
    def number(self) -> int:
        return self.record.number

    def signed_in(self, actor: DemoActor) -> "Portal":
        """The same portal for an actor of the demonstration."""
        token = self.running.tokens.make(self.number, actor_id(self.story.slug, actor.key), Role(actor.role))
        return replace(self, token=token)

    def actor(self, role: str = "MEMBER", kind: str | None = None, index: int = 0) -> DemoActor:
        """One of the demonstration's actors."""
        return [a for a in self.story.actors if a.role == role and kind in (None, a.kind)][index]

    def member(self, index: int = 0) -> "Portal":
        """Signed in as one of the citizens."""
        return self.signed_in(self.actor("MEMBER", "CITIZEN", index))

    def moderator(self) -> "Portal":
        return self.signed_in(self.actor("MODERATOR"))

    def admin(self) -> "Portal":
        return self.signed_in(self.actor("ADMIN"))

    def post(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """The bare HTTP answer of an operation; the federation's own fields are asked for as its router does."""
        router = {"parvis-router": self.running.tokens.make_router(self.number)} if FEDERATION.search(query) else {}
        signed = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {"host": self.host, **signed, **router, **headers}
        return self.client.post("/graphql", json={"query": query, "variables": variables or {}}, headers=headers)

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that succeeds."""
        answer = self.post(query, variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def errors(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """The errors of an operation that fails."""
        answer = self.post(query, variables).json()
        assert answer.get("errors"), answer
        return list(answer["errors"])

    def codes(self, query: str, **variables: Any) -> list[str]:
        """The codes of the errors of an operation that fails."""
        return [error["extensions"]["code"] for error in self.errors(query, **variables)]


@pytest.fixture(scope="session")
def client(server: Running) -> Iterator[httpx.Client]:
    """An HTTP client of the server; give a Host header."""
    with httpx.Client(base_url=server.url, timeout=30, event_hooks={"response": [_till_logged]}) as found:
        yield found


def _till_logged(response: httpx.Response) -> None:
    """The server writes down what nobody foresaw after it has answered: so pytest shows it beside the test."""
    if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        time.sleep(0.1)


@pytest.fixture(scope="session")
def provision(
    database_url: str, client: httpx.Client, server: Running
) -> Callable[[DemoTenant, Mapping[str, str]], Portal]:
    """Makes a tenant of a story, its spaces seen by whom the slugs' visibility says; comes back when it is served."""

    def make(story: DemoTenant, visibility: Mapping[str, str]) -> Portal:
        asyncio.run(_provision(database_url, story, visibility))
        deadline = time.monotonic() + 10
        while server.registry.at(story.hosts[0]) is None:
            assert time.monotonic() < deadline, "the server does not follow the registry"
            time.sleep(0.01)
        return Portal(client, story, server)

    return make


async def _provision(url: str, story: DemoTenant, visibility: Mapping[str, str]) -> None:
    database = Database(url, connections=2)
    await database.open()
    await load(database, [story], lambda _: None)
    async with database.administration() as connection:
        cursor = await connection.execute("SELECT number FROM platform.tenant WHERE slug = %s", [story.slug])
        row = await cursor.fetchone()
        assert row is not None
        for slug, seen in visibility.items():
            change = naming.qualify(
                "UPDATE __tenant__.participatory_space SET visibility = %s WHERE slug = %s", int(str(row[0]))
            )
            await connection.execute(change.encode(), [seen, slug])
    await database.close()


@pytest.fixture(scope="session")
def twins(provision: Callable[[DemoTenant, Mapping[str, str]], Portal]) -> tuple[Portal, Portal]:
    """Two tenants that are alike but for the words « hirondelle » and « martinet »; tests leave them as they are."""
    hirondelle, martinet = (provision(twin.twin(word), twin.VISIBILITY) for word in ("hirondelle", "martinet"))
    return hirondelle, martinet


def _portal(client: httpx.Client, server: Running, slug: str) -> Portal:
    return Portal(client, next(story for story in stories() if story.slug == slug), server)


@pytest.fixture(scope="session")
def rennes(client: httpx.Client, server: Running) -> Portal:
    """A city with entraide, a market, a consultation and an idea box."""
    return _portal(client, server, "rennes")


@pytest.fixture(scope="session")
def lehavre(client: httpx.Client, server: Running) -> Portal:
    """Another city."""
    return _portal(client, server, "lehavre")


@pytest.fixture(scope="session")
def deux_sevres(client: httpx.Client, server: Running) -> Portal:
    """A département with a large market."""
    return _portal(client, server, "deux-sevres")


@pytest.fixture(scope="session")
def given(database_url: str) -> Iterator[Given]:
    """Writes what tests start from beside the server, and runs its jobs at once."""
    found = Given(database_url)
    yield found
    found.close()


@pytest.fixture(scope="session", autouse=True)
def statements_looked_at() -> Iterator[None]:
    """Refuses each statement in which a subquery takes a row anew instead of that of the query around it."""
    build = statement.build

    def looked_at(clause: ClauseElement) -> statement.Statement:
        built = build(clause)
        assert not (names := shadowed(built.text)), (
            f"{names} of a subquery is not that of the query around it: {built.text}"
        )
        return built

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statement, "build", looked_at)
        yield


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    """Each HTTP client would read all certificate authorities anew, twenty milliseconds of a processor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session")
def town(given: Given, rennes: Portal) -> Portal:
    """A tenant without demonstration data, for tests that make their own."""
    return given.tenant(rennes, "test-town", "commune-35238")
