"""Safety: what an activity and its categories ask of neighbours: an age, sealed medicines, organisations, a measure."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.types import Uuid

from models import expected
from models.activity import (
    LEAST_AGES,
    MAX_ADVANCE_EUROS,
    MAX_ALIVE_REQUESTS,
    MAX_NEWCOMER,
    SAFETY_NOTICE_LENGTH,
    USUAL_NEWCOMER_ALIVE,
    USUAL_NEWCOMER_DAILY,
    Activity,
)
from models.actor import Actor, ActorKind
from models.base import constant, table
from models.category import NOTICE_LENGTH, Category
from models.contribution import Contribution, ContributionKind, ContributionStatus
from models.event import EventKind
from models.kind_setting import ActivitySetting
from models.refusal import ErrorCode, Refusal, bad_input, conflict
from planner.act import Act, Outcome, value
from resolvers import access, kind_setting, life, text
from resolvers import category as categories

_category, _actor, _activity, _contribution = table(Category), table(Actor), table(Activity), table(Contribution)
_id = value(Category, "id")
GUARD = (
    update(_category)
    .where(categories.IS_READ)
    .values(
        is_for_organisations=value(Category, "is_for_organisations"),
        is_for_medicines=value(Category, "is_for_medicines"),
        notice=value(Category, "notice"),
        version=categories.NEXT,
    )
)
RULES = ("advance_euros", "alive_requests", "safety_notice", "least_age", "newcomer_alive", "newcomer_daily")
GUARD_ACTIVITY = (
    update(_activity)
    .where(_activity.c.id == value(Activity, "id"))
    .values(**{name: value(Activity, name) for name in RULES})
)
LOCK_CITIZEN = (
    select(_actor.c.id)
    .where(_actor.c.id == value(Actor, "id"), _actor.c.kind == constant(ActorKind.CITIZEN))
    .with_for_update(key_share=True)
)
ALIVE = select(func.count().label("count")).where(
    _contribution.c.author_id == value(Contribution, "author_id"),
    _contribution.c.kind == constant(ContributionKind.REQUEST),
    _contribution.c.id != bindparam("besides", type_=Uuid()),
    or_(
        life.is_standing(_contribution),
        _contribution.c.status.in_([constant(ContributionStatus.PAUSED), constant(ContributionStatus.HELD)]),
    ),
)
CLOSED_TO_CITIZENS = select(_category.c.id).where(_category.c.id == _id, _category.c.is_for_organisations)
FOR_MEDICINES = select(_category.c.id).where(_category.c.id == _id, _category.c.is_for_medicines)
CITIZEN = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"), _actor.c.kind == constant(ActorKind.CITIZEN))


@dataclass(frozen=True, slots=True)
class AliveRequests:
    """How many requests of a person are alive."""

    count: int


async def guard(
    act: Act,
    *,
    category: UUID,
    is_for_organisations: bool = False,
    is_for_medicines: bool = False,
    notice: str | None = None,
    version: int | None = None,
) -> Outcome:
    """Say what a category asks of whoever helps in it, unless somebody else wrote since `version` was read; what was
    published before stays."""
    activity = await categories.owner(act, category)
    kept = text.line(notice, NOTICE_LENGTH, "notice") if notice and notice.strip() else None
    columns = {"is_for_organisations": is_for_organisations, "is_for_medicines": is_for_medicines, "notice": kept}
    if not await act.execute(GUARD, id=category, read_version=version, **columns):
        raise conflict()
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


async def guard_activity(
    act: Act,
    *,
    activity: UUID,
    alive_requests: int,
    advance_euros: int | None = None,
    notice: str | None = None,
    least_age: int | None = None,
    newcomer_alive: int = USUAL_NEWCOMER_ALIVE,
    newcomer_daily: int = USUAL_NEWCOMER_DAILY,
) -> Outcome:
    """Say what an activity of neighbours asks of everybody; what was published before stays."""
    of_kind = await access.activity(act, activity)
    kind_setting.require(of_kind.kind, ActivitySetting.SAFETY, "activity")
    _require_within(advance_euros, (0, MAX_ADVANCE_EUROS), "advanceEuros")
    _require_within(alive_requests, (1, MAX_ALIVE_REQUESTS), "aliveRequests")
    _require_within(least_age, LEAST_AGES, "leastAge")
    _require_within(newcomer_alive, (1, MAX_NEWCOMER), "newcomerAlive")
    _require_within(newcomer_daily, (1, MAX_NEWCOMER), "newcomerDaily")
    kept = text.clean(notice, SAFETY_NOTICE_LENGTH, "notice") if notice and notice.strip() else None
    given = (advance_euros, alive_requests, kept, least_age, newcomer_alive, newcomer_daily)
    rules = dict(zip(RULES, given, strict=True))
    await act.execute(GUARD_ACTIVITY, id=activity, **rules)
    return act.did(EventKind.ACTIVITY_REVISED, activity, {"columns": sorted(rules)}, activity_id=activity)


def _require_within(said: int | None, reach: tuple[int, int], field: str) -> None:
    """A number is in reach, where one is said. Raises Refusal(BAD_INPUT)."""
    if said is not None and not reach[0] <= said <= reach[1]:
        raise bad_input(f"From {reach[0]} to {reach[1]:,}.", field, expected.number(*reach))


def require_age(least_age: int | None, is_old_enough: bool) -> None:
    """A person declares to be as old as an activity asks; nothing of it is kept. Raises Refusal(AGE_NEEDED)."""
    if least_age is not None and not is_old_enough:
        raise Refusal(ErrorCode.AGE_NEEDED, f"People act here from {least_age} years on.", "isOldEnough")


async def require_sealed(act: Act, category: UUID | None, is_kept_sealed: bool) -> None:
    """Whoever publishes or answers where medicines are carried says that they stay sealed. Raises
    Refusal(SEALED_ONLY)."""
    if category is not None and not is_kept_sealed and await act.exists(FOR_MEDICINES, id=category):
        raise Refusal(ErrorCode.SEALED_ONLY, "Medicines are carried in a sealed packet only.", "isKeptSealed")


async def require_few_requests(
    act: Act, kind: ContributionKind, most: int, author: UUID, besides: UUID | None = None
) -> None:
    """A person asks for a few things at a time; those of one person are counted one after the other. Raises
    Refusal(TOO_MANY_REQUESTS)."""
    if kind is not ContributionKind.REQUEST or not await act.exists(LOCK_CITIZEN, id=author):
        return
    [alive] = await act.all(ALIVE, into=AliveRequests, author_id=author, besides=besides or UUID(int=0))
    if alive.count >= most:
        raise Refusal(ErrorCode.TOO_MANY_REQUESTS, f"At most {most} requests at a time.", "kind")


async def require_helper(act: Act, category: UUID | None, kind: ContributionKind, helper: UUID, field: str) -> None:
    """A citizen helps only in categories that are open to citizens. Raises Refusal(ORGANISATIONS_ONLY). Whoever
    publishes a request asks for help, and anybody may."""
    if category is None or kind is ContributionKind.REQUEST:
        return
    if await act.exists(CLOSED_TO_CITIZENS, id=category) and await act.exists(CITIZEN, id=helper):
        raise Refusal(ErrorCode.ORGANISATIONS_ONLY, "Associations and other organisations help here.", field)


async def require_open_to_citizens(act: Act, category: UUID | None, kind: ContributionKind, field: str) -> None:
    """Whoever helps, in whose name ever, is a citizen. Raises Refusal(ORGANISATIONS_ONLY)."""
    if category is None or kind is ContributionKind.REQUEST:
        return
    if await act.exists(CLOSED_TO_CITIZENS, id=category):
        raise Refusal(ErrorCode.ORGANISATIONS_ONLY, "Associations and other organisations help here.", field)


async def require_answerer(act: Act, category: UUID | None, kind: ContributionKind, helper: UUID) -> None:
    """The same for whoever answers a request. Raises Refusal(ORGANISATIONS_ONLY)."""
    if kind is ContributionKind.REQUEST:
        await require_helper(act, category, ContributionKind.OFFER, helper, "contribution")
