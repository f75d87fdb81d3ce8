"""Rollout: what is done to every tenant, some at a time, each as far as it goes, whatever becomes of the others."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import psycopg

from database import failure
from database.borrowed import MAX_TENANTS
from database.door import Database
from database.pool import PooledConnection

AT_ONCE = 4
"""Tenants at a time. Each takes one connection, beside the one that holds the lock."""

TRIES = 4
"""How often a tenant is begun whose tables are in use for longer than a change waits for them."""

NAMED = 5
"""How many of the tenants that failed are named: the others follow when these are mended."""

Act = Callable[[PooledConnection, int], Awaitable[int]]
"""What is done to the tenant of a number; how many steps it took."""

Tell = Callable[[int, int], None]
"""Hears how many tenants are done, and of how many."""


_SETTLE = "SELECT pg_logical_emit_message(true, 'parvis', 'rolled out')"
"""A commit that waits for the disk, and so for all that were made before it and did not wait each for itself."""


def untold(_done: int, _total: int) -> None:
    """Tell nobody."""


class RolloutError(Exception):
    """Some tenants could not be brought on, and all others were; the message names them and the reason of each."""


async def roll_out(database: Database, slugs: Mapping[int, str], act: Act, at_once: int, tell: Tell) -> int:
    """Bring each tenant on, `at_once` at a time; `slugs` are by number. How many steps it took in all.

    It can be ended at any time: a step that is under way is undone, and what is done stays done. Raises RolloutError
    once all others are done, and at once DatabaseUnavailableError where the database itself fails.
    """
    rollout = _Rollout(database, slugs, act, tell, waiting=[(number, TRIES) for number in sorted(slugs, reverse=True)])
    outcomes = await asyncio.gather(*(rollout.work() for _ in range(min(at_once, len(slugs)))), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    if slugs:
        async with database.administration() as connection:
            await connection.execute(_SETTLE)
    if rollout.failures:
        raise RolloutError(rollout.told()) from next(iter(rollout.failures.values()))
    return rollout.steps


@dataclass(slots=True)
class _Rollout:
    """One rollout under way."""

    database: Database
    slugs: Mapping[int, str]
    act: Act
    tell: Tell
    waiting: list[tuple[int, int]]
    """Number and tries left, of those that nobody has taken yet; the last is taken first."""
    steps: int = 0
    done: int = 0
    failures: dict[int, BaseException] = field(default_factory=dict)

    async def work(self) -> None:
        """Take one tenant after the other, until none is left."""
        while self.waiting:
            async with self.database.administration() as connection:
                await connection.tell("SET synchronous_commit = off")  # All are waited for at the end.
                for _ in range(MAX_TENANTS):  # Its backend caches the catalogs of each.
                    if not self.waiting:
                        return
                    await self._bring_on(connection, *self.waiting.pop())

    async def _bring_on(self, connection: PooledConnection, number: int, tries: int) -> None:
        """One tenant, as far as it goes."""
        [outcome] = await asyncio.gather(self.act(connection, number), return_exceptions=True)
        is_locked = isinstance(outcome, failure.LOCKED)
        if is_locked and tries > 1:
            self.waiting.insert(0, (number, tries - 1))
            return
        if isinstance(outcome, psycopg.OperationalError) and not is_locked:
            raise outcome  # The cluster's, not the tenant's: no other would do better.
        if isinstance(outcome, BaseException):
            self.failures[number] = outcome
        else:
            self.steps += outcome
        self.done += 1
        self.tell(self.done, len(self.slugs))

    def told(self) -> str:
        """Who failed, and why, for a person."""
        count = len(self.failures)
        reasons = "; ".join(
            f"{self.slugs[number]} (t_{number}): {_reason(self.failures[number])}"
            for number in sorted(self.failures)[:NAMED]
        )
        more, who = f"; and {count - NAMED} more" if count > NAMED else "", "tenants" if count > 1 else "tenant"
        return (
            f"{count} {who} could not be migrated, and all others are: {reasons}{more}. Mend what is"
            " in the way, and do it again: it goes on where it stopped"
        )


def _reason(error: BaseException) -> str:
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return said or str(error) or type(error).__name__
