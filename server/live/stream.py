"""Stream: a subscription as server-sent events, in the form of graphql-sse (one connection each)."""

import asyncio
from contextlib import AsyncExitStack, suppress

import orjson
from starlette.types import Receive, Scope, Send

from server.live import door
from server.live.outbox import Outbox, Outgoing
from server.live.subscriber import Subscriber

MEDIA_TYPE = "text/event-stream"

PING_S = 15.0
"""How often a quiet stream says that it is there, so that nobody in between closes it."""

SEND_S = 20.0
"""How long a reader may take for what was sent before."""

RETRY_MS = 2_000
"""How long a browser waits before it comes back."""

ABORT = "parvis.abort"
"""The extension of a connection that drops it with all that it has not read."""

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
)


class LiveStream:
    """One open subscription; `close` it whatever happens."""

    def __init__(self, subscriber: Subscriber, held: AsyncExitStack) -> None:
        self._subscriber = subscriber
        self.close = held.aclose

    async def run(self, scope: Scope, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]) -> int:
        """Send what is told until there is an end of it, or of the client; returns the bytes."""
        outbox, size = self._subscriber.outbox, 0
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *headers]})
        gone = asyncio.create_task(_until_gone(receive, outbox))
        body, is_last = f"retry: {RETRY_MS}\n\n".encode(), False
        try:
            while not is_last:
                async with asyncio.timeout(SEND_S):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                size += len(body)
                told = await outbox.next(PING_S)
                body, is_last = written(told), told is not None and told.is_last
            await send({"type": "http.response.body", "body": body})
        except TimeoutError:
            dropped(scope)
        finally:
            gone.cancel()
        return size


def dropped(scope: Scope) -> None:
    """Drop the connection of a client that does not read."""
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is not None:
        abort()


def written(told: Outgoing | None) -> bytes:
    """What is told, as an event of the stream; None: only that the stream is there."""
    if told is None:
        return b": ping\n\n"
    if not told.is_last:
        place = b"" if told.position is None else b"id: %d\n" % told.position
        return b"event: next\n%bdata: %b\n\n" % (place, answer(told))
    if told.error is None:
        return b"event: complete\ndata:\n\n"
    errors = orjson.dumps({"errors": [door.error(*told.error)]})
    return b"event: next\ndata: %b\n\nevent: complete\ndata:\n\n" % errors


def answer(told: Outgoing) -> bytes:
    """The GraphQL response of something told."""
    if told.position is None:
        return b'{"data":%b}' % told.data
    return b'{"data":%b,"extensions":{"event":"%d"}}' % (told.data, told.position)


async def _until_gone(receive: Receive, outbox: Outbox) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
        outbox.end()
