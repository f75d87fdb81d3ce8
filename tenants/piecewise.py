"""Piecewise: a migration's statements as an engine takes them that spreads schemas over machines (decision 0107).

It takes one action of an ALTER TABLE at a time, no subquery in a policy, and no `now()` among a change's own columns.
Files say them as they like: nothing that was released is written again.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import AsyncConnection, sql

from database import moment

_ALTER = re.compile(r"ALTER TABLE\s+(?:ONLY\s+)?(\S+)\s+(.*)", re.DOTALL)
_PART = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[(\[]|[)\]]|,|[^'\"()\[\],]+", re.DOTALL)
_HINT = re.compile(r"ALTER (?:COLUMN )?\w+ SET STATISTICS\b")
"""What only helps the planner, and is refused there."""

_POLICY = re.compile(r"(?:CREATE|ALTER) POLICY\b")
_RECKONED_ONCE = re.compile(r"\(SELECT (substr\(current_user::text, 3\)::bigint)\)")
"""The number in a role's name, in a subquery so that it is reckoned once for all rows."""


def pieces(text: str, at: str) -> list[str]:
    """The statements that say the same as this one, in their order. `at` is the time, as the database writes it."""
    text = text.strip().removesuffix(";")
    if (alter := _ALTER.fullmatch(text)) is not None:
        table, actions = alter.groups()
        return [f"ALTER TABLE {table} {action}" for action in _actions(actions) if not _HINT.match(action)]
    if _POLICY.match(text):
        return [_RECKONED_ONCE.sub(r"\1", text)]
    return [moment.stated(text, at)]


def _actions(text: str) -> Iterator[str]:
    """What stands between commas, but for those in parentheses and quotes."""
    depth, action = 0, list[str]()
    for part in _PART.findall(text):
        depth += (part in "([") - (part in ")]")
        if part == "," and depth == 0:
            yield "".join(action).strip()
            action = []
        else:
            action.append(part)
    yield "".join(action).strip()


class PiecewiseConnection:
    """What the step of a Python file runs its statements over."""

    def __init__(self, connection: AsyncConnection[Any], at: str) -> None:
        self._connection, self._at = connection, at

    async def execute(self, query: str | sql.Composable, values: Sequence[object] | None = None) -> Any:
        """The cursor of the last piece."""
        text = query if isinstance(query, str) else query.as_string(self._connection)
        for piece in pieces(text, self._at):
            cursor = await self._connection.execute(piece.encode(), values)
        return cursor
