"""Mails about exchanges: whether they are still wanted when they are sent, and what they tell whom."""

from sqlalchemy import Integer, Text, and_, case, exists, func, literal_column, or_, select

from models.account import Account
from models.base import constant, table
from models.comment import ShownStatus
from models.contribution import Contribution, ContributionStatus
from models.exchange import Exchange, ExchangeStatus
from models.mail import Mail, MailKind
from models.message import Message
from models.nudge import Nudge
from models.organisation_member import OrganisationMember

_mail, _account, _member = table(Mail), table(Account), table(OrganisationMember)
_exchange, _contribution = table(Exchange), table(Contribution)
_exchanged = _exchange.c.id == _mail.c.about_id
OF_EXCHANGES = _mail.c.kind.in_(
    [
        constant(kind)
        for kind in (
            MailKind.EXCHANGE_PROPOSED,
            MailKind.EXCHANGE_CHANGED,
            MailKind.EXCHANGE_NUDGED,
            MailKind.MESSAGE_RECEIVED,
        )
    ]
)
_reader = _account.alias("reader")
_reader_id = select(func.min(_reader.c.actor_id.cast(Text))).where(_reader.c.email == _mail.c.email).scalar_subquery()
"""Who signs in at a mail's address, and sets there which mails come."""

_speakers = (
    select(_member.c.member_id).where(_member.c.organisation_id == _exchange.c.author_id).correlate_except(_member)
)
_is_to_author = (
    select(literal_column("1", Integer))
    .where(
        _reader.c.email == _mail.c.email,
        or_(_reader.c.actor_id == _exchange.c.author_id, _reader.c.actor_id.in_(_speakers)),
    )
    .correlate_except(_reader)
    .exists()
)
"""Whether a mail about an exchange goes to the author of what it is about."""

_message = table(Message)
_read_at = case((_is_to_author, _exchange.c.author_read_at), else_=_exchange.c.proposer_read_at)
_is_unread = (
    select(literal_column("1", Integer))
    .where(
        _message.c.exchange_id == _exchange.c.id,
        or_(_read_at.is_(None), _message.c.sent_at > _read_at),
        _message.c.status == constant(ShownStatus.PUBLISHED),
    )
    .correlate_except(_message)
    .exists()
)
"""Whether the other of the two has not read a message yet."""

_is_still_asked = or_(
    _mail.c.kind == constant(MailKind.EXCHANGE_CHANGED),
    and_(_mail.c.kind == constant(MailKind.MESSAGE_RECEIVED), _is_unread),
    and_(
        _mail.c.kind.in_([constant(kind) for kind in (MailKind.EXCHANGE_PROPOSED, MailKind.EXCHANGE_NUDGED)]),
        _exchange.c.status.in_([constant(status) for status in (ExchangeStatus.PROPOSED, ExchangeStatus.WAITING)]),
    ),
)
IS_WANTED = and_(OF_EXCHANGES, exists().where(_exchanged, _is_still_asked))
_nudge = table(Nudge)
_nudged = _nudge.c.id == _mail.c.about_id
IS_NUDGE = _mail.c.kind == constant(MailKind.HELP_ASKED)
_is_open = exists().where(
    _contribution.c.id == _nudge.c.contribution_id,
    _contribution.c.status.in_([constant(status) for status in (ContributionStatus.OPEN, ContributionStatus.EXPIRED)]),
)
IS_NUDGE_WANTED = and_(IS_NUDGE, exists().where(_nudged, _nudge.c.answer.is_(None), _is_open))
NUDGE_TOLD = (
    select(
        func.jsonb_build_object(
            *(literal_column("'kind'"), _contribution.c.kind, literal_column("'about'"), _contribution.c.title),
            *(literal_column("'contribution_id'"), _contribution.c.id, literal_column("'actor'"), _reader_id),
        )
    )
    .select_from(_nudge.join(_contribution, _contribution.c.id == _nudge.c.contribution_id))
    .where(_nudged)
    .scalar_subquery()
)
TOLD = (
    select(
        func.jsonb_build_object(
            literal_column("'status'"),
            _exchange.c.status,
            literal_column("'reason'"),
            _exchange.c.reason,
            literal_column("'done_said_by'"),
            _exchange.c.done_said_by,
            literal_column("'is_closed'"),
            _contribution.c.closed_at.is_not(None),
            literal_column("'is_urgent'"),
            _exchange.c.is_urgent,
        )
        .op("||")(
            func.jsonb_build_object(
                literal_column("'kind'"), _contribution.c.kind, literal_column("'about'"), _contribution.c.title
            )
        )
        .op("||")(
            func.jsonb_build_object(literal_column("'is_author'"), _is_to_author, literal_column("'actor'"), _reader_id)
        )
    )
    .select_from(_exchange.join(_contribution, _contribution.c.id == _exchange.c.contribution_id))
    .where(_exchanged)
    .scalar_subquery()
)
"""What a letter about an exchange tells."""
