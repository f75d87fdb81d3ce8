"""Follows: what a person asked to be told of; known to that person alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from geo import cell as h3
from geo import privacy
from models import expected
from models.actor import Actor
from models.base import new_id, table
from models.category import Category
from models.follow import MAX_FOLLOWS, MAX_RINGS, TARGETS, Follow
from models.refusal import bad_input, limit_reached, not_found
from models.zone import Zone
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, territory
from resolvers.access import Id
from resolvers.position import Publisher

_follow, _zone, _category = table(Follow), table(Zone), table(Category)
_columns = ("id", "actor_id", *TARGETS, "rings")
_own = _follow.c.actor_id == value(Follow, "actor_id")
START = (
    insert(_follow)
    .values(**{name: value(Follow, name) for name in _columns}, started_at=func.now())
    .on_conflict_do_nothing()
)
OF_TARGET = {name: select(_follow.c.id).where(_own, _follow.c[name] == value(Follow, name)) for name in TARGETS}
WIDEN = update(_follow).where(_own, _follow.c.cell == value(Follow, "cell")).values(rings=value(Follow, "rings"))
STOP = delete(_follow).where(_own, _follow.c.id == value(Follow, "id"))
FULL = select(_follow.c.id).where(_own).offset(literal_column(str(MAX_FOLLOWS - 1))).limit(literal_column("1"))
ZONE = select(_zone.c.id).where(_zone.c.id == value(Zone, "id"))


@dataclass(frozen=True, slots=True)
class CategoryActivity:
    """The activity of a category."""

    activity_id: UUID


CATEGORY = select(_category.c.activity_id).where(_category.c.id == value(Category, "id"))


# Reads ----------------------------------------------------------------------------------------------------------------


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What the viewer follows, the last first."""
    order = Order("follow.newest", (row.c.started_at, row.c.id), (datetime, UUID), is_descending=True)
    return Listing((row.c.actor_id == actor.c.id, actor.c.id == context.viewer_id), order)


def of(column: str) -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """The viewer's own follow of an object."""

    def build(target: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
        return and_(row.c[column] == target.c.id, row.c.actor_id == context.viewer_id)

    return build


def target(column: str) -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """What is followed."""
    return lambda follow, row, _context: row.c.id == follow.c[column]


def cell(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The cell in the middle of an area, in hexadecimal."""
    return func.to_hex(row.c.cell)


# Writes ---------------------------------------------------------------------------------------------------------------


async def start(act: Act, *, cell: str | None = None, rings: int = 1, **named: UUID | None) -> Outcome:
    """Follow one thing that the asker sees; what is followed already stays so."""
    targets = {f"{name}_id": id_ for name, id_ in named.items() if id_ is not None}
    if len(targets) + (cell is not None) != 1:
        raise bad_input("Name one thing to follow.", None, expected.ONE)
    for name, id_ in targets.items():
        await _require(act, name.removesuffix("_id"), id_)
    area: Mapping[str, int] = {} if cell is None else {"cell": await _middle(act, cell), "rings": _reach(rings)}
    [column] = targets or ("cell",)
    wanted = {**dict.fromkeys((*TARGETS, "rings")), **targets, **area}
    await room.of(act, Actor, act.actor)
    if not await act.exists(OF_TARGET[column], actor_id=act.actor, **{column: wanted[column]}):
        if await act.exists(FULL, actor_id=act.actor):
            raise limit_reached(f"A person follows at most {MAX_FOLLOWS} things.", None, expected.at_most(MAX_FOLLOWS))
        await act.execute(START, id=new_id(), actor_id=act.actor, **wanted)
    if area:
        await act.execute(WIDEN, actor_id=act.actor, **area)
    follow = await act.one(OF_TARGET[column], into=Id, actor_id=act.actor, **{column: wanted[column]})
    assert follow is not None
    return act.did(follow_id=follow.id)


async def stop(act: Act, *, follow: UUID) -> Outcome:
    """Follow something no more."""
    if not await act.execute(STOP, id=follow, actor_id=act.actor):
        raise not_found("follow")
    return act.did()


async def _require(act: Act, name: str, id_: UUID) -> None:
    """The asker sees what is to be followed. Raises Refusal(NOT_FOUND)."""
    match name:
        case "contribution":
            await access.contribution(act, id_)
        case "activity":
            await access.activity(act, id_)
        case "space":
            await access.space(act, id_)
        case "category":
            owner = await act.one(CATEGORY, into=CategoryActivity, id=id_)
            if owner is None:
                raise not_found("category")
            await access.activity(act, owner.activity_id, "category")
        case _:
            if not await act.exists(ZONE, id=id_):
                raise not_found("zone")


def _reach(rings: int) -> int:
    if not 0 <= rings <= MAX_RINGS:
        raise bad_input(f"An area has 0 to {MAX_RINGS} rings.", "rings", expected.number(0, MAX_RINGS))
    return rings


async def _middle(act: Act, text: str) -> int:
    """The cell in which a person would be published who stands in the middle of a cell."""
    lat, lng = h3.center(h3.from_text(text))
    await territory.check(act.transaction, lat, lng)
    block = privacy.block(lat, lng)
    resolution = await Publisher(act.transaction).resolution(privacy.deciding(block))
    return h3.parent(block, resolution)
