"""Digests' lines: what a mail tells of its reader's notices, read when it is sent: nothing that was read meanwhile, or
that its reader does not see any more."""

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, and_, bindparam, exists, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import Uuid

from database.door import Database
from jobs import notice
from mail.digest import item
from mail.queue import ClaimedMail
from models.activity import Activity
from models.actor import Role
from models.base import constant, table
from models.contribution import Contribution
from models.mail_preference import Cadence, MailPreference
from models.notice import Notice
from models.tenant import Feature
from planner.sight import Sight
from resolvers import sight

LINES = 30
"""What of a digest is named; the portal has the rest."""

_notice, _preference = table(Notice), table(MailPreference)
_contribution, _activity = table(Contribution), table(Activity)
_is_silent = exists().where(
    _preference.c.actor_id == _notice.c.actor_id,
    *(_preference.c[name] == constant(Cadence.NEVER) for name in ("mine", "followed")),
)


@lru_cache(maxsize=64)
def lines_statement(features: frozenset[Feature]) -> Select[Any]:
    """How much a digest still tells in a portal with these features, and of it the newest LINES."""
    reader = Sight(Role.MEMBER, features, lambda: bindparam("reader", type_=Uuid()))
    told = (
        select(
            _notice.c.position,
            item(
                ("kind", _notice.c.kind),
                ("title", func.coalesce(_contribution.c.title, _activity.c.title)),
                ("contribution", _notice.c.contribution_id),
                ("activity", _notice.c.activity_id),
            ).label("line"),
        )
        .select_from(
            _notice.outerjoin(_contribution, _contribution.c.id == _notice.c.contribution_id).join(
                _activity, _activity.c.id == _notice.c.activity_id
            )
        )
        .where(
            and_(
                _notice.c.digest_id == bindparam("digest", type_=Uuid()),
                _notice.c.read_at.is_(None),
                not_(_is_silent),
                sight.notice(_notice, reader),
            )
        )
        .cte("told")
    )
    newest = select(told).order_by(told.c.position.desc()).limit(literal_column(str(LINES), Integer)).subquery("newest")
    lines = select(func.jsonb_agg(aggregate_order_by(newest.c.line, newest.c.position.desc()))).scalar_subquery()
    return select(select(func.count()).select_from(told).scalar_subquery(), lines)


async def read(database: Database, tenant: int, mail: ClaimedMail) -> ClaimedMail:
    """A digest's mail with its lines; it is not wanted where there are none."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(notice.PATIENCE)
        statement = lines_statement(await notice.features_of(transaction, tenant))
        told = await transaction.one(statement, digest=mail.about, reader=UUID(str(mail.told["actor"])))
    count, lines = told or (0, None)
    return replace(mail, is_wanted=mail.is_wanted and bool(count), told={**mail.told, "count": count, "lines": lines})
