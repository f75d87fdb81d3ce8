"""Mails about sign-ups: whether they are still wanted when they are sent, and what they tell."""

from sqlalchemy import and_, exists, func, literal_column, not_, or_, select

from models.base import constant, table
from models.contribution import PUBLIC_STATUSES, Contribution
from models.mail import Mail, MailKind
from models.mission import Mission, MissionSlot
from models.sign_up import SignUp, SignUpStatus

_mail, _sign_up, _slot = table(Mail), table(SignUp), table(MissionSlot)
_mission, _contribution = table(Mission), table(Contribution)
_signed_up = _sign_up.c.id == _mail.c.about_id
OF_SIGN_UPS = _mail.c.kind.in_([constant(kind) for kind in (MailKind.SIGN_UP_CHANGED, MailKind.SIGN_UP_REMINDED)])
_is_registered = _sign_up.c.status == constant(SignUpStatus.REGISTERED)
_is_reminder = _mail.c.kind == constant(MailKind.SIGN_UP_REMINDED)
_others = (SignUpStatus.WAITING, SignUpStatus.CANCELLED)
IS_WANTED = and_(
    OF_SIGN_UPS,
    exists().where(
        _signed_up,
        or_(_is_registered, and_(not_(_is_reminder), _sign_up.c.status.in_([constant(one) for one in _others]))),
        or_(not_(_is_reminder), and_(_slot.c.cancelled_at.is_(None), _slot.c.starts_at > func.now())),
        _slot.c.id == _sign_up.c.slot_id,
        _slot.c.ends_at > func.now(),
        _mission.c.id == _slot.c.mission_id,
        _contribution.c.id == _mission.c.contribution_id,
        _contribution.c.status.in_([constant(status) for status in PUBLIC_STATUSES]),
    ),
)
"""Of what moderation withholds nobody is told by mail, nor reminded of a place that was given back."""

TOLD = (
    select(
        func.jsonb_build_object(
            literal_column("'status'"),
            _sign_up.c.status,
            literal_column("'starts_at'"),
            _slot.c.starts_at,
            literal_column("'about'"),
            _contribution.c.title,
            literal_column("'contribution_id'"),
            _contribution.c.id,
        )
    )
    .select_from(
        _sign_up.join(_slot, _slot.c.id == _sign_up.c.slot_id)
        .join(_mission, _mission.c.id == _slot.c.mission_id)
        .join(_contribution, _contribution.c.id == _mission.c.contribution_id)
    )
    .where(_signed_up)
    .scalar_subquery()
)
"""What a letter about a sign-up tells."""
