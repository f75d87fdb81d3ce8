"""Criteria of the desk: which contributions a filter finds, the same for the list and for a change of all of them."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, literal_column, not_, or_
from sqlalchemy.types import Uuid

from models import ident
from models.contribution import ContributionKind, ContributionStatus
from planner.context import Arguments, Asker, FieldContext
from resolvers import life, search

_FRENCH: ColumnElement[str] = literal_column("'pg_catalog.french'::regconfig")
REFERENCES = {"activity": "activity", "category": "category", "zone": "zone", "assignee": "actor"}
"""Criteria that name an object, with the kind of its id."""

WORDS = ("kind", "status", "search")
IS_ASSIGNED = "is_assigned"
NAMES = (*REFERENCES, *WORDS, IS_ASSIGNED)


def _matches(row: FromClause, words: ColumnElement[str]) -> ColumnElement[bool]:
    """The words stand in title or text; asked of both indexes of words, of what is open and of what is over."""
    is_open = life.is_open(row)
    matches: ColumnElement[bool] = row.c.search.op("@@", is_comparison=True)(func.to_tsquery(_FRENCH, words))
    return and_(matches, or_(is_open, not_(is_open)))


_CONDITIONS: dict[str, Callable[[FromClause, Any], ColumnElement[bool]]] = {
    "activity": lambda row, given: row.c.activity_id == given,
    "category": lambda row, given: row.c.category_id == given,
    "zone": lambda row, given: row.c.zone_id == given,
    "assignee": lambda row, given: row.c.assignee_id == given,
    "kind": lambda row, given: row.c.kind == given,
    "status": lambda row, given: row.c.status == given,
    "search": _matches,
}


def conditions(
    row: FromClause, given: Mapping[str, ColumnElement[Any]], *, is_assigned: bool | None
) -> tuple[ColumnElement[bool], ...]:
    """What a filter asks of a contribution; `given` are parameters by the criteria's names."""
    asked = [_CONDITIONS[name](row, value) for name, value in given.items()]
    if is_assigned is not None:
        asked.append(row.c.assignee_id.is_not(None) if is_assigned else row.c.assignee_id.is_(None))
    return tuple(asked)


def words(text: str) -> str:
    """A search as PostgreSQL's query. Raises Refusal(TOO_LONG)."""
    return search.asked(text.strip()).either


def of_arguments(row: FromClause, context: FieldContext) -> tuple[ColumnElement[bool], ...]:
    """The same for a list, from its arguments."""
    given: dict[str, ColumnElement[Any]] = {}
    for name, kind in REFERENCES.items():
        if context.has(name):
            given[name] = context.bind(_reference(name, kind), Uuid())
    for name in ("kind", "status"):
        if context.has(name):
            choice: ContributionKind | ContributionStatus = context.choice(name)
            given[name] = literal_column(f"'{choice.value}'", Text)
    if context.has("search"):
        given["search"] = context.bind(lambda arguments, _: words(arguments["search"]), Text())
    is_assigned = context.choice("isAssigned") if context.has("isAssigned") else None
    return conditions(row, given, is_assigned=is_assigned)


def _reference(name: str, kind: str) -> Callable[[Arguments, Asker], object]:
    return lambda arguments, asker: ident.decode(kind, asker.tenant, arguments[name], name)


def values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `conditions` from an input."""
    asked = {name: given[name] for name in (*REFERENCES, "kind", "status") if given.get(name) is not None}
    if given.get("search") is not None:
        asked["search"] = words(given["search"])
    return asked
