"""What a write finds of its target: only what the asker may see, with what decides whether it may be done now."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import ident
from models.activity import FEATURES, Activity
from models.actor import Role
from models.api_token import ApiToken
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.refusal import ErrorCode, Refusal
from models.space import ParticipatorySpace
from models.tenant import Feature
from planner.question import Asker, Question
from resolvers import space

_token = table(ApiToken)
MACHINE = select(_token.c.id).where(_token.c.actor_id == bindparam("id", type_=Uuid())).limit(literal_column("1"))
contribution, activity, participatory_space = table(Contribution), table(Activity), table(ParticipatorySpace)


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides which spaces and activities an asker sees: its role, and the features that the portal has."""

    role: Role | None
    features: frozenset[Feature]


def sight(asker: Asker) -> Sight:
    """What an asker sees by."""
    return Sight(asker.viewer.role, asker.features)


def member(asker: Asker) -> UUID:
    """The signed-in actor. Raises Refusal(UNAUTHENTICATED)."""
    if asker.viewer.actor_id is None:
        raise Refusal(ErrorCode.UNAUTHENTICATED, "Sign in first.")
    return asker.viewer.actor_id


async def person(transaction: Transaction, actor: UUID) -> None:
    """Machines have no sessions, and the rights of their tokens' scopes. Raises Refusal(IS_MACHINE)."""
    if await transaction.one(MACHINE, id=actor) is not None:
        message = "This actor is a machine's: revoke its token, or make one with other scopes."
        raise Refusal(ErrorCode.IS_MACHINE, message, "actor")


OPERATORS = UUID(int=0)
"""Under this id operators, who are no actors of a tenant, have their idempotency keys."""


def administrator(asker: Asker) -> UUID:
    """Under which id an administrator's idempotency keys are kept. Raises Refusal(FORBIDDEN): the contract's audience
    is not the only guard."""
    if not asker.viewer.is_administrator:
        raise Refusal(ErrorCode.FORBIDDEN, "Administrators alone may do this.")
    return asker.viewer.actor_id or OPERATORS


def to_administrators(_row: FromClause, q: Question) -> ColumnElement[bool] | None:
    """`visible` of what administrators alone see."""
    return None if q.viewer.is_administrator else false()


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
def target_contribution(sight: Sight) -> Select[tuple[object, ...]]:
    """`:id` as far as it is seen: its id, activity, kind, author, vote method, whether activity and it are open."""
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
        sight,
    ).where(contribution.c.id == bindparam("id", type_=Uuid()))


@cache
def target_activity(sight: Sight) -> Select[tuple[object, ...]]:
    """`:id` as far as it is seen: kind, rules, whether it is open."""
    rules = select(activity.c.kind, activity.c.location_rule, activity.c.expires_after_days, is_running())
    return _seen(rules.select_from(activity), sight).where(activity.c.id == bindparam("id", type_=Uuid()))


def is_standing() -> ColumnElement[bool]:
    """The contribution is open and not past its expiry, by the database's clock."""
    return and_(
        contribution.c.status == constant(ContributionStatus.OPEN),
        or_(contribution.c.expires_at.is_(None), contribution.c.expires_at > func.now()),
    )


def is_running() -> ColumnElement[bool]:
    """The activity and its space are open, by the database's clock."""
    return and_(space.is_open(activity), space.is_open(participatory_space)).label("is_running")


def _seen(statement: Select[tuple[object, ...]], sight: Sight) -> Select[tuple[object, ...]]:
    visible = space.visible_to(participatory_space, sight.role)
    kinds = [constant(kind) for kind, feature in FEATURES.items() if feature in sight.features]
    joined = statement.join(participatory_space, participatory_space.c.id == activity.c.space_id)
    return joined.where(true() if visible is None else visible, activity.c.kind.in_(kinds))
