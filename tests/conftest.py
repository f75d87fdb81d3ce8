"""One embedded PostgreSQL, one server process' application in a thread, and the demonstration's tenants, for all tests."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

import tenants.collectivite
from auth.token import DevelopmentTokens
from models.actor import Role
from planner.engine import Engine
from server import app
from server.demo import tenants as stories
from server.demo.load import actor_id, load
from server.demo.story import DemoActor, DemoTenant
from server.embedded import EmbeddedPostgres
from server.settings import Settings
from tenants import migration
from tenants.door import Database
from tenants.register import record
from tenants.registry import TenantRegistry

SLUGS = ("rennes", "lehavre", "deux-sevres")
"""The demonstration's tenants that tests work on: a city, another city, a département with a market."""


def settings(data: Path, url: str | None = None) -> Settings:
    """Settings of a demonstration server."""
    return Settings(data=data, database_url=url, connections=16, secret="secret of the tests", is_demo=True, log_format="text")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster with the register and the tenants of SLUGS."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as postgres:
        asyncio.run(_fill(postgres.url))
        yield postgres.url


async def _fill(url: str) -> None:
    database = Database(url, connections=4)
    await database.open()
    await migration.migrate(database)
    await tenants.collectivite.load(database, record.bundled())
    await load(database, [story for story in stories() if story.slug in SLUGS], lambda _: None)
    await database.close()


@dataclass(frozen=True)
class Running:
    """A server in a thread of this process, so that tests may look inside."""

    url: str
    database: Database
    engine: Engine
    registry: TenantRegistry
    tokens: DevelopmentTokens


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with an HTTP port on the loopback."""
    yield from serve(database_url, tmp_path_factory.mktemp("data"))


def serve(url: str, data: Path) -> Iterator[Running]:
    """Run the application with uvicorn in a thread until the generator is closed."""
    database = Database(url, connections=16)
    application = app.build(settings(data, url), database)
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        thread.join(0.01)
    assert running.started, "the server did not start"
    state = application.state
    yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", database, state.engine, state.registry, state.tokens)
    running.should_exit = True
    thread.join(15)
    listener.close()


@dataclass(frozen=True)
class Portal:
    """A client of one portal: operations in, data out; signed in when it has a token."""

    client: httpx.Client
    story: DemoTenant
    running: Running
    token: str | None = None

    @property
    def host(self) -> str:
        return self.story.hosts[0]

    @property
    def number(self) -> int:
        tenant = self.running.registry.at(self.host)
        assert tenant is not None
        return tenant.number

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
        """The bare HTTP answer of an operation."""
        headers = {"host": self.host, **({"authorization": f"Bearer {self.token}"} if self.token else {}), **headers}
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
    with httpx.Client(base_url=server.url, timeout=30) as found:
        yield found


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
