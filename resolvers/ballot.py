"""Ballots: what one actor casts as a whole in one activity, judged by the activity's rule, its votes together.

The ballot's row is locked first, so that one voter's acts come one after another; no row is touched that another voter
touches. The tally's deltas are appended as those of any vote are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.advisory_lock import AdvisoryLock
from mail import queue
from models import expected
from models.ballot import Ballot, new_salt, receipt_of, says
from models.base import new_id, table
from models.event import EventKind
from models.mail import MailKind
from models.polling_desk import Signing
from models.polling_record import PollingRecord
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from models.vote import Vote
from planner.act import Act, Outcome, Sending, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from planner.listing import Listing, Order
from resolvers import ballot_terms, ballot_vote, envelope, proof, set_aside
from resolvers.ballot_terms import Candidate, Poll
from resolvers.sight import CONTRIBUTION
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, Voice, voting_not_open

TOLD_AFTER = timedelta(minutes=1)
"""So long after a ballot was cast its voter gets the receipt: of a ballot that is put together vote by vote once."""

_ballot, _vote, _signing, _record = table(Ballot), table(Vote), table(Signing), table(PollingRecord)
_activity, _actor = value(Ballot, "activity_id"), value(Ballot, "actor_id")
_mine = (_ballot.c.activity_id == _activity, _ballot.c.actor_id == _actor)
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_KEY = AdvisoryLock.VOTE_RULE.on(as_type(_activity, Text))

KEEP_RULE = select(func.pg_advisory_xact_lock_shared(*_KEY))
"""Taken by all who cast a ballot, so that rule and costs stay as they are until it is written. They share it: nobody
waits but somebody who changes the rule."""

CHANGE_RULE = select(func.pg_advisory_xact_lock(*_KEY))
_voter = AdvisoryLock.VOTER.on(as_type(_activity, Text) + bindparam("voter", type_=Text()))
KEEP_VOTER = select(func.pg_advisory_xact_lock(*_voter))
"""Taken by whoever marks at a desk that a voter has voted, so that the voter casts nothing online meanwhile."""

_by_index = func.set_config(*(literal_column(text) for text in ("'enable_seqscan'", "'off'", "true")))
KEEP = select(func.pg_advisory_xact_lock_shared(*_KEY), func.pg_advisory_xact_lock(*_voter), _by_index)
"""Both, for whoever casts a ballot. What comes after it in the transaction finds its rows by indexes, also by a plan
that was made while the vote had just opened and there were few."""

OPEN = insert(_ballot).values(
    **{name: value(Ballot, name) for name in ("id", "activity_id", "actor_id", "is_blank", "proof", "salt", "receipt")},
    cast_at=func.now(),
)
LOCK = select(_ballot.c.id, _ballot.c.receipt).where(*_mine).with_for_update()
SEAL = (
    update(_ballot)
    .where(_ballot.c.id == value(Ballot, "id"))
    .values(salt=value(Ballot, "salt"), receipt=value(Ballot, "receipt"))
)
REVISE = SEAL.values(is_blank=value(Ballot, "is_blank"), cast_at=func.now())
REMOVE = delete(_ballot).where(_ballot.c.id == value(Ballot, "id"))
_cast: list[Any] = [select(kept.c.id).where(kept.c.activity_id == _activity) for kept in (_ballot, _signing, _record)]
ANY_BALLOT = union_all(*_cast).limit(literal_column("1"))
"""A ballot, online or on paper."""

ANY_VOTE = (
    select(_vote.c.id)
    .join_from(_vote, CONTRIBUTION, CONTRIBUTION.c.id == _vote.c.contribution_id)
    .where(CONTRIBUTION.c.activity_id == _activity)
    .limit(literal_column("1"))
)


@dataclass(frozen=True, slots=True)
class LockedBallot:
    """A voter's ballot, which nobody else changes now."""

    id: UUID
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A vote that is open, and what there is of the asker's ballot: its votes, and the projects that are named now."""

    poll: Poll
    method: Method
    ballot: LockedBallot | None
    kept: Mapping[UUID, ballot_vote.KeptVote]
    projects: Mapping[UUID, Candidate]


# What is read --------------------------------------------------------------------------------------------------------


def own(activity: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's ballot in an activity."""
    return (row.c.activity_id == activity.c.id) & (row.c.actor_id == context.viewer_id)


def votes(row: FromClause, ballot: FromClause, _context: FieldContext) -> Listing:
    """The votes of a ballot, in the order of their projects' ids."""
    order = Order("ballot.votes", (row.c.contribution_id,), (UUID,))
    return Listing((row.c.actor_id == ballot.c.actor_id, row.c.ballot_id == ballot.c.id), order)


def just_cast(payload: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's ballot in the activity that a mutation named."""
    return (row.c.activity_id == payload.c.activity_id) & (row.c.actor_id == context.viewer_id)


def turnout(activity: FromClause, _context: FieldContext) -> Select[Any]:
    """How many ballots were cast in an activity, sealed ones too, and how many of them are blank."""
    row = _signing.alias("envelope")
    held = select(func.count()).where(row.c.activity_id == activity.c.id, row.c.sealed.is_not(None))
    sealed = held.correlate_except(row)
    counts: list[Any] = [
        activity.c.id.label("activity_id"),
        (func.count() + sealed.scalar_subquery()).label("ballot_count"),
        func.count().filter(_ballot.c.is_blank).label("blank_count"),
        func.count().filter(~set_aside.is_counted(_ballot)).label("set_aside_count"),
    ]
    return select(*counts).where(_ballot.c.activity_id == activity.c.id)


# What is done --------------------------------------------------------------------------------------------------------


async def cast(act: Act, *, activity: UUID, votes: Sequence[Mapping[str, Any]] = (), is_blank: bool = False) -> Outcome:
    """Cast the asker's ballot, or put this one in the place of the one that was cast."""
    opened = await _opened(act, activity, [vote["contribution"] for vote in votes])
    wanted = voices(opened.method, votes)
    if is_blank == bool(wanted):
        message = "A ballot says something, or that it is blank."
        raise Refusal(
            ErrorCode.BAD_INPUT if is_blank else ErrorCode.BALLOT_TOO_SMALL, message, "votes", expected=expected.ALONE
        )
    if opened.poll.urn_key:
        said = _priced(replace(opened, kept={}), wanted, is_single=False)
        if said:
            _check(opened, said, "votes")
        await envelope.put(act, activity, opened.poll.urn_key, said, opened.poll.proof)
        return act.did(activity_id=activity)
    await _write(act, activity, opened, wanted, is_blank=is_blank)
    return act.did(activity_id=activity)


async def withdraw(act: Act, *, activity: UUID) -> Outcome:
    """Withdraw the asker's ballot, if there is one."""
    opened = await _opened(act, activity)
    if opened.poll.urn_key:
        await envelope.take(act, activity)
    if opened.ballot is not None:
        changes = ballot_vote.VoteChanges(act.actor, opened.ballot.id, opened.method)
        changes.remove([*opened.kept.values()])
        await act.together(*changes.statements, *_removal(activity, opened.ballot))
    return act.did(activity_id=activity)


async def put(act: Act, activity: UUID, contribution: UUID, voice: Voice) -> None:
    """Put one vote into the asker's ballot, which must be a whole one with it. Raises Refusal."""
    opened = await _opened(act, activity, [contribution])
    if opened.poll.urn_key:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "A secret ballot is cast as a whole.", "contribution")
    await _write(act, activity, opened, {contribution: voice}, keeps_others=True)


async def take(act: Act, activity: UUID, contribution: UUID) -> None:
    """Take one vote out of the asker's ballot, which must be a whole one without it; the last one takes the ballot
    along. Raises Refusal."""
    opened = await _opened(act, activity)
    if opened.ballot is None or contribution not in opened.kept:
        return
    left = {id_: vote.voice for id_, vote in opened.kept.items() if id_ != contribution}
    changes = ballot_vote.VoteChanges(act.actor, opened.ballot.id, opened.method)
    changes.remove([opened.kept[contribution]])
    if not left:
        await act.together(*changes.statements, *_removal(activity, opened.ballot))
        return
    _check(opened, left, "contribution")
    salt, receipt = salted(left)
    sealing = Sending(SEAL, {"id": opened.ballot.id, "salt": salt, "receipt": receipt})
    told = _told(act.actor, activity, opened.ballot.id, receipt, opened.ballot.receipt)
    await act.together(sealing, *changes.statements, *told)


async def require_not_begun(act: Act, activity: UUID, field: str, *, with_votes: bool = False) -> None:
    """Nobody has cast a ballot (nor any vote) yet, and nobody will until this is done. Raises Refusal(VOTE_BEGUN)."""
    await act.execute(CHANGE_RULE, activity_id=activity)
    has_begun = await act.exists(ANY_BALLOT, activity_id=activity)
    if has_begun or (with_votes and await act.exists(ANY_VOTE, activity_id=activity)):
        raise Refusal(ErrorCode.VOTE_BEGUN, "Votes were cast: what they were cast on stays as it is.", field)


async def _opened(act: Act, activity: UUID, named: Sequence[UUID] = ()) -> Opened:
    """The activity, open and voted in by ballots, and the asker's ballot: both will stay as they are until this is
    done. What is read after the locks takes one round trip with them. Raises Refusal."""
    _, polls, ballots, kept, candidates = await act.together(
        Sending(KEEP, {"activity_id": activity, "voter": str(act.actor)}),
        Sending(ballot_terms.poll(act.sight), {"id": activity}, Poll),
        Sending(LOCK, {"activity_id": activity, "actor_id": act.actor}, LockedBallot),
        ballot_vote.kept(act.actor, activity),
        Sending(ballot_terms.projects(act.sight), {"activity_id": activity, "ids": list(named)}, Candidate),
    )
    if not polls:
        raise not_found("activity")
    poll: Poll = polls[0]
    if poll.vote_method is None or METHODS[poll.vote_method].is_free:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "People do not vote by ballots here.", "activity")
    if not poll.is_running or poll.is_opened:  # What comes after its urn was opened would never be read.
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, voting_not_open().message, "activity")
    if poll.is_signed:
        raise Refusal(ErrorCode.ALREADY_VOTED, "You have voted at a desk: what is in its box counts.", "activity")
    level = await proof.required(act, activity, poll.proof_levels, poll.proof, "activity")
    ballot_terms.remember(act.asker.tenant, activity, poll, candidates)
    return Opened(
        replace(poll, proof=level),
        METHODS[poll.vote_method],
        ballots[0] if ballots else None,
        {vote.contribution_id: vote for vote in kept},
        {row.id: row for row in candidates},
    )


def voices(method: Method, votes: Sequence[Mapping[str, Any]]) -> dict[UUID, Voice]:
    """What a ballot says of each project. Raises Refusal where it stands."""
    wanted: dict[UUID, Voice] = {}
    for place, vote in enumerate(votes):
        voice = Voice(vote["choice"], vote.get("amount"))
        try:
            method.check(voice)
        except Refusal as refusal:
            raise refusal.at(f"votes.{place}.{refusal.field}") from None
        if vote["contribution"] in wanted:
            raise bad_input("Each project once.", f"votes.{place}.contribution", expected.ONCE)
        wanted[vote["contribution"]] = voice
    return wanted


def _removal(activity: UUID, ballot: LockedBallot) -> list[Sending]:
    """Takes a ballot away; the journal keeps that its receipt counts no more."""
    event = NewEvent(EventKind.BALLOT_WITHDRAWN, activity, None, {"receipt": ballot.receipt})
    return [Sending(REMOVE, {"id": ballot.id}), Sending(RECORD, events(event))]


def salted(said: Mapping[UUID, Voice]) -> tuple[str, str]:
    """A salt, and the receipt of what a ballot says with it."""
    salt = new_salt()
    return salt, receipt_of(salt, says(said))


def _told(actor: UUID, activity: UUID, ballot: UUID, receipt: str, before: str | None) -> list[Sending]:
    """Has the journal seal a receipt, without its voter, whom a mail tells it; `before` is that which it replaces."""
    note = {"receipt": receipt} | ({"replaces": before} if before else {})
    mail = {"actor": actor, "about": ballot, "good_for": set_aside.MAIL_GOOD_FOR, "pause": TOLD_AFTER}
    event = NewEvent(EventKind.BALLOT_CAST, activity, None, note)
    return [Sending(RECORD, events(event)), Sending(queue.QUEUE_TO_PARTY, {**mail, "kind": MailKind.BALLOT_RECEIVED})]


async def _write(
    act: Act,
    activity: UUID,
    opened: Opened,
    wanted: dict[UUID, Voice],
    *,
    is_blank: bool = False,
    keeps_others: bool = False,
) -> None:
    """The ballot as it is to be, in one round trip. `keeps_others`: with the votes that are in it already."""
    said, kept = _priced(opened, wanted, is_single=keeps_others), opened.kept
    if keeps_others:
        said = {id_: vote.voice for id_, vote in kept.items()} | said
    if said:
        _check(opened, said, "contribution" if keeps_others else "votes")
    ballot = opened.ballot or LockedBallot(new_id(), None)
    salt, receipt = salted(said)
    columns = {"id": ballot.id, "is_blank": is_blank, "salt": salt, "receipt": receipt}
    whose = {"activity_id": activity, "actor_id": act.actor, "proof": opened.poll.proof}
    changes = ballot_vote.VoteChanges(act.actor, ballot.id, opened.method)
    changes.remove([vote for id_, vote in kept.items() if id_ not in said])
    changes.change([(kept[id_], voice) for id_, voice in said.items() if id_ in kept])
    changes.insert({id_: voice for id_, voice in said.items() if id_ not in kept})
    await act.together(
        Sending(REVISE, columns) if opened.ballot else Sending(OPEN, columns | whose),
        *changes.statements,
        *_told(act.actor, activity, ballot.id, receipt, ballot.receipt),
    )


def _priced(opened: Opened, wanted: Mapping[UUID, Voice], *, is_single: bool) -> dict[UUID, Voice]:
    """What is said of each project, as it is kept. Raises Refusal for one that is not there, or is closed and was not
    in the ballot before."""
    said: dict[UUID, Voice] = {}
    for place, (id_, voice) in enumerate(wanted.items()):
        field, project = "contribution" if is_single else f"votes.{place}.contribution", opened.projects.get(id_)
        if project is None:
            raise not_found(field)
        if not project.is_standing and id_ not in opened.kept:
            raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed or has expired.", field)
        try:
            said[id_] = opened.method.priced(voice, project.cost_euros)
        except Refusal as refusal:
            raise refusal.at(field) from None
    return said


def _check(opened: Opened, said: Mapping[UUID, Voice], field: str) -> None:
    """The rule allows a ballot. Raises Refusal for `field`."""
    try:
        opened.method.check_ballot(opened.poll.rule, list(said.values()))
    except Refusal as refusal:
        raise refusal.at(field) from None
