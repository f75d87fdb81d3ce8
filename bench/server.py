"""Servers: how each of them is started, asked, and understood."""

import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

from auth.token import DevelopmentTokens
from bench import answer, document, work
from bench.process import Child
from bench.work import Work
from models.actor import Role

CONNECTIONS = "16"
SECRET = "secret of the bench"  # noqa: S105  # Of a server on the loopback with made-up data.
READY_WITHIN_S = 60
ROOT = Path(__file__).parent.parent


class StartError(Exception):
    """A server did not start; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the servers find their tenant."""

    database: str
    serving: str
    """The same cluster for the login that serves requests, which has no rights of its own."""

    tenant: int
    host: str
    folder: Path
    """For logs and packages."""


class Server:
    """Parvis itself, and what it has in common with the others: a process of its own that answers by HTTP."""

    name = "parvis"
    title = "Parvis"
    works: tuple[str, ...] = tuple(name for name in document.NAMES if name != "cached")
    documents: Mapping[str, str] = document.DOCUMENTS
    child: Child | None = None
    port = 0
    ready_within_s = READY_WITHIN_S

    def __init__(self, place: Place) -> None:
        self.place = place
        self._tokens: dict[UUID, str] = {}

    # The process -----------------------------------------------------------------------------------------------------

    def start(self, core: int) -> None:
        """Start it on one core, again at the same port; returns at once."""
        self.port = self.port or _free_port()
        log = self.place.folder / f"{self.name}.log"
        self.child = Child(self.arguments(), os.environ | self.environment(), self.directory(), log, core)

    def wait(self) -> None:
        """Wait until it takes connections. Raises StartError."""
        deadline = time.monotonic() + self.ready_within_s
        while True:
            assert self.child is not None
            if self.child.has_ended or time.monotonic() > deadline:
                raise StartError(f"{self.name} did not start: {self.child.last_words()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop its process, if it runs."""
        if self.child is not None:
            self.child.stop()

    def arguments(self) -> list[str]:
        """The command."""
        serve = "from server.command.main import main; main()"
        return [sys.executable, "-c", serve, "serve", "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        """What the process is told beside the bench's own environment."""
        return {
            "DATABASE_URL": self.place.serving,
            "DATABASE_ADMIN_URL": self.place.database,
            "PARVIS_DATA": str(self.place.folder),
            "PARVIS_SECRET": SECRET,
            "PARVIS_DEMO": "1",
            "PARVIS_CONNECTIONS": CONNECTIONS,
            "PARVIS_ANSWER_CACHE_MB": "0",  # What is measured is the work, not its avoidance.
        }

    def directory(self) -> Path:
        """Where the process runs."""
        return ROOT

    # Requests and answers --------------------------------------------------------------------------------------------

    def variables(self, _name: str, given: work.Variables) -> Any:
        """The variables as the server takes them."""
        return work.written(given, lambda id_: id_.parvis(self.place.tenant))

    def path(self, _name: str) -> str:
        """Where a work is asked for."""
        return "/graphql"

    def body(self, name: str, given: work.Variables) -> dict[str, Any]:
        """The request's body."""
        return {"query": self.documents[name], "variables": self.variables(name, given)}

    def headers(self, name: str, actor: UUID | None) -> str:
        """Who asks, in header lines."""
        if name == "entities":
            return f"parvis-router: {DevelopmentTokens(SECRET).make_router(self.place.tenant)}\r\n"
        if actor is None:
            return ""
        if actor not in self._tokens:
            self._tokens[actor] = DevelopmentTokens(SECRET).make(self.place.tenant, actor, Role.MEMBER)
        return f"authorization: Bearer {self._tokens[actor]}\r\n"

    def request(self, name: str, given: work.Variables, actor: UUID | None = None, serial: int = 0) -> bytes:
        """A whole HTTP request; its serial makes it differ from others, so that no server takes two for one."""
        asked = {**self.body(name, given), "extensions": {"serial": serial}}
        body = json.dumps(asked, separators=(",", ":")).encode()
        head = (
            f"POST {self.path(name)} HTTP/1.1\r\nhost: {self.place.host}:{self.port}\r\n"
            f"content-type: application/json\r\naccept: application/json\r\n{self.headers(name, actor)}"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def reads(self, asked: Work) -> Iterator[bytes]:
        """A read's requests, for ever in turn."""
        return cycle([self.request(asked.name, given, serial=n) for n, given in enumerate(asked.variants)])

    def understood(self, _name: str, found: Any) -> Any:
        """The data of an answer, in the form in which all servers' are compared."""
        return answer.canonical(found)


class Cached(Server):
    """Parvis as it is set up by default: it keeps answers to anonymous queries for some seconds."""

    name, title = "parvis-cached", "Parvis, answers kept"
    works = ("cached",)

    def environment(self) -> dict[str, str]:
        """With the default memory for answers."""
        return {name: value for name, value in super().environment().items() if name != "PARVIS_ANSWER_CACHE_MB"}


class Peer(Server):
    """A peer that knows the part of the contract that is asked for; ids are bare UUIDs, the actor is a header."""

    def environment(self) -> dict[str, str]:
        """What all peers are told."""
        return {
            "BENCH_DATABASE": self.place.database,
            "BENCH_TENANT": str(self.place.tenant),
            "BENCH_PORT": str(self.port),
            "NODE_ENV": "production",
            "GRAPHILE_ENV": "production",
        }

    def variables(self, _name: str, given: work.Variables) -> Any:
        """Ids are UUIDs."""
        return work.written(given, lambda id_: str(id_.uuid))

    def headers(self, _name: str, actor: UUID | None) -> str:
        """Peers believe who says who it is."""
        return "" if actor is None else f"x-actor: {actor}\r\n"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
