"""Kept pages: whole responses for anonymous visitors, sent again past everything while nothing of the tenant changed.

A page is kept when it carries an entity tag, which only pages made of kept answers do (`portal.site`). Its key holds
all that decides it beside the tenant's version: scheme, host, address, and whether gzip is taken. Whoever has a cookie
or a token is never answered from here.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.types import Message, Scope, Send

from database.door import Database
from database.kept import Kept
from server.api.answer_cache import MAX_AGE_S
from tenants.registry import TenantRegistry

MAX_BYTES = 16 * 1024 * 1024

_OTHERS = frozenset((b"cookie", b"authorization", b"if-none-match", b"range"))


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response as it was sent, the tenant's version that it was made under, and when."""

    start: Message
    body: Message
    version: int
    made_at: float


class KeptResponses:
    """Pages by their requests, the longest unused first to go."""

    def __init__(self, registry: TenantRegistry, database: Database, *, is_on: bool) -> None:
        self._registry = registry
        self._database = database
        self._is_on = is_on
        self.kept: Kept[KeptResponse] = Kept("page_response", MAX_BYTES, lambda kept: len(kept.body["body"]))

    def key(self, scope: Scope) -> Hashable | None:
        """What a request's page is kept under; None where it may not be."""
        if not self._is_on or scope["type"] != "http" or scope["method"] != "GET":
            return None
        headers = dict(scope["headers"])
        if not _OTHERS.isdisjoint(headers):
            return None
        host, is_packed = headers.get(b"host"), b"accept-encoding" in headers
        return (scope["scheme"], host, scope["path"], scope["query_string"], is_packed)

    async def answer(self, scope: Scope, key: Hashable, send: Send) -> bool:
        """Send what is kept, if it is as good as new; whether it was."""
        kept = self.kept.get(key)
        if kept is None or kept.version != self._version(scope) or time.monotonic() - kept.made_at > MAX_AGE_S:
            return False
        await send(dict(kept.start))
        await send(dict(kept.body))
        return True

    def keeping(self, scope: Scope, key: Hashable, send: Send) -> Send:
        """Sends on, and keeps a whole page."""
        version, began = self._version(scope), time.monotonic()
        starts: list[Message] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                starts.append(message)
            elif starts and not message.get("more_body") and _is_tagged(starts[0]) and version is not None:
                self.kept.keep(key, KeptResponse(starts.pop(), message, version, began))
            else:
                starts.clear()  # It comes in parts, or is no page that may be kept.
            await send(message)

        return sent

    def _version(self, scope: Scope) -> int | None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        tenant = self._registry.at(host.decode("latin-1"))
        return None if tenant is None or not tenant.is_active else self._database.versions[tenant.number]


def _is_tagged(start: Message) -> bool:
    names = {name for name, _ in start["headers"]}
    is_page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
    return start["status"] == 200 and b"etag" in names and b"set-cookie" not in names and is_page
