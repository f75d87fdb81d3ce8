"""Reads of contributions: lists near a place or newest first, and what of a contribution is public."""

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
from models.contribution import Contribution, ContributionStatus, Precision
from models.refusal import ErrorCode, Refusal
from planner.listing import Gather, Listing, Order, Spread, Walk, Way, all_of
from planner.question import Arguments, Asker, Question
from resolvers import ident, life, place, search
from resolvers.look_back import LookBack


class ContributionOrder(Enum):
    """In which order contributions are listed."""

    NEAREST = "NEAREST"
    NEWEST = "NEWEST"
    MOST_SUPPORTED = "MOST_SUPPORTED"


def status(row: FromClause, _q: Question) -> ColumnElement[str]:
    """The status as of now: an open contribution past its expiry has expired, whether or not the worker marked it."""
    return case((life.is_past(row), constant(ContributionStatus.EXPIRED)), else_=row.c.status)


def _has_status(row: FromClause, wanted: ContributionStatus) -> ColumnElement[bool]:
    match wanted:
        case ContributionStatus.OPEN:
            return life.is_standing(row)
        case ContributionStatus.EXPIRED:
            return or_(row.c.status == constant(wanted), life.is_past(row))
        case _:
            return row.c.status == constant(wanted)


def author(contribution: FromClause, row: FromClause, q: Question) -> ColumnElement[bool]:
    """Who published; nobody for a request without a name, except to moderators and to the author."""
    joined: ColumnElement[bool] = row.c.id == contribution.c.author_id
    if q.viewer.is_moderator:
        return joined
    named = contribution.c.is_anonymous.is_(False)
    return and_(joined, or_(named, contribution.c.author_id == q.viewer_id) if q.viewer.is_member else named)


def is_mine(row: FromClause, q: Question) -> ColumnElement[bool]:
    """Whether the viewer published it."""
    if not q.viewer.is_member:
        return literal_column("false")
    return row.c.author_id == q.viewer_id


def location(row: FromClause, _q: Question) -> Select[Any]:
    """The published position: the centre of a person's cell, or the exact point and address that the person chose."""
    exact = row.c.precision == constant(Precision.EXACT)
    return select(
        row.c.cell.label("cell"),
        row.c.precision.label("precision"),
        row.c.lat.label("lat"),
        row.c.lng.label("lng"),
        case((exact, row.c.address)).label("address"),
    ).where(row.c.cell.is_not(None))


def cell(row: FromClause, _q: Question) -> ColumnElement[str]:
    """The published cell in hexadecimal."""
    return func.to_hex(row.c.cell)


def changed(payload: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The contribution that a mutation published or changed."""
    return row.c.id == payload.c.contribution_id


def own_location(row: FromClause, q: Question) -> Select[Any]:
    """The exact point, for its author alone."""
    return select(row.c.exact_lat.label("lat"), row.c.exact_lng.label("lng")).where(
        row.c.exact_lat.is_not(None), is_mine(row, q)
    )


def distance(row: FromClause, q: Question) -> Select[Any]:
    """How far the published position is from a point: a band, and metres where the exact point is public."""
    metres = place.distance_m(row, q, "from")
    exact = row.c.precision == constant(Precision.EXACT)
    whole = case((exact, cast(func.round(metres), Integer)))
    return select(place.band(metres).label("band"), whole.label("metres")).where(row.c.cell.is_not(None))


def category(contribution: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The label it was given."""
    return row.c.id == contribution.c.category_id


def zone(contribution: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The zone with which it is published."""
    return row.c.id == contribution.c.zone_id


def activity(contribution: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """Where it was published."""
    return row.c.id == contribution.c.activity_id


def about(contribution: FromClause, row: FromClause, _q: Question) -> ColumnElement[bool]:
    """The proposal that an argument is about."""
    return row.c.id == contribution.c.about_id


def arguments(row: FromClause, proposal: FromClause, q: Question) -> Listing:
    """The arguments on a proposal, newest first."""
    side = row.c.side == constant(q.choice("side")) if q.has("side") else None
    return Listing(all_of((row.c.about_id == proposal.c.id, side)), _newest(row))


def of_activity(row: FromClause, activity: FromClause, q: Question) -> Listing:
    """An activity's contributions, by the same filters and orders."""
    return _filtered(row, q, row.c.activity_id == activity.c.id)


def of_actor(row: FromClause, actor: FromClause, q: Question) -> Listing:
    """What an actor published under its name, newest first."""
    named = row.c.author_id == actor.c.id
    if not q.viewer.is_moderator:
        named = and_(named, or_(row.c.is_anonymous.is_(False), is_mine(row, q)))
    return Listing((named,), _newest(row))


def listed(row: FromClause, _parent: FromClause, q: Question) -> Listing:
    """The filters of `contributions`, in the order asked for."""
    return _filtered(row, q)


def _filtered(row: FromClause, q: Question, within: ColumnElement[bool] | None = None) -> Listing:
    where = all_of(
        (
            _has_status(row, q.choice("status")) if q.has("status") else None,
            row.c.kind == any_(_kinds(q)) if q.has("kinds") else None,
        )
    )
    narrow = all_of(
        (
            within,
            row.c.category_id == any_(ident.arguments(q, "category", "categories")) if q.has("categories") else None,
            row.c.zone_id == ident.argument(q, "zone", "zone") if q.has("zone") else None,
            row.c.activity_id == ident.argument(q, "activity", "activity") if q.has("activity") else None,
            place.within_circle(row, q, "near") if q.has("near") else None,
            place.within_box(row, q, "near") if q.has("near") and q.has("search") else None,
            _in_view(row, q) if q.has("within") else None,
        )
    )
    order: ContributionOrder = q.choice("order")
    ordered = _ordered(row, q, order)
    if q.has("search"):
        return Listing(where, ordered, _words(row, q, order, narrow))
    return Listing((*where, *narrow), ordered, _near(row, q, order))


def _in_view(row: FromClause, q: Question) -> ColumnElement[bool]:
    """The published cell, or the exact point, meets the bounds `within`.

    Lists are read from indexes that know positions and no cells. Only of those whose position lies just outside is the
    cell looked up, by a scalar sub-select, which PostgreSQL does not turn into a join with all contributions.
    """
    shown = table(Contribution).alias("shown")
    view = place.View(q, "within", lambda *_: privacy.SPARSE_RESOLUTION)
    meets = and_(shown.c.precision == constant(Precision.CELL), view.meets(shown))
    looked_up = select(meets).where(shown.c.id == row.c.id).correlate_except(shown).scalar_subquery()
    return and_(view.nears(row), or_(view.holds(row), looked_up))


def _kinds(q: Question) -> ColumnElement[Any]:
    def names(arguments: Arguments, _: Asker) -> list[str]:
        return [kind.value for kind in arguments["kinds"]]

    kinds: Any = ARRAY(Text())
    return cast(_hidden(q.bind(names, kinds)), kinds)


def _matches(row: FromClause, query: ColumnElement[Any], q: Question) -> ColumnElement[bool]:
    """Asked of the index of what is open, of the one of what is over, or of both."""
    matches: ColumnElement[bool] = row.c.search.op("@@", is_comparison=True)(query)
    is_open = life.is_open(row)
    match q.choice("status") if q.has("status") else None:
        case ContributionStatus.OPEN:
            return and_(matches, is_open)
        case ContributionStatus.CLOSED:
            return and_(matches, not_(is_open))
        case _:  # Expired is what has expired a moment ago, too, and is not yet marked so.
            return and_(matches, or_(is_open, not_(is_open)))


def _hidden(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value that PostgreSQL does not plan for: else it makes plans anew for each query's values."""
    return select(value).scalar_subquery()


def _newest(row: FromClause) -> Order:
    return Order("contribution.newest", (row.c.published_at, row.c.id), (datetime, UUID), is_descending=True)


def _most_supported(row: FromClause) -> Order:
    return Order("contribution.supported", (row.c.support_count, row.c.id), (int, UUID), is_descending=True)


def _nearest(row: FromClause, q: Question) -> Order:
    if not q.has("near"):
        raise Refusal(ErrorCode.BAD_INPUT, "The order NEAREST wants `near`.", "order")
    return Order("contribution.nearest", (place.plane_distance(row, q, "near"), row.c.id), (float, UUID))


def _ordered(row: FromClause, q: Question, order: ContributionOrder) -> Order:
    match order:
        case ContributionOrder.NEAREST:
            return _nearest(row, q)
        case ContributionOrder.NEWEST:
            return _newest(row)
        case ContributionOrder.MOST_SUPPORTED:
            return _most_supported(row)


def _words(row: FromClause, q: Question, order: ContributionOrder, narrow: tuple[ColumnElement[bool], ...]) -> Way:
    """How those with certain words are found: back in time, or all by the index of words."""
    query = _hidden(search.query(q))
    gather = Gather(_matches(row, query, q), func.querytree(query) != literal_column("'T'"), narrow)
    is_broad = q.shape("search")
    if order is not ContributionOrder.NEWEST or (narrow and not is_broad):
        return gather
    return LookBack(gather, is_broad)


def _near(row: FromClause, q: Question, order: ContributionOrder) -> Way | None:
    """How those near a point are found: walking away from it, or in the cells that cover the circle."""
    if not q.has("near"):
        return None
    if order is ContributionOrder.NEAREST:
        return Walk(place.within_box(row, q, "near"))
    radius: cover.Radius = q.choice("near")["radiusM"]
    column = row.c[f"cell_{radius.resolution}"]
    if order is ContributionOrder.NEWEST:
        return Spread(column, _cells(q, cover.core), _cells(q, cover.rim))
    return Spread(column, _cells(q, cover.circle))


def _cells(q: Question, part: Callable[[float, float, cover.Radius], list[int]]) -> ColumnElement[list[int]]:
    def compute(arguments: Arguments, _: Asker) -> list[int]:
        near = arguments["near"]
        return part(near["lat"], near["lng"], near["radiusM"])

    return q.bind(compute, ARRAY(BigInteger()))
