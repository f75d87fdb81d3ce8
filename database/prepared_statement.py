"""Prepared statements of one connection: which there are, which is due, and which make room.

A statement is prepared when it is asked for the second time: what is asked for once, as by a client that sends a new
document with each request, leaves nothing in the database's memory.
"""

from collections import OrderedDict

from cachetools import LRUCache

MAX_STATEMENTS = 100
MAX_TEXT = 100_000
"""Characters of all prepared statements of a connection: PostgreSQL keeps some 30 bytes for each, plans included."""

MAX_SEEN = 200
"""Statements that were asked for once and may become due."""


class PreparedStatements:
    """Names by text, the longest unused first to go."""

    def __init__(self) -> None:
        self._named: OrderedDict[str, bytes] = OrderedDict()
        self._characters = 0
        self._seen: LRUCache[int, bool] = LRUCache(MAX_SEEN)
        self._count = 0

    def name(self, text: str) -> bytes | None:
        """The name of a statement that is prepared, which is now the last to make room."""
        name = self._named.get(text)
        if name is not None:
            self._named.move_to_end(text)
        return name

    def is_due(self, text: str) -> bool:
        """Whether a statement is to be prepared now, because it was asked for before; one that is too long never is."""
        key = hash(text)
        if key in self._seen:
            return len(text) <= MAX_TEXT // 2
        self._seen[key] = True
        return False

    def make_room(self, text: str) -> list[bytes]:
        """The names of statements that must go before this one is prepared."""
        gone: list[bytes] = []
        while len(self._named) >= MAX_STATEMENTS or self._characters + len(text) > MAX_TEXT:
            oldest, name = self._named.popitem(last=False)
            self._characters -= len(oldest)
            gone.append(name)
        return gone

    def new_name(self) -> bytes:
        """A name that no statement of the connection ever had."""
        self._count += 1
        return f"parvis_{self._count}".encode()

    def add(self, text: str, name: bytes) -> None:
        """A statement is prepared under a name."""
        self._named[text] = name
        self._characters += len(text)
