"""What a write finds of its target: only what the asker may see, with what decides whether it may be done now."""

from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true
from sqlalchemy.types import Uuid

from models import ident
from models.activity import Activity
from models.actor import Role
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.refusal import ErrorCode, Refusal
from models.space import ParticipatorySpace
from planner.question import Asker
from resolvers import space

contribution, activity, participatory_space = table(Contribution), table(Activity), table(ParticipatorySpace)


def member(asker: Asker) -> UUID:
    """The signed-in actor. Raises Refusal(UNAUTHENTICATED)."""
    if asker.viewer.actor_id is None:
        raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    return asker.viewer.actor_id


def uuid_of(asker: Asker, kind: str, text: str, field: str) -> UUID:
    """The UUID in an id of an input. Raises Refusal(BAD_ID), and Refusal(NOT_FOUND) for another tenant's."""
    uuid = ident.decode(kind, asker.tenant, text, field)
    if uuid is None:
        raise not_found(field)
    return uuid


def not_found(field: str) -> Refusal:
    """It does not exist, or the asker may not see it: one answer for both."""
    return Refusal(ErrorCode.NOT_FOUND, "It does not exist, or you may not see it.", field)


@cache
def target_contribution(role: Role | None) -> Select[tuple[object, ...]]:
    """`:id` as the role sees it: its id, activity, kind, author, vote method, whether activity and it are open."""
    return _seen(
        select(
            contribution.c.id,
            contribution.c.activity_id,
            contribution.c.kind,
            contribution.c.author_id,
            activity.c.vote_method,
            is_running(),
            is_standing().label("is_standing"),
        ).join_from(contribution, activity, activity.c.id == contribution.c.activity_id),
        role,
    ).where(contribution.c.id == bindparam("id", type_=Uuid()))


@cache
def target_activity(role: Role | None) -> Select[tuple[object, ...]]:
    """`:id` as the role sees it: kind, rules, whether it is open."""
    rules = select(activity.c.kind, activity.c.location_rule, activity.c.expires_after_days, is_running())
    return _seen(rules.select_from(activity), role).where(activity.c.id == bindparam("id", type_=Uuid()))


def is_standing() -> ColumnElement[bool]:
    """The contribution is open and not past its expiry, by the database's clock."""
    return and_(
        contribution.c.status == constant(ContributionStatus.OPEN),
        or_(contribution.c.expires_at.is_(None), contribution.c.expires_at > func.now()),
    )


def is_running() -> ColumnElement[bool]:
    """The activity and its space are open, by the database's clock."""
    return and_(space.is_open(activity), space.is_open(participatory_space)).label("is_running")


def _seen(statement: Select[tuple[object, ...]], role: Role | None) -> Select[tuple[object, ...]]:
    visible = space.visible_to(participatory_space, role)
    joined = statement.join(participatory_space, participatory_space.c.id == activity.c.space_id)
    return joined.where(true() if visible is None else visible)
