"""Reads of contributions: their lists, and the public form of each field."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from geo import cover, privacy
from models.base import constant, table
from models.contribution import Contribution, ContributionKind, ContributionStatus, Precision
from models.refusal import ErrorCode, Refusal
from planner.context import Arguments, Asker, FieldContext
from planner.listing import AccessPath, Counts, FetchAndSort, Listing, Order, OrderedScan, PerValueScan, all_of
from resolvers import avoiding, ident, life, place, search, speaking, statistics
from resolvers.look_back import LookBack


class ContributionOrder(Enum):
    """In which order contributions are listed."""

    NEAREST = "NEAREST"
    NEWEST = "NEWEST"
    MOST_SUPPORTED = "MOST_SUPPORTED"
    SHUFFLED = "SHUFFLED"


def status(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The status as of now: an open contribution past its expiry is EXPIRED, even before a job has marked it."""
    return case((life.is_past(row), constant(ContributionStatus.EXPIRED)), else_=row.c.status)


def _has_status(row: FromClause, wanted: ContributionStatus) -> ColumnElement[bool]:
    match wanted:
        case ContributionStatus.OPEN:
            return life.is_standing(row)
        case ContributionStatus.EXPIRED:
            return or_(row.c.status == constant(wanted), life.is_past(row))
        case _:
            return row.c.status == constant(wanted)


def _asked_status(row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
    """The status that a list asks for. What is paused is listed for its author and moderators alone."""
    if not context.has("status"):
        return None if context.viewer.is_moderator else _not_paused(row)
    wanted: ContributionStatus = context.choice("status")
    if wanted is not ContributionStatus.PAUSED or context.viewer.is_moderator:
        return _has_status(row, wanted)
    return and_(_has_status(row, wanted), is_mine(row, context))


def _not_paused(row: FromClause) -> ColumnElement[bool]:
    return row.c.status != constant(ContributionStatus.PAUSED)


def author(contribution: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The author; null for an anonymous request, except for moderators and its author."""
    joined: ColumnElement[bool] = row.c.id == contribution.c.author_id
    if context.viewer.is_moderator:
        return joined
    named = contribution.c.is_anonymous.is_(False)
    return and_(
        joined, or_(named, contribution.c.author_id == context.viewer_id) if context.viewer.is_member else named
    )


def is_mine(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """Whether the viewer published it, or speaks for the organisation that did."""
    if not context.viewer.is_member:
        return literal_column("false")
    return speaking.speaks_for(row.c.author_id, context.viewer_id)


def location(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The published position: the centre of a person's cell, or the exact point and address that the person chose."""
    exact = row.c.precision == constant(Precision.EXACT)
    return select(
        row.c.cell.label("cell"),
        row.c.precision.label("precision"),
        row.c.lat.label("lat"),
        row.c.lng.label("lng"),
        case((exact, row.c.address)).label("address"),
    ).where(row.c.cell.is_not(None))


def season_months(row: FromClause, _context: FieldContext) -> ColumnElement[list[int]]:
    """The months in which a listing is to be had; none: the whole year."""
    return func.coalesce(row.c.season_months, literal_column("'{}'::integer[]"))


def cell(row: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The published cell in hexadecimal."""
    return func.to_hex(row.c.cell)


def own_location(row: FromClause, context: FieldContext) -> Select[Any]:
    """The exact point, for its author alone."""
    return select(row.c.exact_lat.label("lat"), row.c.exact_lng.label("lng")).where(
        row.c.exact_lat.is_not(None), is_mine(row, context)
    )


def distance(row: FromClause, context: FieldContext) -> Select[Any]:
    """How far the published position is from a point: a band, and metres where the exact point is public."""
    metres = place.distance_m(row, context, "from")
    exact = row.c.precision == constant(Precision.EXACT)
    whole = case((exact, cast(func.round(metres), Integer)))
    return select(place.band(metres).label("band"), whole.label("metres")).where(row.c.cell.is_not(None))


def of_activity(row: FromClause, activity: FromClause, context: FieldContext) -> Listing:
    """An activity's contributions, by the same filters and orders."""
    return _filtered(row, context, activity)


def of_actor(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """What an actor published under its name, newest first."""
    named = row.c.author_id == actor.c.id
    if not context.viewer.is_moderator:
        named = and_(named, or_(row.c.is_anonymous.is_(False), is_mine(row, context)))
    is_told = None if context.viewer.is_moderator else or_(_not_paused(row), is_mine(row, context))
    return Listing(all_of((named, is_told, avoiding.is_shown(row, context))), _newest(row))


def of_shop(row: FromClause, shop: FromClause, _context: FieldContext) -> Listing:
    """The listings of a seller that stand, newest first."""
    is_listing = row.c.kind == constant(ContributionKind.LISTING)
    return Listing((row.c.author_id == shop.c.actor_id, is_listing, life.is_standing(row)), _newest(row))


def listed(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """The filters of `contributions`, in the order asked for."""
    return _filtered(row, context)


def _filtered(row: FromClause, context: FieldContext, activity: FromClause | None = None) -> Listing:
    kinds, *groups = _groups(row, context, activity)
    where = all_of((_asked_status(row, context), kinds, avoiding.is_shown(row, context)))
    narrow = all_of(
        (
            *groups,
            _in_zone(row, context),
            place.within_circle(row, context, "near") if context.has("near") else None,
            place.within_box(row, context, "near") if context.has("near") and context.has("search") else None,
            _in_view(row, context) if context.has("within") else None,
        )
    )
    order: ContributionOrder = context.choice("order")
    ordered = _ordered(row, context, order)
    if context.has("search"):
        return Listing(where, ordered, _words(row, context, order, narrow))
    return Listing((*where, *narrow), ordered, _near(row, context, order), _counts(context, activity))


def on_map(row: FromClause, context: FieldContext) -> tuple[ColumnElement[bool], ...]:
    """The filters of a map, which has open contributions alone."""
    query = _hidden(search.query(context)) if context.has("search") else None
    return all_of(
        (
            life.is_standing(row),
            avoiding.is_shown(row, context),
            *_groups(row, context, None),
            _in_zone(row, context),
            None if query is None else and_(row.c.search.op("@@", is_comparison=True)(query), life.is_open(row)),
        )
    )


def _in_zone(row: FromClause, context: FieldContext) -> ColumnElement[bool] | None:
    return row.c.zone_id == ident.argument(context, "zone", "zone") if context.has("zone") else None


def _counts(context: FieldContext, activity: FromClause | None) -> Counts | None:
    """What is counted already by what is asked for; moderators see what is not counted."""
    if context.viewer.is_moderator or any(context.has(name) for name in ("near", "within", "zone")):
        return None
    status = context.choice("status") if context.has("status") else None
    if status is ContributionStatus.PAUSED:
        return None
    counted = statistics.of_contributions(context)
    where = all_of(
        (counted.c.status == constant(status) if status else _not_paused(counted), *_groups(counted, context, activity))
    )
    return Counts(counted, where)


def _groups(
    row: FromClause, context: FieldContext, activity: FromClause | None
) -> tuple[ColumnElement[bool] | None, ...]:
    """The filters that tell groups of contributions: kinds, activity and categories."""
    return (
        row.c.kind == any_(_kinds(context)) if context.has("kinds") else None,
        row.c.activity_id == activity.c.id if activity is not None else None,
        row.c.activity_id == ident.argument(context, "activity", "activity") if context.has("activity") else None,
        row.c.category_id == any_(ident.arguments(context, "category", "categories"))
        if context.has("categories")
        else None,
    )


def _in_view(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The published cell, or the exact point, meets the bounds `within`.

    Indexes of lists have positions but no cells. Only when a position lies just outside the bounds, the cell is looked
    up, by a scalar sub-select, which PostgreSQL does not turn into a join with all contributions.
    """
    shown = table(Contribution).alias("shown")
    view = place.View(context, "within", lambda *_: privacy.SPARSE_RESOLUTION)
    meets = and_(shown.c.precision == constant(Precision.CELL), view.meets(shown))
    looked_up = select(meets).where(shown.c.id == row.c.id).correlate_except(shown).scalar_subquery()
    return and_(view.nears(row), or_(view.holds(row), looked_up))


def _kinds(context: FieldContext) -> ColumnElement[Any]:
    def names(arguments: Arguments, _: Asker) -> list[str]:
        return [kind.value for kind in arguments["kinds"]]

    kinds: Any = ARRAY(Text())
    return cast(_hidden(context.bind(names, kinds)), kinds)


def _matches(row: FromClause, query: ColumnElement[Any], context: FieldContext) -> ColumnElement[bool]:
    """Matches the words by the index of open contributions, by that of closed and expired ones, or by both."""
    matches: ColumnElement[bool] = row.c.search.op("@@", is_comparison=True)(query)
    is_open = life.is_open(row)
    match context.choice("status") if context.has("status") else None:
        case ContributionStatus.OPEN:
            return and_(matches, is_open)
        case ContributionStatus.CLOSED:
            return and_(matches, not_(is_open))
        case _:  # EXPIRED includes contributions that are past their expiry and not yet marked.
            return and_(matches, or_(is_open, not_(is_open)))


def _hidden(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hides a value from PostgreSQL's planner, which would otherwise plan again for each value."""
    return select(value).scalar_subquery()


def _newest(row: FromClause) -> Order:
    return Order("contribution.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)


def _most_supported(row: FromClause) -> Order:
    return Order("contribution.supported", (row.c.support_count, row.c.id), (int, UUID), is_descending=True)


def _shuffled(row: FromClause, context: FieldContext) -> Order:
    """By a digest of the row's and the viewer's ids: chance that stays the same, and can be reckoned again to measure
    what being first is worth."""
    viewer = func.coalesce(cast(context.viewer_id, Text()), literal_column("''", Text))
    return Order("contribution.shuffled", (func.md5(cast(row.c.id, Text()).concat(viewer)), row.c.id), (str, UUID))


def _nearest(row: FromClause, context: FieldContext) -> Order:
    if not context.has("near"):
        raise Refusal(ErrorCode.BAD_INPUT, "The order NEAREST wants `near`.", "order")
    return Order("contribution.nearest", (place.plane_distance(row, context, "near"), row.c.id), (float, UUID))


def _ordered(row: FromClause, context: FieldContext, order: ContributionOrder) -> Order:
    match order:
        case ContributionOrder.NEAREST:
            return _nearest(row, context)
        case ContributionOrder.NEWEST:
            return _newest(row)
        case ContributionOrder.MOST_SUPPORTED:
            return _most_supported(row)
        case ContributionOrder.SHUFFLED:
            return _shuffled(row, context)


def _words(
    row: FromClause, context: FieldContext, order: ContributionOrder, narrow: tuple[ColumnElement[bool], ...]
) -> AccessPath:
    """The access path for a text search: back in time, or all matches from the index of words."""
    query = _hidden(search.query(context))
    gather = FetchAndSort(_matches(row, query, context), func.querytree(query) != literal_column("'T'"), narrow)
    is_broad = context.shape("search")
    if order is not ContributionOrder.NEWEST or (narrow and not is_broad):
        return gather
    return LookBack(gather, is_broad)


def _near(row: FromClause, context: FieldContext, order: ContributionOrder) -> AccessPath | None:
    """The access path for a circle: an index scan by distance, or the cells that cover the circle."""
    if not context.has("near"):
        return None
    if order is ContributionOrder.NEAREST:
        return OrderedScan(place.within_box(row, context, "near"))
    radius: cover.Radius = context.choice("near")["radiusM"]
    column = row.c[f"cell_{radius.resolution}"]
    if order is ContributionOrder.NEWEST:
        return PerValueScan(column, _cells(context, cover.core), _cells(context, cover.rim))
    return PerValueScan(column, _cells(context, cover.circle))


def _cells(context: FieldContext, part: Callable[[float, float, cover.Radius], list[int]]) -> ColumnElement[list[int]]:
    def compute(arguments: Arguments, _: Asker) -> list[int]:
        near = arguments["near"]
        return part(near["lat"], near["lng"], near["radiusM"])

    return context.bind(compute, ARRAY(BigInteger()))
