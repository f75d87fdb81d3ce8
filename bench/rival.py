"""Rivals: the servers that Parvis is measured beside, and the limits."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import answer, document, install, work
from bench.peer import postgraphile
from bench.server import ROOT, Cached, Peer, Place, Server
from bench.work import Id, Work

UVICORN = (
    sys.executable,
    "-m",
    "uvicorn",
    "--loop",
    "uvloop",
    "--http",
    "httptools",
    "--no-access-log",
    "--log-level",
    "warning",
)


class Bare(Peer):
    """The same statement behind a bare Starlette route."""

    name, title = "bare", "bare Starlette, the same statement"
    documents = document.DOCUMENTS

    def __init__(self, place: Place, works: Mapping[str, Work]) -> None:
        super().__init__(place)
        self._works = {
            found.name: {"document": found.document, "variables": self.variables(found.name, found.variants[0])}
            for found in works.values()
            if found.name in self.works and found.name != "vote"
        }

    def arguments(self) -> list[str]:
        """As Parvis is served: uvicorn, uvloop, httptools."""
        return [*UVICORN, "--port", str(self.port), "--factory", "bench.peer.bare:application"]

    def environment(self) -> dict[str, str]:
        """The works' documents too, from which it takes the statements."""
        return super().environment() | {"BENCH_WORKS": json.dumps(self._works)}

    def variables(self, name: str, given: work.Variables) -> Any:
        """As Parvis takes them: the statement's parameters are the same."""
        return Server.variables(self, name, given)

    def path(self, name: str) -> str:
        """One route a work."""
        return f"/{name}"

    def body(self, name: str, given: work.Variables) -> dict[str, Any]:
        """No document."""
        return {"variables": self.variables(name, given)}


class Constant(Bare):
    """The limit of `cached`: a Starlette route that always sends the same bytes, as many as an answer has."""

    name, title = "constant", "bare Starlette, a constant answer"
    works = ("cached",)

    def arguments(self) -> list[str]:
        """As Parvis is served."""
        return [*UVICORN, "--port", str(self.port), "bench.peer.constant:app"]


class Strawberry(Peer):
    """Strawberry, aiodataloader, SQLAlchemy."""

    name, title = "strawberry", "Strawberry + DataLoader + SQLAlchemy"

    def arguments(self) -> list[str]:
        """As Parvis is served."""
        return [*UVICORN, "--port", str(self.port), "bench.peer.strawberry_server:app"]

    def environment(self) -> dict[str, str]:
        """With its own packages."""
        packages = str(self.place.folder / "python")
        return super().environment() | {"PYTHONPATH": os.pathsep.join((packages, str(ROOT)))}


class NodePeer(Peer):
    """A peer that Node runs."""

    def arguments(self) -> list[str]:
        """The peer's own module."""
        return [str(install.node()), f"{self.name}.js"]

    def directory(self) -> Path:
        """Where its packages are."""
        return install.NODE_PEERS


class Mercurius(NodePeer):
    """Mercurius on Fastify."""

    name, title = "mercurius", "Mercurius + JIT + loaders (Node)"


class Yoga(NodePeer):
    """GraphQL Yoga."""

    name, title = "yoga", "GraphQL Yoga + JIT + DataLoader (Node)"


class PostGraphile(NodePeer):
    """PostGraphile, whose contract follows from the tables: documents, variables and answers are its own."""

    name, title = "postgraphile", "PostGraphile 5 (Node)"
    documents = postgraphile.DOCUMENTS

    def variables(self, name: str, given: work.Variables) -> Any:
        """What the functions of postgraphile.sql take."""
        return postgraphile.variables(name, given)

    def request(self, name: str, given: work.Variables, actor: UUID | None = None, serial: int = 0) -> bytes:
        """The actor is a variable."""
        return super().request(name, given if actor is None else {**given, "actor": Id("actor", actor)}, None, serial)

    def headers(self, _name: str, _actor: UUID | None) -> str:
        """None."""
        return ""

    def understood(self, name: str, found: Any) -> Any:
        """In the contract's form first."""
        return answer.canonical(postgraphile.understood(name, found))


NODE = ("mercurius", "postgraphile", "yoga")
NAMES = ("parvis", "database", "bare", "strawberry", *NODE, "parvis-cached", "constant")
"""`database` is no server: see `bench.libpq`."""


def made(names: tuple[str, ...], place: Place, works: Mapping[str, Work]) -> list[Server]:
    """The servers of these names, not started."""
    known: dict[str, Server] = {
        found.name: found
        for found in (
            Server(place),
            Bare(place, works),
            Strawberry(place),
            Mercurius(place),
            PostGraphile(place),
            Yoga(place),
            Cached(place),
            Constant(place, works),
        )
    }
    return [known[name] for name in names if name in known]
