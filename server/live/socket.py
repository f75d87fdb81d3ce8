"""Socket: subscriptions over WebSocket, in the protocol graphql-transport-ws, which Strawberry speaks.

It decides what a message is answered with; what a message may be, who may listen, and how much, is decided here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.unset import UNSET

from auth import cookie
from auth.identity import NOBODY
from database import deadline
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from planner.live import NoSubscriptionError, NotSubscribedError
from planner.request import BudgetExhaustedError, PlanningExhaustedError
from server import header, language
from server.api import request as graphql_request
from server.api.gate import Gate
from server.api.request import ApiRequest, BadRequestError
from server.live import door
from server.live.admission import FullError
from server.live.door import Listener, LiveDoor
from server.live.outbox import Outgoing
from server.live.stream import PING_S, SEND_S, dropped
from server.live.telling import AWAY, SPENT
from tenants.registry import TenantRecord, TenantRegistry

MAX_MESSAGE = 128 * 1024
"""Bytes of one message of a client: a document has 50,000 characters at most. uvicorn closes for more."""

INIT_S = timedelta(seconds=10)
"""How soon a client must say that it begins."""

MAX_OPERATIONS = 20
"""Subscriptions of one socket at a time."""

MAX_ID = 100
"""Characters of a subscription's id."""

BUSY = 4429
"""The code by which a socket is closed that finds no place."""


@dataclass(slots=True)
class Conversation:
    """What a socket works with: its tenant, headers and place in the network, and what the client said first."""

    tenant: TenantRecord
    headers: Mapping[bytes, bytes]
    scope: Scope
    locale: str
    connection_params: dict[str, Any] = field(default_factory=dict)

    @property
    def credentials(self) -> Mapping[bytes, bytes]:
        """The headers, with the `authorization` that the client said first."""
        token = self._token
        return self.headers if token is None else {**self.headers, b"authorization": token.encode("utf-8", "replace")}

    def keep_token_alone(self) -> None:
        """Forget what else the client said first, which may be long."""
        token = self._token
        self.connection_params = {} if token is None else {"authorization": token}

    @property
    def _token(self) -> str | None:
        said = {name.lower(): text for name, text in self.connection_params.items() if isinstance(text, str)}
        return said.get("authorization")


class Sockets:
    """Serves `/graphql` over WebSocket."""

    def __init__(self, live: LiveDoor, registry: TenantRegistry, gate: Gate) -> None:
        self._live = live
        self._registry = registry
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Live and die with one socket."""
        await receive()  # websocket.connect
        conversation = self._conversation(scope) if scope["path"] == "/graphql" else None
        if conversation is None or GRAPHQL_TRANSPORT_WS_PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.close", "code": 1008})  # Before it is accepted: 403.
            return
        await send({"type": "websocket.accept", "subprotocol": GRAPHQL_TRANSPORT_WS_PROTOCOL})
        wire = _Wire(scope, receive, send)
        try:
            listener = Listener(conversation.tenant, NOBODY, {}, conversation.scope, conversation.locale)
            with self._live.admission.place(listener.address, None):
                await self._handler(wire, conversation).handle()
        except FullError as error:
            await wire.close(BUSY, error.code)

    def _conversation(self, scope: Scope) -> Conversation | None:
        try:
            scope = header.settled(scope)
        except header.BadHostError:
            return None
        headers = cookie.gathered(scope["headers"])
        tenant = self._registry.at(headers.get(b"host", b"").decode("latin-1"))
        if tenant is None or not tenant.is_active:
            return None
        locale = language.spoken(headers.get(b"accept-language"), tenant.locales)
        # A browser sends cookies along whichever page opens a socket: its site decides, as for a post.
        as_post = {"method": "POST", "scheme": scope["scheme"].replace("ws", "http"), "client": scope.get("client")}
        return Conversation(tenant, headers, as_post, locale)

    def _handler(self, wire: "_Wire", conversation: Conversation) -> BaseGraphQLTransportWSHandler[Any, None]:
        view: Any = _View(self._gate)
        socket: Any = wire
        source: Any = _Source(self._live, self._gate)
        return BaseGraphQLTransportWSHandler(view, socket, conversation, None, source, INIT_S, MAX_OPERATIONS)


class _View:
    """What Strawberry asks when a client says that it begins."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def on_ws_connect(self, context: Conversation) -> object:
        """Refuse credentials that are not valid here, and pages of other sites."""
        deadline.begin()
        try:
            await self._gate.machine(context.tenant, context.credentials, context.scope)
        except BadRequestError as error:
            raise ConnectionRejectionError from error
        finally:
            context.keep_token_alone()
        return UNSET


class _Source:
    """What Strawberry takes for a schema: the results of a subscription."""

    def __init__(self, live: LiveDoor, gate: Gate) -> None:
        self._live = live
        self._gate = gate

    async def stream(
        self, query: str, *, variable_values: Any, context_value: Conversation, operation_name: str | None, **_: object
    ) -> AsyncGenerator[ExecutionResult | PreExecutionError, None]:
        """The results of one operation."""
        fields = {"query": query, "variables": variable_values, "operationName": operation_name}
        return self._results(context_value, fields)

    async def _results(
        self, conversation: Conversation, fields: dict[str, Any]
    ) -> AsyncGenerator[ExecutionResult | PreExecutionError, None]:
        try:
            asked = graphql_request.from_fields(fields)
            async for told in self._told(conversation, asked):
                yield _result(told)
        except NotSubscribedError as error:
            yield _refused(error.errors)
        except NoSubscriptionError:
            message = "A socket is for subscriptions: send queries and mutations by POST."
            yield _refused([door.error("OPERATION_NOT_SUPPORTED", message)])
        except BadRequestError as error:
            yield _refused([door.error(error.code, error.message)])
        except BudgetExhaustedError:
            yield _refused([door.error(*SPENT)])
        except PlanningExhaustedError:
            message = "You have sent many documents that are new here: send the same ones with variables."
            yield _refused([door.error("TOO_MANY_NEW_DOCUMENTS", message)])
        except (DatabaseUnavailableError, StatementTimeoutError):
            yield _refused([door.error(*AWAY)])

    async def _told(self, conversation: Conversation, asked: ApiRequest) -> AsyncIterator[Outgoing]:
        deadline.begin()
        headers, scope = conversation.credentials, conversation.scope
        machine = await self._gate.machine(conversation.tenant, headers, scope)
        listener = Listener(conversation.tenant, machine, headers, scope, conversation.locale)
        async with self._live.subscribed(listener, asked) as subscriber:
            while True:
                told = await subscriber.outbox.next(PING_S)
                if told is not None and not (told.is_last and told.error is None):
                    yield told
                if told is not None and told.is_last:
                    return


class _Wire:
    """A socket as Strawberry uses it; only messages of the protocol's form reach it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.ws: Any = None
        self.view: Any = None

    async def iter_json(self, **_: object) -> AsyncGenerator[object, None]:
        """The client's messages."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnected
            if message.get("text") is None:
                raise NonTextMessageReceived
            yield _message(message["text"])

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message; drop a client that does not read."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except TimeoutError:
            dropped(self._scope)

    async def close(self, code: int, reason: str) -> None:
        """Close the socket."""
        await self._send({"type": "websocket.close", "code": code, "reason": reason})


def _message(text: str) -> dict[str, Any]:
    """A message of the protocol's form. Raises NonJsonMessageReceived."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NonJsonMessageReceived from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise NonJsonMessageReceived
    if message["type"] in ("subscribe", "complete"):
        id_ = message.get("id")
        if not isinstance(id_, str) or not 0 < len(id_) <= MAX_ID:
            raise NonJsonMessageReceived
    if message["type"] == "subscribe":
        payload = message.get("payload")
        if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            raise NonJsonMessageReceived
    return message


def _result(told: Outgoing) -> ExecutionResult:
    if told.error is not None:
        message, code = reversed(told.error)
        return ExecutionResult(data=None, errors=[GraphQLError(message, extensions={"code": code})])
    extensions = {} if told.position is None else {"event": str(told.position)}
    data: Any = orjson.Fragment(told.data)
    return ExecutionResult(data=data, errors=None, extensions=extensions)


def _refused(errors: list[dict[str, Any]]) -> PreExecutionError:
    told = [GraphQLError(error["message"], extensions=error["extensions"]) for error in errors]
    return PreExecutionError(data=None, errors=told)
