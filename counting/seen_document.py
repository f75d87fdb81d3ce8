"""Seen documents: an agent of a desk has looked at somebody's document, whose proof it is then, whoever had taken it.

The person has an account, or is given a printed code that is good from then on. Nothing of the document is kept.
"""

from dataclasses import replace
from datetime import date
from enum import Enum
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.types import Text

from auth.viewer import Viewer
from counting import admission, listed, proving
from counting.listed import VoterKeys
from counting.polling_desk import HOLDER, KeptDesk, kept_desk
from counting.signing import CAST
from models.actor import Actor, ActorKind, Role
from models.admission import Admission
from models.base import table
from models.event import EventKind
from models.polling_desk import Signing
from models.proof import NAME_LENGTH, OF_PERSON, Proof, ProofLevel
from models.refusal import ErrorCode, Refusal
from models.set_aside import IDENTITY_SEEN, DoubtSign
from planner.act import Act, Outcome, value
from resolvers import access, ballot, envelope, proof, set_aside, text
from resolvers.proof import Prover

_proof, _admission, _signing = table(Proof), table(Admission), table(Signing)
ON_WORD = (ProofLevel.DECLARATION, ProofLevel.LIST)
"""Levels that somebody else may have given, who knew a name and a birth date."""

_mine = (_proof.c.activity_id == value(Proof, "activity_id"), _proof.c.actor_id == value(Proof, "actor_id"))
GIVE_UP = delete(_proof).where(*_mine)
OWN: Select[tuple[object, ...]] = select(_proof.c.id, _proof.c.actor_id, _proof.c.level).where(*_mine)
RAISE = update(_proof).where(_proof.c.id == value(Proof, "id")).values(level=value(Proof, "level"), given_at=func.now())
SIGNED_ONLINE = select(_signing.c.id).where(
    _signing.c.activity_id == value(Signing, "activity_id"),
    _signing.c.actor_id == value(Signing, "actor_id"),
    _signing.c.sealed.is_(None),
)
"""Of a secret vote whose urn was opened, or at a desk: nobody can take it back."""

_activity, _person = value(Admission, "activity_id"), value(Admission, "person_digest")
FREE = (
    select(_admission.c.id)
    .where(
        _admission.c.activity_id == _activity,
        _admission.c.level == value(Admission, "level"),
        _admission.c.digest == value(Admission, "digest"),
        _admission.c.revoked_at.is_(None),
        or_(_admission.c.person_digest.is_(None), _admission.c.person_digest == _person),
    )
    .with_for_update()
)
"""A code that nobody else has."""

REPLACE = (
    update(_admission)
    .where(_admission.c.activity_id == _activity, _admission.c.person_digest == _person)
    .values(revoked_at=func.now(), person_digest=as_type(None, Text))
)
BIND = update(_admission).where(_admission.c.id == value(Admission, "id")).values(person_digest=_person)


class DocumentOutcome(Enum):
    """What came of a document that was seen."""

    GIVEN = "GIVEN"
    RAISED = "RAISED"
    TAKEN_OVER = "TAKEN_OVER"
    REPEATED = "REPEATED"


async def see(
    act: Act,
    *,
    desk: UUID,
    given_names: str,
    family_name: str,
    born_on: date,
    email: str | None = None,
    code: str | None = None,
    zone: UUID | None = None,
) -> Outcome:
    """Give the proof of a person to whoever has shown the document, by the address of an account, or by a code."""
    kept = await kept_desk(act, desk)
    terms = await proof.asked(act, kept.activity_id)
    if not terms.is_running:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "The vote is not open now.", "desk")
    if not {level.value for level in OF_PERSON} & set(terms.proof_levels or ()):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This vote does not ask who somebody is.", "desk")
    names = [text.name(given_names, NAME_LENGTH, "givenNames"), text.name(family_name, NAME_LENGTH, "familyName")]
    proving.check_person(terms, born_on, zone)
    keys = await listed.keys(act, kept.activity_id, names[0], names[1], born_on)
    await act.execute(ballot.KEEP_RULE, activity_id=kept.activity_id)
    await proving.hold(act, kept.activity_id, keys)
    if await proving.is_signed(act, kept.activity_id, keys):
        raise Refusal(ErrorCode.ALREADY_VOTED, "This person has signed at a desk.", "familyName")
    if email and email.strip():
        outcome = await _to_account(act, kept, keys, email.strip().lower())
    elif code and code.strip():
        outcome = await _by_code(act, kept, keys, code)
    else:
        raise Refusal(ErrorCode.REQUIRED, "The address of an account, or a code to give.", "email")
    if outcome is DocumentOutcome.REPEATED:
        return act.did(desk_id=desk, outcome=outcome.value)
    note = {"outcome": outcome.value}
    return act.did(EventKind.DOCUMENT_SEEN, kept.activity_id, note, desk_id=desk, outcome=outcome.value)


async def _to_account(act: Act, kept: KeptDesk, keys: VoterKeys, email: str) -> DocumentOutcome:
    holder = await act.one(HOLDER, into=access.Id, email=email)
    if holder is None:
        raise Refusal(ErrorCode.NO_ACCOUNT, "No account has this address: give a code.", "email")
    used = await _used(act, kept, keys)
    if used is not None and used.actor_id == holder.id:
        if used.level is ProofLevel.DOCUMENT:
            return DocumentOutcome.REPEATED
        await act.execute(RAISE, id=used.id, level=ProofLevel.DOCUMENT)
        return DocumentOutcome.RAISED
    for actor in sorted({str(holder.id), str(used.actor_id if used and used.actor_id else holder.id)}):
        await act.execute(ballot.KEEP_VOTER, activity_id=kept.activity_id, voter=actor)
    other_name = await act.one(OWN, into=Prover, activity_id=kept.activity_id, actor_id=holder.id)
    if other_name is not None:
        await _take_over(act, kept, other_name, "email")
    if used is not None:
        await _take_over(act, kept, used, "familyName")
    await _give(act, kept, keys, holder.id)
    return DocumentOutcome.GIVEN if used is None else DocumentOutcome.TAKEN_OVER


async def _by_code(act: Act, kept: KeptDesk, keys: VoterKeys, code: str) -> DocumentOutcome:
    """Have a code of a printed batch be good for this person; one that was given before is good no more."""
    used, activity = await _used(act, kept, keys), kept.activity_id
    is_given = used is not None and used.level is ProofLevel.DOCUMENT
    if used is not None and is_given and not await _is_shell(act, kept, keys, used):
        raise proof.used("familyName")
    whose = {"activity_id": activity, "person_digest": keys.whole}
    digest = admission.code_key(act, activity, code)
    free = await act.one(FREE, into=access.Id, **whose, level=ProofLevel.CODE, digest=digest)
    if free is None:
        raise Refusal(ErrorCode.BAD_CODE, "This code is not of this vote, was revoked, or is somebody else's.", "code")
    if used is not None and not is_given:
        await _take_over(act, kept, used, "familyName")
    await act.execute(REPLACE, **whose)
    await act.execute(BIND, id=free.id, person_digest=keys.whole)
    await act.execute(admission.RENEW, id=free.id)
    if not is_given:
        columns = {"kind": ActorKind.CITIZEN, "role": Role.MEMBER, "name": admission.WITHOUT_ACCOUNT}
        shell = await act.insert(Actor, created_at=act.now, erased_at=act.now, **columns)
        await _give(act, kept, keys, shell)
    return DocumentOutcome.GIVEN if used is None or is_given else DocumentOutcome.TAKEN_OVER


async def _used(act: Act, kept: KeptDesk, keys: VoterKeys) -> Prover | None:
    """Who has proved to be this person."""
    return await act.one(proof.USED, into=Prover, activity_id=kept.activity_id, digest=keys.whole, keys=keys.each)


async def _is_shell(act: Act, kept: KeptDesk, keys: VoterKeys, used: Prover) -> bool:
    """Whether the person has no account, and was given a code before."""
    shell = await act.one(proof.SHELL, into=access.Id, activity_id=kept.activity_id, digest=keys.whole)
    return shell is not None and shell.id == used.actor_id


async def _take_over(act: Act, kept: KeptDesk, used: Prover, field: str) -> None:
    """Take the proof from whoever had given it on his or her word, and set the ballot aside; an envelope that nobody
    has read goes. Raises Refusal(PROOF_USED) where that account is erased, or has shown a document, too."""
    if used.actor_id is None or used.level not in ON_WORD:
        raise proof.used(field)
    whose = {"activity_id": kept.activity_id, "actor_id": used.actor_id}
    await act.execute(ballot.KEEP_VOTER, activity_id=kept.activity_id, voter=str(used.actor_id))
    if await act.exists(SIGNED_ONLINE, **whose):
        raise Refusal(ErrorCode.ALREADY_VOTED, "This person has signed at a desk.", field)
    cast = await act.one(CAST, into=access.Id, **whose)
    if cast is not None:
        sign = DoubtSign.IDENTITY_SEEN
        await set_aside.put_one_aside(act, kept.activity_id, cast.id, sign, IDENTITY_SEEN)
    other = replace(act, asker=act.asker.seen_by(Viewer(used.actor_id, Role.MEMBER)))
    await envelope.take(other, kept.activity_id)
    await act.execute(GIVE_UP, **whose)


async def _give(act: Act, kept: KeptDesk, keys: VoterKeys, actor: UUID) -> None:
    voter = replace(act, asker=act.asker.seen_by(Viewer(actor, Role.MEMBER)))
    await proof.put(voter, kept.activity_id, ProofLevel.DOCUMENT, keys.whole, "email", first=keys.shorter)
