"""Drafts («brouillons»): kept for their author, of an organisation for its members, while something is written; then
published or thrown away.

A draft is no contribution yet: nothing that reads contributions knows of it, and no event tells of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Interval,
    Select,
    Text,
    Update,
    cast,
    delete,
    extract,
    func,
    literal,
    literal_column,
    select,
    update,
)

from models import expected
from models.actor import Actor
from models.base import table
from models.contribution import BODY_LENGTH, RULES, TITLE_LENGTH, ContributionKind, OnBehalfOf, Precision, Urgency
from models.draft import MAX_DRAFTS, Draft
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached, not_found
from models.retention import DRAFT
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, particulars, position, room, speaking, text

_draft, _actor = table(Draft), table(Actor)
_id, _author = value(Draft, "id"), value(Draft, "author_id")
LOCK = select(_actor.c.id).where(_actor.c.id == _author, _actor.c.erased_at.is_(None)).with_for_update(key_share=True)
"""An author's drafts are counted one after the other, and nobody who is erased gets one more."""

COUNT = select(func.count().label("count")).where(_draft.c.author_id == _author)
REMOVE = delete(_draft).where(_draft.c.id == _id)
FORGET = delete(_draft).where(_draft.c.changed_at < func.now() - literal(DRAFT.keep, Interval))


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A draft, locked."""

    id: UUID
    author_id: UUID
    version: str


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What the viewer keeps, and the organisations for which the viewer speaks, the last changed first; nothing of
    anybody else's."""
    order = Order("draft.newest", (row.c.changed_at, row.c.id), (datetime, UUID), is_descending=True)
    is_own = actor.c.id == context.viewer_id
    return Listing((row.c.author_id.in_(speaking.voices(context.viewer_id)), is_own), order)


def forgotten_at(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """When it is forgotten unless it is changed."""
    return row.c.changed_at + literal(DRAFT.keep, Interval)


def version(row: FromClause, _context: FieldContext | None = None) -> ColumnElement[str]:
    """A mark of what is kept now: the microsecond of the last change."""
    microseconds = extract("epoch", row.c.changed_at) * literal_column("1000000")
    return cast(cast(microseconds, BigInteger), Text)


OWN = select(_draft.c.id, _draft.c.author_id, version(_draft).label("version")).where(_draft.c.id == _id)
OWN = OWN.with_for_update()


def place(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The point that its author has chosen."""
    return select(row.c.lat, row.c.lng).where(row.c.lat.is_not(None))


# Changes --------------------------------------------------------------------------------------------------------------


async def keep(
    act: Act,
    *,
    activity: UUID,
    kind: ContributionKind,
    draft: UUID | None = None,
    version: str | None = None,
    title: str = "",
    body: str = "",
    category: UUID | None = None,
    location: particulars.Location | None = None,
    is_anonymous: bool = False,
    price_cents: int | None = None,
    price_unit: str | None = None,
    urgency: Urgency = Urgency.NO_HURRY,
    capacity: int | None = None,
    season_months: Sequence[int] | None = None,
    on_behalf_of: UUID | None = None,
    behalf: OnBehalfOf = OnBehalfOf.NOBODY,
) -> Outcome:
    """Keep what somebody is writing, as it is; again under the id that it has, unless it was changed since `version`
    was read. What is there must be right, and anything may be missing."""
    author_id = await _author_of(act, draft, version, on_behalf_of)
    rules = await access.activity(act, activity)
    if RULES[kind].about is not None or not rules.takes(kind):
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "The activity does not take this kind.", "kind")
    columns: dict[str, Any] = {
        "title": text.line(title, (0, TITLE_LENGTH[1]), "title"),
        "body": text.clean(body, (0, BODY_LENGTH[1]), "body"),
        "category_id": await particulars.category_of(act, activity, category, kind, author_id, True),
    }
    priced = price_unit if price_cents is not None else None
    columns |= particulars.details(
        kind, is_anonymous, price_cents, priced, season_months or (), urgency, capacity, behalf
    )
    columns |= {"urgency": urgency, "capacity": capacity, "price_unit": particulars.unit(kind, price_unit)}
    columns |= await _place(act, author_id, location)
    columns |= {"author_id": author_id, "activity_id": activity, "kind": kind}
    return act.did(draft_id=await _write(act, draft, columns))


async def _write(act: Act, draft: UUID | None, columns: dict[str, Any]) -> UUID:
    """Write a draft, anew or over the one that there is; its id."""
    if draft is None:
        return await act.insert(Draft, **columns, changed_at=act.now)
    await act.execute(_change(tuple(columns)), id=draft, **columns)
    return draft


async def _author_of(act: Act, draft: UUID | None, version: str | None, on_behalf_of: UUID | None) -> UUID:
    """In whose name it is kept, with room for it, and the draft that there is locked: it stays its author's unless
    another is named. Raises Refusal."""
    if draft is not None and on_behalf_of is None:
        return (await _unchanged(act, draft, version)).author_id
    author_id = await speaking.speaker(act, on_behalf_of)
    if not await act.exists(LOCK, author_id=author_id):  # Before the draft, as an erasure does.
        raise _gone(act, author_id)
    if draft is None or (await _unchanged(act, draft, version)).author_id != author_id:
        await _require_room(act, author_id)
    return author_id


def _gone(act: Act, author_id: UUID) -> Refusal:
    """The author was erased since the asker signed in."""
    if author_id == act.actor:
        return Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    return not_found("onBehalfOf")


async def _unchanged(act: Act, draft: UUID, version: str | None) -> OwnDraft:
    """The asker's own draft, locked, as it was read: two members do not write over each other. Raises Refusal."""
    kept = await own(act, draft)
    if version is None:
        raise bad_input("Say which version of the draft was read.", "version", expected.NEW)
    if version != kept.version:
        raise conflict()
    return kept


async def _require_room(act: Act, author_id: UUID) -> None:
    """There is room for one more draft of an author who is locked. Raises Refusal(LIMIT_REACHED)."""
    [kept] = await act.all(COUNT, into=room.Count, author_id=author_id)
    if kept.count >= MAX_DRAFTS:
        message = f"At most {MAX_DRAFTS} drafts are kept: publish one, or throw one away."
        raise limit_reached(message, "draft", expected.at_most(MAX_DRAFTS))


async def _place(act: Act, author_id: UUID, location: particulars.Location | None) -> dict[str, Any]:
    """The point that an author has chosen. Raises Refusal where it could not be published."""
    if location is None:
        return dict.fromkeys(("lat", "lng", "precision", "address"))
    placed = await position.of(act.transaction, author_id, location)
    precision = Precision.EXACT if placed.published.is_exact else Precision.CELL
    return {"lat": placed.lat, "lng": placed.lng, "precision": precision, "address": placed.address}


@cache
def _change(names: tuple[str, ...]) -> Update:
    values = {name: value(Draft, name) for name in names}
    return update(_draft).where(_draft.c.id == _id).values(**values, changed_at=func.now())


async def own(act: Act, draft: UUID) -> OwnDraft:
    """The asker's own draft, locked. Raises Refusal(NOT_FOUND)."""
    kept = await act.one(OWN, into=OwnDraft, id=draft)
    if kept is None or not await speaking.acts_for(act, kept.author_id):
        raise not_found("draft")
    return kept


async def discard(act: Act, *, draft: UUID) -> Outcome:
    """Throw the asker's own draft away."""
    await own(act, draft)
    await act.execute(REMOVE, id=draft)
    return act.did()


async def take(act: Act, draft: UUID | None, version: str | None) -> None:
    """End the draft of what is published, if it was one: nobody throws away what was written to it since. Raises
    Refusal, NOT_FOUND once it was published."""
    if draft is not None:
        await _unchanged(act, draft, version)
        await act.execute(REMOVE, id=draft)
