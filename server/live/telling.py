"""Telling: reads what subscribers are told, with their rights of the moment; once for all who are alike."""

import asyncio
from collections.abc import Iterable, Iterator
from uuid import UUID

from auth.identity import NOBODY
from auth.machine import Machine
from auth.nudge_link import NudgeLinks
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError, TenantGoneError
from planner.live import NotSubscribedError
from planner.planning import PlanningBusyError
from planner.request import BudgetExhaustedError, Request
from schema.scoped import ScopedContract
from server.api.gate import Gate
from server.api.request import BadRequestError
from server.live.outbox import Outgoing
from server.live.subscriber import Subscriber
from tenants.registry import TenantRecord, TenantRegistry

AT_ONCE = 8
"""Readings at once, of which the database's turns let some in."""

SLOW = ("SLOW_READER", "You read too slowly: subscribe again from the last event.")
AWAY = ("SERVICE_UNAVAILABLE", "The database is away: subscribe again from the last event.")
SPENT = ("BUDGET_EXHAUSTED", "You have asked for much in this minute: subscribe again in the next.")
GONE = ("UNKNOWN_HOST", "There is no portal at this address.")


class Telling:
    """Reads and hands out."""

    def __init__(
        self,
        contract: ScopedContract,
        database: Database,
        registry: TenantRegistry,
        gate: Gate,
        links: NudgeLinks | None,
    ) -> None:
        self._contract = contract
        self._database = database
        self._registry = registry
        self._gate = gate
        self._links = links
        self.told = 0
        """How often anybody was told anything."""
        self.dropped = 0
        """How many subscribers were too slow."""

    async def tell(self, subscribers: Iterable[Subscriber], subject: UUID, position: int | None) -> None:
        """Tell of a subject whoever may know; who cannot be told is ended, and comes back from the last event."""
        groups = _alike(subscribers)
        if len(groups) == 1:
            await self._tell_each(iter(groups), subject, position)
            return
        left = iter(groups)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(AT_ONCE, len(groups))):
                tasks.create_task(self._tell_each(left, subject, position))

    async def _tell_each(self, left: Iterator[list[Subscriber]], subject: UUID, position: int | None) -> None:
        for group in left:
            try:
                machine, data = await self._read(group[0], subject)
            except _LostError as lost:
                for subscriber in group:
                    subscriber.outbox.end(lost.why)
                continue
            if data is not None:
                told = Outgoing(data, position)
                for subscriber in group:
                    self._hand(subscriber, machine, told)

    async def _read(self, subscriber: Subscriber, subject: UUID) -> tuple[Machine, bytes | None]:
        try:
            tenant, machine = await self._identified(subscriber)
            engine = self._contract.engine(tenant.features, machine.viewer.audience)
            request = Request(self._database, tenant, machine.viewer, locale=subscriber.locale, links=self._links)
            return machine, await engine.told(request, subscriber.operation, subject)
        except (DatabaseUnavailableError, StatementTimeoutError, PlanningBusyError) as error:
            raise _LostError(*AWAY) from error
        except TenantGoneError as error:
            raise _LostError(*GONE) from error
        except BadRequestError as error:
            raise _LostError(error.code, error.message) from error
        except NotSubscribedError as error:
            [first, *_] = error.errors
            raise _LostError(first["extensions"]["code"], first["message"]) from error

    async def _identified(self, subscriber: Subscriber) -> tuple[TenantRecord, Machine]:
        """The tenant and the subscriber as they are now."""
        tenant = self._registry.at(subscriber.host)
        if tenant is None or not tenant.is_active or tenant.number != subscriber.tenant.number:
            raise _LostError(*GONE)
        if subscriber.is_anonymous:
            return tenant, NOBODY
        return tenant, await self._gate.machine(tenant, subscriber.headers, subscriber.scope)

    def _hand(self, subscriber: Subscriber, machine: Machine, told: Outgoing) -> None:
        purse = self._gate.purse(subscriber.tenant, machine, subscriber.scope)
        try:
            purse.spend(subscriber.price, False)
        except BudgetExhaustedError:
            subscriber.outbox.end(SPENT)
            return
        if subscriber.outbox.put(told):
            self.told += 1
        elif not subscriber.outbox.is_closed:
            self.dropped += 1
            subscriber.outbox.end(SLOW)


class _LostError(Exception):
    """Somebody cannot be told any more; why, as a client reads it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.why = (code, message)


def _alike(subscribers: Iterable[Subscriber]) -> list[list[Subscriber]]:
    """Those who show the same credentials and ask the same, together."""
    groups: dict[object, list[Subscriber]] = {}
    for subscriber in subscribers:
        groups.setdefault(subscriber.likeness, []).append(subscriber)
    return list(groups.values())
