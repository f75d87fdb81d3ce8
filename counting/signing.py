"""Signing («émargement»): an agent marks that somebody has voted at a desk, under the same key as online.

Whoever signs and whoever casts a ballot takes the voter's lock first (`resolvers.ballot.KEEP_VOTER`), so that of a desk
and the web, or of two desks, one comes after the other.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, Text, any_, bindparam, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from counting import listed, proving
from counting.listed import VoterKeys
from counting.polling_desk import HOLDER, KeptDesk, kept_desk, require_countable
from models import expected
from models.activity import Activity
from models.ballot import Ballot
from models.base import table
from models.event import EventKind
from models.polling_desk import VOTER_NAME_LENGTH, Signing, voter_letters
from models.proof import NAME_LENGTH, OF_PERSON, OLDEST, Proof
from models.refusal import ErrorCode, Refusal, bad_input
from models.set_aside import SIGNED_AT_DESK, DoubtSign
from planner.act import Act, Outcome, value
from planner.event import RECORD, NewEvent, events
from resolvers import access, ballot, proof, set_aside, text

T = TypeVar("T")
_signing, _ballot = table(Signing), table(Ballot)
SIGNED: Select[tuple[object, ...]] = select(_signing.c.desk_id, _signing.c.receipt, _signing.c.sealed).where(
    _signing.c.activity_id == value(Signing, "activity_id"),
    or_(
        _signing.c.actor_id == value(Signing, "actor_id"),
        _signing.c.voter_key == any_(bindparam("voter_keys", type_=ARRAY(Text()))),
        _signing.c.first_key == value(Signing, "voter_key"),
    ),
)
"""Where a voter has signed: at desks, or in a secret vote online."""

UNSEAL = (
    update(_signing)
    .where(
        _signing.c.activity_id == value(Signing, "activity_id"),
        _signing.c.actor_id == value(Signing, "actor_id"),
        _signing.c.sealed.is_not(None),
    )
    .values(desk_id=value(Signing, "desk_id"), sealed=null(), receipt=null(), signed_at=func.now())
)
"""Of paper and an unread envelope paper counts, and the envelope is gone."""

CAST = select(_ballot.c.id).where(
    _ballot.c.activity_id == value(Ballot, "activity_id"),
    _ballot.c.actor_id == value(Ballot, "actor_id"),
    set_aside.is_counted(_ballot),
)
"""The ballot that a voter has cast online, and that counts."""


_activity, _proof = table(Activity), table(Proof)
_of_actor = (_proof.c.activity_id == _activity.c.id) & (_proof.c.actor_id == value(Proof, "actor_id"))
KNOWN: Select[tuple[object, ...]] = (
    select(_activity.c.proof_levels.label("levels"), _proof.c.level)
    .join_from(_activity, _proof, _of_actor, isouter=True)
    .where(_activity.c.id == value(Proof, "activity_id"))
)
"""What a vote asks, and what an actor has proved there."""


class SigningOutcome(Enum):
    """What came of a signature."""

    SIGNED = "SIGNED"
    REPEATED = "REPEATED"
    PAPER_FIRST = "PAPER_FIRST"
    DOUBLE = "DOUBLE"


@dataclass(frozen=True, slots=True)
class SignedAt:
    """Where a voter has signed; an envelope is unread while it is sealed."""

    desk_id: UUID | None
    receipt: str | None
    sealed: str | None


@dataclass(frozen=True, slots=True)
class KnownVoter:
    """What a vote asks, and what somebody has proved there."""

    levels: list[str] | None
    level: str | None


@dataclass(frozen=True, slots=True)
class Voter:
    """Who signs: an account's actor, or whoever a key stands for. `is_erased`: the key was proved by an account that
    is erased: which ballot was its own is not known any more, and it has had its turn."""

    actor_id: UUID | None = None
    keys: VoterKeys | None = None
    is_erased: bool = False
    former_key: str | None = None
    """As the release before made it: whoever signed then has signed."""

    @property
    def signed_as(self) -> dict[str, object]:
        """All under which the voter may have signed."""
        keys = [*(self.keys.each if self.keys else ()), *((self.former_key,) if self.former_key else ())]
        return {"actor_id": self.actor_id, "voter_keys": keys, "voter_key": self.keys.whole if self.keys else None}

    @property
    def columns(self) -> dict[str, object]:
        """The columns that say who it is: an account alone, if there is one."""
        keys = None if self.actor_id else self.keys
        whole, first = (keys.whole, keys.shorter) if keys else (None, None)
        return {"actor_id": self.actor_id, "voter_key": whole, "first_key": first}


async def mark(
    act: Act,
    *,
    desk: UUID,
    email: str | None = None,
    given_names: str | None = None,
    family_name: str | None = None,
    name: str | None = None,
    born_on: date | None = None,
    is_in_box: bool = False,
) -> Outcome:
    """Mark that somebody has voted at a desk. `is_in_box`: the paper is in the box already, as with marks that were
    made without a line; it cannot be taken out, so that it counts and the ballot online does not; such marks come in
    until `MARKS_WAIT` after the close."""
    kept = await kept_desk(act, desk)
    require_countable(kept, "desk")
    if not (kept.is_running or (is_in_box and kept.takes_marks)):
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "The vote is not open now.", "desk")
    if email and email.strip():
        voter = await _by_account(act, kept, email)
    else:
        voter = await _by_name(act, kept, given_names, family_name, name, born_on)
    await act.execute(ballot.KEEP_RULE, activity_id=kept.activity_id)
    if voter.keys is not None:
        voter = await _with_account(act, kept, voter, voter.keys)
    if voter.actor_id is not None:
        await act.execute(ballot.KEEP_VOTER, activity_id=kept.activity_id, voter=str(voter.actor_id))
    outcome = await _sign(act, kept, voter, is_in_box=is_in_box)
    if outcome is SigningOutcome.REPEATED:
        return act.did(desk_id=desk, outcome=outcome.value)
    note = {"outcome": outcome.value}
    return act.did(EventKind.VOTER_SIGNED, desk, note, desk_id=desk, outcome=outcome.value)


async def _by_account(act: Act, kept: KeptDesk, email: str) -> Voter:
    """Who signs by the address of an account. Raises Refusal."""
    holder = await act.one(HOLDER, into=access.Id, email=email.strip().lower())
    if holder is None:
        raise Refusal(ErrorCode.NO_ACCOUNT, "No account has this address: take name and birth date.", "email")
    await _require_known(act, kept, holder.id)
    return Voter(holder.id)


async def _by_name(
    act: Act, kept: KeptDesk, given_names: str | None, family_name: str | None, name: str | None, born_on: date | None
) -> Voter:
    """Who signs by name, in two lines or in one, and birth date. Raises Refusal."""
    activity = kept.activity_id
    if name and not (given_names or family_name):
        line = text.name(name, VOTER_NAME_LENGTH, "name")
        day = _birth(born_on)
        keys = await listed.named(act, activity, line, day)
    else:
        given = text.name(_required(given_names, "givenNames"), NAME_LENGTH, "givenNames")
        family = text.name(_required(family_name, "familyName"), NAME_LENGTH, "familyName")
        line, day = f"{given} {family}", _birth(born_on)
        keys = await listed.keys(act, activity, given, family, day)
    return Voter(None, keys, former_key=act.asker.digest(str(activity), voter_letters(line), day.isoformat()))


def _birth(born_on: date | None) -> date:
    """The day on which a voter says to be born. Raises Refusal for days on which no voter was."""
    day = _required(born_on, "bornOn")
    today = datetime.now(UTC).date()
    if not OLDEST <= day <= today:
        raise bad_input("Nobody who votes was born on this day.", "bornOn", expected.days(OLDEST, today))
    return day


def _required(said: T | None, field: str) -> T:
    if not said:
        raise Refusal(ErrorCode.REQUIRED, "An address, or names and birth date.", field)
    return said


async def _require_known(act: Act, kept: KeptDesk, actor: UUID) -> None:
    """Where voters prove online who they are, an address that has not done so says nothing of a person, who may have
    another account. Raises Refusal."""
    holder = await act.one(KNOWN, into=KnownVoter, activity_id=kept.activity_id, actor_id=actor)
    if holder is not None and holder.level is None and {level.value for level in OF_PERSON} & set(holder.levels or ()):
        raise Refusal(ErrorCode.PROOF_NEEDED, "This account has proved nothing: take name and birth date.", "email")


async def _with_account(act: Act, kept: KeptDesk, voter: Voter, keys: VoterKeys) -> Voter:
    """Whoever has proved online to be the person of some keys is that account's actor, also in another box."""
    await proving.hold(act, kept.activity_id, keys)
    whose = {"activity_id": kept.activity_id, "digest": keys.whole, "keys": keys.each}
    used = await act.one(proof.USED, into=proof.Prover, **whose)
    if used is None or used.actor_id is None:
        return replace(voter, is_erased=used is not None)
    return replace(voter, actor_id=used.actor_id)


async def _sign(act: Act, kept: KeptDesk, voter: Voter, *, is_in_box: bool) -> SigningOutcome:
    signed = await act.all(SIGNED, into=SignedAt, activity_id=kept.activity_id, **voter.signed_as)
    if kept.id in [one.desk_id for one in signed]:
        return SigningOutcome.REPEATED
    cast = await act.one(CAST, into=access.Id, activity_id=kept.activity_id, actor_id=voter.actor_id)
    if not is_in_box and (signed or cast or voter.is_erased):
        where = "at another desk" if any(one.desk_id for one in signed) else "online"
        raise Refusal(ErrorCode.ALREADY_VOTED, f"This person has voted {where} already.", "desk")
    sealed = [one.receipt for one in signed if one.sealed]
    if sealed:
        at_desk = {"activity_id": kept.activity_id, "actor_id": voter.actor_id, "desk_id": kept.id}
        await act.execute(UNSEAL, **at_desk)
        note = {"receipt": sealed[0]}
        await act.execute(RECORD, **events(NewEvent(EventKind.BALLOT_WITHDRAWN, kept.activity_id, None, note)))
        return SigningOutcome.PAPER_FIRST
    columns = {"activity_id": kept.activity_id, "desk_id": kept.id, **voter.columns}
    is_double = bool(signed) or voter.is_erased
    await act.insert(Signing, **columns, is_double=is_double, signed_at=act.now)
    if cast is not None:
        sign = DoubtSign.SIGNED_AT_DESK
        await set_aside.put_one_aside(act, kept.activity_id, cast.id, sign, SIGNED_AT_DESK)
        return SigningOutcome.PAPER_FIRST
    return SigningOutcome.DOUBLE if is_double else SigningOutcome.SIGNED
