"""Answers to signers: what was contested is listed for moderators, who put a signature back or say why not."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    select,
    true,
    update,
)
from sqlalchemy.sql.expression import literal_column

import mail.petition
from models.base import table
from models.elector import APPEAL_LENGTH, ASIDE, PetitionSignature
from models.event import EventKind
from models.mail import MailKind
from models.refusal import not_found
from office import sampling
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, text
from resolvers.signature_appeal import is_out

_signature = table(PetitionSignature)
SHOWN = 100
"""Appeals that are listed at once: those that wait for an answer first."""


def _is_waiting(row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.appealed_at.is_not(None), row.c.replied_at.is_(None), is_out(row))


def of_petition(petition: FromClause, context: FieldContext) -> Select[Any]:
    """What signers contest of a petition, for moderators: without a name, for they say what they want known."""
    row = _signature.alias("contested")
    columns: list[Any] = [
        row.c.id,
        row.c.set_aside_sign.label("sign"),
        func.coalesce(row.c.set_aside_reason, row.c.check_reason).label("reason"),
        row.c.sample_rank.label("rank"),
        *(row.c[name] for name in ("appeal", "appealed_at", "reply", "replied_at")),
        (~is_out(row)).label("is_counted"),
    ]
    seen = true() if context.viewer.is_moderator else false()
    its = (row.c.contribution_id == petition.c.contribution_id, row.c.appeal.is_not(None))
    is_told = is_out(row) | row.c.replied_at.is_not(None)
    listed: Select[Any] = select(*columns).where(*its, is_told, seen)
    return listed.order_by(row.c.replied_at.is_not(None), row.c.appealed_at, row.c.id).limit(
        literal_column(str(SHOWN), Integer)
    )


def waiting_count(petition: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many wait for an answer; none for all but moderators."""
    row = _signature.alias("waiting_appeal")
    seen = true() if context.viewer.is_moderator else false()
    counted: Select[Any] = select(func.count(type_=Integer())).select_from(row)
    of = counted.where(row.c.contribution_id == petition.c.contribution_id, _is_waiting(row), seen)
    return of.correlate_except(row).scalar_subquery()


@dataclass(frozen=True, slots=True)
class AppealedSignature:
    """A signature whose signer waits for an answer, locked."""

    contribution_id: UUID
    is_invalid: bool


CONTESTED = (
    select(_signature.c.contribution_id, _signature.c.is_valid.is_(False).label("is_invalid"))
    .where(_signature.c.id == value(PetitionSignature, "id"), _is_waiting(_signature))
    .with_for_update()
)
_is_counted = bindparam("is_counted", type_=Boolean())
ANSWER = (
    update(_signature)
    .where(_signature.c.id == value(PetitionSignature, "id"))
    .values(
        reply=value(PetitionSignature, "reply"),
        replied_at=func.now(),
        is_valid=case((and_(_is_counted, _signature.c.is_valid.is_not(None)), true()), else_=_signature.c.is_valid),
        **{name: case((~_is_counted, _signature.c[name])) for name in (*ASIDE, "check_reason")},
    )
)


async def answer(act: Act, *, signature: UUID, is_counted: bool, reply: str) -> Outcome:
    """Answer a signer: the signature counts again, or stays out."""
    said = text.clean(reply, APPEAL_LENGTH, "reply")
    contested = await act.one(CONTESTED, into=AppealedSignature, id=signature)
    if contested is None:
        raise not_found("signature")
    contribution = contested.contribution_id
    await access.contribution(act, contribution, "signature")
    await act.execute(ANSWER, id=signature, reply=said, is_counted=is_counted)
    if is_counted and contested.is_invalid:
        await sampling.publish(act, contribution)
    await mail.petition.tell(act.transaction, MailKind.SIGNATURE_ANSWERED, [signature])
    note = {"contested": True, "counted": is_counted}
    return act.did(EventKind.PETITION_SIGNATURES_JUDGED, contribution, note, contribution_id=contribution)
