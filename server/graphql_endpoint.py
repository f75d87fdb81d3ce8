"""The GraphQL endpoint: host to tenant, token to viewer, operation to answer, as an ASGI application."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import orjson
from starlette.types import Receive, Scope, Send

from auth.token import DevelopmentTokens, InvalidTokenError
from auth.viewer import ANONYMOUS, Viewer
from planner.engine import Answer, Engine, MutationByGetError
from planner.request import Request
from server import graphql_request
from server.answer_cache import AnswerCache, Known
from server.graphql_request import JSON, BadRequestError
from server.log import request_id
from tenants.door import Database, DatabaseUnavailableError
from tenants.registry import TenantRecord, TenantRegistry

PATIENCE_S = 0.1
"""How long an operation may run before we look whether its client is still there."""

RETRY_AFTER_S = 5

_KEPT = b"max-age=2, stale-while-revalidate=10"
"""For whoever stands in between: a burst reaches us once in two seconds."""

_VARY = b"origin, authorization, accept"

_UNKEPT = ((b"cache-control", b"no-store"),)

T = TypeVar("T")
Headers = list[tuple[bytes, bytes]]

logger = logging.getLogger("parvis.graphql")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body and further headers of an HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class GraphQLEndpoint:
    """Serves `/graphql` of every tenant."""

    def __init__(
        self,
        engine: Engine,
        database: Database,
        registry: TenantRegistry,
        tokens: DevelopmentTokens | None,
        cache: AnswerCache,
    ) -> None:
        """`tokens` is None outside the demonstration: then every token is refused."""
        self._engine = engine
        self._database = database
        self._registry = registry
        self._tokens = tokens
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens, as GraphQL over HTTP."""
        started = time.perf_counter()
        headers = dict(scope["headers"])
        tenant = self._registry.at(headers.get(b"host", b"").decode("latin-1"))
        media = JSON
        try:
            media = graphql_request.media_type(headers.get(b"accept", b"").decode("latin-1"))
            reply = await self._reply(scope, receive, headers, tenant, media)
        except BadRequestError as error:
            reply = _error(error.status, error.code, error.message, _hints(error))
        except DatabaseUnavailableError:
            retry = ((b"retry-after", str(RETRY_AFTER_S).encode()),)
            reply = _error(503, "SERVICE_UNAVAILABLE", "The database is away; try again under the same key.", retry)
        except Exception as error:  # The one place that masks what nobody foresaw.
            reference = str(uuid4())
            logger.error("unexpected error %s", reference, exc_info=error)
            reply = _error(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.", reference=reference)
        cors = cors_headers(self._registry, tenant, headers)
        await _send(send, reply, media, cors)
        logger.info(
            "graphql",
            extra={
                "tenant": tenant.slug if tenant else None,
                "method": scope["method"],
                "status": reply.status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "bytes": len(reply.body),
            },
        )

    async def _reply(
        self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], tenant: TenantRecord | None, media: str
    ) -> Reply:
        method = scope["method"]
        if tenant is None:
            raise BadRequestError(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            raise BadRequestError(503, "TENANT_SUSPENDED", "This portal is suspended.")
        if method == "OPTIONS":
            return Reply(204, b"")
        if method not in ("GET", "HEAD", "POST"):
            raise BadRequestError(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", "GET, POST")
        viewer = self._viewer(tenant, headers)
        raw = await graphql_request.body(receive, headers) if method == "POST" else scope["query_string"]
        key = (tenant.number, method == "POST", hashlib.blake2b(raw, digest_size=16).digest())
        version = self._database.versions[tenant.number]
        if viewer is ANONYMOUS and (known := self._cache.get(key, version)) is not None:
            return _known_reply(known, method, headers)
        asked = graphql_request.from_body(raw) if method == "POST" else graphql_request.from_query(raw)
        request = Request(self._database, tenant, viewer)
        execution = partial(self._engine.execute, request, asked, may_change=method == "POST")
        if viewer is ANONYMOUS and self._engine.is_query(asked):
            known = await self._unless_gone(receive, self._cache.ask(key, version, execution))
            if known.answer.is_whole:
                return _known_reply(known, method, headers)
            answer = known.answer
        else:
            answer = await self._run(receive, execution)
        return Reply(200 if answer.is_executed or media == JSON else 400, answer.body, _UNKEPT)

    async def _run(self, receive: Receive, execution: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            return await self._unless_gone(receive, execution())
        except MutationByGetError as error:
            raise BadRequestError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", "POST") from error

    def _viewer(self, tenant: TenantRecord, headers: Mapping[bytes, bytes]) -> Viewer:
        authorization = headers.get(b"authorization")
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        try:
            if scheme.lower() != "bearer" or self._tokens is None:
                raise InvalidTokenError
            return self._tokens.read(tenant.number, token.strip())
        except InvalidTokenError as error:
            raise BadRequestError(401, "UNAUTHENTICATED", "This token is not valid here.") from error

    async def _unless_gone(self, receive: Receive, work: Awaitable[T]) -> T:
        """Do work; when it takes its time and its client hangs up meanwhile, stop it and free its statement."""
        working = asyncio.current_task()
        assert working is not None
        watch = _Watch(working, receive)
        timer = asyncio.get_running_loop().call_later(PATIENCE_S, watch.begin)
        try:
            return await work
        except asyncio.CancelledError:
            if not watch.is_gone:
                raise
            working.uncancel()
            raise BadRequestError(499, "CLIENT_CLOSED_REQUEST", "The client hung up.") from None
        finally:
            timer.cancel()
            watch.end()


class _Watch:
    """Looks whether a client is still there, and cancels the work for it when it is not."""

    def __init__(self, working: asyncio.Task[Any], receive: Receive) -> None:
        self._working = working
        self._receive = receive
        self._looking: asyncio.Task[None] | None = None
        self.is_gone = False

    def begin(self) -> None:
        """Look from now on."""
        self._looking = asyncio.ensure_future(self._look())

    def end(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self._working.cancel()


def _known_reply(known: Known, method: str, headers: Mapping[bytes, bytes]) -> Reply:
    """A whole answer to an anonymous query; what GET asks for may be kept in between, and asked for by its tag."""
    if method == "POST":
        return Reply(200, known.answer.body, _UNKEPT)
    kept = ((b"etag", known.tag), (b"cache-control", _KEPT))
    if known.tag in (tag.strip() for tag in headers.get(b"if-none-match", b"").replace(b"W/", b"").split(b",")):
        return Reply(304, b"", kept)
    return Reply(200, known.answer.body, kept)


def _hints(error: BadRequestError) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that tell what would be taken instead."""
    if error.status == 401:
        return ((b"www-authenticate", b"Bearer"),)
    return ((b"allow", error.allow.encode()),) if error.allow else ()


def cors_headers(registry: TenantRegistry, tenant: TenantRecord | None, headers: Mapping[bytes, bytes]) -> Headers:
    """What lets pages of the tenant's own hosts, and of the sites it names, call its API from a browser."""
    origin = headers.get(b"origin")
    if tenant is None or origin is None:
        return [(b"vary", _VARY)]
    text = origin.decode("latin-1").lower()
    neighbour = registry.at(text.partition("://")[2])
    if (neighbour is None or neighbour.number != tenant.number) and text not in tenant.origins:
        return [(b"vary", _VARY)]
    return [
        (b"access-control-allow-origin", origin),
        (b"vary", _VARY),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"content-type, authorization, x-request-id"),
        (b"access-control-expose-headers", b"x-request-id, retry-after"),
        (b"access-control-max-age", b"3600"),
    ]


def _error(
    status: int, code: str, message: str, headers: tuple[tuple[bytes, bytes], ...] = (), *, reference: str | None = None
) -> Reply:
    extensions = {"code": code} | ({"reference": reference} if reference else {})
    return Reply(status, orjson.dumps({"errors": [{"message": message, "extensions": extensions}]}), headers)


async def _send(send: Send, reply: Reply, media: str, cors: Headers) -> None:
    headers: Headers = [*reply.headers, *cors]
    if reply.status not in (204, 304):
        headers += [
            (b"content-type", f"{media}; charset=utf-8".encode()),
            (b"content-length", str(len(reply.body)).encode()),
        ]
    if (known := request_id.get()) is not None:
        headers.append((b"x-request-id", known.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
