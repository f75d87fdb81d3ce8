"""The GraphQL endpoint: host to tenant, credentials to viewer, operation to answer, as an ASGI application."""

import gzip
import itertools
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import NamedTuple
from uuid import uuid4

import orjson
from starlette.types import Receive, Scope, Send

from auth import cookie
from database import deadline, fault
from database.failure import DatabaseUnavailableError, TenantGoneError
from planner.engine import Operation
from planner.live import NoSubscriptionError, NotSubscribedError
from planner.planning import PlanningBusyError
from planner.request import BudgetExhaustedError, PlanningExhaustedError
from planner.trace import Trace
from server import figure, language, log
from server.api import cors
from server.api import request as graphql_request
from server.api.answer_cache import GZIP_LEVEL, AnswerCache, KeptAnswer
from server.api.gate import Gate
from server.api.known_document import KnownDocuments
from server.api.request import JSON, RESPONSE, BadRequestError
from server.api.watch import ClientGoneError
from server.ask import Ask, Caller
from server.live.door import Listener, LiveDoor
from server.live.stream import LiveStream
from server.log import LogLine, request_id
from tenants.registry import TenantRecord, TenantRegistry

RETRY_AFTER_S = 5

MIN_PACKED = 1_000
"""Bytes below which compression saves nothing."""

MAX_CODES = 5
"""Of one answer that its line in the log names."""

_KEPT = b"max-age=2, stale-while-revalidate=10"
"""For whoever stands in between: a burst reaches us once in two seconds."""

_NEW_DOCUMENTS = "You have sent many documents that are new here: send the same ones with variables, or wait a minute."

_TRACE_HEADER = b"apollo-federation-include-trace"
"""How a router asks for a trace, and of which version."""

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_UNKEPT = ((b"cache-control", b"no-store"),)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("parvis.graphql")


class Reply(NamedTuple):
    """Status, body and further headers of an HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    packed: Callable[[], bytes] | None = None
    """The body as gzip, where it is kept."""

    kind: str = "refused"
    """Of `server.figure.KINDS`."""

    code: str = ""
    """Of the error, where the request was refused."""

    codes: tuple[str, ...] = ()
    """Of the errors and refusals in an answer."""

    stream: LiveStream | None = None
    """A subscription that was opened, in the place of the body."""


class GraphQLEndpoint:
    """Serves `/graphql` of every tenant."""

    def __init__(
        self,
        ask: Ask,
        registry: TenantRegistry,
        gate: Gate,
        documents: KnownDocuments,
        cache: AnswerCache,
        live: LiveDoor,
    ) -> None:
        self._ask = ask
        self._registry = registry
        self._gate = gate
        self._documents = documents
        self._cache = cache
        self._live = live
        self._ids = map(f"{secrets.token_hex(8)}{{:016x}}".format, itertools.count(1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens, as GraphQL over HTTP."""
        started = time.perf_counter()
        deadline.begin()
        headers = cookie.gathered(scope["headers"])
        given = headers.get(b"x-request-id")
        identifier = given.decode() if given and _REQUEST_ID.fullmatch(given) else next(self._ids)
        request_id.set(identifier)
        tenant = self._registry.at(headers.get(b"host", b"").decode("latin-1"))
        media = JSON
        try:
            if not graphql_request.prefers_events(headers.get(b"accept")):
                media = graphql_request.media_type(headers.get(b"accept"))
            reply = await self._reply(scope, receive, headers, tenant, media)
        except FORESEEN as error:
            reply = _foreseen(error)
        except Exception as error:  # The one place that masks what nobody foresaw.
            reference = str(uuid4())
            logger.error("unexpected error %s", reference, exc_info=error)
            reply = _error(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.", reference=reference)
        try:
            widgets = await self._gate.widget_origins(tenant) if b"origin" in headers else ()
            allowed = cors.headers(self._registry, tenant, headers, widgets)
            if reply.stream is None:
                size = await _send(send, reply, media, headers, allowed, identifier)
            else:
                further = [*allowed, _NO_SNIFFING, (b"x-request-id", identifier.encode())]
                size = await reply.stream.run(scope, receive, send, further)
        finally:
            if reply.stream is not None:
                await reply.stream.close()
        line = {"request": identifier, "tenant": tenant.slug if tenant else None, "method": scope["method"]}
        self._note(line, reply, size, time.perf_counter() - started)

    def _note(self, line: dict[str, object], reply: Reply, size: int, seconds: float) -> None:
        """Count a reply, and write its line to the log."""
        line |= {"status": reply.status, "ms": round(seconds * 1000, 1), "bytes": size}
        if codes := reply.codes or ((reply.code,) if reply.code else ()):
            line |= {"kind": reply.kind, "codes": " ".join(codes[:MAX_CODES])}
        if (trace := log.trace_id.get()) is not None:
            line["trace"] = trace
        log.note(LogLine(logger.name, "graphql", line))
        figures = self._ask.figures
        if reply.stream is None:  # Which lasts as long as its client likes.
            figures.requests[reply.kind].add(seconds)
        if reply.code:
            figures.errors[reply.code] += 1

    async def _reply(
        self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], tenant: TenantRecord | None, media: str
    ) -> Reply:
        method = scope["method"]
        if tenant is None:
            raise BadRequestError(404, "UNKNOWN_HOST", "There is no portal at this address.")
        if not tenant.is_active:
            raise BadRequestError(503, "TENANT_SUSPENDED", "This portal is suspended.")
        if method == "OPTIONS":
            return Reply(204, b"", kind="other")
        if method not in ("GET", "HEAD", "POST"):
            raise BadRequestError(405, "METHOD_NOT_ALLOWED", "Use GET or POST.", "GET, POST")
        machine = await self._gate.machine(tenant, headers, scope)
        raw = await graphql_request.body(receive, headers) if method == "POST" else scope["query_string"]
        locale = language.spoken(headers.get(b"accept-language"), tenant.locales)
        caller, may_change = Caller(tenant, machine, scope, receive, locale), method == "POST"
        if graphql_request.prefers_events(headers.get(b"accept")):
            opened = await self._opened(caller, headers, raw, method)
            if opened is not None:
                return opened
            graphql_request.media_type(headers.get(b"accept"))
        key = self._ask.key(caller, raw, may_change=may_change)
        kept_answer = self._ask.kept(caller, key)
        if kept_answer is not None:
            return self._kept(key, kept_answer, method, headers, media)
        asked = graphql_request.from_body(raw) if may_change else graphql_request.from_query(raw)
        document = await self._documents.find(tenant, machine, asked)
        operation = Operation(document.text, asked.variables, asked.name)
        is_traced = machine.viewer.is_router and headers.get(_TRACE_HEADER) == b"ftv1"
        trace = Trace() if is_traced else None
        answer = await self._ask.run(
            caller, operation, key, may_change=may_change, is_trusted=document.is_trusted, trace=trace
        )
        if isinstance(answer, KeptAnswer):
            return self._kept(key, answer, method, headers, media)
        signed_in = machine.viewer.actor_id is not None
        given = (*_UNKEPT, *await self._gate.renewal(tenant, headers, scope)) if signed_in else _UNKEPT
        body = trace.written_into(answer.body) if trace else answer.body
        status = 200 if answer.is_executed or media == JSON else 400
        return Reply(status, body, given, kind=figure.kind_of(answer), codes=(*answer.errors, *answer.refusals))

    async def _opened(self, caller: Caller, headers: Mapping[bytes, bytes], raw: bytes, method: str) -> Reply | None:
        """A subscription as a stream of events; None for a query or a mutation."""
        asked = graphql_request.from_body(raw) if method == "POST" else graphql_request.from_query(raw)
        listener = Listener(caller.tenant, caller.machine, headers, caller.scope, caller.locale)
        last = headers.get(b"last-event-id", b"").decode("latin-1")
        held = AsyncExitStack()
        try:
            subscriber = await held.enter_async_context(self._live.subscribed(listener, asked, last))
        except NoSubscriptionError:
            return None
        return Reply(200, b"", kind="other", stream=LiveStream(subscriber, held))

    def _kept(self, key: object, answer: KeptAnswer, method: str, headers: Mapping[bytes, bytes], media: str) -> Reply:
        """A whole answer to an anonymous query; what GET asks for may be kept in between, and asked for by its tag.

        Each form of it, by media type and compression, has a tag of its own.
        """
        packed = partial(self._cache.packed, key, answer)
        if method == "POST":
            return Reply(200, answer.answer.body, _UNKEPT, packed, "query")
        form = (b"-r" if media == RESPONSE else b"") + (b"-z" if _is_packed(answer.answer.body, headers) else b"")
        tag = answer.tag.removesuffix(b'"') + form + b'"'
        cache_control = ((b"etag", tag), (b"cache-control", _KEPT))
        if tag in (tag.strip() for tag in headers.get(b"if-none-match", b"").replace(b"W/", b"").split(b",")):
            return Reply(304, b"", cache_control, kind="query")
        return Reply(200, answer.answer.body, cache_control, packed, "query")


FORESEEN = (
    BadRequestError,
    NotSubscribedError,
    BudgetExhaustedError,
    PlanningExhaustedError,
    PlanningBusyError,
    ClientGoneError,
    DatabaseUnavailableError,
    TenantGoneError,
)


def _foreseen(error: Exception) -> Reply:
    """The answer to a request that ran into one of these."""
    again = ((b"retry-after", str(RETRY_AFTER_S).encode()),)
    match error:
        case BadRequestError():
            return _error(error.status, error.code, error.message, _hints(error))
        case NotSubscribedError():
            return _not_subscribed(error)
        case BudgetExhaustedError():
            retry = ((b"retry-after", str(error.reset_s).encode()),)
            message = "You have asked for much in this minute: wait for the next."
            return _error(429, "BUDGET_EXHAUSTED", message, retry)
        case PlanningExhaustedError():
            retry = ((b"retry-after", str(error.reset_s).encode()),)
            return _error(429, "TOO_MANY_NEW_DOCUMENTS", _NEW_DOCUMENTS, retry)
        case PlanningBusyError():
            return _error(503, "SERVICE_UNAVAILABLE", "Too many new documents at once; try again.", again)
        case ClientGoneError():
            return _error(499, "CLIENT_CLOSED_REQUEST", "The client hung up.")
        case DatabaseUnavailableError():
            if not error.is_told:
                logger.warning("a request was not answered: %s", fault.chain(error))
            return _error(503, "SERVICE_UNAVAILABLE", "The database is away; try again under the same key.", again)
        case _:  # The tenant was deleted, and the registry has not heard of it yet.
            return _error(404, "UNKNOWN_HOST", "There is no portal at this address.")


def _hints(error: BadRequestError) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that tell what would be taken instead."""
    if error.status == 401:
        return ((b"www-authenticate", b"Bearer"),)
    return ((b"allow", error.allow.encode()),) if error.allow else ()


def _error(
    status: int, code: str, message: str, headers: tuple[tuple[bytes, bytes], ...] = (), *, reference: str | None = None
) -> Reply:
    extensions = {"code": code} | ({"reference": reference} if reference else {})
    body = orjson.dumps({"errors": [{"message": message, "extensions": extensions}]})
    return Reply(status, body, (*_UNKEPT, *headers), code=code)


def _not_subscribed(error: NotSubscribedError) -> Reply:
    """The answer to a subscription that was refused."""
    code = str(error.errors[0]["extensions"]["code"])
    status, wait = _STATUS.get(code, 400), ((b"retry-after", str(RETRY_AFTER_S).encode()),)
    body = orjson.dumps({"errors": error.errors})
    return Reply(status, body, (*_UNKEPT, *(wait if status in (429, 503) else ())), code=code)


_STATUS = {"UNAUTHENTICATED": 401, "TOO_MANY_SUBSCRIPTIONS": 429, "LIVE_FULL": 503, "SERVICE_UNAVAILABLE": 503}
"""The statuses of refused subscriptions, by code; others have 400."""


def _is_packed(body: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a body is compressed for its client; the header is there only where gzip is taken (`server.header`)."""
    return len(body) >= MIN_PACKED and b"accept-encoding" in headers


async def _send(
    send: Send, reply: Reply, media: str, given: Mapping[bytes, bytes], cors_headers: cors.Headers, identifier: str
) -> int:
    """Send a reply, compressed where the client takes that; returns the size of its body in bytes."""
    headers = [*reply.headers, *cors_headers, _NO_SNIFFING, (b"x-request-id", identifier.encode())]
    body = reply.body
    if reply.status not in (204, 304):
        if _is_packed(body, given):
            body = reply.packed() if reply.packed else gzip.compress(body, GZIP_LEVEL, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-type", f"{media}; charset=utf-8".encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return len(body)
