"""Evaluations: what the team finds of a proposal, for itself, until it answers; and the queue of what waits for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, literal_column, not_, or_, select

from models import expected
from models.activity import Activity
from models.base import constant, table
from models.contribution import MAX_EUROS, RULES, ContributionKind
from models.evaluation import Feasibility
from models.event import EventKind
from models.note import Note
from models.refusal import ErrorCode, Refusal, bad_input
from models.space_role import SpaceRole, SpaceRoleKind
from planner.act import Act, Outcome
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, life, note, space_role, speaking

# Reads ----------------------------------------------------------------------------------------------------------------


def newest(contribution: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The newest evaluation of a contribution; who sees notes sees it."""
    evaluation = table(Note).alias("evaluation")
    last = (
        select(evaluation.c.id)
        .where(evaluation.c.contribution_id == contribution.c.id, evaluation.c.feasibility.is_not(None))
        .order_by(evaluation.c.written_at.desc(), evaluation.c.id.desc())
        .limit(literal_column("1"))
        .correlate_except(evaluation)
    )
    return row.c.id == last.scalar_subquery()


def waiting(row: FromClause, _parent: FromClause, context: FieldContext) -> Listing:
    """Proposals that stand and that nobody has evaluated, the longest published first: of valuators those of their
    spaces, unless they are given to somebody else, and those that are given to them, but none for whose author they
    speak; of administrators those of every space that has valuators."""
    order = Order("contribution.oldest", (row.c.published_at, row.c.id), (datetime, UUID))
    if not context.viewer.is_member:
        return Listing((false(),), order)
    conditions = (
        row.c.kind == constant(ContributionKind.PROPOSAL),
        life.is_standing(row),
        ~_evaluations(row).exists(),
        _is_for(row, context),
    )
    return Listing(conditions, order)


def _evaluations(row: FromClause) -> Select[Any]:
    evaluation = table(Note).alias("evaluated")
    of: Select[Any] = select(literal_column("1")).where(
        evaluation.c.contribution_id == row.c.id, evaluation.c.feasibility.is_not(None)
    )
    return of.correlate_except(evaluation)


def _is_for(row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    where, role = table(Activity).alias("evaluated_in"), table(SpaceRole).alias("evaluating")
    of_spaces: Select[Any] = (
        select(where.c.id)
        .join_from(where, role, role.c.space_id == where.c.space_id)
        .where(role.c.kind == constant(SpaceRoleKind.VALUATOR))
    )
    if context.viewer.is_administrator:
        return row.c.activity_id.in_(of_spaces)
    mine = of_spaces.where(role.c.actor_id == context.viewer_id)
    given = row.c.assignee_id.in_(speaking.voices(context.viewer_id))
    unassigned = and_(row.c.assignee_id.is_(None), row.c.activity_id.in_(mine))
    conditions = [space_role.valuates(context.viewer_id), or_(given, unassigned)]
    if not context.viewer.is_moderator:
        conditions.append(not_(speaking.speaks_for(row.c.author_id, context.viewer_id)))
    return and_(*conditions)


# Changes --------------------------------------------------------------------------------------------------------------


async def evaluate(
    act: Act, *, contribution: UUID, feasibility: Feasibility, reason: str, cost_euros: int | None = None
) -> Outcome:
    """Say what a proposal would cost and whether it can be done; what was said before stays in its history."""
    target = await access.contribution(act, contribution)
    if not RULES[target.kind].may_have_cost:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only proposals are evaluated.", "contribution")
    if cost_euros is not None and not 0 <= cost_euros <= MAX_EUROS:
        raise bad_input(f"A cost is 0 to {MAX_EUROS:,} euros.", "costEuros", expected.number(0, MAX_EUROS))
    verdict = {"feasibility": feasibility, "cost_euros": cost_euros}
    written = await note.write(act, contribution, target.author_id, reason, "reason", **verdict)
    return act.did(EventKind.CONTRIBUTION_EVALUATED, contribution, note_id=written)
