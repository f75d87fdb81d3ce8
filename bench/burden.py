"""Burden: what rights and limits cost list and detail: the endpoint with all of them and without, in one process.

`python -m bench.burden` fills the quick form's tenant if it has to. The comparison leaves out identity, scopes, trusted
documents, cost, budgets and the tenant's role. What a viewer sees is part of the statement in both.
"""

import asyncio
import secrets
import statistics
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import click
import orjson
import uvloop

import schema.root
from auth.api_token import ApiTokens
from auth.identity import NOBODY, Identities
from auth.operator_token import OperatorTokens
from auth.session import Sessions
from auth.widget_token import WidgetTokens
from bench import data, work
from bench.__main__ import QUICK, SETTINGS
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from planner.cost import Cost
from planner.engine import Engine
from planner.prepared import Prepared
from schema.scoped import ScopedContract
from server.api.answer_cache import AnswerCache
from server.api.endpoint import GraphQLEndpoint
from server.api.gate import Gate, Limits
from server.api.known_document import Found, KnownDocuments
from server.api.request import ApiRequest
from server.ask import Ask
from server.figure import Figures
from server.observation import Observation
from tenants.budget import Budgets
from tenants.document import TrustedDocuments
from tenants.registry import TenantRegistry

WORKS = ("list", "detail")
ROUNDS, REQUESTS, CLIENTS = 12, 480, 16
NO_LIMIT = 10**12
FREE = Cost(0, ())
SECRET = secrets.token_urlsafe()


class Unwalled(Database):
    """Everything under the login's own role."""

    def _connection(self, _tenant: int | None, pool: Any = None) -> Any:
        return super()._connection(None, pool)


class Unpriced(Engine):
    """The whole contract for everybody, and every operation is free."""

    async def _prepare(self, key: Hashable, *given: Any) -> Prepared:
        prepared = await super()._prepare(key, *given)
        return self.planning.plans.keep(key, Prepared(FREE, prepared.action, prepared.size))


class OneContract:
    """One engine for all."""

    def __init__(self) -> None:
        self._engine = Unpriced(schema.root.executable())

    def engine(self, *_: object) -> Engine:
        """The engine."""
        return self._engine


class Open:
    """Everybody is nobody, and may send any document, as much as they like."""

    async def machine(self, *_: object) -> object:
        """Nobody."""
        return NOBODY

    def spend(self, *_: object) -> None:
        """Nothing is counted."""

    def payer(self, *_: object) -> None:
        """Nobody pays for planning."""

    async def widget_origins(self, *_: object) -> frozenset[str]:
        """None."""
        return frozenset()

    async def find(self, _tenant: object, _machine: object, asked: ApiRequest) -> Found:
        """The document that was sent."""
        return Found(str(asked.query), True)


def _guarded(database: Database, registry: TenantRegistry) -> GraphQLEndpoint:
    widgets = WidgetTokens(SECRET, database, allows_local=False)
    identities = Identities(Sessions(database), ApiTokens(database), OperatorTokens(database), widgets, None)
    gate = Gate(identities, Budgets(database, SECRET), Limits(NO_LIMIT, NO_LIMIT))
    contract = ScopedContract()
    documents = KnownDocuments(TrustedDocuments(database), contract)
    return _endpoint(contract, database, registry, gate, documents)


def _endpoint(
    contract: Any, database: Database, registry: TenantRegistry, gate: Any, documents: Any
) -> GraphQLEndpoint:
    cache, figures = AnswerCache(0), Figures()
    live: Any = None  # Nobody subscribes.
    ask = Ask(contract, database, gate, cache, figures, Observation(figures))
    return GraphQLEndpoint(ask, registry, gate, documents, cache, live)


async def _ask(endpoint: GraphQLEndpoint, body: bytes) -> None:
    sent: list[Any] = []
    asked = iter((True,))
    headers = [(b"host", QUICK.host.encode()), (b"content-type", b"application/json")]
    scope = {"method": "POST", "scheme": "http", "client": ("10.0.0.1", 1), "headers": headers, "query_string": b""}

    async def receive() -> Any:
        if next(asked, None) is None:
            await asyncio.Event().wait()  # Nobody hangs up.
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    await endpoint(scope, receive, send)
    assert sent[0]["status"] == 200
    assert sent[1]["body"].startswith(b'{"data"'), sent[1]["body"][:200]


async def _burst(endpoint: GraphQLEndpoint, bodies: list[bytes]) -> float:
    """Requests a second."""
    numbers = iter(range(REQUESTS))

    async def client() -> None:
        for number in numbers:
            await _ask(endpoint, bodies[number % len(bodies)])

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return REQUESTS / (time.perf_counter() - started)


async def _measure(postgres: EmbeddedPostgres) -> None:
    walled = Database(postgres.serving_url, connections=CLIENTS, admin_url=postgres.url)
    unwalled = Unwalled(postgres.url, connections=CLIENTS)
    await unwalled.open()
    number = await data.provide(unwalled, QUICK, click.echo)
    await walled.open()
    registry = TenantRegistry(walled, local_suffix=None)
    await registry.refresh()
    async with walled.administration() as connection:
        works = await work.draw(connection, number)
    endpoints = {
        "with": _guarded(walled, registry),
        "without": _endpoint(OneContract(), unwalled, registry, Open(), Open()),
    }
    for name in WORKS:
        asked = [work.written(variant, lambda found: found.parvis(number)) for variant in works[name].variants]
        bodies = [orjson.dumps({"query": works[name].document, "variables": variables}) for variables in asked]
        rates: dict[str, list[float]] = {kind: [] for kind in endpoints}
        for turn in range(ROUNDS + 1):
            for kind in list(endpoints)[:: 1 if turn % 2 else -1]:
                rates[kind].append(await _burst(endpoints[kind], bodies))
        having, lacking = (statistics.median(rates[kind][1:]) for kind in ("with", "without"))
        click.echo(f"{name:8} with {having:6,.0f} requests/s, without {lacking:6,.0f}: {having / lacking:.3f}")
    await walled.close()
    await unwalled.close()


def main() -> None:
    """Print requests a second with and without, and their ratio."""
    with EmbeddedPostgres(Path(".parvis/bench").resolve() / "postgres", settings=SETTINGS) as postgres:
        uvloop.run(_measure(postgres))


if __name__ == "__main__":
    main()
