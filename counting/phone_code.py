"""Phone codes: who proves by a mobile telephone is sent six digits to it; the number is keyed, and never kept."""

import hmac
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Interval, delete, func, insert, literal, select, update

from auth import email_code, phone_number
from auth.phone_number import PhoneError, PhoneFault
from auth.text_message import TextMessage, TextMessages, TextOutcome
from counting import guessing, proving
from counting.guessing import Guesses
from counting.listed import VoterKeys
from mail.text_message import TextKind
from models.base import new_id, table
from models.proof import (
    PHONE_CODE_AGAIN,
    PHONE_CODE_DIGITS,
    PHONE_CODE_FOR,
    PHONE_CODE_TRIES,
    PHONE_CODES_OF_NUMBER,
    PHONE_CODES_OF_PERSON,
    ProofLevel,
)
from models.refusal import ErrorCode, Refusal
from models.sign_in import SignInCode
from planner.act import Act, Dispatch, Outcome, value
from planner.context import Asker, FieldContext
from resolvers import proof

_code = table(SignInCode)
_mine = (_code.c.activity_id == value(SignInCode, "activity_id"), _code.c.actor_id == value(SignInCode, "actor_id"))
_id = value(SignInCode, "id")
_until = func.now() + literal(PHONE_CODE_FOR, Interval)
_again = func.now() + literal(PHONE_CODE_FOR - PHONE_CODE_AGAIN, Interval)


def _is_good(code: FromClause) -> ColumnElement[bool]:
    return (code.c.expires_at > func.now()) & (code.c.tries < literal(PHONE_CODE_TRIES, Integer))


WAITING = select(
    _code.c.id, _code.c.number_digest, _is_good(_code).label("is_good"), (_code.c.expires_at > _again).label("is_fresh")
).where(*_mine)
"""The code that the asker was sent last in a vote; `is_fresh`: a moment ago."""

PROLONG = update(_code).where(_code.c.id == _id).values(expires_at=_until)
REMOVE = delete(_code).where(*_mine)
TAKE_BACK = delete(_code).where(_code.c.id == _id)
ISSUE = insert(_code).values(
    **{name: value(SignInCode, name) for name in ("id", "activity_id", "actor_id", "number_digest", "digest")},
    tries=0,
    expires_at=_until,
)
SEND_AGAIN = update(_code).where(_code.c.id == _id).values(expires_at=func.least(_code.c.expires_at, _again))
"""Without waiting a minute."""

TRY = (
    update(_code)
    .where(*_mine, _is_good(_code))
    .values(tries=_code.c.tries + 1)
    .returning(_code.c.digest, _code.c.number_digest)
)


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """A code that was sent to a number."""

    id: UUID
    number_digest: str
    is_good: bool
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class TriedCode:
    """What a code is compared with, and what is kept of the number."""

    digest: str
    number_digest: str


# What is read --------------------------------------------------------------------------------------------------------


def good_until(rule: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Until when the code is good that the viewer was sent in a vote."""
    row = _code.alias("sent_code")
    mine = (row.c.activity_id == rule.c.activity_id, row.c.actor_id == context.viewer_id)
    return select(row.c.expires_at).where(*mine, _is_good(row)).correlate_except(row).scalar_subquery()


# What is done --------------------------------------------------------------------------------------------------------


async def send(act: Act, *, activity: UUID, phone: str) -> Outcome:
    """Send a code to a mobile telephone. Where its number has proved in this vote already, the message says so, and the
    answer is the same: a stranger learns nothing of it."""
    terms = await proving.to_prove(act, activity, ProofLevel.PHONE)
    if terms.level is not None:
        return act.did(activity_id=activity)
    texts = sending(act, "activity")
    number = _number(texts, phone, act.asker.time_zone)
    key = proof.key_in(act.asker, activity, "phone", number)
    asks = _asks(act, activity, number)
    if not await guessing.are_within(act, asks):  # Whoever asks for the same account or number waits until here.
        raise Refusal(ErrorCode.TOO_MANY_TRIES, "Too many codes for today.", "phone")
    waiting = await act.one(WAITING, into=WaitingCode, activity_id=activity, actor_id=act.actor)
    is_same = waiting is not None and waiting.is_good and waiting.number_digest == key
    if is_same and waiting is not None and waiting.is_fresh:
        await guessing.take_back(act, asks)
        return act.did(activity_id=activity)
    if not await guessing.are_within(act, _portal(texts)):
        texts.counts[TextOutcome.OVER_LIMIT] += 1
        raise Refusal(ErrorCode.SMS_LIMIT_REACHED, "This portal has sent as many messages as it may today.", "phone")
    if is_same and waiting is not None:
        id_ = waiting.id
        await act.execute(PROLONG, id=id_)  # The same code: one that is late is still right.
    else:
        id_ = await _issue(act, activity, key)
    is_used = await proving.is_taken(act, activity, VoterKeys(key, key))
    kind = TextKind.PHONE_USED if is_used else TextKind.PHONE_CODE
    message = TextMessage(id_, kind, number, _letters(act.asker, id_))
    failed = partial(_failed, id_, asks, is_new=not is_same)
    return replace(act.did(activity_id=activity), dispatch=Dispatch(message, "phone", failed))


def sending(act: Act, field: str) -> TextMessages:
    """What sends messages here. Raises Refusal(SMS_NOT_OFFERED)."""
    if act.asker.texts is None:
        raise Refusal(ErrorCode.SMS_NOT_OFFERED, "This installation sends no text messages.", field)
    return act.asker.texts


async def prove(act: Act, *, activity: UUID, code: str) -> Outcome:
    """Prove by the code that was sent. A wrong one is an outcome that is committed, so that it counts."""
    terms = await proving.to_prove(act, activity, ProofLevel.PHONE)
    if terms.level is not None:
        return act.did(activity_id=activity)
    typed = email_code.digits(code, PHONE_CODE_DIGITS)
    if typed is None:
        raise Refusal(ErrorCode.PHONE_CODE_WRONG, f"A code has {PHONE_CODE_DIGITS} digits.", "code")
    tried = await act.one(TRY, into=TriedCode, activity_id=activity, actor_id=act.actor)
    if tried is None:
        raise Refusal(ErrorCode.PHONE_CODE_OVER, "No code waits: it is too old, or was tried too often.", "code")
    if not hmac.compare_digest(tried.digest, _digest(act, activity, typed)):
        return Outcome(refusal=Refusal(ErrorCode.PHONE_CODE_WRONG, "This is not the code that was sent.", "code"))
    key = tried.number_digest
    await proving.give(act, activity, ProofLevel.PHONE, VoterKeys(key, key), "code")
    await act.execute(REMOVE, activity_id=activity, actor_id=act.actor)
    return act.did(activity_id=activity)


async def _issue(act: Act, activity: UUID, key: str) -> UUID:
    """A new code in the place of any other of the asker's in this vote."""
    id_, mine = new_id(), {"activity_id": activity, "actor_id": act.actor}
    await act.execute(REMOVE, **mine)
    digest = _digest(act, activity, _letters(act.asker, id_))
    await act.execute(ISSUE, id=id_, number_digest=key, digest=digest, **mine)
    return id_


async def _failed(id_: UUID, asks: Guesses, act: Act, is_certain: bool, *, is_new: bool) -> None:
    """The message was not handed over: it may be asked for again at once, and counts unless it is certain that nothing
    was sent. A code that was sent before stays good."""
    if is_certain:
        await guessing.give_back(act, asks)
        await guessing.give_back(act, _portal(sending(act, "activity")))
    if is_certain and is_new:
        await act.execute(TAKE_BACK, id=id_)
    else:
        await act.execute(SEND_AGAIN, id=id_)


def _number(texts: TextMessages, typed: str, zone: str) -> str:
    try:
        return phone_number.canonical(typed, zone, texts.prefixes)
    except PhoneError as error:
        if error.fault is PhoneFault.ABROAD:
            raise Refusal(ErrorCode.PHONE_NOT_SERVED, "No messages go to this country.", "phone") from None
        raise Refusal(ErrorCode.BAD_PHONE, "This is not the number of a mobile telephone.", "phone") from None


def _asks(act: Act, activity: UUID, number: str) -> dict[tuple[str, ...], int]:
    """What a message counts for: for the account in the vote, and for the number in the portal."""
    of_person = ("sms", str(activity), str(act.actor))
    return {of_person: PHONE_CODES_OF_PERSON, ("sms", number): PHONE_CODES_OF_NUMBER}


def _portal(texts: TextMessages) -> dict[tuple[str, ...], int]:
    """What it counts for in all. Locked after the others, by everybody."""
    return {("sms",): texts.per_day}


def _letters(asker: Asker, id_: UUID) -> str:
    """The code of a row: computed under the server's secret, so that nothing that is stored tells it."""
    return f"{int(asker.digest('phone code', str(id_)), 16) % 10**PHONE_CODE_DIGITS:0{PHONE_CODE_DIGITS}}"


def _digest(act: Act, activity: UUID, code: str) -> str:
    return act.asker.digest("phone code typed", str(activity), str(act.actor), code)
