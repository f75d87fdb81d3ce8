"""Participatory spaces: read by everybody who may see them, changed by administrators."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, any_, bindparam, cast, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models.base import constant, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, conflict, not_found
from models.space import DESCRIPTION_LENGTH, TITLE_LENGTH, ParticipatorySpace, Visibility
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers import access, ident, period, text

_space = table(ParticipatorySpace)
_id, _ids = value(ParticipatorySpace, "id"), bindparam("ids", type_=ARRAY(Uuid()))
_ONE: ColumnElement[int] = literal_column("1")
REVISE = (
    update(_space)
    .where(_space.c.id == _id, _space.c.version == bindparam("read_version", type_=Integer()))
    .values(
        title=value(ParticipatorySpace, "title"),
        description=value(ParticipatorySpace, "description"),
        visibility=value(ParticipatorySpace, "visibility"),
        opens_at=value(ParticipatorySpace, "opens_at"),
        closes_at=value(ParticipatorySpace, "closes_at"),
        version=_space.c.version + _ONE,
    )
)
ARCHIVE = update(_space).where(_space.c.id == _id).values(archived_at=func.coalesce(_space.c.archived_at, func.now()))
TAKE_UP = update(_space).where(_space.c.id == _id).values(archived_at=None)
EXISTING = select(_space.c.id).where(_space.c.id == any_(_ids))
ORDER = update(_space).values(
    rank=func.coalesce(func.cardinality(_ids) - func.array_position(_ids, _space.c.id) + _ONE, literal_column("0"))
)
"""The first of the ids gets the highest rank; other spaces get none."""


def by_argument(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The one space that an argument names; exactly one argument is wanted."""
    if context.has("id") == context.has("slug"):
        raise Refusal(ErrorCode.BAD_INPUT, "Give exactly one of `id` and `slug`.", "id")
    if context.has("id"):
        return row.c.id == ident.argument(context, "space", "id")
    return row.c.slug == context.bind("slug", Text())


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """In the administrators' order, then newest first; archived ones only on request."""
    is_archived = row.c.archived_at.is_not(None)
    wanted = row.c.visibility == constant(context.choice("visibility")) if context.has("visibility") else None
    order = (row.c.rank, row.c.created_at, row.c.id)
    return Listing(
        all_of((is_archived if context.choice("isArchived") else ~is_archived, wanted)),
        Order("space.ranked", order, (int, datetime, UUID), is_descending=True),
    )


def is_archived(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """It is left out of lists."""
    return row.c.archived_at.is_not(None)


# Changes --------------------------------------------------------------------------------------------------------------


async def revise(
    act: Act,
    *,
    space: UUID,
    version: int,
    title: str,
    visibility: Visibility,
    opens_at: datetime,
    description: str = "",
    closes_at: datetime | None = None,
) -> Outcome:
    """Update a space, unless somebody else did since `version` was read."""
    columns = texts(title, description) | period.columns(opens_at, closes_at)
    await access.space(act, space)
    if not await act.execute(REVISE, id=space, read_version=version, visibility=visibility, **columns):
        raise conflict()
    return act.did(EventKind.SPACE_REVISED, space, {"visibility": visibility.value}, space_id=space)


async def archive(act: Act, *, space: UUID, is_archived: bool = True) -> Outcome:
    """Archive a space, which leaves it out of lists, or restore it."""
    await access.space(act, space)
    await act.execute(ARCHIVE if is_archived else TAKE_UP, id=space)
    return act.did(EventKind.SPACE_REVISED, space, {"archived": is_archived}, space_id=space)


async def order(act: Act, *, spaces: list[UUID]) -> Outcome:
    """Put spaces first in the portal's lists, in this order; the others follow, newest first."""
    existing = await act.all(EXISTING, into=access.Id, ids=spaces)
    access.refuse_unknown(spaces, existing, "spaces")
    if not spaces:
        raise not_found("spaces")
    await act.execute(ORDER, ids=spaces)
    return act.did(EventKind.SPACES_ORDERED, spaces[0], {"count": len(spaces)}, ids=[str(each) for each in spaces])


def ordered(row: FromClause, payload: FromClause, _context: FieldContext) -> Listing:
    """The spaces that a mutation put in order, in their order."""
    named = cast(row.c.id, Text) == any_(payload.c.ids)
    return Listing((named,), Order("space.ordered", (row.c.rank, row.c.id), (int, UUID), is_descending=True))


def texts(title: str, description: str) -> dict[str, object]:
    """Title and description, cleaned. Raises Refusal."""
    return {
        "title": text.line(title, TITLE_LENGTH, "title"),
        "description": text.clean(description, DESCRIPTION_LENGTH, "description"),
    }
