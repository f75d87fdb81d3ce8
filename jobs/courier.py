"""The courier: tells webhooks what happened; each has its turn by itself, so that a slow one holds no other up."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from uuid import UUID

from auth import public_url, standard_webhook
from auth.outbound import LateError, NotPublicError, Outbound, OutboundAnswer, OutboundError, SpeechError
from auth.sealed_secret import Sealer
from database.door import Database
from database.duration import Durations
from jobs import webhook, webhook_message
from jobs.job import Job
from jobs.timetable import Timetable
from jobs.webhook import Attempt, ClaimedDelivery, DueWebhook
from models.base import utc_now
from models.webhook import WebhookDeliveryState, WebhookProblem, secret_name
from tenants.registry import TenantRecord, TenantRegistry

AT_ONCE = 6
"""Webhooks that a process serves at a time, those of one tenant at most PER_TENANT: slow receivers of one city keep
nothing from the others."""

PER_TENANT = 2
FIRST_PAUSE_S, GROWTH, LONGEST_PAUSE_S = 5.0, 3.0, 12 * 3600.0
MAX_ATTEMPTS = 18
"""The pauses come to some five days: longer than a receiver that is away is told anything (`webhook.PAUSED_AFTER`), so
that only what it refuses by itself is given up."""

JITTER = 0.2
"""A pause is so much shorter or longer, so that not everything comes back at once."""

MAX_DIGITS = 9
"""Of a number of seconds that a receiver asks for."""

READ_BYTES = 4_096
"""Of an answer; its status is all that counts."""

EMPTY_S = 1.0
"""How long a webhook is left alone for which nothing could be claimed: another process is at it."""

USER_AGENT = "Parvis"
DELIVERED = WebhookDeliveryState.DELIVERED.value.lower()
OUTCOMES = (DELIVERED, *(problem.value.lower() for problem in WebhookProblem))
"""What may come of an attempt, as the metrics name it."""

logger = logging.getLogger("parvis.webhook")


class Courier:
    """Delivers; tenants in which nothing was written are not looked at."""

    def __init__(self, database: Database, registry: TenantRegistry, sealer: Sealer, client: Outbound) -> None:
        """`client` is its own: connections that wait for receivers keep nobody from signing in."""
        self._database = database
        self._registry = registry
        self._sealer = sealer
        self._client = client
        self._timetable = Timetable()
        self._busy: set[tuple[int, UUID]] = set()
        """The webhooks that are being told something."""
        self._resting: dict[tuple[int, UUID], float] = {}
        """Until when webhooks are left alone for which nothing could be claimed."""
        self.counts: Counter[str] = Counter()
        """Attempts by what came of them."""
        self.seconds = Durations()
        """How long receivers took."""
        self.job = Job("webhook", 0.0, self._work, at_once=AT_ONCE)

    def wake(self, tenant: int) -> None:
        """Look at a tenant now."""
        self._timetable.look(tenant)

    async def serve_next(self, number: int) -> bool:
        """Tell one webhook of a tenant what is due; whether there was one."""
        if (tenant := self._registry.served(number)) is None:
            return False
        waiting = [one for one in await webhook.due(self._database, number) if (number, one.id) not in self._busy]
        if sum(busy == number for busy, _ in self._busy) >= PER_TENANT:
            return False  # Whoever is done wakes it.
        now = time.monotonic()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        chosen = next((one for one in waiting if one.in_s <= 0 and (number, one.id) not in self._resting), None)
        if chosen is None:
            pauses = [max(one.in_s, self._resting.get((number, one.id), now) - now) for one in waiting]
            if pauses:
                self._timetable.look(number, min(pauses))
            return False
        await self._serve(tenant, chosen)
        return True

    async def _serve(self, tenant: TenantRecord, chosen: DueWebhook) -> None:
        key = (tenant.number, chosen.id)
        self._busy.add(key)
        self.wake(tenant.number)  # There may be others, for whom somebody else is free.
        try:
            count = 1 if chosen.is_failing else webhook.AT_ONCE
            claimed = await webhook.claim(self._database, tenant.number, chosen.id, count)
            if claimed:
                await self._tell(tenant, chosen.id, claimed)
            else:
                self._resting[key] = time.monotonic() + EMPTY_S
        finally:
            self._busy.discard(key)
            self.wake(tenant.number)

    async def _tell(self, tenant: TenantRecord, id_: UUID, claimed: Sequence[ClaimedDelivery]) -> None:
        places = await webhook_message.places(self._database, tenant, claimed)
        bodies = [webhook_message.body(tenant, one, places.get(one.subject_id)) for one in claimed]
        async with asyncio.TaskGroup() as tasks:
            told = [
                tasks.create_task(self._attempt(tenant.number, id_, one, body))
                for one, body in zip(claimed, bodies, strict=True)
            ]
        attempts = [task.result() for task in told]
        is_gone = any(attempt.status_code == HTTPStatus.GONE for attempt in attempts)
        stopped = await webhook.settle(self._database, tenant.number, id_, attempts, is_gone=is_gone)
        if stopped is not None:
            logger.warning("webhook %s of tenant %d is told nothing any more: %s", id_, tenant.number, stopped.value)
            self._database.note_change(tenant.number)

    async def _attempt(self, tenant: int, id_: UUID, one: ClaimedDelivery, body: bytes) -> Attempt:
        """Send one message; whatever goes wrong is what came of it."""
        began = time.monotonic()
        answer, problem = await self._sent(tenant, id_, one, body)
        took = time.monotonic() - began
        self.seconds.add(took)
        self.counts[DELIVERED if problem is None else problem.value.lower()] += 1
        state, pause = WebhookDeliveryState.DELIVERED, 0.0
        if problem is not None:
            is_last = one.attempts >= MAX_ATTEMPTS
            state = WebhookDeliveryState.GIVEN_UP if is_last else WebhookDeliveryState.WAITING
            pause = max(pause_s(one.attempts, random.random()), wanted_s(answer))  # noqa: S311  # No secret.
        status = answer.status if answer else None
        return Attempt(one.id, one.attempts, state, pause, status, problem, round(took * 1000))

    async def _sent(
        self, tenant: int, id_: UUID, one: ClaimedDelivery, body: bytes
    ) -> tuple[OutboundAnswer | None, WebhookProblem | None]:
        sealed = [text for text in (one.sealed_secret, one.former_secret) if text is not None]
        try:
            keys = [self._sealer.open(tenant, secret_name(id_), text) for text in sealed]
        except LookupError:
            return None, WebhookProblem.NO_SECRET
        named = webhook_message.name(tenant, one)
        headers = standard_webhook.headers(named, int(utc_now().timestamp()), body, keys)
        headers |= {"content-type": "application/json", "user-agent": USER_AGENT}
        if public_url.leads_nowhere(one.url) and not self._client.allows_private:
            return None, WebhookProblem.NOT_PUBLIC
        try:
            answer = await self._client.request("POST", one.url, headers, body, reads=READ_BYTES)
        except OutboundError as error:
            return None, _problem(error)
        return answer, _judged(answer.status)

    async def _work(self) -> None:
        """Wait until a tenant is due, and tell one of its webhooks what waits."""
        await self._timetable.serve(self.job, self.serve_next)


def pause_s(attempts: int, chance: float) -> float:
    """How long something is put off after so many attempts; `chance` is from 0 to 1."""
    whole = min(FIRST_PAUSE_S * GROWTH ** (attempts - 1), LONGEST_PAUSE_S)
    return whole * (1 - JITTER + 2 * JITTER * chance)


def wanted_s(answer: OutboundAnswer | None) -> float:
    """How long a receiver asks to be left alone (`Retry-After`), LONGEST_PAUSE_S at most; 0 where it asks nothing."""
    said = answer.headers.get("retry-after", "").strip() if answer else ""
    if said.isdecimal() and len(said) <= MAX_DIGITS:
        return min(float(said), LONGEST_PAUSE_S)
    try:
        left = (parsedate_to_datetime(said) - utc_now()).total_seconds() if said else 0.0
    except (TypeError, ValueError):
        return 0.0
    return min(max(left, 0.0), LONGEST_PAUSE_S)


def _problem(error: OutboundError) -> WebhookProblem:
    match error:
        case NotPublicError():
            return WebhookProblem.NOT_PUBLIC
        case LateError():
            return WebhookProblem.LATE
        case SpeechError():
            return WebhookProblem.BAD_ANSWER
        case _:
            return WebhookProblem.NO_ANSWER


def _judged(status: int) -> WebhookProblem | None:
    if 200 <= status < 300:
        return None
    return WebhookProblem.REDIRECTED if 300 <= status < 400 else WebhookProblem.REFUSED
