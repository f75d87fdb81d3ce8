"""Hosts: the machines that one URL names, of which a connection is made to the first that will do.

A machine that is off is not told apart from a slow one by waiting: while one has not answered, the next is tried beside
it. libpq would wait for the first until the time for all of them is over.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NEXT_S: Final = 0.3
"""After so long without an outcome the next host is tried as well."""

LISTED: Final = ("host", "hostaddr", "port")
"""What a URL may give several of, by commas."""

ONE_ALONE: Final = ("read-write", "primary")
"""Values of `target_session_attrs` with which one host will do at a time, and another only after a failover."""

Opened = TypeVar("Opened", bound=psycopg.AsyncConnection[Any])
Connect = Callable[[str], Awaitable[Opened]]


class Hosts:
    """The hosts of one URL, in its order; where one alone can do, the one that did last comes first."""

    def __init__(self, url: str) -> None:
        self._each = split(url)
        self.is_one_alone = len(self._each) > 1 and _target(url) in ONE_ALONE
        """Whether a connection to another host than before says that the one before is lost."""
        self._last = 0

    async def connected(self, connect: Connect[Opened]) -> Opened:
        """A connection that `connect` makes to one of them. Call it within a time-out.

        Raises what the last host that failed did, psycopg.Error or OSError.
        """
        if len(self._each) == 1:
            return await connect(self._each[0])
        tries: dict[asyncio.Task[Opened], int] = {}
        left = [(self._last + step) % len(self._each) for step in range(len(self._each))]
        error: BaseException | None = None
        try:
            while left or tries:
                if left:
                    place = left.pop(0)
                    tries[asyncio.ensure_future(_try(connect, self._each[place]))] = place
                done, _ = await asyncio.wait(
                    tries, timeout=NEXT_S if left else None, return_when=asyncio.FIRST_COMPLETED
                )
                for ended in done:
                    place = tries.pop(ended)
                    if (error := ended.exception()) is None:
                        self._last = place if self.is_one_alone else 0
                        return ended.result()
        finally:
            for other in tries:
                _leave(other)
        assert error is not None
        raise error


async def _try(connect: Connect[Opened], url: str) -> Opened:
    return await connect(url)


def _leave(attempt: "asyncio.Task[Opened]") -> None:
    """Nobody wants its connection any more."""
    attempt.cancel()
    attempt.add_done_callback(_close)


def _close(attempt: "asyncio.Task[Opened]") -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().pgconn.finish()


def split(url: str) -> Sequence[str]:
    """A connection string for each host. One alone where libpq's order is more than the order of hosts, as it is where
    some are preferred or the order is drawn by lot."""
    given = conninfo_to_dict(url)
    lists = {name: str(given[name]).split(",") for name in LISTED if given.get(name)}
    count = max((len(values) for name, values in lists.items() if name != "port"), default=1)
    ports = len(lists.get("port", ()))
    if ports > 1 and ports != count:
        return [url]  # libpq says what is wrong with it.
    if count == 1 or _target(url) == "prefer-standby" or given.get("load_balance_hosts") == "random":
        return [url]
    return [
        make_conninfo(url, **{name: values[place % len(values)] for name, values in lists.items()})
        for place in range(count)
    ]


def _target(url: str) -> str:
    return str(conninfo_to_dict(url).get("target_session_attrs") or "any")
