"""Messages to webhooks: what happened, to what, and the ids with which the API can be asked; no person, no text.

Of what somebody who is not signed in sees now, it also says where that is; of everything else the ids alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import CompoundSelect, Select, Text, any_, bindparam, null, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Database
from jobs.webhook import ClaimedDelivery
from models import ident
from models.activity import Activity
from models.comment import Comment
from models.contribution import Contribution
from models.space import ParticipatorySpace
from models.tenant import Feature
from models.webhook import WebhookDelivery, WebhookKind, WebhookSubject
from planner.listing import all_of
from planner.row import reader
from planner.sight import VIEWER, Sight
from resolvers import sight
from tenants.registry import TenantRecord

TRIAL = "TRIAL"
"""The type of a message that an administrator asked for: nothing happened."""

_MODELS: dict[WebhookSubject, type] = {
    WebhookSubject.CONTRIBUTION: Contribution,
    WebhookSubject.COMMENT: Comment,
    WebhookSubject.ACTIVITY: Activity,
    WebhookSubject.SPACE: ParticipatorySpace,
}
_WITHIN = {"contribution_id": Contribution, "activity_id": Activity, "space_id": ParticipatorySpace}


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """Where something is that everybody sees."""

    id: UUID
    kind: str | None
    contribution_id: UUID | None
    activity_id: UUID | None
    space_id: UUID | None


@lru_cache(maxsize=64)
def seen(features: frozenset[Feature]) -> CompoundSelect[Any]:
    """Of some ids those that anyone who is not signed in sees at a portal with these features, and where they are."""
    stranger = Sight(None, features, lambda: VIEWER)
    contribution, activity, space, reply = sight.CONTRIBUTION, sight.ACTIVITY, sight.SPACE, sight.REPLY
    within = (activity.c.id.label("activity_id"), space.c.id.label("space_id"))
    nothing, no_kind = null().cast(Uuid()), null().cast(Text())
    of_contribution: Select[Any] = select(
        contribution.c.id.label("id"), contribution.c.kind.label("kind"), nothing.label("contribution_id"), *within
    ).where(contribution.c.id == _ids())
    of_comment: Select[Any] = select(reply.c.id, no_kind, contribution.c.id.label("contribution_id"), *within).where(
        reply.c.id == _ids(), contribution.c.id == reply.c.contribution_id, sight.shown_comment(reply, stranger)
    )
    of_activity: Select[Any] = select(activity.c.id, activity.c.kind, nothing, nothing, space.c.id).where(
        activity.c.id == _ids()
    )
    of_space: Select[Any] = select(space.c.id, no_kind, nothing, nothing, nothing).where(
        space.c.id == _ids(), *all_of((sight.space(space, stranger),))
    )
    return union_all(
        sight.contributions(of_contribution, stranger),
        sight.contributions(of_comment, stranger),
        sight.activities(of_activity.select_from(activity), stranger),
        of_space,
    )


def _ids() -> Any:
    return any_(bindparam("ids", type_=ARRAY(Uuid())))


async def places(
    database: Database, tenant: TenantRecord, claimed: Sequence[ClaimedDelivery]
) -> dict[UUID, PublicPlace]:
    """Where those subjects are that everybody sees now, in one statement."""
    statement = seen(tenant.features)
    read = reader(statement, PublicPlace)
    rows = await database.rows(statement, tenant.number, ids=[one.subject_id for one in claimed])
    return {place.id: place for place in map(read, rows)}


def name(tenant: int, delivery: ClaimedDelivery) -> str:
    """What heads a message as `webhook-id`: the event's id in the contract, the same however often it is sent."""
    if delivery.event_id is None:
        return ident.encode(ident.kind(WebhookDelivery), tenant, delivery.id)
    return ident.encode("event", tenant, delivery.event_id)


def body(tenant: TenantRecord, delivery: ClaimedDelivery, place: PublicPlace | None) -> bytes:
    """A message as JSON."""
    said: dict[str, Any] = {"type": delivery.kind or TRIAL, "timestamp": delivery.at.isoformat()}
    data: dict[str, Any] = {"tenant": tenant.slug}
    if delivery.kind is not None:
        subject = WebhookKind(delivery.kind).subject
        id_ = ident.encode(ident.kind(_MODELS[subject]), tenant.number, delivery.subject_id)
        data |= {"subject": {"type": subject.value, "id": id_}, "isPublic": place is not None}
    if place is not None:
        data |= _where(tenant.number, place)
    return orjson.dumps(said | {"data": data})


def _where(tenant: int, place: PublicPlace) -> dict[str, str]:
    """The kind of what everybody sees, and the ids of what it is in."""
    said = {"kind": place.kind} if place.kind else {}
    for column, model in _WITHIN.items():
        id_ = getattr(place, column)
        if id_ is not None:
            said[column.removesuffix("_id")] = ident.encode(ident.kind(model), tenant, id_)
    return said
