"""Text messages on their way: to the gateway that a setting names; in the demonstration they are written to files."""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import orjson

from auth.outbound import Outbound, OutboundError, UnreachedError
from auth.text_limit import PER_DAY, PREFIXES
from mail import text_message
from mail.text_message import TextKind
from models.base import new_id

WITHIN_S = 8.0
"""A person waits in front of the page; a gateway that takes longer is told to have failed."""

AT_ONCE = 10
"""Messages that a process hands over at one time."""

UNAVAILABLE = 503
"""What a gateway answers that takes nothing now."""

logger = logging.getLogger("parvis.sms")


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message to one number, of which it shows neither number nor code. Sent again under the same `id`, it is the
    same message."""

    id: UUID
    kind: TextKind
    number: str = field(repr=False)
    code: str = field(repr=False)


class TextOutcome(Enum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"
    """The gateway did not take it, or there was no connection."""

    UNCERTAIN = "uncertain"
    """The gateway did not answer in time, or failed: it may have sent it."""

    OVER_LIMIT = "over_limit"
    """The portal has sent as many as it may in a day."""


class TextMessageError(Exception):
    """The message was not handed over, as far as is known; it tells no number. `is_certain`: it was not sent."""

    def __init__(self, message: str, *, is_certain: bool) -> None:
        super().__init__(message)
        self.is_certain = is_certain


class Texter(Protocol):
    """Sends a text to one number."""

    async def send(self, id_: UUID, number: str, text: str) -> None:
        """Hand a message over. Raises TextMessageError."""


class GatewayTexter:
    """Posts JSON to a gateway, as `docs/sms.md` says it."""

    def __init__(self, outbound: Outbound, url: str, authorization: str | None) -> None:
        """`authorization` is the header of that name."""
        self._outbound = outbound
        self._url = url
        self._headers = {"content-type": "application/json", "accept": "application/json"}
        if authorization is not None:
            self._headers["authorization"] = authorization

    async def send(self, id_: UUID, number: str, text: str) -> None:
        """Hand a message over. Raises TextMessageError."""
        body = orjson.dumps({"id": str(id_), "to": number, "text": text})
        try:
            answer = await self._outbound.request("POST", self._url, self._headers, body)
        except OutboundError as error:
            raise TextMessageError(str(error), is_certain=isinstance(error, UnreachedError)) from error
        if not 200 <= answer.status < 300:
            is_certain = 400 <= answer.status < 500 or answer.status == UNAVAILABLE
            raise TextMessageError(f"status {answer.status}", is_certain=is_certain)


class DemoTexter:
    """Writes messages where a developer finds them; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, id_: UUID, number: str, text: str) -> None:
        """Write a message to a file, the newest last."""
        try:
            await asyncio.to_thread(self._write, f"To: {number}\nId: {id_}\n\n{text}\n")
        except OSError as error:
            raise TextMessageError(type(error).__name__, is_certain=True) from error

    def _write(self, message: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{new_id()}.txt").write_text(message, "utf-8")


class TextMessages:
    """How an installation sends text messages: to which countries, and how many a day for each tenant."""

    def __init__(self, texter: Texter, *, prefixes: Sequence[str] = PREFIXES, per_day: int = PER_DAY) -> None:
        self.prefixes = tuple(prefixes)
        self.per_day = per_day
        self.counts: Counter[TextOutcome] = Counter()
        self._texter = texter
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.under_way: set[asyncio.Task[Any]] = set()
        """What is done for messages; nothing else keeps it from being collected."""

    async def send(self, message: TextMessage, locale: str, title: str) -> None:
        """Send a message of a portal, within WITHIN_S. Raises TextMessageError."""
        text, has_begun = text_message.written(message.kind, locale, title, message.code), False
        try:
            async with asyncio.timeout(WITHIN_S), self._turns:
                has_begun = True
                await self._texter.send(message.id, message.number, text)
        except (TextMessageError, TimeoutError) as error:
            is_certain = error.is_certain if isinstance(error, TextMessageError) else not has_begun
            self.counts[TextOutcome.REFUSED if is_certain else TextOutcome.UNCERTAIN] += 1
            logger.warning("a text message (%s) was not sent: %s", message.kind.value, error or "no answer in time")
            raise TextMessageError(str(error), is_certain=is_certain) from error
        self.counts[TextOutcome.SENT] += 1

    async def to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what belongs to a message, also when whoever asked is gone meanwhile."""
        task = asyncio.ensure_future(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        await asyncio.shield(task)


def sender(
    outbound: Outbound,
    url: str | None,
    authorization: str | None,
    folder: Path | None,
    *,
    prefixes: Sequence[str],
    per_day: int,
) -> TextMessages | None:
    """How an installation sends text messages: by its gateway, else into a folder, where there is one; None: not at
    all."""
    if url is not None:
        return TextMessages(GatewayTexter(outbound, url, authorization), prefixes=prefixes, per_day=per_day)
    return None if folder is None else TextMessages(DemoTexter(folder), prefixes=prefixes, per_day=per_day)
