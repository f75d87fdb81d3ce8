"""Envelopes: a secret ballot is kept sealed beside its voter's name until the urn is opened; the last one counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Integer, Select, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql

from models.ballot import SaidOfProject, says
from models.base import new_id, table
from models.contribution import Contribution
from models.event import EventKind
from models.polling_desk import Signing
from models.proof import ProofLevel
from models.urn import envelope_receipt, sealed
from planner.act import Act, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events

_signing, _contribution = table(Signing), table(Contribution)
_mine = (_signing.c.activity_id == value(Signing, "activity_id"), _signing.c.actor_id == value(Signing, "actor_id"))
OWN = select(_signing.c.receipt).where(*_mine, _signing.c.desk_id.is_(None))
_now: dict[str, Any] = {
    "sealed": value(Signing, "sealed"),
    "receipt": value(Signing, "receipt"),
    "proof": value(Signing, "proof"),
    "signed_at": func.now(),
}
PUT = (
    postgresql.insert(_signing)
    .values(
        id=value(Signing, "id"),
        activity_id=value(Signing, "activity_id"),
        actor_id=value(Signing, "actor_id"),
        is_double=literal_column("false"),
        **_now,
    )
    .on_conflict_do_update(index_elements=["activity_id", "actor_id"], index_where=~_signing.c.is_double, set_=_now)
)
TAKE = delete(_signing).where(*_mine, _signing.c.desk_id.is_(None), _signing.c.sealed.is_not(None))
PROJECTS = select(func.count(type_=Integer()).label("count")).where(
    _contribution.c.activity_id == value(Contribution, "activity_id"), _contribution.c.about_id.is_(None)
)


@dataclass(frozen=True, slots=True)
class EnvelopeReceipt:
    """What a voter's envelope is found by."""

    receipt: str | None


@dataclass(frozen=True, slots=True)
class ProjectCount:
    """How many projects a ballot may name."""

    count: int


async def put(act: Act, activity: UUID, key: str, said: Mapping[UUID, SaidOfProject], level: ProofLevel | None) -> None:
    """Seal the asker's ballot, in the place of the one that was sealed before."""
    [projects] = await act.all(PROJECTS, into=ProjectCount, activity_id=activity)
    envelope = sealed(key, activity, says(said), projects.count)
    before = await act.one(OWN, into=EnvelopeReceipt, activity_id=activity, actor_id=act.actor)
    made = envelope_receipt(envelope)
    kept = {"activity_id": activity, "actor_id": act.actor, "sealed": envelope, "receipt": made, "proof": level}
    await act.execute(PUT, id=new_id(), **kept)
    note = {"receipt": made} | ({"replaces": before.receipt} if before else {})
    await act.execute(RECORD, **events(NewEvent(EventKind.BALLOT_CAST, activity, None, note)))


async def take(act: Act, activity: UUID) -> None:
    """Take the asker's envelope out of the urn, if there is one."""
    before = await act.one(OWN, into=EnvelopeReceipt, activity_id=activity, actor_id=act.actor)
    if before is not None and await act.execute(TAKE, activity_id=activity, actor_id=act.actor):
        note = {"receipt": before.receipt}
        await act.execute(RECORD, **events(NewEvent(EventKind.BALLOT_WITHDRAWN, activity, None, note)))


def own(activity: FromClause, context: FieldContext) -> Select[Any]:
    """The viewer's envelope in an activity."""
    row = _signing.alias("own_envelope")
    mine = (row.c.activity_id == activity.c.id, row.c.actor_id == context.viewer_id, row.c.desk_id.is_(None))
    return select(row.c.receipt.label("receipt"), row.c.signed_at.label("cast_at")).where(*mine)
