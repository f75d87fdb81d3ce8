"""Mails about ballots: whether they are still wanted when they are sent, and what they tell their voter alone."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select

from models.activity import Activity
from models.ballot import Ballot
from models.base import constant, table
from models.mail import Mail, MailKind
from models.set_aside import SetAside

_mail, _ballot, _aside, _activity = table(Mail), table(Ballot), table(SetAside), table(Activity)
_is_received = _mail.c.kind == constant(MailKind.BALLOT_RECEIVED)
_is_aside = _mail.c.kind == constant(MailKind.BALLOT_SET_ASIDE)
_is_restored = _mail.c.kind == constant(MailKind.BALLOT_RESTORED)
_cast, _judged = _ballot.c.id == _mail.c.about_id, _aside.c.id == _mail.c.about_id

OF_BALLOTS = _mail.c.kind.in_(
    [constant(kind) for kind in (MailKind.BALLOT_RECEIVED, MailKind.BALLOT_SET_ASIDE, MailKind.BALLOT_RESTORED)]
)
IS_WANTED = or_(
    and_(_is_received, exists().where(_cast, _ballot.c.receipt.is_not(None))),
    and_(_is_aside, exists().where(_judged, _aside.c.restored_at.is_(None))),
    and_(_is_restored, exists().where(_judged, _aside.c.restored_at.is_not(None))),
)
"""Not of a ballot that was withdrawn, nor of what was judged otherwise meanwhile."""

_of: tuple[ColumnElement[Any], ...] = (
    literal_column("'about'"),
    _activity.c.title,
    literal_column("'activity_id'"),
    _activity.c.id,
)
_receipt = func.jsonb_build_object(*_of, literal_column("'receipt'"), _ballot.c.receipt)
_judgement = func.jsonb_build_object(
    *_of, literal_column("'explanation'"), _aside.c.explanation, literal_column("'reply'"), _aside.c.reply
)
TOLD = case(
    (
        _is_received,
        select(_receipt)
        .select_from(_ballot.join(_activity, _activity.c.id == _ballot.c.activity_id))
        .where(_cast)
        .scalar_subquery(),
    ),
    else_=select(_judgement)
    .select_from(_aside.join(_activity, _activity.c.id == _aside.c.activity_id))
    .where(_judged)
    .scalar_subquery(),
)
"""What a letter about a ballot tells: never what the ballot says."""
