"""The queue of a tenant's mails: written with what they speak of, claimed by one process at a time, then removed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Interval,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    extract,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from mail import addressee, answered, ballot, digest, exchange, petition, sign_up, webhook
from models.account import Account
from models.appeal import Appeal
from models.ballot import Ballot
from models.base import constant, new_id, table
from models.invitation import Invitation
from models.mail import Mail, MailKind
from models.moderation import CaseState, ModerationCase, ModerationDecision
from models.organisation_member import OrganisationMember
from models.report import Report
from models.set_aside import SetAside
from models.sign_in import SignInCode

HELD_S = 30
"""A claim lasts so long, and is renewed while the mail is being sent: after a crash another process sends it then."""

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0
"""After a failed attempt, and twice as long after each, but never longer than this or a tenth of the mail's time:
a code of ten minutes is tried once a minute, an invitation a quarter of an hour after the mail server is back."""

PARTY_GOOD_FOR = timedelta(days=3)
MERGED_OVER = timedelta(minutes=5)
"""Messages that are written within so long are told in one mail."""


def _seconds(interval: ColumnElement[timedelta]) -> ColumnElement[float]:
    return cast(extract("epoch", interval), Double)


_mail, _invitation, _code, _account = table(Mail), table(Invitation), table(SignInCode), table(Account)
_id, _attempt = bindparam("id", type_=Uuid()), bindparam("attempt", type_=Integer())
_held = and_(_mail.c.id == _id, _mail.c.attempts == _attempt)
_hold = func.now() + literal(timedelta(seconds=HELD_S), Interval)

QUEUE = insert(_mail).values(
    id=_id,
    kind=bindparam("kind", type_=Text()),
    email=bindparam("email", type_=Text()),
    about_id=bindparam("about", type_=Uuid()),
    attempts=0,
    created_at=func.now(),
    due_at=func.now(),
    good_until=func.now() + bindparam("good_for", type_=Interval()),
)
_report, _decision, _appeal, _case = table(Report), table(ModerationDecision), table(Appeal), table(ModerationCase)


QUEUE_TO_ACTOR = addressee.to_accounts(
    bindparam("about", type_=Uuid()), _account, _account.c.actor_id == bindparam("actor", type_=Uuid())
)
_party, _member = bindparam("actor", type_=Uuid()), table(OrganisationMember)
_members = select(_member.c.member_id).where(_member.c.organisation_id == _party)
_of_party = _account.c.actor_id == any_(func.array(union_all(select(_party), _members).scalar_subquery()))
_same = _mail.alias("same")
_waits_already = exists().where(
    _same.c.email == _account.c.email,
    _same.c.kind == bindparam("kind", type_=Text()),
    _same.c.about_id == bindparam("about", type_=Uuid()),
    _same.c.attempts == literal_column("0", Integer),
)

QUEUE_TO_PARTY = addressee.to_accounts(
    bindparam("about", type_=Uuid()),
    _account,
    _of_party,
    not_(_waits_already),
    due_at=func.now() + bindparam("pause", type_=Interval()),
)
QUEUE_TO_REPORTERS = addressee.to_accounts(
    _report.c.id,
    _report.join(_account, _account.c.actor_id == _report.c.reporter_id),
    _report.c.decision_id == bindparam("decision", type_=Uuid()),
)
QUEUE_TO_APPELLANTS = addressee.to_accounts(
    _appeal.c.id,
    _appeal.join(_account, _account.c.actor_id == _appeal.c.appellant_id),
    _appeal.c.decision_id == bindparam("decision", type_=Uuid()),
    _appeal.c.decided_at == func.now(),
)
_aside, _ballot = table(SetAside), table(Ballot)
QUEUE_TO_VOTERS = addressee.to_accounts(
    _aside.c.id,
    _aside.join(_ballot, _ballot.c.id == _aside.c.ballot_id).join(_account, _account.c.actor_id == _ballot.c.actor_id),
    _aside.c.id == any_(bindparam("judged", type_=ARRAY(Uuid()))),
)
_may_go = and_(
    _mail.c.good_until > func.now(),
    or_(_mail.c.kind == constant(MailKind.SIGN_IN_CODE), not_(bindparam("is_urgent", type_=Boolean()))),
)
_next = (
    select(_mail.c.id)
    .where(_mail.c.due_at <= func.now(), _may_go)
    .order_by(_mail.c.good_until, _mail.c.id)
    .limit(literal_column("1", Integer))
    .with_for_update(skip_locked=True)
)
_is_invited = exists().where(
    _invitation.c.id == _mail.c.about_id,
    _invitation.c.mailed_at.is_(None),  # As a process of the version before would say.
    _invitation.c.accepted_at.is_(None),
    _invitation.c.expires_at > func.now(),
)
_is_unused = exists().where(_account.c.id == _mail.c.about_id, _account.c.warned_at.is_not(None))
_reported = _report.c.id == _mail.c.about_id
_decided = _decision.c.id == _mail.c.about_id
_held_case = _case.c.id == _mail.c.about_id
_waits = _case.c.state == constant(CaseState.OPEN)
_of_reports = _mail.c.kind.in_([constant(MailKind.REPORT_RECEIVED), constant(MailKind.REPORT_DECIDED)])
_is_wanted = or_(
    exchange.IS_WANTED,
    exchange.IS_NUDGE_WANTED,
    digest.OF_DIGESTS,  # Unless it has no lines any more.
    ballot.IS_WANTED,
    petition.IS_WANTED,
    sign_up.IS_WANTED,
    and_(_of_reports, exists().where(_reported)),
    and_(_mail.c.kind == constant(MailKind.MODERATION_DECIDED), exists().where(_decided)),
    and_(_mail.c.kind == constant(MailKind.APPEAL_DECIDED), exists().where(_appeal.c.id == _mail.c.about_id)),
    and_(_mail.c.kind == constant(MailKind.CONTENT_HELD), exists().where(_held_case, _waits)),
    _mail.c.kind == constant(MailKind.ACCOUNT_ERASED),
    and_(_mail.c.kind == constant(MailKind.ACCOUNT_UNUSED), _is_unused),
    and_(_mail.c.kind == constant(MailKind.INVITATION), _is_invited),
    and_(_mail.c.kind == constant(MailKind.SIGN_IN_CODE), exists().where(_code.c.id == _mail.c.about_id)),
    webhook.IS_WANTED,
)
_good_for = _mail.c.good_until - _mail.c.created_at


def _object(row: FromClause, *names: str) -> ColumnElement[Any]:
    """Columns of a row as a JSON object."""
    return func.jsonb_build_object(*(item for name in names for item in (literal_column(f"'{name}'"), row.c[name])))


_told = case(
    (
        _of_reports,
        select(
            _object(_report, "receipt", "category").op("||")(
                func.jsonb_build_object(literal_column("'action'"), answered.standing(_report, "action"))
            )
        )
        .where(_reported)
        .scalar_subquery(),
    ),
    (
        _mail.c.kind == constant(MailKind.MODERATION_DECIDED),
        select(_object(_decision, "action", "category", "ground", "rule", "facts", "explanation", "suspended_until"))
        .where(_decided)
        .scalar_subquery(),
    ),
    (
        _mail.c.kind == constant(MailKind.CONTENT_HELD),
        select(_object(_case, "cause")).where(_held_case).scalar_subquery(),
    ),
    (
        _mail.c.kind == constant(MailKind.APPEAL_DECIDED),
        select(_object(_appeal, "outcome", "reply")).where(_appeal.c.id == _mail.c.about_id).scalar_subquery(),
    ),
    (exchange.OF_EXCHANGES, exchange.TOLD),
    (exchange.IS_NUDGE, exchange.NUDGE_TOLD),
    (digest.OF_DIGESTS, digest.TOLD),
    (ballot.OF_BALLOTS, ballot.TOLD),
    (petition.OF_SIGNATURES, petition.TOLD),
    (sign_up.OF_SIGN_UPS, sign_up.TOLD),
    (webhook.OF_WEBHOOKS, webhook.TOLD),
)
"""What a letter about a report, a decision, an appeal, an exchange or a ballot tells."""

CLAIM = (
    update(_mail)
    .where(_mail.c.id == _next.scalar_subquery())
    .values(due_at=_hold, attempts=_mail.c.attempts + 1)
    .returning(
        *(_mail.c[name] for name in ("id", "kind", "email", "about_id", "attempts")),
        *(_good_for, _is_wanted, _told, addressee.LOCALE),
    )
)
HOLD = update(_mail).where(_held).values(due_at=_hold)
REMOVE = delete(_mail).where(_held)
SLEEP = update(_account).where(_account.c.email == bindparam("email", type_=Text())).values(asleep_at=func.now())
"""An address at which the mail server says that nobody is."""

MAILED = update(_invitation).where(_invitation.c.id == bindparam("about", type_=Uuid())).values(mailed_at=func.now())
_doubled: ColumnElement[float] = func.power(
    literal(2.0, Double), func.least(_mail.c.attempts - 1, literal(20, Integer)), type_=Double()
)
_pause_s = func.least(
    literal(FIRST_PAUSE_S, Double) * _doubled,
    literal(LONGEST_PAUSE_S, Double),
    _seconds(_good_for) / literal(10.0, Double),
)
_pause = func.make_interval(*[literal_column("0")] * 6, _pause_s, type_=Interval())
PUT_OFF = update(_mail).where(_held).values(due_at=func.now() + _pause)
GIVE_UP = delete(_mail).where(_mail.c.good_until <= func.now()).returning(_mail.c.kind)
_is_good = _mail.c.good_until > func.now()
WAITING = select(
    func.count().filter(_is_good), _seconds(func.min(_mail.c.due_at).filter(_may_go) - func.now())
).select_from(_mail)


class MailOutcome(Enum):
    """What became of an attempt to send a mail."""

    SENT = "sent"
    LATER = "later"
    """The mail server is away or wants it later."""

    REFUSED = "refused"
    """The mail server never will take this mail."""

    NO_MAILBOX = "no_mailbox"
    """Nobody is at the address."""

    UNWANTED = "unwanted"
    """What it speaks of is over."""

    GIVEN_UP = "given_up"
    """It could not be sent for as long as it was good."""


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that this process alone sends, for as long as it renews its claim."""

    id: UUID
    kind: MailKind
    email: str
    about: UUID
    attempt: int
    good_for: timedelta
    """From when it was queued on; later it is given up."""

    is_wanted: bool
    """Not where what it speaks of is over meanwhile: an invitation accepted or revoked, a code used up."""

    told: Mapping[str, Any] = field(default_factory=dict)
    """What it tells of a report or a decision, read when it is sent."""

    locale: str | None = None
    """In which language its reader wants mails; None: in the portal's."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mails wait in a tenant's queue, and in how many seconds the next is due, held ones included; None where
    none is. `due_in_s` may be of those alone that somebody waits for."""

    count: int
    due_in_s: float | None


async def add(transaction: Transaction, kind: MailKind, email: str, about: UUID, good_for: timedelta) -> None:
    """Queue a mail in the transaction that writes what it speaks of: both are there, or neither."""
    await transaction.execute(QUEUE, id=new_id(), kind=kind.value, email=email, about=about, good_for=good_for)


async def add_to_actor(transaction: Transaction, kind: MailKind, actor: UUID, about: UUID, good_for: timedelta) -> None:
    """Queue a mail to whoever signs in as an actor, where there is an address."""
    await transaction.execute(QUEUE_TO_ACTOR, kind=kind.value, actor=actor, about=about, good_for=good_for)


async def ask(
    transaction: Transaction, kind: MailKind, actor: UUID, about: UUID, good_for: timedelta, pause: timedelta
) -> None:
    """Queue a question to an actor, or to all who speak for an organisation, no sooner than after a pause."""
    given = {"kind": kind.value, "actor": actor, "about": about, "good_for": good_for, "pause": pause}
    await transaction.execute(QUEUE_TO_PARTY, **given)


async def tell(transaction: Transaction, kind: MailKind, actor: UUID, about: UUID) -> None:
    """Queue a mail to an actor, or to all who speak for an organisation; nothing where one like it waits already."""
    pause = MERGED_OVER if kind is MailKind.MESSAGE_RECEIVED else timedelta(0)
    await ask(transaction, kind, actor, about, PARTY_GOOD_FOR, pause)


async def add_to_reporters(transaction: Transaction, decision: UUID, good_for: timedelta) -> None:
    """Queue the answer to everybody whose report a decision answers, however many they are, in one statement."""
    kind = MailKind.REPORT_DECIDED.value
    await transaction.execute(QUEUE_TO_REPORTERS, kind=kind, decision=decision, good_for=good_for)


async def add_to_appellants(transaction: Transaction, decision: UUID, good_for: timedelta) -> None:
    """Queue the answer to everybody whose appeal against a decision is answered in this transaction."""
    kind = MailKind.APPEAL_DECIDED.value
    await transaction.execute(QUEUE_TO_APPELLANTS, kind=kind, decision=decision, good_for=good_for)


async def add_to_voters(transaction: Transaction, kind: MailKind, judged: Sequence[UUID], good_for: timedelta) -> None:
    """Tell the voters of ballots that were set aside or put back, however many they are, in one statement."""
    await transaction.execute(QUEUE_TO_VOTERS, kind=kind.value, judged=list(judged), good_for=good_for)


async def claim(database: Database, tenant: int, *, is_urgent: bool = False) -> ClaimedMail | None:
    """The mail of a tenant that is due and of use the shortest; None where nothing is due.

    `is_urgent` for those alone that somebody waits for.
    """
    async with database.transaction(tenant) as transaction:
        row = await transaction.one(CLAIM, is_urgent=is_urgent)
    if row is None:
        return None
    id_, kind, email, about, attempt, good_for, is_wanted, told, locale = row
    assert isinstance(id_, UUID) and isinstance(about, UUID) and isinstance(attempt, int)
    assert isinstance(good_for, timedelta)
    facts = told if isinstance(told, dict) else {}
    wish = str(locale) if locale else None
    return ClaimedMail(id_, MailKind(kind), str(email), about, attempt, good_for, is_wanted is True, facts, wish)


async def hold(database: Database, tenant: int, mail: ClaimedMail) -> None:
    """Renew a claim for HELD_S."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(HOLD, id=mail.id, attempt=mail.attempt)


async def remove(
    database: Database, tenant: int, mail: ClaimedMail, *, is_sent: bool, is_no_mailbox: bool = False
) -> None:
    """Remove a mail, and note on what it speaks of that it was sent, or that its address fails."""
    async with database.transaction(tenant) as transaction:
        if is_no_mailbox:
            await transaction.execute(SLEEP, email=mail.email)
        if is_sent and mail.kind is MailKind.INVITATION:
            await transaction.execute(MAILED, about=mail.about)
        await transaction.execute(REMOVE, id=mail.id, attempt=mail.attempt)


async def put_off(database: Database, tenant: int, mail: ClaimedMail) -> None:
    """Let a mail that could not be sent be tried again, later after each attempt."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(PUT_OFF, id=mail.id, attempt=mail.attempt)


async def give_up(database: Database, tenant: int) -> Counter[MailKind]:
    """Remove what is of no use any more; how many mails of each kind there were."""
    async with database.transaction(tenant) as transaction:
        return Counter(MailKind(kind) for (kind,) in await transaction.all(GIVE_UP))


async def waiting(database: Database, tenant: int, *, is_urgent: bool = False) -> Waiting:
    """What waits in a tenant's queue."""
    [(count, seconds)] = await database.rows(WAITING, tenant=tenant, is_urgent=is_urgent)
    assert isinstance(count, int)
    return Waiting(count, seconds if isinstance(seconds, float) else None)
