"""Slow statements: what the log tells of those that take longer than a bound, with their plan and without any value."""

import hashlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

logger = logging.getLogger("parvis.slow")


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A statement with its tenant's schema and `$1`, `$2`, … in the place of values."""

    role: str
    text: str
    seconds: float

    @property
    def name(self) -> str:
        """The same for one statement wherever it ran, so that lines of the log can be counted."""
        return hashlib.sha256(self.text.replace(f"{self.role}.", "").encode()).hexdigest()[:12]


class SlowStatements:
    """Those that took `bound_s` or longer. A job asks for their plans, one after the other."""

    def __init__(self, bound_s: float) -> None:
        self.bound_s = bound_s
        self._waiting: deque[SlowStatement] = deque()
        self._told: TTLCache[tuple[str, str], None] = TTLCache(REMEMBERED, AGAIN_S)

    def note(self, role: str, text: str, seconds: float) -> None:
        """A statement was slow."""
        if len(self._waiting) < WAITING and (role, text) not in self._told:
            self._told[role, text] = None
            self._waiting.append(SlowStatement(role, text, seconds))

    async def tell(self, database: "Database") -> None:
        """Tell of those that wait."""
        while self._waiting:
            slow = self._waiting.popleft()
            try:
                plan = "\n".join(await database.generic_plan(slow.role, slow.text))[:MAX_PLAN]
            except psycopg.Error as error:
                plan = f"none: SQLSTATE {error.sqlstate}"
            said = {
                "tenant_number": naming.number(slow.role),
                "statement": slow.name,
                "ms": round(slow.seconds * 1000),
                "plan": plan,
            }
            logger.warning("a statement was slow", extra=said)
