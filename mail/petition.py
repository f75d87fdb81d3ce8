"""Mails about signatures by the law: whether they are still wanted when they are sent, what they tell their signer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from mail import addressee
from models.account import Account
from models.base import constant, table
from models.contribution import Contribution
from models.elector import PetitionSignature
from models.mail import Mail, MailKind

GOOD_FOR = timedelta(days=7)

_mail, _signature, _contribution = table(Mail), table(PetitionSignature), table(Contribution)
_account = table(Account)
_is_aside = _mail.c.kind == constant(MailKind.SIGNATURE_SET_ASIDE)
_is_answered = _mail.c.kind == constant(MailKind.SIGNATURE_ANSWERED)
_judged = _signature.c.id == _mail.c.about_id
_is_out = or_(_signature.c.set_aside_at.is_not(None), _signature.c.is_valid.is_(False))

OF_SIGNATURES = or_(_is_aside, _is_answered)
IS_WANTED = or_(
    and_(_is_aside, exists().where(_judged, _is_out, _signature.c.replied_at.is_(None))),
    and_(_is_answered, exists().where(_judged, _signature.c.reply.is_not(None))),
)
"""Not of what was judged otherwise meanwhile."""

_facts: tuple[ColumnElement[Any], ...] = (
    literal_column("'about'"),
    _contribution.c.title,
    literal_column("'contribution_id'"),
    _contribution.c.id,
    literal_column("'explanation'"),
    func.coalesce(_signature.c.set_aside_reason, _signature.c.check_reason),
    literal_column("'is_checked'"),
    _signature.c.set_aside_at.is_(None),
    literal_column("'reply'"),
    _signature.c.reply,
    literal_column("'is_counted'"),
    ~_is_out,
)
TOLD = (
    select(func.jsonb_build_object(*_facts))
    .select_from(_signature.join(_contribution, _contribution.c.id == _signature.c.contribution_id))
    .where(_judged)
    .scalar_subquery()
)
"""What a letter about a signature tells: never who else signed."""

QUEUE = addressee.to_accounts(
    _signature.c.id,
    _signature.join(_account, _account.c.actor_id == _signature.c.actor_id),
    _signature.c.id == any_(bindparam("judged", type_=ARRAY(Uuid()))),
)


async def tell(transaction: Transaction, kind: MailKind, judged: Sequence[UUID]) -> None:
    """Tell the signers of signatures that were judged, however many they are, in one statement."""
    await transaction.execute(QUEUE, kind=kind.value, judged=list(judged), good_for=GOOD_FOR)
