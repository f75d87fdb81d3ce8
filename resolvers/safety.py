"""Safety: what a category asks of whoever helps in it: to be an organisation, and to read a sentence."""

from uuid import UUID

from sqlalchemy import select, update

from models.actor import Actor, ActorKind
from models.base import constant, table
from models.category import NOTICE_LENGTH, Category
from models.contribution import ContributionKind
from models.event import EventKind
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome, value
from resolvers import category as categories
from resolvers import text

_category, _actor = table(Category), table(Actor)
_id = value(Category, "id")
GUARD = (
    update(_category)
    .where(_category.c.id == _id)
    .values(is_for_organisations=value(Category, "is_for_organisations"), notice=value(Category, "notice"))
)
CLOSED_TO_CITIZENS = select(_category.c.id).where(_category.c.id == _id, _category.c.is_for_organisations)
CITIZEN = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"), _actor.c.kind == constant(ActorKind.CITIZEN))


async def guard(act: Act, *, category: UUID, is_for_organisations: bool = False, notice: str | None = None) -> Outcome:
    """Say what a category asks of whoever helps in it; what was published before stays."""
    activity = await categories.owner(act, category)
    kept = text.line(notice, NOTICE_LENGTH, "notice") if notice and notice.strip() else None
    await act.execute(GUARD, id=category, is_for_organisations=is_for_organisations, notice=kept)
    return act.did(EventKind.CATEGORIES_CHANGED, activity, activity_id=activity)


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
