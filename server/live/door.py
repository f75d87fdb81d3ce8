"""Door: lets subscribers in, over whichever transport: who asks, what it costs, whether there is a place."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import orjson
from starlette.types import Scope

from auth import attempt
from auth.machine import Machine
from auth.nudge_link import NudgeLinks
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from planner.engine import Operation
from planner.live import CheckedSubscription, NotSubscribedError
from planner.planning import PlanningBusyError
from planner.request import Request
from schema.scoped import ScopedContract
from server.api.gate import Gate
from server.api.known_document import KnownDocuments
from server.api.request import ApiRequest
from server.live.admission import FullError, LiveAdmission
from server.live.hub import Hub
from server.live.journal_reader import TooLateError
from server.live.subscriber import Subscriber, identifying
from server.live.telling import AWAY
from tenants.registry import TenantRecord

MAX_POSITION = 2**62

MAX_OPERATION = 8_192
"""Characters of a subscription's document and variables, which are kept while it lasts."""


class Listener(NamedTuple):
    """Who wants to listen at which tenant, and from where."""

    tenant: TenantRecord
    machine: Machine
    headers: Mapping[bytes, bytes]
    scope: Scope
    locale: str

    @property
    def address(self) -> str:
        """The place in the network, as limits count it."""
        return attempt.client(str(self.scope["client"][0]) if self.scope.get("client") else None)

    @property
    def person(self) -> str | None:
        """The person or the machine, as limits count them; None for an anonymous visitor."""
        viewer = self.machine.viewer
        whose = viewer.client or viewer.actor_id
        return None if whose is None else f"{self.tenant.number} {whose}"


class LiveDoor:
    """Where subscriptions begin."""

    def __init__(
        self,
        contract: ScopedContract,
        database: Database,
        gate: Gate,
        documents: KnownDocuments,
        hub: Hub,
        admission: LiveAdmission,
        links: NudgeLinks | None,
    ) -> None:
        self._contract = contract
        self._database = database
        self._gate = gate
        self._documents = documents
        self._hub = hub
        self._links = links
        self.admission = admission

    @asynccontextmanager
    async def subscribed(
        self, listener: Listener, asked: ApiRequest, last_event: str | None = None
    ) -> AsyncIterator[Subscriber]:
        """A subscriber, who is told what happens while this lasts.

        Raises NotSubscribedError, NoSubscriptionError for a query or a mutation, BadRequestError,
        BudgetExhaustedError and PlanningExhaustedError.
        """
        document = await self._documents.find(listener.tenant, listener.machine, asked)
        operation = Operation(document.text, asked.variables, asked.name)
        if len(document.text) + len(orjson.dumps(asked.variables)) > MAX_OPERATION:
            raise refusal("QUERY_TOO_LARGE", f"A subscription has at most {MAX_OPERATION} characters.")
        subscription = await self._checked(listener, operation, is_trusted=document.is_trusted)
        after = _position(subscription.after or last_event)
        subscriber = Subscriber(
            listener.tenant,
            identifying(listener.headers),
            listener.scope,
            listener.locale,
            operation,
            subscription.topic,
            subscription.price,
            self._hub.outbox(),
        )
        entered = False
        try:
            with self.admission.place(listener.address, listener.person):
                async with self._hub.joined(subscriber, after, is_told_first=subscription.is_told_first):
                    entered = True
                    yield subscriber
        except FullError as error:
            raise refusal(error.code, error.message) from error
        except TooLateError as error:
            raise refusal("EVENTS_TOO_OLD", "Too much has happened since: read anew, then subscribe.") from error
        except (DatabaseUnavailableError, StatementTimeoutError, TimeoutError) as error:
            if entered:
                raise
            raise refusal(*AWAY) from error

    async def _checked(self, listener: Listener, operation: Operation, *, is_trusted: bool) -> CheckedSubscription:
        tenant, viewer = listener.tenant, listener.machine.viewer
        purse = self._gate.purse(tenant, listener.machine, listener.scope)
        payer = purse.payer(is_trusted=is_trusted)
        request = Request(self._database, tenant, viewer, purse.spend, payer, listener.locale, links=self._links)
        try:
            return await self._contract.engine(tenant.features, viewer.audience).subscribe(request, operation)
        except PlanningBusyError as error:
            raise refusal(AWAY[0], "Too many new documents at once; try again.") from error


def refusal(code: str, message: str) -> NotSubscribedError:
    """A refusal with its code."""
    return NotSubscribedError([error(code, message)])


def error(code: str, message: str) -> dict[str, Any]:
    """An error as clients read it."""
    return {"message": message, "extensions": {"code": code}}


def _position(text: str | None) -> int | None:
    """The event from which somebody goes on. Raises NotSubscribedError."""
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < MAX_POSITION):
        raise refusal("BAD_CURSOR", "`after` is the `event` of something that was told.")
    return int(text)
