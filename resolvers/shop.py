"""Shops: what a seller says of opening hours, pick-up points and delivery, and who delivers to a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Select,
    any_,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import Uuid

from geo import cell, cover, delivery
from models import expected
from models.actor import Actor
from models.base import constant, new_id, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached
from models.shop import (
    ADDRESS_LENGTH,
    MAX_DELIVERY_ZONES,
    MAX_PICK_UP_POINTS,
    NAME_LENGTH,
    SELLERS,
    TERMS_LENGTH,
    TIMES_LENGTH,
    DeliveryCell,
    Shop,
)
from models.zone import MAX_CORNERS, Zone
from planner.access_path import PathBuilder, cut, labelled
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, opening, speaking, territory, text
from tenants.zone import plain

_shop, _cell, _actor, _zone = table(Shop), table(DeliveryCell), table(Actor), table(Zone)
_id = value(Shop, "id")
_columns = {name: value(Shop, name) for name in ("id", "actor_id", "opening_hours", "pick_up_points", "delivery_terms")}
_columns |= {name: value(Shop, name) for name in ("lat", "lng", "radius_m", "zone_ids", "outline")}
OF = select(_shop.c.id).where(_shop.c.actor_id == value(Shop, "actor_id"))
_saving = insert(_shop).values(**_columns, revised_at=func.now())
SAVE = _saving.on_conflict_do_update(
    index_elements=("actor_id",),
    set_={name: _saving.excluded[name] for name in (*_columns, "revised_at") if name not in ("id", "actor_id")},
).returning(_shop.c.id)
CLEAR = delete(_cell).where(_cell.c.shop_id == _id)
FILL = insert(_cell).from_select(
    ["cell", "shop_id"],
    select(func.unnest(bindparam("cells", type_=ARRAY(BigInteger))), bindparam("shop", type_=Uuid())),
)
SELLER = select(_actor.c.id).where(
    _actor.c.id == value(Actor, "id"),
    _actor.c.kind.in_([constant(kind) for kind in SELLERS]),
    _actor.c.erased_at.is_(None),
)
ZONES = select(_zone.c.id, _zone.c.cells).where(_zone.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))


# Reads ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivering:
    """An access path: of each cell in which a place is looked up, the first shops, from the index of cells alone."""

    cells: ColumnElement[list[int]]

    def first(self, builder: PathBuilder) -> FromClause:
        """The first shops that deliver there."""
        held = table(DeliveryCell).alias(builder.composer.alias())
        probe = self._probe(builder)
        keys = [_there(key, builder.row, held.c.shop_id) for key in builder.order.keys]
        behind = [] if builder.behind is None else [_there(builder.behind, builder.row, held.c.shop_id)]
        each = (
            select(builder.row.c.id, *labelled(builder.order.keys))
            .join_from(held, builder.row, builder.row.c.id == held.c.shop_id)
            .where(held.c.cell == probe.c.value, *behind, *builder.conditions)
        )
        hits = cut(each, keys, builder.order, builder.limit).correlate(probe).lateral(builder.composer.alias())
        merged = builder.first(select(*hits.c).select_from(probe).join(hits, true()))
        return merged.subquery(builder.composer.alias())

    def every(self, builder: PathBuilder) -> Select[Any]:
        """All of them, unordered."""
        held = table(DeliveryCell).alias(builder.composer.alias())
        hidden: Any = cast(select(self.cells).scalar_subquery(), ARRAY(BigInteger()))  # An array, not rows.
        is_of = builder.row.c.id == held.c.shop_id
        joined: Select[Any] = select(literal_column("1")).join_from(held, builder.row, is_of)
        return joined.where(held.c.cell == any_(hidden), *builder.conditions)

    def _probe(self, builder: PathBuilder) -> Any:
        hidden = select(self.cells).scalar_subquery()  # Else PostgreSQL plans anew for each number of cells.
        listed_ = func.unnest(hidden).table_valued(column("value", BigInteger), name=builder.composer.alias())
        return listed_.render_derived()


def _there(expression: ColumnElement[Any], row: FromClause, id_: ColumnElement[Any]) -> ColumnElement[Any]:
    """An expression over a shop's id, told of the id that the index of cells has."""

    def instead(element: object, **_: Any) -> ColumnElement[Any] | None:
        return id_ if isinstance(element, Column) and element.table is row and element.key == "id" else None

    replaced: ColumnElement[Any] = replacement_traverse(expression, {}, instead)
    return replaced


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The newest first; only those that deliver to a place."""
    order = Order("shop.newest", (row.c.id,), (UUID,), is_descending=True)
    if not context.has("deliversTo"):
        return Listing((), order)
    cells = context.bind(lambda given, _: delivery.lookup(cell.from_text(given["deliversTo"])), ARRAY(BigInteger()))
    return Listing((), order, Delivering(cells))


def zones(row: FromClause, shop: FromClause, _context: FieldContext) -> Listing:
    """The zones to which it delivers, by name."""
    order = Order("zone.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((row.c.id == any_(shop.c.zone_ids),), order)


def cells(row: FromClause, _context: FieldContext) -> ColumnElement[list[str]]:
    """The cells of its delivery area in hexadecimal."""
    held = table(DeliveryCell).alias("delivered")
    each = select(func.to_hex(held.c.cell)).where(held.c.shop_id == row.c.id).order_by(held.c.cell)
    return func.array(each.correlate_except(held).scalar_subquery())


def hours(row: FromClause, _context: FieldContext) -> Select[Any]:
    """When it is open, in the week's order."""
    return _objects(row.c.opening_hours, {"day": "day", "opens": "opens_at", "closes": "closes_at"})


def points(row: FromClause, _context: FieldContext) -> Select[Any]:
    """Where things are picked up."""
    return _objects(row.c.pick_up_points, {"name": "name", "address": "address", "times": "times"})


def may_revise(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer may say what the actor's shop says."""
    if not context.viewer.is_member:
        return false()
    return row.c.kind.in_([constant(kind) for kind in SELLERS]) & speaking.speaks_for(row.c.id, context.viewer_id)


def _objects(held: ColumnElement[Any], named: Mapping[str, str]) -> Select[Any]:
    listed_ = func.jsonb_array_elements(held).table_valued("value", with_ordinality="rank", name="listed")
    each = listed_.render_derived()
    said = (each.c.value.op("->>")(literal_column(f"'{key}'")).label(label) for key, label in named.items())
    return select(*said).select_from(each).order_by(each.c.rank)


# Writes ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ZoneBlocks:
    """A zone with its cover."""

    id: UUID
    cells: list[int]


async def revise(
    act: Act,
    *,
    on_behalf_of: UUID | None = None,
    opening_hours: Mapping[str, str | None] | None = None,
    pick_up_points: Sequence[Mapping[str, str | None]] = (),
    delivery_terms: str | None = None,
    center: Mapping[str, float] | None = None,
    radius_m: int | None = None,
    zones: Sequence[UUID] = (),
    corners: Sequence[Mapping[str, float]] = (),
) -> Outcome:
    """Write all that a shop says; what is not given is gone."""
    seller = await speaking.speaker(act, on_behalf_of)
    if not await act.exists(SELLER, id=seller):
        raise Refusal(ErrorCode.SELLERS_ONLY, "Shops are for merchants, producers and associations.", "onBehalfOf")
    area, covered = await _area(act, center, radius_m, zones, corners)
    said = {
        "opening_hours": opening.read(opening_hours or {}),
        "pick_up_points": _points(pick_up_points),
        "delivery_terms": text.line(delivery_terms, TERMS_LENGTH, "deliveryTerms") if delivery_terms else None,
    }
    if there := await act.one(OF, into=access.Id, actor_id=seller):
        await act.watch((Shop, there.id))
    saved = await act.one(SAVE, into=access.Id, id=new_id(), actor_id=seller, **said, **area)
    assert saved is not None
    await act.execute(CLEAR, id=saved.id)
    await act.execute(FILL, cells=covered, shop=saved.id)
    return act.did(EventKind.SHOP_REVISED, saved.id, {"cells": len(covered)}, shop_id=saved.id)


def _points(given: Sequence[Mapping[str, str | None]]) -> list[dict[str, str | None]]:
    if len(given) > MAX_PICK_UP_POINTS:
        raise limit_reached(
            f"At most {MAX_PICK_UP_POINTS} pick-up points.", "pickUpPoints", expected.at_most(MAX_PICK_UP_POINTS)
        )
    lengths = {"name": NAME_LENGTH, "address": ADDRESS_LENGTH, "times": TIMES_LENGTH}
    return [
        {
            name: text.line(said, length, f"pickUpPoints.{rank}.{name}") if (said := point.get(name)) else None
            for name, length in lengths.items()
        }
        for rank, point in enumerate(given)
    ]


async def _area(
    act: Act,
    center: Mapping[str, float] | None,
    radius_m: int | None,
    zones: Sequence[UUID],
    corners: Sequence[Mapping[str, float]],
) -> tuple[dict[str, Any], list[int]]:
    """The columns and the cells of an area that is given in one way at most. Raises Refusal."""
    columns: dict[str, Any] = dict.fromkeys(("lat", "lng", "radius_m", "zone_ids", "outline"))
    if sum((radius_m is not None, bool(zones), bool(corners))) > 1:
        raise bad_input("Give one of `radiusM`, `zones` and `corners` at most.", "radiusM", expected.ONE)
    if radius_m is not None:
        lat, lng = await _middle(act, center, radius_m)
        return columns | {"lat": lat, "lng": lng, "radius_m": radius_m}, delivery.circle(lat, lng, radius_m)
    if zones:
        return columns | {"zone_ids": list(zones)}, delivery.blocks(await _blocks(act, zones))
    if corners:
        outline = await _drawn(act, corners)
        return columns | {"outline": plain(outline)}, delivery.blocks(_covered(outline))
    return columns, []


async def _middle(act: Act, center: Mapping[str, float] | None, radius_m: int) -> tuple[float, float]:
    if center is None:
        raise Refusal(ErrorCode.REQUIRED, "A radius wants its middle.", "center")
    if radius_m > delivery.MAX_RADIUS_M:
        raise bad_input(
            f"At most {delivery.MAX_RADIUS_M:,} metres.", "radiusM", expected.number(0, delivery.MAX_RADIUS_M)
        )
    await territory.check(act.transaction, center["lat"], center["lng"], "center")
    return center["lat"], center["lng"]


async def _blocks(act: Act, zones: Sequence[UUID]) -> list[int]:
    if len(zones) > MAX_DELIVERY_ZONES:
        raise limit_reached(f"At most {MAX_DELIVERY_ZONES} zones.", "zones", expected.at_most(MAX_DELIVERY_ZONES))
    there = await act.all(ZONES, into=ZoneBlocks, ids=list(zones))
    access.refuse_unknown(zones, there, "zones")
    return [block for zone in there for block in zone.cells]


async def _drawn(act: Act, corners: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    if len(corners) > MAX_CORNERS:
        raise Refusal(ErrorCode.TOO_MANY_VERTICES, f"At most {MAX_CORNERS} corners are drawn by hand.", "corners")
    await territory.check(act.transaction, corners[0]["lat"], corners[0]["lng"], "corners")
    ring = [[corner["lng"], corner["lat"]] for corner in (*corners, corners[0])]
    return {"type": "Polygon", "coordinates": [ring]}


def _covered(outline: dict[str, Any]) -> list[int]:
    try:
        blocks, crossing = cover.geometry(outline), cover.crossing(outline)
    except cover.InvalidGeometryError as error:
        raise Refusal(ErrorCode(error.fault.value), f"This cannot be drawn: {error}.", "corners") from error
    if crossing:
        raise Refusal(ErrorCode.SELF_CROSSING, f"The outline crosses itself near {crossing}.", "corners")
    return blocks
