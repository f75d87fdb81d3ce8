"""The post: sends the mails in tenants' queues one by one, those queued by this process at once, and retries."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from jobs import digest_lines
from jobs.job import Job
from jobs.timetable import Timetable
from mail import queue
from mail.queue import ClaimedMail, MailOutcome
from models.mail import MailKind

AT_ONCE = 4
"""Mails that a process sends at a time, so that a slow mail server does not delay sign-in codes. Of mails that nobody
waits for it sends one at a time, so that a crash repeats one at most."""

RENEW_S = queue.HELD_S / 3
STOP_WITHIN_S = 5.0
"""How long a stopping process waits for the mails that it is sending."""

logger = logging.getLogger("parvis.mail")


Send = Callable[[int, ClaimedMail], Awaitable[MailOutcome]]
"""Composes a tenant's mail and sends it to the mail server; the result is SENT, LATER, REFUSED or NO_MAILBOX."""


class Post:
    """Sends the mails in tenants' queues; queues to which nothing was added are not queried."""

    def __init__(self, database: Database, send: Send) -> None:
        self._database = database
        self._send = send
        self._timetable = Timetable()
        self._is_one_under_way = False
        """Whether a mail that nobody waits for is being sent, or looked for."""
        self._left: set[int] = set()
        """The tenants that may have more of these."""
        self.counts: Counter[MailOutcome] = Counter()
        self.waiting: Counter[int] = Counter()
        """By tenant, the length of its queue when this process last looked."""
        self.job = Job("mail", 0.0, self._work, at_once=AT_ONCE)

    def wake(self, tenant: int) -> None:
        """Look into a tenant's queue now."""
        self._timetable.look(tenant)

    async def send_next(self, tenant: int) -> bool:
        """Send the tenant's due mail that expires first; whether there was one."""
        has_turn = not self._is_one_under_way
        if has_turn:
            self._is_one_under_way = True
        else:
            self._left.add(tenant)
        try:
            mail = await queue.claim(self._database, tenant, is_urgent=not has_turn)
            if mail is None:
                await self._look_when_due(tenant, is_urgent=not has_turn)
                return False
            if has_turn and mail.kind is MailKind.SIGN_IN_CODE:
                has_turn = False
                self._let_others()
            self.wake(tenant)  # There may be more, for others to send meanwhile.
            await _to_the_end(self._deliver(tenant, mail))
            return True
        finally:
            if has_turn:
                self._let_others()

    def _let_others(self) -> None:
        self._is_one_under_way = False
        for tenant in self._left:
            self.wake(tenant)
        self._left.clear()

    def keep(self, numbers: Collection[int]) -> None:
        """Forget the queues of all other tenants."""
        self.job.keep(numbers)
        self._timetable.keep(numbers)
        self.waiting = Counter({tenant: count for tenant, count in self.waiting.items() if tenant in numbers})

    async def give_up(self, tenant: int) -> None:
        """Remove and log mails that could not be sent before they expired."""
        for kind, count in (await queue.give_up(self._database, tenant)).items():
            self.counts[MailOutcome.GIVEN_UP] += count
            logger.warning("given up: %d mails (%s) of tenant %d", count, kind.value, tenant)

    async def _work(self) -> None:
        """Wait until a tenant's queue is due, and send one mail of it."""
        await self._timetable.serve(self.job, self.send_next)

    async def _look_when_due(self, tenant: int, *, is_urgent: bool) -> None:
        waiting = await queue.waiting(self._database, tenant, is_urgent=is_urgent)
        self.waiting[tenant] = waiting.count
        if waiting.due_in_s is not None:
            self._timetable.look(tenant, waiting.due_in_s)

    async def _deliver(self, tenant: int, mail: ClaimedMail) -> None:
        outcome = await self._handed_over(tenant, mail) if mail.is_wanted else MailOutcome.UNWANTED
        self.counts[outcome] += 1
        if outcome in (MailOutcome.REFUSED, MailOutcome.NO_MAILBOX):
            logger.warning("the mail server refused a mail (%s) of tenant %d", mail.kind.value, tenant)
        until = time.monotonic() + queue.HELD_S  # Later the mail is another process's.
        while time.monotonic() < until:
            try:
                await self._note(tenant, mail, outcome)
                break
            except (DatabaseUnavailableError, StatementTimeoutError):
                await asyncio.sleep(1)
        self.wake(tenant)  # To see when the next is due.

    async def _note(self, tenant: int, mail: ClaimedMail, outcome: MailOutcome) -> None:
        if outcome is MailOutcome.LATER:
            await queue.put_off(self._database, tenant, mail)
        else:
            is_sent, is_gone = (outcome is one for one in (MailOutcome.SENT, MailOutcome.NO_MAILBOX))
            await queue.remove(self._database, tenant, mail, is_sent=is_sent, is_no_mailbox=is_gone)

    async def _handed_over(self, tenant: int, mail: ClaimedMail) -> MailOutcome:
        """Send a mail, renewing the claim while that takes."""
        sending = asyncio.ensure_future(self._written(tenant, mail))
        while not (await asyncio.wait({sending}, timeout=RENEW_S))[0]:
            with suppress(DatabaseUnavailableError, StatementTimeoutError):
                await queue.hold(self._database, tenant, mail)
        if (error := sending.exception()) is not None:
            logger.error("a mail (%s) of tenant %d could not be written", mail.kind.value, tenant, exc_info=error)
            return MailOutcome.LATER
        return sending.result()

    async def _written(self, tenant: int, mail: ClaimedMail) -> MailOutcome:
        """Send a mail, unless it is a digest that has nothing to tell any more."""
        if mail.kind is MailKind.DIGEST:
            mail = await digest_lines.read(self._database, tenant, mail)
        return await self._send(tenant, mail) if mail.is_wanted else MailOutcome.UNWANTED


async def _to_the_end(work: Awaitable[None]) -> None:
    """Finish the work of a cancelled caller, within STOP_WITHIN_S: a mail interrupted halfway would be sent twice."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=STOP_WITHIN_S)
        raise
