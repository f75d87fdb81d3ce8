"""Imports: files that administrators send are checked, confirmed and undone; a job does the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    cast,
    delete,
    func,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from models import expected
from models.base import constant, table
from models.event import EventKind
from models.import_run import (
    PUBLISHED,
    SOURCE_LENGTH,
    DeclaredTotal,
    ImportChunk,
    ImportedItem,
    ImportRemark,
    ImportRun,
    ImportState,
    ImportTarget,
)
from models.polling_desk import PollingDesk
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, text

_run, _item, _total, _desk = (table(model) for model in (ImportRun, ImportedItem, DeclaredTotal, PollingDesk))
_id = value(ImportRun, "id")
_published = _item.c.kind.in_([constant(kind) for kind in PUBLISHED])

_locked = ("id", "state", "columns", "activity_id", "source", "may_take_ballots", "edition")
LOCK = select(*(_run.c[name] for name in _locked)).where(_run.c.id == _id).with_for_update()
_ANEW: dict[str, Any] = {
    name: literal_column("0")
    for name in ("row_count", "accepted_count", "refused_count", "known_count", "kept_count", "done_rows")
}
CHECK = (
    update(_run)
    .where(_run.c.id == _id)
    .values(
        state=constant(ImportState.CHECKING),
        problem=null(),
        held_until=null(),
        ended_at=null(),
        **_ANEW,
        **{
            name: value(ImportRun, name)
            for name in ("activity_id", "source", "may_add_categories", "may_take_ballots", "columns")
        },
    )
)
_remarks, _chunks = table(ImportRemark), table(ImportChunk)
FORGET_REMARKS = delete(_remarks).where(_remarks.c.run_id == _id)
FORGET_FILE = delete(_chunks).where(_chunks.c.run_id == _id)
FORGET = delete(_run).where(_run.c.id == _id)
CONFIRM = update(_run).where(_run.c.id == _id).values(state=constant(ImportState.RUNNING), held_until=null(), **_ANEW)
UNDO = (
    update(_run).where(_run.c.id == _id).values(state=constant(ImportState.UNDOING), problem=null(), held_until=null())
)


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The newest first, of one state on request."""
    where = (row.c.state == constant(context.choice("state")),) if context.has("state") else ()
    return Listing(
        where, Order("import_run.newest", (row.c.created_at, row.c.id), (datetime, UUID), is_descending=True)
    )


def remarks(row: FromClause, run: FromClause, _context: FieldContext) -> Listing:
    """The remarks on a run's rows, in their order."""
    return Listing((row.c.run_id == run.c.id,), Order("import_remark.line", (row.c.line, row.c.id), (int, UUID)))


def columns(row: FromClause, _context: FieldContext) -> Select[Any]:
    """A file's columns: name, meaning and a sample value."""
    cells = func.jsonb_array_elements(row.c.columns).table_valued("value", with_ordinality="rank", name="columns")
    cells = cells.render_derived()
    parts = (cells.c.value.op("->>")(literal_column(f"'{name}'")).label(name) for name in ("name", "target", "sample"))
    return select(*parts).select_from(cells).order_by(cast(cells.c.rank, Integer))


def edition(run: FromClause, _context: FieldContext) -> Select[Any]:
    """The finished vote that a file holds."""
    told = run.c.edition
    columns = [_said(told, "is_taken", Boolean()), _said(told, "selected", Integer()).label("selected_count")]
    for name in ("ballots", "valid", "blank", "spoilt", "repeated"):
        count = func.coalesce(_said(told, name, Integer(), "counts"), literal_column("0"), type_=Integer())
        columns.append(count.label(f"{name.removesuffix('s')}_count"))
    return select(*columns).where(told.is_not(None))


def _said(told: Any, name: str, type_: TypeEngine[Any], *within: str) -> ColumnElement[Any]:
    path = (literal_column(f"'{key}'", Text) for key in (*within, name))
    return cast(func.jsonb_extract_path_text(told, *path), type_).label(name)


def terms(run: FromClause, _context: FieldContext) -> Select[Any]:
    """What a file says of the rule of its vote, beside what the activity says."""
    told = func.jsonb_extract_path(run.c.edition, literal_column("'terms'", Text), type_=JSONB())
    rows = func.jsonb_array_elements(told).table_valued("value", with_ordinality="rank", name="edition_term")
    rows = rows.render_derived()
    parts = (rows.c.value.op("->>")(literal_column(f"'{name}'")).label(name) for name in ("term", "ours", "theirs"))
    return select(*parts).select_from(rows).order_by(cast(rows.c.rank, Integer))


def origin(contribution: FromClause, _context: FieldContext) -> Select[Any]:
    """Where an imported contribution came from."""
    return select(_item.c.source, _item.c.reference, _item.c.old_address.label("address")).where(
        _item.c.subject_id == contribution.c.id, _published
    )


def declared(contribution: FromClause, _context: FieldContext) -> Select[Any]:
    """Totals that another system declared."""
    return (
        select(_total.c.measure, _total.c.count, _total.c.source)
        .where(_total.c.contribution_id == contribution.c.id)
        .order_by(_total.c.rank)
    )


def moved(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The contribution that was at an old address' path."""
    path = context.bind("path", Text())
    named = select(_item.c.subject_id).where(_item.c.old_path == path, _published)
    return row.c.id == named.order_by(_item.c.source).limit(literal_column("1")).scalar_subquery()


# Writes ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Locked:
    """A run as a mutation finds it."""

    id: UUID
    state: ImportState
    columns: Any
    activity_id: UUID
    source: str
    may_take_ballots: bool
    edition: Any


async def check(
    act: Act,
    *,
    import_run: UUID,
    activity: UUID | None = None,
    source: str | None = None,
    targets: Sequence[ImportTarget] | None = None,
    may_add_categories: bool = False,
    may_take_ballots: bool | None = None,
) -> Outcome:
    """Try a file again with these columns: what would become of its rows."""
    if activity is not None:
        await access.activity(act, activity)
    run = await _in(act, import_run, ImportState.CHECKED, ImportState.FAILED)
    if run.edition and run.edition["before"] is not None:
        raise Refusal(ErrorCode.IMPORT_STATE, "Ballots were imported of it: undo it first.", "importRun")
    columns = run.columns if targets is None else _meant(run.columns, targets)
    await act.execute(
        CHECK,
        id=import_run,
        activity_id=activity or run.activity_id,
        source=run.source if source is None else text.line(source, SOURCE_LENGTH, "source"),
        may_add_categories=may_add_categories,
        may_take_ballots=run.may_take_ballots if may_take_ballots is None else may_take_ballots,
        columns=columns,
    )
    await act.execute(FORGET_REMARKS, id=import_run)
    return act.did(EventKind.IMPORT_CHECKED, import_run, import_run_id=import_run)


async def confirm(act: Act, *, import_run: UUID) -> Outcome:
    """Import the accepted rows; confirming twice is not an error."""
    run = await _in(act, import_run, ImportState.CHECKED, ImportState.RUNNING, ImportState.DONE)
    if run.state is not ImportState.CHECKED:
        return act.did(import_run_id=import_run)
    await act.execute(CONFIRM, id=import_run)
    await act.execute(FORGET_REMARKS, id=import_run)
    return act.did(EventKind.IMPORT_CONFIRMED, import_run, {"source": run.source}, import_run_id=import_run)


async def undo(act: Act, *, import_run: UUID) -> Outcome:
    """Undo what a run made; undoing twice is not an error."""
    states = (ImportState.DONE, ImportState.FAILED, ImportState.UNDOING, ImportState.UNDONE)
    run = await _in(act, import_run, *states)
    if run.state in (ImportState.UNDOING, ImportState.UNDONE):
        return act.did(import_run_id=import_run)
    await act.execute(UNDO, id=import_run)
    return act.did(EventKind.IMPORT_UNDONE, import_run, {"source": run.source}, import_run_id=import_run)


async def discard(act: Act, *, import_run: UUID) -> Outcome:
    """Delete a file that was not imported."""
    await _in(act, import_run, ImportState.CHECKED, ImportState.UNDONE, ImportState.FAILED)
    if await act.exists(MADE, run_id=import_run):
        raise Refusal(ErrorCode.IMPORT_STATE, "Something was imported of it: undo it first.", "importRun")
    for statement in (FORGET_REMARKS, FORGET_FILE, FORGET):
        await act.execute(statement, id=import_run)
    return act.did(EventKind.IMPORT_DISCARDED, import_run, import_run_id=None)


_made = (
    select(_item.c.subject_id).where(_item.c.run_id == value(ImportedItem, "run_id")),
    select(_desk.c.id).where(_desk.c.import_run_id == value(ImportedItem, "run_id")),
)
MADE = union_all(*_made).limit(literal_column("1"))
"""What a run made: rows, or desks with ballots."""


async def _in(act: Act, run: UUID, *states: ImportState) -> Locked:
    """The run, locked, in one of these states. Raises Refusal."""
    row = await act.one(LOCK, into=Locked, id=run)
    if row is None:
        raise not_found("importRun")
    if row.state not in states:
        listed = ", ".join(state.value for state in states)
        raise Refusal(ErrorCode.IMPORT_STATE, f"It is {row.state.value}, not {listed}.", "importRun")
    return row


def _meant(columns: Sequence[dict[str, Any]], targets: Sequence[ImportTarget]) -> list[dict[str, Any]]:
    """The columns with changed meanings. At most one column has each target, except NOTHING."""
    said = [target for target in targets if target is not ImportTarget.NOTHING]
    if len(targets) != len(columns):
        raise bad_input(
            f"One target for each of the {len(columns)} columns is wanted.",
            "targets",
            expected.count(len(columns), len(columns)),
        )
    if len(said) != len(set(said)):
        raise bad_input("Two columns cannot say the same.", "targets", expected.ONCE)
    return [{**column, "target": target.value} for column, target in zip(columns, targets, strict=True)]
