"""Retention: removes or blanks personal data when its period is over, and ends accounts that nobody uses."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    FromClause,
    Interval,
    Text,
    Update,
    and_,
    case,
    delete,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from counting import voter_roll
from database.door import Database, Transaction
from database.failure import DatabaseUnavailableError
from jobs import webhook
from mail import queue
from models import retention
from models.account import Account
from models.activity import Activity
from models.actor import Role
from models.admission import Admission
from models.appeal import Appeal
from models.base import table
from models.comment import Comment
from models.contribution import Contribution
from models.detection import Detection
from models.digest import Digest
from models.event import EventDetail, EventKind
from models.evidence import Evidence
from models.exchange import Exchange
from models.invitation import Invitation
from models.mail import MailKind
from models.message import Message
from models.mission import MissionSlot
from models.moderation import ModerationCase, ModerationDecision
from models.note import Note
from models.notice import Notice
from models.nudge import Nudge
from models.personal import Remains
from models.polling_desk import Signing
from models.proof import Proof
from models.report import Report
from models.retention import ACCOUNT_WARNED_DAYS
from models.sign_up import SignUp
from models.voter_roll import VoterRoll
from models.widget import HandOver
from planner.act import value
from planner.event import RECORD, NewEvent, events
from resolvers import actor, answer_file, desk_entry, draft, elector, personal, position, survey_answer

logger = logging.getLogger("parvis.job")

BATCH = 100
"""Accounts handled at each visit; visits are at most an hour apart."""

WARNED = timedelta(days=ACCOUNT_WARNED_DAYS)

_account, _detail = table(Account), table(EventDetail)
_marked, _evidence, _case = table(Detection), table(Evidence), table(ModerationCase)
_report, _appeal, _decision = table(Report), table(Appeal), table(ModerationDecision)
_contribution, _comment = table(Contribution), table(Comment)
FORGOTTEN = literal("Effacé au terme de sa durée de conservation.", Text)
_exchange, _message, _note, _nudge = table(Exchange), table(Message), table(Note), table(Nudge)
_sign_up, _slot = table(SignUp), table(MissionSlot)
_notice, _digest = table(Notice), table(Digest)
_invitation, _hand_over = table(Invitation), table(HandOver)
_activity, _proof, _admission, _signing = table(Activity), table(Proof), table(Admission), table(Signing)


_voter_roll = table(VoterRoll)


def _before(age: timedelta) -> ColumnElement[datetime]:
    return func.now() - literal(age, Interval)


_late = _decision.alias("late")
_is_over = select(_late.c.id).where(
    _late.c.id == _report.c.decision_id, _late.c.decided_at < _before(retention.REPORT.keep)
)
_contribution_redacted = select(_case.c.id).where(
    _case.c.id == _decision.c.case_id,
    or_(
        and_(_case.c.comment_id.is_(None), _contribution.c.id == _case.c.contribution_id, _contribution.c.is_redacted),
        and_(_comment.c.id == _case.c.comment_id, _comment.c.is_redacted),
    ),
)
FORGET_MODERATION: tuple[Update, ...] = (
    update(_report)
    .where(_report.c.reporter_id.is_not(None), _is_over.correlate(_report).exists())
    .values(quote=null(), explanation=null(), reporter_id=null()),
    update(_appeal)
    .where(_appeal.c.appellant_id.is_not(None), _appeal.c.decided_at < _before(retention.APPEAL.keep))
    .values(reason=FORGOTTEN, reply=FORGOTTEN, appellant_id=null()),
    update(_decision)
    .where(
        _decision.c.decided_at < _before(retention.DECISION.keep),
        _decision.c.seen_body != FORGOTTEN,
        ~_contribution_redacted.correlate(_decision).exists(),
    )
    .values(
        seen_title=null(),
        seen_body=FORGOTTEN,
        redacted_title=null(),
        redacted_body=null(),
        facts=case((_decision.c.facts.is_not(None), FORGOTTEN)),
        explanation=null(),
    ),
)
"""What moderation keeps of people's words, once their time is over: figures and rules stay."""

_voted = select(_activity.c.id).where(_activity.c.closes_at < _before(retention.PROOF.keep))
"""Votes in which nobody votes twice any more."""

_endless = select(_activity.c.id).where(_activity.c.closes_at.is_(None))


def _is_old(row: FromClause, begun_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """What tells a vote's voters, long after its close; where it has none, long after it was kept."""
    ended, endless = row.c.activity_id.in_(_voted), row.c.activity_id.in_(_endless)
    return or_(ended, and_(endless, begun_at < _before(retention.PROOF_ENDLESS.keep)))


_held_long_ago = select(_slot.c.id).where(_slot.c.ends_at < _before(retention.SIGN_UP.keep))
"""Slots of which nobody needs to know any more who had signed up."""

FORGET: tuple[Delete | Update, ...] = (
    delete(_invitation).where(_invitation.c.created_at < _before(retention.INVITATION.keep)),
    delete(_evidence).where(_evidence.c.kept_until < func.now()),
    *FORGET_MODERATION,
    delete(_marked).where(_marked.c.found_at < _before(retention.DETECTION.keep)),
    delete(_hand_over).where(_hand_over.c.expires_at < _before(retention.HAND_OVER.keep)),
    update(_detail)
    .where(_detail.c.salt.is_not(None), _detail.c.made_at < _before(retention.DETAIL.keep))
    .values(columns=null(), salt=null()),
    draft.FORGET,
    survey_answer.FORGET_DRAFTS,
    survey_answer.FORGET_NAMES,
    answer_file.FORGET_NAMES,
    answer_file.FORGET,
    desk_entry.FORGET,
    position.FORGET,
    delete(_proof).where(_is_old(_proof, _proof.c.given_at)),
    delete(_admission).where(_is_old(_admission, _admission.c.added_at)),
    delete(_voter_roll).where(_is_old(_voter_roll, _voter_roll.c.added_at)),
    update(_voter_roll)
    .where(
        _voter_roll.c.confirmed_at.is_(None),
        _voter_roll.c.removed_at.is_(None),
        _voter_roll.c.added_at < _before(retention.TRIAL_ROLL.keep),
    )
    .values(removed_at=func.now()),
    update(_signing)
    .where(_signing.c.voter_key.is_not(None), _is_old(_signing, _signing.c.signed_at))
    .values(voter_key=null(), first_key=null()),
    *elector.FORGET,
    delete(_note).where(_note.c.written_at < _before(retention.NOTE.keep)),
    update(_sign_up)
    .where(
        or_(_sign_up.c.actor_id.is_not(None), _sign_up.c.is_minor, _sign_up.c.has_guardian_consent),
        _sign_up.c.slot_id.in_(_held_long_ago),
    )
    .values(actor_id=null(), is_minor=false(), has_guardian_consent=false()),
    delete(_nudge).where(_nudge.c.asked_at < _before(retention.NUDGE.keep)),
    delete(_notice).where(_notice.c.made_at < _before(retention.NOTICE.keep)),
    webhook.FORGET,
    delete(_digest).where(_digest.c.made_at < _before(retention.DIGEST.keep)),
    delete(_message).where(
        _message.c.exchange_id.in_(select(_exchange.c.id).where(_exchange.c.ended_at < _before(retention.MESSAGE.keep)))
    ),
)
"""Data whose period depends on its age alone."""

UNUSED = (
    select(_account.c.id, _account.c.email)
    .where(_account.c.seen_at < _before(retention.ACCOUNT.keep - WARNED), _account.c.warned_at.is_(None))
    .order_by(_account.c.seen_at)
    .limit(literal_column(str(BATCH), BigInteger))
    .with_for_update(skip_locked=True)
)
WARN = update(_account).where(_account.c.id == value(Account, "id")).values(warned_at=func.now())
_has_ended = and_(_account.c.seen_at < _before(retention.ACCOUNT.keep), _account.c.warned_at < _before(WARNED))
ENDED = (
    select(_account.c.actor_id)
    .where(_has_ended)
    .order_by(_account.c.seen_at)
    .limit(literal_column(str(BATCH), BigInteger))
)
STILL = select(_account.c.id).where(_has_ended, _account.c.actor_id == value(Account, "actor_id"))


@dataclass(frozen=True, slots=True)
class Retained:
    """How many rows were removed or blanked, accounts warned and persons erased, or not although they were to be."""

    forgotten: int = 0
    warned: int = 0
    erased: int = 0
    failed: int = 0


async def keep(database: Database, tenant: int) -> Retained:
    """Apply the retention periods to a tenant."""
    async with database.transaction(tenant) as transaction:
        forgotten = sum([await transaction.execute(statement) for statement in FORGET])
        warned = await _warn(transaction)
    await clear_rolls(database, tenant)
    outcomes = await _erase(database, tenant)
    if forgotten or outcomes[True]:
        database.note_change(tenant)
    return Retained(forgotten, warned, outcomes[True], outcomes[False])


async def clear_rolls(database: Database, tenant: int) -> None:
    """Take out of rolls that were removed what nobody has used, in pieces, a transaction each."""
    gone = voter_roll.AT_ONCE
    while gone:
        async with database.transaction(tenant) as transaction:
            gone = await voter_roll.take_out(transaction)


async def _warn(transaction: Transaction) -> int:
    """Warn the owners of accounts that end soon; without an address there is no warning, and the same end."""
    rows = await transaction.all(UNUSED)
    for account, email in rows:
        assert isinstance(account, UUID)
        await transaction.execute(WARN, id=account)
        if email is not None:
            await queue.add(transaction, MailKind.ACCOUNT_UNUSED, str(email), account, WARNED)
    return len(rows)


async def _erase(database: Database, tenant: int) -> Counter[bool]:
    """Erase the owners of ended accounts, a transaction each: how many were erased, and of how many that failed. A
    failure is logged without the person's data, holds nobody else up, and is tried again at the next visit.

    Raises DatabaseUnavailableError, which is no fault of a person's.
    """
    outcomes = Counter[bool]()
    for (actor_id,) in await database.rows(ENDED, tenant):
        assert isinstance(actor_id, UUID)
        [outcome] = await asyncio.gather(_erase_one(database, tenant, actor_id), return_exceptions=True)
        if isinstance(outcome, DatabaseUnavailableError):
            raise outcome
        if isinstance(outcome, BaseException):
            logger.error("actor %s of tenant %d could not be erased: %s", actor_id, tenant, type(outcome).__name__)
            outcomes[False] += 1
        elif outcome:
            outcomes[True] += 1
    return outcomes


async def _erase_one(database: Database, tenant: int, actor_id: UUID) -> bool:
    """Erase somebody, unless they came back or are the last administrator; whether they were erased."""
    async with database.transaction(tenant) as transaction:
        person = await personal.locked(transaction, actor_id)
        still = await transaction.one(STILL, actor_id=actor_id)
        if person is None or still is None or await _alone_administers(transaction, person):
            return False
        await personal.erase(transaction, person, Remains.BLANK, None)
        happened = NewEvent(EventKind.ACCOUNT_ERASED, actor_id, None, {"contributions": Remains.BLANK.value})
        await transaction.execute(RECORD, **events(happened))
        return True


async def _alone_administers(transaction: Transaction, person: personal.PersonKeys) -> bool:
    if person.role is not Role.ADMIN:
        return False
    return [id_ for (id_,) in await transaction.all(actor.ADMINISTRATORS)] == [person.actor]
