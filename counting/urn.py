"""Urns: sealed by an administrator before a secret vote opens, opened after its close with the key that was handed out.

When an urn is opened, the ballots are written in an order of chance, with ids of chance, in one transaction and at one
time, and what the envelopes held is removed in the same: no column leads from a voter to a ballot, nor an order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import SystemRandom
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.types import Uuid

from counting.short_ballot import said_by
from models.activity import Activity
from models.ballot import BLANK, Ballot, new_salt, receipt_of
from models.base import table
from models.event import EventKind
from models.polling_desk import Signing
from models.refusal import ErrorCode, Refusal, not_found
from models.urn import WrongKeyError, is_key_of, new_keys, opened
from models.vote import TallyDelta, Vote, VoteMethod
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.sight import Sight
from resolvers import ballot, ballot_vote, period, sight
from resolvers.sight import ACTIVITY
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method

_activity, _signing = table(Activity), table(Signing)
_ballot, _vote, _delta = table(Ballot), table(Vote), table(TallyDelta)
_id = value(Activity, "id")
SEAL = update(_activity).where(_activity.c.id == _id).values(urn_key=value(Activity, "urn_key"))
OPEN = update(_activity).where(_activity.c.id == _id).values(urn_opened_at=func.now())
ENVELOPES = select(_signing.c.sealed).where(
    _signing.c.activity_id == value(Signing, "activity_id"), _signing.c.sealed.is_not(None)
)
EMPTY = (
    update(_signing)
    .where(_signing.c.activity_id == value(Signing, "activity_id"), _signing.c.sealed.is_not(None))
    .values(sealed=null())
)


_told = ballot_vote.rows(id=Uuid(), is_blank=Integer(), salt=Text(), receipt=Text())
_is_blank = _told.c.is_blank != literal_column("0", Integer)
BALLOTS = insert(_ballot).from_select(
    ("id", "activity_id", "is_blank", "cast_at", "salt", "receipt"),
    select(_told.c.id, value(Ballot, "activity_id"), _is_blank, func.now(), _told.c.salt, _told.c.receipt),
)
_said = ballot_vote.rows(id=Uuid(), contribution=Uuid(), choice=Text(), amount=Integer(), ballot=Uuid())
VOTES = insert(_vote).from_select(
    ("id", "contribution_id", "choice", "amount", "cast_at", "ballot_id"),
    select(_said.c.id, _said.c.contribution, _said.c.choice, _said.c.amount, func.now(), _said.c.ballot),
)
_moved = ballot_vote.rows(id=Uuid(), vote=Uuid(), contribution=Uuid(), key=Text(), delta=Integer())
COUNT = insert(_delta).from_select(("id", "vote_id", "contribution_id", "key", "delta"), select(*_moved.c))


@dataclass(frozen=True, slots=True)
class UrnState:
    """A vote and its urn."""

    vote_method: VoteMethod | None
    urn_key: str | None
    has_begun: bool
    is_over: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """What somebody has cast, unread."""

    sealed: str


@cache
def _urn(seen: Sight) -> Select[tuple[object, ...]]:
    """The vote `:id` and its urn, if it is seen."""
    is_over = func.coalesce(ACTIVITY.c.closes_at <= func.now(), literal_column("false"))
    columns = (
        ACTIVITY.c.vote_method,
        ACTIVITY.c.urn_key,
        period.has_begun(ACTIVITY).label("has_begun"),
        is_over.label("is_over"),
        ACTIVITY.c.urn_opened_at.is_not(None).label("is_open"),
    )
    statement: Select[tuple[object, ...]] = select(*columns).select_from(ACTIVITY)
    return sight.activities(statement, seen).where(ACTIVITY.c.id == _id)


async def _state(act: Act, activity: UUID) -> UrnState:
    """The vote of an input's field. Raises Refusal(NOT_FOUND)."""
    state = await act.one(_urn(act.sight), into=UrnState, id=activity)
    if state is None:
        raise not_found("activity")
    return state


# What is read --------------------------------------------------------------------------------------------------------


def is_secret(activity: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Ballots are sealed."""
    return activity.c.urn_key.is_not(None)


# What is done --------------------------------------------------------------------------------------------------------


async def seal(act: Act, *, activity: UUID) -> Outcome:
    """Make a vote secret, before it opens: a new key is told once, and stored nowhere."""
    state = await _state(act, activity)
    if state.vote_method is None or METHODS[state.vote_method].is_free:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "People do not vote by ballots here.", "activity")
    await ballot.require_not_begun(act, activity, "activity")
    if (await _state(act, activity)).has_begun:
        raise Refusal(ErrorCode.VOTE_BEGUN, "It has opened: what people vote by stays as it is.", "activity")
    private, public = new_keys()
    await act.execute(SEAL, id=activity, urn_key=public)
    return act.did(EventKind.URN_SEALED, activity, secrets={"key": private}, activity_id=activity)


async def open_urn(act: Act, *, activity: UUID, key: str) -> Outcome:
    """Open the envelopes of a vote that is over. Raises Refusal(WRONG_KEY)."""
    state = await _state(act, activity)
    if state.urn_key is None or state.vote_method is None or not state.is_over:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "There is no sealed urn, or the vote is not over.", "activity")
    await act.execute(ballot.CHANGE_RULE, activity_id=activity)
    locked = await _state(act, activity)  # Somebody may have opened it, or prolonged the vote, meanwhile.
    if locked.is_open:
        return act.did(activity_id=activity)
    if not locked.is_over:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The vote is not over.", "activity")
    try:
        if not is_key_of(key, state.urn_key):
            raise WrongKeyError
        sealed = [one.sealed for one in await act.all(ENVELOPES, into=SealedEnvelope, activity_id=activity)]
        said = await asyncio.to_thread(lambda: [opened(key, activity, envelope) for envelope in sealed])
    except WrongKeyError:
        raise Refusal(ErrorCode.WRONG_KEY, "This key does not open this urn.", "key") from None
    SystemRandom().shuffle(said)
    await _write(act, activity, METHODS[state.vote_method], said)
    await act.execute(EMPTY, activity_id=activity)
    await act.execute(OPEN, id=activity)
    return act.did(EventKind.URN_OPENED, activity, {"count": len(said)}, activity_id=activity)


async def _write(act: Act, activity: UUID, method: Method, said: Sequence[str]) -> None:
    """Write ballots that nobody's name is on, with their votes."""
    salted = [(uuid4(), line, new_salt()) for line in said]
    told = [(id_, int(line == BLANK), salt, receipt_of(salt, line)) for id_, line, salt in salted]
    votes = [
        (uuid4(), contribution, voice, id_) for id_, line, _ in salted for contribution, voice in said_by(line).items()
    ]
    moves = [
        (uuid4(), vote, contribution, key, delta)
        for vote, contribution, voice, _ in votes
        for key, delta in method.adds(voice).items()
    ]
    rows = [(vote, project, voice.choice.value, voice.amount, id_) for vote, project, voice, id_ in votes]
    await _insert(act, BALLOTS, told, ("ids", "is_blanks", "salts", "receipts"), activity_id=activity)
    await _insert(act, VOTES, rows, ("ids", "contributions", "choices", "amounts", "ballots"))
    await _insert(act, COUNT, moves, ("ids", "votes", "contributions", "keys", "deltas"))


async def _insert(act: Act, clause: Any, rows: Sequence[Sequence[Any]], names: Sequence[str], **more: object) -> None:
    if rows:
        columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
        await act.execute(clause, **columns, **more)
