"""Debates: the arguments for and against a proposal in a published order, their figures, and expert views."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)

from models import expected
from models.activity import KINDS, Activity
from models.base import constant, table
from models.comment import Comment
from models.contribution import RULES, Contribution, ContributionKind, Side
from models.debate import (
    CONFIDENCE,
    EXPERT,
    EXPERT_FUNCTION_LENGTH,
    EXPERT_NAME_LENGTH,
    MAX_EXPERT_VIEWS,
    SCORE_SCALE,
    ArgumentOrder,
)
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, limit_reached
from models.vote import Choice
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers import access, room, sight, text, vote

_contribution = table(Contribution)
_id = value(Contribution, "id")
_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_AGREEING = (Choice.FOR, Choice.SUPPORT)
ABOUT = select(_contribution.c.about_id).where(_contribution.c.id == _id)
PINNED = select(func.count().label("count")).where(
    _contribution.c.about_id == value(Contribution, "about_id"), _contribution.c.pinned_at.is_not(None),
    _contribution.c.id != _id,
)  # fmt: skip
PIN = (
    update(_contribution)
    .where(_contribution.c.id == _id)
    .values(
        expert_name=value(Contribution, "expert_name"),
        expert_function=value(Contribution, "expert_function"),
        pinned_at=func.coalesce(_contribution.c.pinned_at, func.now()),
    )
)
UNPINNED = dict.fromkeys(EXPERT)
_is_pinned = _contribution.c.pinned_at.is_not(None)
UNPIN = update(_contribution).where(_contribution.c.id == _id, _is_pinned).values(**UNPINNED)


@dataclass(frozen=True, slots=True)
class Pleading:
    """The proposal that an argument is about."""

    about_id: UUID


# Reads ----------------------------------------------------------------------------------------------------------------


def arguments(row: FromClause, proposal: FromClause, context: FieldContext) -> Listing:
    """The arguments on a proposal, expert views first, then by the order asked for."""
    side = row.c.side == constant(context.choice("side")) if context.has("side") else None
    return Listing(all_of((row.c.about_id == proposal.c.id, side)), _ordered(row, context))


def _ordered(row: FromClause, context: FieldContext) -> Order:
    is_pinned: ColumnElement[int] = case((row.c.pinned_at.is_not(None), _ONE), else_=_ZERO)
    newest = (row.c.published_at, row.c.id)
    if context.choice("order") is ArgumentOrder.NEWEST:
        return Order("argument.newest", (is_pinned, *newest), (int, datetime, UUID), is_descending=True)
    keys = (is_pinned, _score(row.c.id), *newest)
    return Order("argument.best", keys, (int, int, datetime, UUID), is_descending=True)


def score(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """By how much its readers surely agree; NULL for what is no argument."""
    return case((row.c.kind == constant(ContributionKind.ARGUMENT), _score(row.c.id)))


def _score(contribution: ColumnElement[UUID]) -> ColumnElement[int]:
    """The lower bound of Wilson's interval for the share of votes that agree, in ten-thousandths, rounded down; 0
    without votes.

    With `a` of `n` votes agreeing and the quantile `z`: (a + z²/2 - z·√(a(n - a)/n + z²/4)) / (n + z²). E. B. Wilson,
    Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    counts = vote.counted(contribution).subquery("weighed")
    said = counts.c.key.in_([constant(choice) for choice in Choice])
    agreed = counts.c.key.in_([constant(choice) for choice in _AGREEING])

    def sum_of(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
        total = func.sum(counts.c.count).filter(condition)
        return cast(func.greatest(func.coalesce(total, _ZERO), _ZERO), Double).label(name)

    sums = select(sum_of(said, "n"), sum_of(agreed, "a")).select_from(counts).subquery("sums")
    n, a = sums.c.n, sums.c.a
    z, square = _number(CONFIDENCE), _number(CONFIDENCE**2)
    root = func.sqrt(a * func.greatest(n - a, _ZERO) / n + square / 4)
    bound = (a + square / 2 - z * root) / (n + square)
    scaled = func.floor(func.greatest(bound, _number(0.0)) * SCORE_SCALE)
    return select(case((n > _ZERO, cast(scaled, Integer)), else_=_ZERO)).select_from(sums).scalar_subquery()


def _number(value: float) -> ColumnElement[float]:
    return literal_column(f"{value!r}::double precision", Double)


def expert(row: FromClause, _context: FieldContext) -> Select[Any]:
    """As whose view an argument is pinned; no row where it is not."""
    columns = (row.c.expert_name.label("name"), row.c.expert_function.label("function"), row.c.pinned_at)
    return select(*columns).where(row.c.pinned_at.is_not(None))


def may_pin(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer may pin it as an expert's view."""
    if not context.viewer.is_moderator:
        return literal_column("false")
    return row.c.kind == constant(ContributionKind.ARGUMENT)


def figures(row: FromClause, context: FieldContext) -> Select[Any]:
    """A debate counted: the arguments on a proposal that the viewer sees, with their votes and replies; no row for what
    nobody argues about."""
    argument, seen = sight.counted(Contribution, context.sight, "argued")
    reply, shown = sight.counted(Comment, context.sight, "replying")
    replies = select(func.count()).where(reply.c.contribution_id == argument.c.id, *shown).correlate_except(reply)
    counts = vote.counted(argument.c.id).subquery("said")
    votes = select(func.coalesce(func.sum(counts.c.count), _ZERO)).select_from(counts)
    votes = votes.where(counts.c.key.in_([constant(choice) for choice in Choice]))
    columns = (argument.c[name] for name in ("side", "author_id", "published_at", "pinned_at"))
    each = (
        select(*columns, replies.scalar_subquery().label("replies"), votes.scalar_subquery().label("votes"))
        .where(argument.c.about_id == row.c.id, *seen)
        .correlate_except(argument)
        .subquery("each")
    )
    return _summed(each).having(_is_argued(row))


def _summed(each: FromClause) -> Select[Any]:
    def of_side(side: Side) -> ColumnElement[int]:
        return func.count().filter(each.c.side == constant(side))

    return select(
        func.count().label("argument_count"),
        of_side(Side.FOR).label("for_count"),
        of_side(Side.AGAINST).label("against_count"),
        func.count(each.c.pinned_at).label("expert_count"),
        func.count(each.c.author_id.distinct()).label("author_count"),
        func.coalesce(func.sum(each.c.votes), _ZERO).label("vote_count"),
        func.coalesce(func.sum(each.c.replies), _ZERO).label("reply_count"),
        func.max(each.c.published_at).label("last_at"),
    ).select_from(each)


def _is_argued(row: FromClause) -> ColumnElement[bool]:
    """It is what an activity takes arguments about."""
    where = table(Activity).alias("arguing")
    kinds = [constant(kind) for kind, rules in KINDS.items() if ContributionKind.ARGUMENT in rules.contributions]
    takes = select(where.c.id).where(where.c.id == row.c.activity_id, where.c.kind.in_(kinds)).correlate_except(where)
    about = RULES[ContributionKind.ARGUMENT].about
    assert about is not None
    return (row.c.kind == constant(about)) & takes.exists()


# Changes --------------------------------------------------------------------------------------------------------------


async def pin(act: Act, *, contribution: UUID, name: str, function: str) -> Outcome:
    """Show an argument first, as the view of a named expert."""
    about = await _about(act, contribution)
    columns = {
        "expert_name": text.line(name, EXPERT_NAME_LENGTH, "name"),
        "expert_function": text.line(function, EXPERT_FUNCTION_LENGTH, "function"),
    }
    await room.of(act, Contribution, about)
    pinned = await act.one(PINNED, into=room.Count, about_id=about, id=contribution)
    if pinned is not None and pinned.count >= MAX_EXPERT_VIEWS:
        message = f"A proposal has at most {MAX_EXPERT_VIEWS} expert views."
        raise limit_reached(message, "contribution", expected.at_most(MAX_EXPERT_VIEWS))
    await act.execute(PIN, id=contribution, **columns)
    return act.did(EventKind.EXPERT_VIEW_CHANGED, contribution, {"isPinned": True}, contribution_id=contribution)


async def unpin(act: Act, *, contribution: UUID) -> Outcome:
    """Show it among the others again."""
    await _about(act, contribution)
    if not await act.execute(UNPIN, id=contribution):
        return act.did(contribution_id=contribution)
    return act.did(EventKind.EXPERT_VIEW_CHANGED, contribution, {"isPinned": False}, contribution_id=contribution)


async def _about(act: Act, contribution: UUID) -> UUID:
    """The proposal that an argument is about. Raises Refusal(NOT_FOUND, KIND_NOT_ACCEPTED)."""
    target = await access.contribution(act, contribution)
    about = await act.one(ABOUT, into=Pleading, id=contribution)
    if target.kind is not ContributionKind.ARGUMENT or about is None:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only arguments are pinned.", "contribution")
    return about.about_id
