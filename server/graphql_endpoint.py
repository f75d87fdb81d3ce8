"""The GraphQL endpoint: host to tenant, token to viewer, operation to answer, as an ASGI application."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import orjson
from starlette.types import Receive, Scope, Send

from auth.token import DevelopmentTokens, InvalidTokenError
from auth.viewer import ANONYMOUS, Viewer
from planner.engine import Answer, Engine, MutationByGetError, Operation
from planner.request import Request
from server import graphql_request
from server.graphql_request import JSON, BadRequestError
from server.log import request_id
from tenants.door import Database, DatabaseUnavailableError
from tenants.registry import TenantRecord, TenantRegistry

PATIENCE_S = 0.1
"""How long an operation may run before we look whether its client is still there."""

RETRY_AFTER_S = 5

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
        self, engine: Engine, database: Database, registry: TenantRegistry, tokens: DevelopmentTokens | None
    ) -> None:
        """`tokens` is None outside the demonstration: then every token is refused."""
        self._engine = engine
        self._database = database
        self._registry = registry
        self._tokens = tokens

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
            allow = ((b"allow", error.allow.encode()),) if error.allow else ()
            reply = _error(error.status, error.code, error.message, allow)
        except DatabaseUnavailableError:
            retry = ((b"retry-after", str(RETRY_AFTER_S).encode()),)
            reply = _error(503, "SERVICE_UNAVAILABLE", "The database is away; nothing was changed. Try again.", retry)
        except Exception as error:  # The one place that masks what nobody foresaw.
            reference = str(uuid4())
            logger.error("unexpected error %s", reference, exc_info=error)
            reply = _error(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.", reference=reference)
        cors = cors_headers(tenant, headers)
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
        if method == "POST":
            asked = await graphql_request.from_body(scope, receive, headers)
        else:
            asked = graphql_request.from_query(scope["query_string"])
        request = Request(self._database, tenant, viewer)
        try:
            answer = await self._execute(request, asked, receive, may_change=method == "POST")
        except MutationByGetError as error:
            raise BadRequestError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", "POST") from error
        return Reply(200 if answer.is_executed or media == JSON else 400, answer.body)

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

    async def _execute(self, request: Request, asked: Operation, receive: Receive, *, may_change: bool) -> Answer:
        """Run an operation; when its client hangs up meanwhile, stop it and free its statement."""
        task = asyncio.ensure_future(self._engine.execute(request, asked, may_change=may_change))
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
        if not done:
            gone = asyncio.ensure_future(_disconnected(receive))
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                raise BadRequestError(499, "CLIENT_CLOSED_REQUEST", "The client hung up.")
        return task.result()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def cors_headers(tenant: TenantRecord | None, headers: Mapping[bytes, bytes]) -> Headers:
    """What lets pages of the tenant's own hosts, and of the sites it names, call its API from a browser."""
    origin = headers.get(b"origin")
    if tenant is None or origin is None:
        return [(b"vary", b"origin")]
    text = origin.decode("latin-1").lower()
    host = text.partition("://")[2].partition(":")[0]
    if host not in tenant.hosts and host != f"{tenant.slug}.localhost" and text not in tenant.origins:
        return [(b"vary", b"origin")]
    return [
        (b"access-control-allow-origin", origin),
        (b"vary", b"origin"),
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
    if reply.status != 204:
        headers += [
            (b"content-type", f"{media}; charset=utf-8".encode()),
            (b"content-length", str(len(reply.body)).encode()),
        ]
    if (known := request_id.get()) is not None:
        headers.append((b"x-request-id", known.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
