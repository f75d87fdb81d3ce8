"""What a write finds of its target: only what the asker may see, with what decides whether it may be done now."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, or_, select, true

from models.activity import FEATURES, Activity, ActivityKind, LocationRule
from models.actor import Role
from models.base import constant, table
from models.contribution import Contribution, ContributionKind, ContributionStatus
from models.refusal import ErrorCode, Refusal, not_found
from models.space import ParticipatorySpace
from models.tenant import Feature
from models.vote import VoteMethod
from planner.act import Act, value
from planner.question import Asker, Question
from resolvers import space

_contribution, _activity, _space = table(Contribution), table(Activity), table(ParticipatorySpace)


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides which spaces and activities an asker sees: its role, and the features that the portal has."""

    role: Role | None
    features: frozenset[Feature]


def sight(asker: Asker) -> Sight:
    """What an asker sees by."""
    return Sight(asker.viewer.role, asker.features)


def to_administrators(_row: FromClause, q: Question) -> ColumnElement[bool] | None:
    """`visible` of what administrators alone see."""
    return None if q.viewer.is_administrator else false()


@dataclass(frozen=True, slots=True)
class Target:
    """A contribution that a mutation names, as far as its asker sees it."""

    id: UUID
    activity_id: UUID
    kind: ContributionKind
    author_id: UUID
    vote_method: VoteMethod | None
    is_running: bool
    is_standing: bool

    def require_running(self) -> None:
        """Its activity is open. Raises Refusal(ACTIVITY_NOT_OPEN)."""
        if not self.is_running:
            raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "contribution")

    def require_standing(self, field: str = "contribution") -> None:
        """It is open itself. Raises Refusal(CONTRIBUTION_NOT_OPEN)."""
        if not self.is_standing:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", field)


@dataclass(frozen=True, slots=True)
class Rules:
    """An activity that a mutation names, as far as its asker sees it."""

    kind: ActivityKind
    location_rule: LocationRule
    expires_after_days: int | None
    is_running: bool


async def contribution(act: Act, id_: UUID, field: str = "contribution") -> Target:
    """The contribution of an input's field. Raises Refusal(NOT_FOUND)."""
    target = await act.one(target_contribution(sight(act.asker)), into=Target, id=id_)
    if target is None:
        raise not_found(field)
    return target


async def activity(act: Act, id_: UUID, field: str = "activity") -> Rules:
    """The activity of an input's field. Raises Refusal(NOT_FOUND)."""
    rules = await act.one(target_activity(sight(act.asker)), into=Rules, id=id_)
    if rules is None:
        raise not_found(field)
    return rules


@cache
def target_contribution(sight: Sight) -> Select[tuple[object, ...]]:
    """`:id` as far as it is seen: its id, activity, kind, author, vote method, whether activity and it are open."""
    return _seen(
        select(
            _contribution.c.id,
            _contribution.c.activity_id,
            _contribution.c.kind,
            _contribution.c.author_id,
            _activity.c.vote_method,
            is_running(),
            is_standing().label("is_standing"),
        ).join_from(_contribution, _activity, _activity.c.id == _contribution.c.activity_id),
        sight,
    ).where(_contribution.c.id == value(Contribution, "id"))


@cache
def target_activity(sight: Sight) -> Select[tuple[object, ...]]:
    """`:id` as far as it is seen: kind, rules, whether it is open."""
    rules = select(_activity.c.kind, _activity.c.location_rule, _activity.c.expires_after_days, is_running())
    return _seen(rules.select_from(_activity), sight).where(_activity.c.id == value(Activity, "id"))


def is_standing() -> ColumnElement[bool]:
    """The contribution is open and not past its expiry, by the database's clock."""
    return and_(
        _contribution.c.status == constant(ContributionStatus.OPEN),
        or_(_contribution.c.expires_at.is_(None), _contribution.c.expires_at > func.now()),
    )


def is_running() -> ColumnElement[bool]:
    """The activity and its space are open, by the database's clock."""
    return and_(space.is_open(_activity), space.is_open(_space)).label("is_running")


def _seen(statement: Select[tuple[object, ...]], sight: Sight) -> Select[tuple[object, ...]]:
    visible = space.visible_to(_space, sight.role)
    kinds = [constant(kind) for kind, feature in FEATURES.items() if feature in sight.features]
    joined = statement.join(_space, _space.c.id == _activity.c.space_id)
    return joined.where(true() if visible is None else visible, _activity.c.kind.in_(kinds))
