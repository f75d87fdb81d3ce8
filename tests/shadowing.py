"""Statements in which a row is looked up anew where that of the query around it is meant.

SQLAlchemy takes a table into the FROM of a subquery unless it knows that it belongs to the query around: through a union
it does not, and what should be of one row is then of all. No other test sees it in a table with one row.
"""

import re

_ROW = re.compile(r"'[^']*'|[()]|__tenant__\.\w+ AS (r\$\d+)\b(?!\.)")


def shadowed(text: str) -> set[str]:
    """The planner's names of rows that a statement gives to a table again inside the query that has given them."""
    given: list[tuple[str, tuple[int, ...]]] = []
    around: list[int] = []
    for place, match in enumerate(_ROW.finditer(text)):
        if match[0] == "(":
            around.append(place)
        elif match[0] == ")":
            around.pop()
        elif match[1]:
            given.append((match[1], tuple(around)))
    return {
        name
        for name, inner in given
        for other, outer in given
        if name == other and len(outer) < len(inner) and inner[: len(outer)] == outer
    }
