"""Digests: what a mail tells of its reader's notices, read when it is sent: nothing that was read meanwhile, or is not
seen any more."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, exists, func, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from models.activity import Activity
from models.base import constant, table
from models.contribution import PUBLIC_STATUSES, Contribution
from models.digest import Digest
from models.mail import Mail, MailKind
from models.mail_preference import Cadence, MailPreference
from models.notice import Notice
from models.space import ParticipatorySpace, Visibility
from models.space_role import SpaceRole

LINES = 30
"""What of a digest is named; the portal has the rest."""

_mail, _digest, _notice, _role = table(Mail), table(Digest), table(Notice), table(SpaceRole)
_contribution, _activity = table(Contribution), table(Activity)
_space, _preference = table(ParticipatorySpace), table(MailPreference)
OF_DIGESTS = _mail.c.kind == constant(MailKind.DIGEST)
_is_public = _space.c.visibility.in_([constant(shown) for shown in (Visibility.PUBLIC, Visibility.MEMBERS)])
_edits = exists().where(_role.c.space_id == _space.c.id, _role.c.actor_id == _notice.c.actor_id)
_is_shown = _contribution.c.status.in_([constant(status) for status in PUBLIC_STATUSES])
_told = (
    _notice.outerjoin(_contribution, _contribution.c.id == _notice.c.contribution_id)
    .join(_activity, _activity.c.id == _notice.c.activity_id)
    .join(_space, _space.c.id == _activity.c.space_id)
)
_is_silent = exists().where(
    _preference.c.actor_id == _notice.c.actor_id,
    *(_preference.c[name] == constant(Cadence.NEVER) for name in ("mine", "followed")),
)
_is_told = and_(
    _notice.c.digest_id == _mail.c.about_id,
    _notice.c.read_at.is_(None),
    not_(_is_silent),
    or_(_notice.c.contribution_id.is_(None), _is_shown),
    or_(_is_public, _edits),
)
IS_WANTED = and_(
    OF_DIGESTS, select(literal_column("1", Integer)).select_from(_told).where(_is_told).correlate(_mail).exists()
)


def _item(*pairs: tuple[str, Any]) -> ColumnElement[Any]:
    parts: list[Any] = []
    for name, told in pairs:
        parts += [literal_column(f"'{name}'"), told]
    return func.jsonb_build_object(*parts)


_lines = (
    select(
        _notice.c.position,
        _item(
            ("kind", _notice.c.kind),
            ("title", func.coalesce(_contribution.c.title, _activity.c.title)),
            ("contribution", _notice.c.contribution_id),
            ("activity", _notice.c.activity_id),
        ).label("line"),
    )
    .select_from(_told)
    .where(_is_told)
    .order_by(_notice.c.position.desc())
    .limit(literal_column(str(LINES), Integer))
    .correlate(_mail)
    .lateral("lines")
)
_count = select(func.count()).select_from(_told).where(_is_told).correlate(_mail).scalar_subquery()
_locale = select(_preference.c.locale).where(_preference.c.actor_id == _digest.c.actor_id).scalar_subquery()
TOLD = (
    select(
        _item(
            ("actor", _digest.c.actor_id),
            ("cadence", _digest.c.cadence),
            ("locale", _locale),
            ("count", _count),
            (
                "lines",
                select(func.jsonb_agg(aggregate_order_by(_lines.c.line, _lines.c.position.desc()))).scalar_subquery(),
            ),
        )
    )
    .where(_digest.c.id == _mail.c.about_id)
    .scalar_subquery()
)
"""What a letter with somebody's notices tells."""
