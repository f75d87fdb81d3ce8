"""The journal of acts: who did what to what, when, and what it changed; for administrators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Uuid

from models import ident
from models.base import constant, table
from models.event import EventDetail, EventKind
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers.ident import argument

_DIGEST = literal_column("'digest'", Text)
_BEFORE, _AFTER = literal_column("0", Integer), literal_column("1", Integer)


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Acts, newest first. Changes of a row's columns are shown with their act; they are an entry by themselves only
    if the act has no other event."""
    order = Order("journal.newest", (row.c.at, row.c.id), (datetime, UUID), is_descending=True)
    kinds: Any = ARRAY(Text())
    return Listing(
        all_of(
            (
                or_(row.c.kind != constant(EventKind.CHANGED), ~_belongs_to_another(row)),
                row.c.kind == any_(context.bind(lambda given, _: [kind.value for kind in given["kinds"]], kinds))
                if context.has("kinds")
                else None,
                row.c.actor_id == argument(context, "actor", "by") if context.has("by") else None,
                row.c.subject_id == _subject(context) if context.has("subject") else None,
                row.c.at >= context.bind("since", DateTime(timezone=True)) if context.has("since") else None,
                row.c.at < context.bind("until", DateTime(timezone=True)) if context.has("until") else None,
            )
        ),
        order,
    )


def _belongs_to_another(row: FromClause) -> ColumnElement[bool]:
    detail = table(EventDetail).alias("belonging")
    return exists().where(detail.c.id == row.c.id, detail.c.act_id != row.c.id).correlate_except(detail)


def _subject(context: FieldContext) -> ColumnElement[Any]:
    """The UUID in an id of any type."""
    return context.bind(lambda given, asker: ident.of_any_kind(asker.tenant, given["subject"], "subject"), Uuid())


def subject(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The UUID of what it was done to."""
    return cast(row.c.subject_id, Text)


def notes(event: FromClause, _context: FieldContext) -> Select[Any]:
    """The event's notes, without the digest of what changed."""
    pairs = func.jsonb_each_text(event.c.payload).table_valued(column("key", Text), column("value", Text), name="note")
    note = pairs.render_derived()
    return (
        select(note.c.key.label("name"), note.c.value.label("value")).where(note.c.key != _DIGEST).order_by(note.c.key)
    )


def changes(event: FromClause, _context: FieldContext) -> Select[Any]:
    """The columns that the act changed, row by row, until their details are erased."""
    detail = table(EventDetail).alias("detail")
    pairs = func.jsonb_each(detail.c.columns).table_valued(column("key", Text), column("value", JSONB), name="change")
    change = pairs.render_derived().lateral()
    return (
        select(
            detail.c.subject_kind.label("subject"),
            change.c.key.label("name"),
            change.c.value.op("->>", return_type=Text())(_BEFORE).label("before"),
            change.c.value.op("->>", return_type=Text())(_AFTER).label("after"),
        )
        .select_from(detail.join(change, literal_column("true")))
        .where(detail.c.act_id == event.c.id)
        .order_by(detail.c.id, change.c.key)
        .correlate_except(detail, change)
    )


def is_erased(event: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the details of what it changed were erased."""
    detail = table(EventDetail).alias("emptied")
    return exists().where(detail.c.act_id == event.c.id, detail.c.salt.is_(None)).correlate_except(detail)
