"""Notes: what the city's team writes about a contribution for itself; only whoever works on it reads them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, delete, func, literal_column, select

from models import expected
from models.base import table
from models.contribution import Contribution
from models.event import EventKind
from models.note import MAX_NOTES, NOTE_LENGTH, Note
from models.refusal import limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from planner.sight import Sight
from planner.who import forbidden
from resolvers import access, room, sight, text
from resolvers.sight import CONTRIBUTION

_note = table(Note)
_id = value(Note, "id")
COUNT = select(func.count().label("count")).where(_note.c.contribution_id == value(Note, "contribution_id"))
REMOVE = delete(_note).where(_note.c.id == _id)


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note that the asker sees."""

    contribution_id: UUID
    author_id: UUID | None


# Reads ----------------------------------------------------------------------------------------------------------------


def of_contribution(row: FromClause, contribution: FromClause, _context: FieldContext) -> Listing:
    """The notes on a contribution, the newest first."""
    order = Order("note.newest", (row.c.written_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.contribution_id == contribution.c.id,), order)


def may_remove(note: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may remove the note: its author and administrators may."""
    if context.viewer.is_administrator:
        return literal_column("true")
    return func.coalesce(note.c.author_id == context.viewer_id, literal_column("false"))


# Changes --------------------------------------------------------------------------------------------------------------


@cache
def _seen(seen: Sight) -> Select[Any]:
    """Finds the note `:id` if the asker sees it and its contribution."""
    statement: Select[Any] = select(_note.c.contribution_id, _note.c.author_id)
    seen_here = sight.contributions(select(CONTRIBUTION.c.id), seen)
    of_seen = seen_here.where(CONTRIBUTION.c.id == _note.c.contribution_id).correlate(_note).exists()
    return statement.where(_note.c.id == _id, of_seen, *all_of((sight.note(_note, seen),)))


async def add(act: Act, *, contribution: UUID, body: str) -> Outcome:
    """Write a note on a contribution."""
    target = await access.contribution(act, contribution)
    note = await write(act, contribution, target.author_id, body, "body", feasibility=None, cost_euros=None)
    return act.did(EventKind.NOTE_ADDED, contribution, note_id=note)


async def write(act: Act, contribution: UUID, concerned: UUID, body: str, field: str, **verdict: Any) -> UUID:
    """Write a note, with what an evaluation finds. Raises Refusal, of `field` where the text is too long or short."""
    kept = text.clean(body, NOTE_LENGTH, field)
    await room.of(act, Contribution, contribution)
    counted = await act.one(COUNT, into=room.Count, contribution_id=contribution)
    if counted is not None and counted.count >= MAX_NOTES:
        raise limit_reached(
            f"A contribution has at most {MAX_NOTES} notes.", "contribution", expected.at_most(MAX_NOTES)
        )
    about = {"contribution_id": contribution, "concerned_id": concerned, "author_id": act.actor_or_none}
    return await act.insert(Note, **about, body=kept, written_at=act.now, **verdict)


async def remove(act: Act, *, note: UUID) -> Outcome:
    """Remove a note: one's own, or any as an administrator."""
    written = await act.one(_seen(act.sight), into=WrittenNote, id=note)
    if written is None:
        raise not_found("note")
    if written.author_id != act.actor_or_none and not act.asker.viewer.is_administrator:
        raise forbidden()
    await act.execute(REMOVE, id=note)
    return act.did(EventKind.NOTE_REMOVED, written.contribution_id, contribution_id=written.contribution_id)
