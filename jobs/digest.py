"""Digests: puts what people were told into mails, at once, daily or weekly as each wants; each notice into one."""

from datetime import datetime, timedelta

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Insert,
    Integer,
    Interval,
    SmallInteger,
    and_,
    bindparam,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from database.door import Database
from jobs import notice
from models.account import Account
from models.base import constant, table
from models.digest import HOUR, MERGED_OVER, WEEKDAY, Digest
from models.mail import Mail, MailKind
from models.mail_preference import QUIET, Cadence, MailPreference
from models.notice import Notice
from resolvers import portal

AT_ONCE = 1_000
"""Digests that one statement makes."""

GOOD_FOR = timedelta(days=3)

_notice, _digest, _mail = table(Notice), table(Digest), table(Mail)
_account, _preference = table(Account), table(MailPreference)
_DAY, _NONE = literal(timedelta(days=1), Interval), literal(timedelta(0), Interval)
_zone = portal.time_zone(bindparam("tenant", type_=BigInteger()))
_now = func.coalesce(bindparam("now", type_=DateTime(timezone=True)), func.now())
"""The instant that a test asks about, else the database's."""

_is_unsent = and_(_notice.c.cadence.is_not(None), _notice.c.digest_id.is_(None), _notice.c.read_at.is_(None))


def slot(cadence: Cadence, at: ColumnElement[datetime], zone: ColumnElement[str]) -> ColumnElement[datetime]:
    """When a cadence was last due: at eight, local, of the day or of Tuesday; days may have 23 or 25 hours."""
    if cadence is Cadence.AT_ONCE:
        return at - literal(MERGED_OVER, Interval)
    local = func.timezone(zone, at)
    day = func.date_trunc(literal_column("'day'"), local)
    early = extract("hour", local) < HOUR
    if cadence is Cadence.DAILY:
        return func.timezone(zone, day + literal(timedelta(hours=HOUR), Interval) - case((early, _DAY), else_=_NONE))
    since = (cast(extract("dow", local), Integer) + 7 - WEEKDAY) % literal_column("7", Integer)
    is_today = and_(since == literal_column("0", Integer), early)
    back = case((is_today, literal_column("7", Integer)), else_=since)
    days = func.make_interval(*[literal_column("0")] * 3, back, type_=Interval())
    return func.timezone(zone, day - days + literal(timedelta(hours=HOUR), Interval))


def is_quiet(
    at: ColumnElement[datetime], zone: ColumnElement[str], since: ColumnElement[int], until: ColumnElement[int]
) -> ColumnElement[bool]:
    """Whether it is between two hours, local, at which somebody wants no mail; the same hour twice means never."""
    hour = extract("hour", func.timezone(zone, at))
    return case((since <= until, and_(hour >= since, hour < until)), else_=or_(hour >= since, hour < until))


def _quiet(preference: FromClause) -> tuple[ColumnElement[int], ColumnElement[int]]:
    usual = (literal_column(str(hour), SmallInteger) for hour in QUIET)
    since, until = (
        func.coalesce(preference.c[name], hour) for name, hour in zip(("quiet_from", "quiet_until"), usual, strict=True)
    )
    return since, until


def _due(cadence: Cadence, mine: ColumnElement[bool]) -> CTE:
    """Who has something of a cadence that is due, up to which position, and can be written to now."""
    waiting = (
        select(_notice.c.actor_id, func.max(_notice.c.position).label("until"))
        .where(mine)
        .group_by(_notice.c.actor_id)
        .having(func.min(_notice.c.made_at) <= slot(cadence, _now, _zone))
        .cte("waiting")
    )
    people = waiting.join(_account, _account.c.actor_id == waiting.c.actor_id).outerjoin(
        _preference, _preference.c.actor_id == waiting.c.actor_id
    )
    return (
        select(waiting.c.actor_id, waiting.c.until, _account.c.email)
        .select_from(people)
        .where(_account.c.email.is_not(None), _account.c.asleep_at.is_(None))
        .where(not_(is_quiet(_now, _zone, *_quiet(_preference))))
        .limit(literal_column(str(AT_ONCE), Integer))
        .cte("due")
    )


def _make(cadence: Cadence) -> Insert:
    """Makes digests of all that is due in a cadence, for people who can be written to."""
    due = _due(cadence, and_(_is_unsent, _notice.c.cadence == constant(cadence)))
    columns = ("id", "actor_id", "cadence", "until_position", "made_at")
    rows = select(func.gen_random_uuid(), due.c.actor_id, constant(cadence), due.c.until, func.now())
    return insert(_digest).from_select(columns, rows).on_conflict_do_nothing(constraint="digest_once")


_is_new = _digest.c.made_at == func.now()
"""It was made in this transaction, which began at an instant of its own."""

TAKE = (
    update(_notice)
    .where(
        _is_new,
        _notice.c.actor_id == _digest.c.actor_id,
        _notice.c.cadence == _digest.c.cadence,
        _notice.c.position <= _digest.c.until_position,
        _is_unsent,
    )
    .values(digest_id=_digest.c.id)
)
_mailed = select(
    func.gen_random_uuid(),
    constant(MailKind.DIGEST),
    _account.c.email,
    _digest.c.id,
    literal_column("0", Integer),
    func.now(),
    func.now(),
    func.now() + literal(GOOD_FOR, Interval),
).join_from(_digest, _account, _account.c.actor_id == _digest.c.actor_id)
MAIL = insert(_mail).from_select(
    ("id", "kind", "email", "about_id", "attempts", "created_at", "due_at", "good_until"),
    _mailed.where(_is_new, _account.c.email.is_not(None)),
)
MAKE = {cadence: _make(cadence) for cadence in Cadence if cadence is not Cadence.NEVER}
_first = func.min(_notice.c.made_at)
NEXT = select(
    func.least(
        select(_first + literal(MERGED_OVER, Interval))
        .where(
            _is_unsent,
            _notice.c.cadence == constant(Cadence.AT_ONCE),
            _notice.c.made_at > func.now() - literal(MERGED_OVER, Interval),
        )
        .scalar_subquery(),
        select(slot(Cadence.DAILY, func.now(), _zone) + _DAY)
        .where(exists().where(_is_unsent, _notice.c.cadence != constant(Cadence.AT_ONCE)))
        .scalar_subquery(),
    )
)
"""When something is due next; in quiet hours a tenant is looked at once an hour."""


async def cut(database: Database, tenant: int, now: datetime | None = None) -> int:
    """Make the digests that are due at a tenant; returns how many."""
    count = 0
    for statement in MAKE.values():
        made = AT_ONCE
        while made == AT_ONCE:
            async with database.transaction(tenant) as transaction:
                await transaction.execute(notice.PATIENCE)
                made = await transaction.execute(statement, tenant=tenant, now=now)
                if made:
                    await transaction.execute(TAKE)
                    await transaction.execute(MAIL)
            count += made
    return count
