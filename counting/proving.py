"""Proving: a vote says what it asks before it opens, and voters prove it; what they type is keyed and forgotten.

Whoever proves takes the lock of the key (`resolvers.ballot.KEEP_VOTER`), as an agent does who marks at a desk that the
same person votes there: of the two one comes after the other.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Integer, Text, any_, bindparam, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from counting import listed
from counting.listed import VoterKeys
from models import expected
from models.activity import Activity
from models.base import table
from models.event import EventKind
from models.polling_desk import PollingDesk, Signing
from models.proof import (
    ADDRESS_LENGTH,
    KNOWING,
    LIMITS,
    NAME_LENGTH,
    OLDEST,
    ProofLevel,
    address_letters,
    age,
    tells_people_apart,
)
from models.question import SurveyQuestionKind
from models.refusal import ErrorCode, Refusal, bad_input, not_found
from models.zone import Zone
from planner.act import Act, Outcome, value
from resolvers import ballot, proof, survey_answer, survey_form, text
from resolvers.proof import AskedProof, asked

_activity, _signing, _zone, _desk = table(Activity), table(Signing), table(Zone), table(PollingDesk)
_id = value(Activity, "id")
SIGNED = select(_signing.c.id).where(
    _signing.c.activity_id == value(Signing, "activity_id"),
    or_(
        _signing.c.voter_key == any_(bindparam("keys", type_=ARRAY(Text()))),
        _signing.c.first_key == bindparam("whole", type_=Text()),
    ),
)
"""Whoever some `keys` stand for, of which `whole` is of the whole name, has signed at a desk."""

DESKS = select(_desk.c.id).where(_desk.c.activity_id == value(PollingDesk, "activity_id"))
ZONE = select(_zone.c.id).where(_zone.c.id == value(Zone, "id"))
SET = (
    update(_activity)
    .where(_activity.c.id == _id)
    .values(
        proof_levels=value(Activity, "proof_levels"),
        proof_least_age=value(Activity, "proof_least_age"),
        proof_age_on=value(Activity, "proof_age_on"),
        proof_zone_id=value(Activity, "proof_zone_id"),
        is_without_account=value(Activity, "is_without_account"),
        version=_activity.c.version + literal_column("1", Integer),
    )
)


async def set_rule(
    act: Act,
    *,
    activity: UUID,
    levels: Sequence[ProofLevel] = (),
    least_age: int | None = None,
    age_on: date | None = None,
    zone: UUID | None = None,
    is_without_account: bool = False,
) -> Outcome:
    """Say what a vote asks of its voters, before it opens, or a survey of those who answer, before anybody does; no
    levels: nothing but an account, and in a survey not even that where it `is_without_account`."""
    now = await asked(act, activity)
    if now.vote_method is None and not now.is_survey:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "People neither vote nor answer here.", "activity")
    if is_without_account and (levels or not now.is_survey):
        raise bad_input("Surveys that ask nothing are answered without account.", "isWithoutAccount", expected.NOTHING)
    if now.is_survey and ProofLevel.DOCUMENT in levels:
        raise bad_input("Documents are shown at the desks of votes.", "levels", expected.OTHER)
    await _check_terms(act, levels, least_age, age_on, zone)
    if now.is_survey:
        await _require_unanswered(act, activity, is_without_account=is_without_account)
    else:
        await _require_unopened(act, activity, levels)
    chosen = [level.value for level in ProofLevel if level in levels] or None
    said = {"proof_least_age": least_age, "proof_age_on": age_on, "proof_zone_id": zone}
    await act.execute(SET, id=activity, proof_levels=chosen, is_without_account=is_without_account, **said)
    note: dict[str, object] = {"levels": chosen or []} | ({"without_account": True} if is_without_account else {})
    return act.did(EventKind.PROOF_RULE_SET, activity, note, activity_id=activity)


async def _check_terms(
    act: Act, levels: Sequence[ProofLevel], least_age: int | None, age_on: date | None, zone: UUID | None
) -> None:
    """These may be asked together. Raises Refusal."""
    if ProofLevel.PHONE in levels and act.asker.texts is None:
        raise Refusal(ErrorCode.SMS_NOT_OFFERED, "This installation sends no text messages.", "levels")
    if not tells_people_apart(levels):
        raise proof.vote_twice("levels")
    least, most = LIMITS["proof_least_age"]
    if least_age is not None and not least <= least_age <= most:
        raise bad_input(f"An age is {least} to {most} years.", "leastAge", expected.number(least, most))
    if age_on is not None and least_age is None:
        raise bad_input("A day for an age wants an age.", "ageOn", expected.TOGETHER)
    if (least_age is not None or zone is not None) and not (levels and set(levels) <= set(KNOWING)):
        raise bad_input("One of these proofs says no age, nor where somebody lives.", "levels", expected.OTHER)
    if zone is not None and not await act.exists(ZONE, id=zone):
        raise not_found("zone")


async def _require_unanswered(act: Act, activity: UUID, *, is_without_account: bool) -> None:
    """Nobody has begun to answer, nor does meanwhile, and strangers are asked for no files. Raises Refusal."""
    await survey_answer.hold(act, activity)
    published = (await survey_form.history(act, activity)).published
    if is_without_account and any(one.kind is SurveyQuestionKind.FILE for one in (published or [[]])[0]):
        raise survey_form.strangers_send_no_files("isWithoutAccount")
    if await act.exists(survey_answer.ANY, activity_id=activity):
        raise Refusal(ErrorCode.SURVEY_BEGUN, "People are answering: who may answer stays as it is.", "activity")


async def _require_unopened(act: Act, activity: UUID, levels: Sequence[ProofLevel]) -> None:
    """The vote has not opened, and its desks do not let one person vote twice. Raises Refusal."""
    await ballot.require_not_begun(act, activity, "activity", with_votes=True)
    if (await asked(act, activity)).has_opened:
        raise Refusal(ErrorCode.VOTE_BEGUN, "It has opened: what it asks of voters stays as it is.", "activity")
    if not tells_people_apart(levels, with_desks=await act.exists(DESKS, activity_id=activity)):
        raise proof.vote_twice("levels")


async def to_prove(act: Act, activity: UUID, *levels: ProofLevel) -> AskedProof:
    """What an open vote or survey asks that takes one of these levels. Raises Refusal."""
    terms = await asked(act, activity)
    if not terms.is_running or (terms.vote_method is None and not terms.is_survey):
        raise terms.not_open("It is not open now.")
    if not {level.value for level in levels} & set(terms.proof_levels or ()):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This vote does not take this proof.", "activity")
    return terms


def check_person(terms: AskedProof, born_on: date, zone: UUID | None = None, *, field: str = "bornOn") -> None:
    """The person is old enough on the day, and lives where the vote is. Raises Refusal."""
    check_age(terms, born_on, field)
    check_zone(terms, zone)


def check_zone(terms: AskedProof, zone: UUID | None) -> None:
    """The person lives where the vote is. Raises Refusal."""
    if terms.proof_zone_id is not None and zone != terms.proof_zone_id:
        code = ErrorCode.REQUIRED if zone is None else ErrorCode.OUTSIDE_ZONE
        raise Refusal(code, "The vote is of those who live in its zone.", "zone")


def check_age(terms: AskedProof, born_on: date, field: str = "bornOn") -> None:
    """The person is old enough on the day. Raises Refusal."""
    if not OLDEST <= born_on <= terms.today:
        raise bad_input("Nobody who votes was born on this day.", field, expected.days(OLDEST, terms.today))
    if terms.proof_least_age is not None and age(born_on, terms.proof_age_on or terms.today) < terms.proof_least_age:
        raise Refusal(ErrorCode.TOO_YOUNG, f"The vote is from {terms.proof_least_age} years on.", field)


async def give(
    act: Act, activity: UUID, level: ProofLevel, keys: VoterKeys, field: str, address: str | None = None
) -> None:
    """Keep that the asker is the person of a key. Raises Refusal(PROOF_USED), in the same words wherever it was
    used: whoever types somebody else's name learns nothing of where, nor whether that person has voted."""
    await hold(act, activity, keys)
    if await is_taken(act, activity, keys):
        raise proof.used(field)
    await proof.put(act, activity, level, keys.whole, field, first=keys.shorter, address=address)


async def hold(act: Act, activity: UUID, keys: VoterKeys) -> None:
    """Wait for whoever proves to be this person, or signs as this person, and keep others waiting."""
    for key in keys.each:
        await act.execute(ballot.KEEP_VOTER, activity_id=activity, voter=key)


async def is_taken(act: Act, activity: UUID, keys: VoterKeys) -> bool:
    """Whether the person has had a turn, online or at a desk."""
    has_proved = await act.exists(proof.USED, activity_id=activity, digest=keys.whole, keys=keys.each)
    return has_proved or await is_signed(act, activity, keys)


async def is_signed(act: Act, activity: UUID, keys: VoterKeys) -> bool:
    """Whether the person has signed at a desk."""
    return await act.exists(SIGNED, activity_id=activity, whole=keys.whole, keys=keys.each)


async def declare(
    act: Act,
    *,
    activity: UUID,
    given_names: str,
    family_name: str,
    born_on: date,
    address: str,
    zone: UUID | None = None,
    is_on_honour: bool = False,
) -> Outcome:
    """Declare on one's honour who one is and where one lives; nothing of it is kept but keyed digests."""
    terms = await to_prove(act, activity, ProofLevel.DECLARATION)
    if terms.level is not None:
        return act.did(activity_id=activity)
    names = [text.name(given_names, NAME_LENGTH, "givenNames"), text.name(family_name, NAME_LENGTH, "familyName")]
    home = text.line(address, ADDRESS_LENGTH, "address")
    check_person(terms, born_on, zone)
    if not is_on_honour:
        raise Refusal(ErrorCode.REQUIRED, "A declaration is made on one's honour.", "isOnHonour")
    keys = await listed.keys(act, activity, names[0], names[1], born_on)
    at_home = proof.key_in(act.asker, activity, "address", address_letters(home))
    await give(act, activity, ProofLevel.DECLARATION, keys, "familyName", at_home)
    return act.did(activity_id=activity)
