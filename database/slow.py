"""Slow statements: what the log tells of those that take longer than a bound, with their plan and without any value."""

import hashlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from cachetools import TTLCache

from database import naming

if TYPE_CHECKING:
    from database.door import Database

WAITING = 8
"""Statements whose plan is asked for next; others are told when they are slow again."""

AGAIN_S = 3_600.0
"""How often the log tells of the same statement of the same tenant."""

REMEMBERED = 1_000
"""Statements that were told within AGAIN_S."""

MAX_PLAN = 6_000
"""Characters of a plan."""

_NAME = "parvis_slow"
_TYPES = (
    "SELECT CASE oid WHEN 0 THEN 'unknown' ELSE format_type(oid, NULL) END"
    " FROM unnest(%s::oid[]) WITH ORDINALITY AS given (oid, place) ORDER BY place"
)

logger = logging.getLogger("parvis.slow")


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A statement with its tenant's schema and `$1`, `$2`, … in the place of values."""

    role: str
    text: str
    oids: tuple[int, ...]
    """The types of its parameters; 0 for one that PostgreSQL finds out."""
    seconds: float

    @property
    def name(self) -> str:
        """The same for one statement wherever it ran, so that lines of the log can be counted."""
        return hashlib.sha256(self.text.replace(f"{self.role}.", "").encode()).hexdigest()[:12]

    async def plan(self, connection: psycopg.AsyncConnection[Any]) -> list[str]:
        """Its plan for any values: prepared with the types of its parameters, and explained with NULLs, which
        a generic plan does not look at. Raises psycopg.Error."""
        types = await (await connection.execute(_TYPES, [list(self.oids)])).fetchall()
        listed, nulls = ", ".join(name for (name,) in types), ", ".join("NULL" for _ in types)
        await connection.execute(f"PREPARE {_NAME}{f' ({listed})' if types else ''} AS {self.text}".encode())
        try:
            async with connection.transaction(force_rollback=True):
                await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
                cursor = await connection.execute(f"EXPLAIN EXECUTE {_NAME}{f' ({nulls})' if types else ''}".encode())
                return [str(line) for (line,) in await cursor.fetchall()]
        finally:
            await connection.execute(f"DEALLOCATE {_NAME}".encode())


class SlowStatements:
    """Those that took `bound_s` or longer. A job asks for their plans, one after the other."""

    def __init__(self, bound_s: float) -> None:
        self.bound_s = bound_s
        self._waiting: deque[SlowStatement] = deque()
        self._told: TTLCache[tuple[str, str], None] = TTLCache(REMEMBERED, AGAIN_S)

    def note(self, slow: SlowStatement) -> None:
        """A statement was slow."""
        if len(self._waiting) < WAITING and (slow.role, slow.text) not in self._told:
            self._told[slow.role, slow.text] = None
            self._waiting.append(slow)

    async def tell(self, database: "Database") -> None:
        """Tell of those that wait."""
        while self._waiting:
            slow = self._waiting.popleft()
            try:
                plan = "\n".join(await database.plan_of(slow))[:MAX_PLAN]
            except psycopg.Error as error:
                plan = f"none: SQLSTATE {error.sqlstate}"
            said = {
                "tenant_number": naming.number(slow.role),
                "statement": slow.name,
                "ms": round(slow.seconds * 1000),
                "plan": plan,
            }
            logger.warning("a statement was slow", extra=said)
