"""Admissions: batches of codes made and revoked, used codes counted, and the vote of somebody who has a code alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Integer, Select, Text, false, func, insert, null, select, union_all, update
from sqlalchemy.types import Uuid

from auth.viewer import Viewer
from counting import proving
from counting.listed import VoterKeys
from counting.vote_file import plain
from models import expected
from models.activity import Activity
from models.actor import Actor, ActorKind, Role
from models.admission import BATCH_NAME_LENGTH, MAX_BATCHES, MAX_CODES, Admission, code_letters, new_code
from models.ballot import Ballot
from models.base import constant, new_id, table, unnested
from models.event import EventKind
from models.polling_desk import Signing
from models.proof import OF_PERSON, Proof, ProofLevel
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from resolvers import access, ballot, proof, room, text
from resolvers.proof import AskedProof

_admission, _proof, _ballot, _signing = table(Admission), table(Proof), table(Ballot), table(Signing)
_activity, _digest = value(Admission, "activity_id"), value(Admission, "digest")
_given = unnested("given", {"id": Uuid(), "digest": Text()})
_whole = ("activity_id", "batch_id", "batch_name", "level")
ADD = insert(_admission).from_select(
    ("id", "digest", *_whole, "added_at"),
    select(_given.c.id, _given.c.digest, *(value(Admission, name) for name in _whole), func.now()),
)
BATCHES = select(func.count(_admission.c.batch_id.distinct()).label("count")).where(
    _admission.c.activity_id == _activity, _admission.c.level == value(Admission, "level")
)
_used = select(_proof.c.id).where(
    _proof.c.activity_id == _admission.c.activity_id,
    _proof.c.digest == func.coalesce(_admission.c.person_digest, _admission.c.digest),
)
REVOKE = (
    update(_admission)
    .where(
        _admission.c.activity_id == _activity,
        _admission.c.batch_id == value(Admission, "batch_id"),
        _admission.c.revoked_at.is_(None),
        ~_used.exists(),
    )
    .values(revoked_at=func.now())
)
BATCH = (
    select(_admission.c.id)
    .where(_admission.c.activity_id == _activity, _admission.c.batch_id == value(Admission, "batch_id"))
    .order_by(_admission.c.id)
    .with_for_update()
)
"""Waits for whoever is voting by a code of it, and keeps others waiting: what is revoked after it was not used."""

RENEW = update(_admission).where(_admission.c.id == value(Admission, "id")).values(revoked_at=null())
"""Of the code that is given anew to the same person."""

ADMITTED: Select[tuple[object, ...]] = select(_admission.c.id, _admission.c.person_digest).where(
    _admission.c.activity_id == _activity,
    _admission.c.level == value(Admission, "level"),
    _admission.c.digest == _digest,
    _admission.c.revoked_at.is_(None),
)
"""A code that is good."""

STAYS = ADMITTED.with_for_update(read=True)
"""The same, until this is done."""

RECEIPT = union_all(
    *(
        select(row.c.receipt).where(
            row.c.activity_id == value(Ballot, "activity_id"), row.c.actor_id == value(Ballot, "actor_id")
        )
        for row in (_ballot, _signing)
    )
)
WITHOUT_ACCOUNT = "Vote par code"
"""The name of the shell under which somebody votes who has no account; nobody is shown it."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A code that is good; `person_digest`: whose it is, where an agent has seen a document."""

    id: UUID
    person_digest: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a ballot is found by."""

    receipt: str | None


# What is read --------------------------------------------------------------------------------------------------------


def batches(rule: FromClause, context: FieldContext) -> Select[Any]:
    """The batches of codes of an activity, the newest first, with how many are used; administrators alone see any."""
    row = _admission.alias("admitted")
    used = (
        select(_proof.c.id)
        .where(
            _proof.c.activity_id == row.c.activity_id,
            _proof.c.digest == func.coalesce(row.c.person_digest, row.c.digest),
        )
        .correlate(row)
        .exists()
    )
    counted: list[Any] = [
        row.c.batch_id.label("id"),
        func.min(row.c.batch_name).label("name"),
        func.min(row.c.level).label("level"),
        func.min(row.c.added_at).label("added_at"),
        func.count(type_=Integer()).label("count"),
        func.count(type_=Integer()).filter(used).label("used_count"),
        func.count(type_=Integer()).filter(row.c.revoked_at.is_not(None)).label("revoked_count"),
    ]
    seen = row.c.activity_id == rule.c.activity_id if context.viewer.is_administrator else false()
    return (
        select(*counted)
        .where(seen, row.c.level == constant(ProofLevel.CODE))
        .group_by(row.c.batch_id)
        .order_by(func.min(row.c.added_at).desc())
    )


# What is done --------------------------------------------------------------------------------------------------------


async def make_codes(act: Act, *, activity: UUID, name: str, count: int) -> Outcome:
    """Make a batch of codes, which are told once and kept as digests."""
    terms = await proof.asked(act, activity)
    given_at_desks = () if terms.is_survey else OF_PERSON
    if not set(terms.proof_levels or ()) & {level.value for level in (*given_at_desks, ProofLevel.CODE)}:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This vote takes no codes.", "activity")
    kept = text.line(name, BATCH_NAME_LENGTH, "name")
    if not 1 <= count <= MAX_CODES:
        raise bad_input(f"A batch has 1 to {MAX_CODES} codes.", "count", expected.number(1, MAX_CODES))
    codes = [new_code() for _ in range(count)]
    digests = [code_key(act, activity, code) for code in codes]
    await add(act, activity, ProofLevel.CODE, kept, digests)
    note = {"count": count, "level": ProofLevel.CODE.value}
    secrets = {"codes": "\n".join(codes)}
    return act.did(EventKind.ADMISSIONS_ADDED, activity, note, secrets=secrets, activity_id=activity)


async def add(act: Act, activity: UUID, level: ProofLevel, name: str, digests: Sequence[str]) -> UUID:
    """Add a batch of digests that are new; its id. Raises Refusal(LIMIT_REACHED)."""
    await room.of(act, Activity, activity)
    there = await act.one(BATCHES, into=room.Count, activity_id=activity, level=level)
    if there is not None and there.count >= MAX_BATCHES:
        raise limit_reached(f"A vote has at most {MAX_BATCHES} batches.", "activity", expected.at_most(MAX_BATCHES))
    ids = [new_id() for _ in digests]
    batch = ids[0]  # A batch is called by its first row.
    whole = {"activity_id": activity, "batch_id": batch, "batch_name": name, "level": level}
    await act.execute(ADD, ids=ids, digests=list(digests), **whole)
    return batch


async def revoke(act: Act, *, activity: UUID, batch: UUID) -> Outcome:
    """Revoke what nobody has used of a batch; what was used stays used."""
    await access.activity(act, activity)
    if not await act.exists(BATCH, activity_id=activity, batch_id=batch):
        raise not_found("batch")
    count = await act.execute(REVOKE, activity_id=activity, batch_id=batch)
    note = {"count": count, "level": ProofLevel.CODE.value}
    return act.did(EventKind.ADMISSIONS_REVOKED, activity, note, activity_id=activity)


def code_key(act: Act, activity: UUID, code: str) -> str:
    """What is kept of a code."""
    return proof.key_in(act.asker, activity, "code", code_letters(code))


async def prove(act: Act, *, activity: UUID, code: str) -> Outcome:
    """Prove by a code that one may vote."""
    terms = await proving.to_prove(act, activity, ProofLevel.CODE)
    if terms.level is None:
        key = await _admitted(act, activity, code, terms)
        await proving.give(act, activity, ProofLevel.CODE, VoterKeys(key, key), "code")
    return act.did(activity_id=activity)


async def _admitted(act: Act, activity: UUID, code: str, terms: AskedProof) -> str:
    """The key of a code that is good: its own, or where an agent gave it after seeing a document that of the person.
    The voter's lock is taken before the code's row, as an agent does who gives the code (`counting.seen_document`).
    Raises Refusal(BAD_CODE), of a code that is not good before anything is locked or written."""
    digest = code_key(act, activity, code)
    key = await _key(act, ADMITTED, activity, digest, terms)
    await act.execute(ballot.KEEP_VOTER, activity_id=activity, voter=key)
    if await _key(act, STAYS, activity, digest, terms) != key:  # Given to somebody meanwhile.
        raise _bad_code()
    return key


async def _key(act: Act, statement: Select[Any], activity: UUID, digest: str, terms: AskedProof) -> str:
    code = await act.one(statement, into=Admitted, activity_id=activity, level=ProofLevel.CODE, digest=digest)
    if code is None or not (code.person_digest or _takes_codes(terms)):
        raise _bad_code()
    return code.person_digest or digest


def _takes_codes(terms: AskedProof) -> bool:
    return ProofLevel.CODE.value in (terms.proof_levels or ())


def _bad_code() -> Refusal:
    return Refusal(ErrorCode.BAD_CODE, "This code is not of this vote, or was revoked.", "code")


async def cast(
    act: Act,
    *,
    activity: UUID,
    code: str,
    votes: Sequence[Mapping[str, Any]] = (),
    is_blank: bool = False,
    receipt: str | None = None,
) -> Outcome:
    """Cast a ballot by a code alone, or put this one in the place of the one that was cast by it, whose `receipt` says
    that it is one's own: others may have seen the code."""
    terms = await proving.to_prove(act, activity, ProofLevel.CODE, *OF_PERSON)
    key = await _admitted(act, activity, code, terms)
    holder = await act.one(proof.SHELL, into=access.Id, activity_id=activity, digest=key)
    if holder is None:
        if not _takes_codes(terms):
            raise _bad_code()
        columns = {"kind": ActorKind.CITIZEN, "role": Role.MEMBER, "name": WITHOUT_ACCOUNT}
        shell = await act.insert(Actor, created_at=act.now, erased_at=act.now, **columns)
    else:
        shell = holder.id
        await _require_own(act, activity, shell, receipt)
    voter = replace(act, asker=act.asker.seen_by(Viewer(shell, Role.MEMBER)))
    if holder is None:
        await proving.give(voter, activity, ProofLevel.CODE, VoterKeys(key, key), "code")
    await ballot.cast(voter, activity=activity, votes=votes, is_blank=is_blank)
    told = await act.one(RECEIPT, into=Receipt, activity_id=activity, actor_id=shell)
    return act.did(activity_id=activity, receipt=told.receipt if told else None)


async def _require_own(act: Act, activity: UUID, shell: UUID, receipt: str | None) -> None:
    """Whoever changes a ballot has its receipt. Raises Refusal(REQUIRED, BAD_INPUT)."""
    cast_before = await act.one(RECEIPT, into=Receipt, activity_id=activity, actor_id=shell)
    if cast_before is None or cast_before.receipt is None:
        return
    typed = plain(receipt or "")
    if not typed:
        raise Refusal(ErrorCode.REQUIRED, "This code has voted: its ballot is changed with its receipt.", "receipt")
    if typed != cast_before.receipt:
        raise bad_input(
            "This is not the receipt of the ballot that was cast by this code.", "receipt", expected.THE_SAME
        )
