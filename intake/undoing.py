"""Undoing: removes what an import made, except what somebody has answered, voted on or used since."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

import models
from database.door import Transaction
from intake import mission_intake
from models.actor import Actor
from models.base import TENANT, TenantTable, constant, table
from models.category import Category
from models.comment import Comment
from models.contribution import GONE_STATUSES, Contribution
from models.every import tenant_tables
from models.import_run import PUBLISHED, DeclaredTotal, ImportedItem, ImportedKind
from models.mission import Mission
from models.official_response import OfficialResponse
from models.petition import WRITABLE, Petition
from models.proposal_status import ProposalStatus
from resolvers import life, petition_proposal

BATCH = 500

ORDER = (
    ImportedKind.COMMENT,
    ImportedKind.ARGUMENT,
    ImportedKind.CONTRIBUTION,
    ImportedKind.RESPONSE,
    ImportedKind.CATEGORY,
    ImportedKind.STATUS,
    ImportedKind.ACTOR,
)
"""Rows that refer to others come before these, but for responses, which stay with the proposals that are kept."""

OWN_TABLES = frozenset(
    ("declared_total", "tally", "tally_delta", "activity_count", "activity_count_delta", "analysis_text")
)
"""Tables whose references do not count as use: they hold what the import itself wrote, or what is derived."""

_item, _contribution, _response, _petition, _mission = (
    table(model) for model in (ImportedItem, Contribution, OfficialResponse, Petition, Mission)
)
_GONE = [constant(status) for status in GONE_STATUSES]
_run, _ids = bindparam("run", type_=Uuid()), bindparam("ids", type_=ARRAY(Uuid()))
_of_kind = (_item.c.run_id == _run, _item.c.kind == bindparam("kind", type_=Text()))
_many = literal_column(str(BATCH), BigInteger)
ITEMS = select(_item.c.subject_id).where(*_of_kind).limit(_many)
FORGET = delete(_item).where(*_of_kind, _item.c.subject_id == any_(_ids))
KEEP = update(_item).where(*_of_kind, _item.c.subject_id == any_(_ids)).values(run_id=None)
UNDECLARE = delete(table(DeclaredTotal)).where(table(DeclaredTotal).c.contribution_id == any_(_ids))
LEFT = select(func.count()).where(_item.c.run_id == _run)


async def undo(transaction: Transaction, run: UUID, actor: UUID | None, institution: UUID) -> tuple[int, int] | None:
    """Remove or keep one batch of what a run made; returns how many of each, or None when nothing is left.

    Rows that are kept no longer belong to the run, but keep their reference.
    """
    for kind in ORDER:
        ids: list[Any] = [subject for (subject,) in await transaction.all(ITEMS, run=run, kind=kind.value)]
        if not ids:
            continue
        if kind in PUBLISHED:
            # Nobody can answer them from here on, and the city decides on no petition among them.
            await transaction.all(life.LOCKED, ids=ids)
            await petition_proposal.lock(transaction, ids)
            await transaction.all(mission_intake.LOCK, ids=ids)
        used = {subject for (subject,) in await transaction.all(_used(kind), ids=ids)}
        gone = [subject for subject in ids if subject not in used]
        await transaction.execute(KEEP, run=run, kind=kind.value, ids=[each for each in ids if each in used])
        await transaction.execute(FORGET, run=run, kind=kind.value, ids=gone)
        await _remove(transaction, kind, gone, actor, institution)
        is_told = kind in (ImportedKind.COMMENT, *PUBLISHED)
        return (len(gone), len(used)) if is_told else (0, 0)
    return None


async def _remove(
    transaction: Transaction, kind: ImportedKind, ids: Sequence[Any], actor: UUID | None, institution: UUID
) -> None:
    if kind in PUBLISHED:
        await transaction.execute(UNDECLARE, ids=ids)
        await mission_intake.forget(transaction, ids)
        await life.take_back(transaction, actor, ids, institution)
        await petition_proposal.forget(transaction, ids)
    else:
        await transaction.execute(_removal(kind), ids=ids)


_TABLES: dict[ImportedKind, type[TenantTable]] = {
    ImportedKind.CONTRIBUTION: Contribution,
    ImportedKind.ARGUMENT: Contribution,
    ImportedKind.COMMENT: Comment,
    ImportedKind.CATEGORY: Category,
    ImportedKind.RESPONSE: OfficialResponse,
    ImportedKind.STATUS: ProposalStatus,
    ImportedKind.ACTOR: Actor,
}


@cache
def _removal(kind: ImportedKind) -> Any:
    items = table(_TABLES[kind])
    return delete(items).where(items.c.id == any_(_ids))


@cache
def _used(kind: ImportedKind) -> Any:
    """Those of `:ids` that another row refers to (a reply, an argument, a vote), in any table with such a column."""
    if kind is ImportedKind.RESPONSE:
        return (
            select(_response.c.id)
            .join_from(_response, _contribution, _contribution.c.id == _response.c.contribution_id)
            .where(_response.c.id == any_(_ids), _contribution.c.status.not_in(_GONE))
        )
    naming = [_naming(column) for column in _references(kind)]
    return union(*naming)


def _naming(column: Any) -> Select[Any]:
    """Those of `:ids` that a column names; not from contributions that are gone, responses that came with them,
    petitions on which nobody has decided or missions for which nobody has signed up."""
    named = select(column).where(column == any_(_ids))
    if column.table.name == _contribution.name:
        named = named.where(column.table.c.status.not_in(_GONE))
    if column.table.name == _response.name:
        own = select(_item.c.subject_id).where(_item.c.subject_id == column.table.c.id, _item.c.run_id.is_not(None))
        named = named.where(~own.exists())
    if column.table.name == _mission.name and column.name == "contribution_id":
        return mission_intake.USED
    if column.table.name == _petition.name:
        named = named.where(column.table.c.state.not_in([constant(state) for state in WRITABLE]))
    return named


def _references(kind: ImportedKind) -> list[ColumnElement[Any]]:
    """The columns of tenants' tables that refer to a table, by a foreign key or, as in votes, by their name."""
    for module in iter_modules(models.__path__):
        import_module(f"models.{module.name}")
    target = table(_TABLES[kind])
    own = target.fullname if hasattr(target, "fullname") else f"{TENANT}.{target.name}"
    return [
        column
        for owner in tenant_tables()
        if owner.name not in OWN_TABLES
        for column in owner.columns
        if column.name == f"{target.name}_id" or any(key.target_fullname == f"{own}.id" for key in column.foreign_keys)
    ]
