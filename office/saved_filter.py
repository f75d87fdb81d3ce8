"""Saved filters: what a moderator asks for again and again, kept by name with the own account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Text,
    cast,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from models import expected
from models.account import FILTER_NAME_LENGTH, MAX_FILTERS, Account
from models.base import table
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import criteria, text

_account = table(Account)
_owner = value(Account, "actor_id")
OWN = select(_account.c.id, _account.c.filters).where(_account.c.actor_id == _owner).with_for_update()
WRITE = update(_account).where(_account.c.id == value(Account, "id")).values(filters=value(Account, "filters"))


@dataclass(frozen=True, slots=True)
class KeptFilters:
    """The asker's account with its filters, locked."""

    id: UUID
    filters: list[dict[str, Any]]


# Reads ----------------------------------------------------------------------------------------------------------------


def _said(kept: Any, name: str) -> ColumnElement[str]:
    said: ColumnElement[str] = kept.c.value.op("->>")(literal_column(f"'{name}'", Text))
    return said


def own(account: FromClause, context: FieldContext) -> Select[Any]:
    """An account's filters, by name."""
    rows = func.jsonb_array_elements(account.c.filters).table_valued(column("value", JSONB), name="kept")
    kept = rows.render_derived()
    columns: list[Any] = [_said(kept, name).label(name) for name in ("name", *criteria.WORDS)]
    columns += [cast(_said(kept, name), Uuid).label(f"{name}_id") for name in criteria.REFERENCES]
    columns.append(cast(_said(kept, criteria.IS_ASSIGNED), Boolean).label(criteria.IS_ASSIGNED))
    return select(*columns).select_from(kept).order_by(text.dictionary_order(_said(kept, "name")))


def named(name: str) -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """The object that a filter names in a column."""
    return lambda saved, row, _: row.c.id == saved.c[name]


# Changes --------------------------------------------------------------------------------------------------------------


async def _kept(act: Act) -> KeptFilters:
    """The asker's account. Raises Refusal: machines have none."""
    account = await act.one(OWN, into=KeptFilters, actor_id=act.actor)
    if account is None:
        raise Refusal(ErrorCode.IS_MACHINE, "Only people who sign in keep filters.")
    return account


async def save(act: Act, *, name: str, criteria: Mapping[str, Any]) -> Outcome:
    """Keep a filter by its name, in the place of one of the same name."""
    called = text.line(name, FILTER_NAME_LENGTH, "name")
    asked = _plain(criteria)
    account = await _kept(act)
    others = [each for each in account.filters if each["name"].casefold() != called.casefold()]
    if len(others) >= MAX_FILTERS:
        raise limit_reached(f"You keep at most {MAX_FILTERS} filters.", "name", expected.at_most(MAX_FILTERS))
    await act.execute(WRITE, id=account.id, filters=[*others, {"name": called, **asked}])
    return act.did(account_id=account.id)


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for, as JSON; a search is looked at once. Raises Refusal(TOO_LONG)."""
    criteria.values(given)
    asked = {name: given.get(name) for name in criteria.NAMES}
    return {name: _json(value) for name, value in asked.items() if value not in (None, "")}


def _json(given: object) -> object:
    if isinstance(given, Enum):
        return given.value
    return str(given) if isinstance(given, UUID) else given


async def remove(act: Act, *, name: str) -> Outcome:
    """Forget a filter."""
    account = await _kept(act)
    others = [each for each in account.filters if each["name"] != name]
    if len(others) == len(account.filters):
        raise not_found("name")
    await act.execute(WRITE, id=account.id, filters=others)
    return act.did(account_id=account.id)
