"""The target of a write: found only if the asker may see it, with what decides whether the write is allowed now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, null, or_, select

from models.activity import KINDS, Activity, ActivityKind, LocationRule, ReviewRule
from models.api_token import ApiToken
from models.base import constant, table
from models.contribution import Contribution, ContributionKind, ContributionStatus
from models.phase import Doing
from models.refusal import ErrorCode, Refusal, not_found
from models.space import ParticipatorySpace
from models.vote import VoteMethod
from planner.act import Act, value
from planner.listing import all_of
from planner.sight import Sight
from resolvers import life, period, progress, sight
from resolvers.sight import ACTIVITY, CONTRIBUTION, SPACE

_token = table(ApiToken)
MACHINE = select(_token.c.id).where(_token.c.actor_id == value(ApiToken, "actor_id")).limit(literal_column("1"))


@dataclass(frozen=True, slots=True)
class Id:
    """A row's id."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Target:
    """A contribution that a mutation names, if its asker sees it. It has no vote method while the status that the city
    gave it allows no votes, nor while a petition gathers no signatures."""

    id: UUID
    activity_id: UUID
    kind: ContributionKind
    author_id: UUID
    category_id: UUID | None
    activity_kind: ActivityKind
    vote_method: VoteMethod | None
    review_rule: ReviewRule
    least_age: int | None
    newcomer_alive: int
    newcomer_daily: int
    is_running: bool
    is_standing: bool
    may_publish: bool
    may_comment: bool
    is_paused: bool

    def require_running(self, doing: Doing | None = None) -> None:
        """Its activity is open, in a phase that allows this. Raises Refusal(ACTIVITY_NOT_OPEN)."""
        allowed = {Doing.PUBLISH: self.may_publish, Doing.COMMENT: self.may_comment}
        if not self.is_running or (doing is not None and not allowed[doing]):
            raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open now.", "contribution")

    def require_standing(self, field: str = "contribution") -> None:
        """It is open itself. Raises Refusal(CONTRIBUTION_PAUSED), Refusal(CONTRIBUTION_NOT_OPEN)."""
        if self.is_paused:
            raise Refusal(ErrorCode.CONTRIBUTION_PAUSED, "Its author has paused it.", field)
        if not self.is_standing:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", field)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of an activity that a mutation names, if its asker sees it."""

    kind: ActivityKind
    location_rule: LocationRule
    expires_after_days: int | None
    accepted_kinds: list[str] | None
    may_be_anonymous: bool
    review_rule: ReviewRule
    alive_requests: int
    least_age: int | None
    is_running: bool

    def takes(self, kind: ContributionKind) -> bool:
        """Whether a kind of contribution may be published in it."""
        return kind in KINDS[self.kind].contributions and (
            self.accepted_kinds is None or kind.value in self.accepted_kinds
        )


async def contribution(act: Act, id_: UUID, field: str = "contribution") -> Target:
    """The contribution of an input's field. Raises Refusal(NOT_FOUND)."""
    target = await act.one(target_contribution(act.sight), into=Target, id=id_)
    if target is None:
        raise not_found(field)
    return target


async def person(act: Act, actor: UUID) -> None:
    """Refuses machines, which have neither sessions nor roles to change. Raises Refusal(IS_MACHINE)."""
    if await act.exists(MACHINE, actor_id=actor):
        message = "This actor is a machine's: revoke its token, or make one with other scopes."
        raise Refusal(ErrorCode.IS_MACHINE, message, "actor")


async def activity(act: Act, id_: UUID, field: str = "activity") -> Rules:
    """The activity of an input's field. Raises Refusal(NOT_FOUND)."""
    rules = await act.one(target_activity(act.sight), into=Rules, id=id_)
    if rules is None:
        raise not_found(field)
    return rules


async def space(act: Act, id_: UUID, field: str = "space") -> None:
    """The space of an input's field is there. Raises Refusal(NOT_FOUND)."""
    if not await act.exists(target_space(act.sight), id=id_):
        raise not_found(field)


@cache
def target_space(seen: Sight) -> Select[tuple[object, ...]]:
    """Finds the space `:id`, if it is seen."""
    seen_by = all_of((sight.space(SPACE, seen),))
    return select(SPACE.c.id).where(SPACE.c.id == value(ParticipatorySpace, "id"), *seen_by)


@cache
def target_contribution(seen: Sight) -> Select[tuple[object, ...]]:
    """Finds the contribution `:id`, if it is seen, as a `Target`."""
    columns = (CONTRIBUTION.c[name] for name in ("id", "activity_id", "kind", "author_id", "category_id"))
    is_standing = life.is_standing(CONTRIBUTION).label("is_standing")
    is_paused = (CONTRIBUTION.c.status == constant(ContributionStatus.PAUSED)).label("is_paused")
    closed = (progress.forbids(CONTRIBUTION, "is_open_to_votes"), progress.gathers_none(CONTRIBUTION))
    forbidden = or_(*closed, ~period.allows(ACTIVITY, Doing.VOTE, func.now()))
    allowed = case((forbidden, null()), else_=ACTIVITY.c.vote_method)
    rules = (ACTIVITY.c[name] for name in ("review_rule", "least_age", "newcomer_alive", "newcomer_daily"))
    of_activity = (ACTIVITY.c.kind.label("activity_kind"), allowed.label("vote_method"), *rules)
    statement: Select[tuple[object, ...]] = select(
        *columns, *of_activity, is_running(), is_standing, is_paused, *_phased()
    )
    return sight.contributions(statement, seen).where(CONTRIBUTION.c.id == value(Contribution, "id"))


@cache
def target_activity(seen: Sight) -> Select[tuple[object, ...]]:
    """Finds the activity `:id`, if it is seen, as its `Rules`."""
    columns = (ACTIVITY.c[rule.name] for rule in fields(Rules) if rule.name != "is_running")
    running = is_running(Doing.PUBLISH)
    statement: Select[tuple[object, ...]] = select(*columns, running).select_from(ACTIVITY)
    return sight.activities(statement, seen).where(ACTIVITY.c.id == value(Activity, "id"))


SILENT = select(CONTRIBUTION.c.id).where(
    CONTRIBUTION.c.id == value(Contribution, "id"), progress.forbids(CONTRIBUTION, "is_open_to_comments")
)
"""Whether the status that the city gave the contribution `:id` allows no comments."""


def is_running(doing: Doing | None = None) -> ColumnElement[bool]:
    """The activity and its space are open, in a phase that allows this, by the database's clock."""
    is_open = and_(period.is_open(ACTIVITY), period.is_open(SPACE))
    return (is_open if doing is None else and_(is_open, period.allows(ACTIVITY, doing, func.now()))).label("is_running")


def is_voting() -> ColumnElement[bool]:
    """The activity and its space are open, in a phase of voting; as `is_running`."""
    return is_running(Doing.VOTE)


def is_proving() -> ColumnElement[bool]:
    """The same of a vote, and of a survey in a phase of answering; as `is_running`."""
    is_answered = and_(is_running(Doing.ANSWER), ACTIVITY.c.kind == constant(ActivityKind.SURVEY))
    is_voted = and_(is_running(Doing.VOTE), ACTIVITY.c.kind != constant(ActivityKind.SURVEY))
    return or_(is_answered, is_voted).label("is_running")


def _phased() -> list[ColumnElement[bool]]:
    allowed = {"may_publish": Doing.PUBLISH, "may_comment": Doing.COMMENT}
    return [period.allows(ACTIVITY, doing, func.now()).label(name) for name, doing in allowed.items()]


class HasId(Protocol):
    """A row with a key."""

    @property
    def id(self) -> UUID:
        """The key."""


def refuse_unknown(named: Sequence[UUID], existing: Iterable[HasId], field: str) -> None:
    """Refuse the first of several ids that does not exist or is repeated, by its index. Raises Refusal."""
    ids = {row.id for row in existing}
    for place, id_ in enumerate(named):
        if id_ not in ids or id_ in named[:place]:
            raise not_found(f"{field}.{place}")
