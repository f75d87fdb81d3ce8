"""Categories of an activity: added, renamed, ordered and removed by its administrators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, delete, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Uuid

from models import expected, word
from models.activity import Activity
from models.base import table
from models.category import MAX_CATEGORIES, MAX_DEPTH, NAME_LENGTH, Category
from models.contribution import MAX_EUROS, Contribution
from models.event import EventKind
from models.kind_setting import ActivitySetting
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, ballot, kind_setting, room, text

SLUG_LENGTH = 50

_category = table(Category)
_id, _activity_id = value(Category, "id"), value(Category, "activity_id")
_ids = bindparam("ids", type_=ARRAY(Uuid()))
EXISTING = (
    select(_category.c.id, _category.c.slug, _category.c.name, _category.c.rank, _category.c.depth)
    .where(_category.c.activity_id == _activity_id)
    .order_by(_category.c.rank, _category.c.id)
)
_read = func.coalesce(bindparam("read_version", type_=Integer()), _category.c.version)
IS_READ = and_(_category.c.id == _id, _category.c.version == _read)
"""The category of an id, unless it was written since the version that was read, where one is given."""

NEXT = _category.c.version + literal_column("1", Integer)
RENAME = (
    update(_category)
    .where(IS_READ)
    .values(name=value(Category, "name"), ceiling_euros=value(Category, "ceiling_euros"), version=NEXT)
)
NEST = update(_category).where(_category.c.id == _id).values(depth=value(Category, "depth"), version=NEXT)
REMOVE = delete(_category).where(_category.c.id == _id)
ORDER = (
    update(_category)
    .where(_category.c.activity_id == _activity_id)
    .values(
        rank=func.coalesce(
            func.array_position(_ids, _category.c.id), func.cardinality(_ids) + _category.c.rank + literal_column("1")
        )
    )
)
_used = table(Contribution)
HAS_CATEGORY = select(_used.c.id).where(_used.c.category_id == _id).limit(literal_column("1"))
"""Whether any contribution has the category `:id`, whoever sees it."""

OF = select(_category.c.activity_id, _category.c.ceiling_euros).where(_category.c.id == _id)


@dataclass(frozen=True, slots=True)
class ExistingCategory:
    """An existing category."""

    id: UUID
    slug: str
    name: str
    rank: int
    depth: int


@dataclass(frozen=True, slots=True)
class CategoryOwner:
    """The activity of a category, and the ceiling that it has."""

    activity_id: UUID
    ceiling_euros: int | None


def parent(category: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The nearest category before one that is less deep."""
    near = _category.alias("near")
    nearest = (
        select(near.c.id)
        .where(near.c.activity_id == category.c.activity_id, near.c.depth < category.c.depth)
        .where(tuple_(near.c.rank, near.c.id) < tuple_(category.c.rank, category.c.id))
        .order_by(near.c.rank.desc(), near.c.id.desc())
        .limit(literal_column("1"))
        .correlate(category)
        .scalar_subquery()
    )
    return row.c.id == nearest


async def add(act: Act, *, activity: UUID, name: str) -> Outcome:
    """Add a category after the others of an activity."""
    rules = await access.activity(act, activity)
    kind_setting.require(rules.kind, ActivitySetting.CATEGORIES, "activity")
    await room.of(act, Activity, activity)
    existing = await act.all(EXISTING, into=ExistingCategory, activity_id=activity)
    if len(existing) >= MAX_CATEGORIES:
        raise limit_reached(
            f"An activity has at most {MAX_CATEGORIES} categories.", "activity", expected.at_most(MAX_CATEGORIES)
        )
    _refuse_taken(text.line(name, NAME_LENGTH, "name"), existing)
    rank = max((each.rank for each in existing), default=0) + 1  # Some before it may have been removed.
    await write(act, activity, rank, name, {each.slug for each in existing})
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def write(
    act: Act, activity: UUID, rank: int, name: str, taken: set[str], *, is_for_organisations: bool = False
) -> None:
    """Insert a category with a free slug, which is added to the taken ones."""
    kept = text.line(name, NAME_LENGTH, "name")
    slug = fresh(kept, taken)
    taken.add(slug)
    given = {"name": kept, "rank": rank, "is_for_organisations": is_for_organisations}
    await act.insert(Category, activity_id=activity, slug=slug, **given)


async def rename(
    act: Act, *, category: UUID, name: str, ceiling_euros: int | None = None, version: int | None = None
) -> Outcome:
    """Give a category another name and ceiling; its contributions keep it. A ceiling changes only before somebody
    voted; nothing does where somebody else wrote since `version` was read."""
    kept = text.line(name, NAME_LENGTH, "name")
    if ceiling_euros is not None and not 1 <= ceiling_euros <= MAX_EUROS:
        raise bad_input(f"It is 1 to {MAX_EUROS:,} euros.", "ceilingEuros", expected.number(1, MAX_EUROS))
    activity = await owner(act, category)
    now = await act.one(OF, into=CategoryOwner, id=category)
    if now is not None and now.ceiling_euros != ceiling_euros:
        await ballot.require_not_begun(act, activity, "ceilingEuros")
    await room.of(act, Activity, activity)
    _refuse_taken(kept, await act.all(EXISTING, into=ExistingCategory, activity_id=activity), category)
    if not await act.execute(RENAME, id=category, name=kept, ceiling_euros=ceiling_euros, read_version=version):
        raise conflict()
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def nest(act: Act, *, category: UUID, depth: int) -> Outcome:
    """Put a category into the nearest before it that is less deep, or take it out again; those in it go along."""
    activity = await owner(act, category)
    await room.of(act, Activity, activity)
    existing = await act.all(EXISTING, into=ExistingCategory, activity_id=activity)
    moved = _within(existing, category)
    before = existing[: existing.index(moved[0])]
    most = min(MAX_DEPTH, before[-1].depth + 1) if before else 0
    if not 0 <= depth <= most:
        raise bad_input(f"It is 0 to {most}: one more than that before it at most.", "depth", expected.number(0, most))
    by = depth - moved[0].depth
    if any(each.depth + by > MAX_DEPTH for each in moved):
        raise bad_input(f"What lies in it would be deeper than {MAX_DEPTH}.", "depth", expected.number(0, most))
    for each in moved:
        await act.execute(NEST, id=each.id, depth=each.depth + by)
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def remove(act: Act, *, category: UUID) -> Outcome:
    """Remove a category that no contribution has; those in it come up by one."""
    activity = await owner(act, category)
    await room.of(act, Activity, activity)
    if await act.exists(HAS_CATEGORY, id=category):
        raise Refusal(ErrorCode.IN_USE, "Contributions have this category.", "category")
    for each in _within(await act.all(EXISTING, into=ExistingCategory, activity_id=activity), category)[1:]:
        await act.execute(NEST, id=each.id, depth=each.depth - 1)
    await act.execute(REMOVE, id=category)
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def order(act: Act, *, activity: UUID, categories: list[UUID]) -> Outcome:
    """Put an activity's categories in order; those that are not named follow in their previous order."""
    await access.activity(act, activity)
    existing = await act.all(EXISTING, into=ExistingCategory, activity_id=activity)
    access.refuse_unknown(categories, existing, "categories")
    await act.execute(ORDER, activity_id=activity, ids=categories)
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def owner(act: Act, category: UUID) -> UUID:
    """The activity of a category, if the asker sees it. Raises Refusal(NOT_FOUND)."""
    owner = await act.one(OF, into=CategoryOwner, id=category)
    if owner is None:
        raise not_found("category")
    await access.activity(act, owner.activity_id, "category")
    return owner.activity_id


def _within(existing: Sequence[ExistingCategory], category: UUID) -> list[ExistingCategory]:
    """A category, and those in it."""
    [itself, *behind] = dropwhile(lambda each: each.id != category, existing)
    return [itself, *takewhile(lambda each: each.depth > itself.depth, behind)]


def _refuse_taken(name: str, existing: Sequence[ExistingCategory], besides: UUID | None = None) -> None:
    """Raise Refusal(NAME_TAKEN) where another category has the name, however it is spelt (`models.word.folded`)."""
    if word.folded(name) in {word.folded(each.name) for each in existing if each.id != besides}:
        raise Refusal(ErrorCode.NAME_TAKEN, "Another category of the activity has this name.", "name")


def fresh(name: str, taken: set[str]) -> str:
    """A free slug made from a name: `marche`, then `marche-2`."""
    words = re.sub(r"[^a-z0-9]+", "-", word.plain(name).lower()).strip("-")
    base = words[:SLUG_LENGTH].strip("-") or "sans-nom"
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)
