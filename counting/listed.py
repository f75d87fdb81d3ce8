"""Listed: the voter of a vote's rolls who is meant by a name and a birth date, and the keys of that voter.

A person is keyed by the whole name and by the first given name alone; a roll says other names of its voters. Who has
proved or signed under a short name, or under a name of before a roll came, is the same person.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, FromClause, Text, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.admission import Admission
from models.base import table
from models.polling_desk import Signing
from models.proof import Proof, ProofLevel, first_given
from models.voter_roll import VoterRoll
from planner.act import Act, value
from planner.context import Asker
from resolvers import proof

_roll, _admission, _proof, _signing = table(VoterRoll), table(Admission), table(Proof), table(Signing)
_keys = bindparam("keys", type_=ARRAY(Text()))
_whole_key = bindparam("whole", type_=Text())


def has_proved(voter: FromClause) -> ColumnElement[bool]:
    """Whether the voter of a roll's row has proved, by any name that the row says."""
    row = _proof.alias("turn_proof")
    by_name = or_(row.c.digest == any_(_names(voter)), row.c.first_digest == voter.c.digest)
    proved = select(row.c.id).where(row.c.activity_id == voter.c.activity_id, by_name)
    return cast(proved.correlate(voter).exists(), Boolean)


def has_signed(voter: FromClause) -> ColumnElement[bool]:
    """Whether the voter of a roll's row has signed at a desk, by any name that the row says."""
    row = _signing.alias("turn_signing")
    by_name = or_(row.c.voter_key == any_(_names(voter)), row.c.first_key == voter.c.digest)
    signed = select(row.c.id).where(row.c.activity_id == voter.c.activity_id, ~row.c.is_double, by_name)
    return cast(signed.correlate(voter).exists(), Boolean)


def _names(voter: FromClause) -> ColumnElement[list[str]]:
    return func.array_append(voter.c.other_digests, voter.c.digest, type_=ARRAY(Text()))


ON_LIST = (
    select(
        _admission.c.digest,
        _admission.c.other_digests,
        or_(_admission.c.digest == _whole_key, _whole_key == any_(_admission.c.other_digests)).label("is_whole"),
    )
    .join_from(_admission, _roll, _roll.c.id == _admission.c.batch_id)
    .where(
        _admission.c.activity_id == value(Admission, "activity_id"),
        _admission.c.level == value(Admission, "level"),
        or_(_admission.c.digest == any_(_keys), _admission.c.other_digests.op("&&", return_type=Boolean())(_keys)),
        _roll.c.confirmed_at.is_not(None),
        or_(_roll.c.removed_at.is_(None), has_proved(_admission), has_signed(_admission)),
    )
    .with_for_update(read=True, key_share=True, of=[_admission, _roll])
)
"""The voters of confirmed rolls whom a naming may mean, and who stay on them until this is done: whoever removes a roll
locks it first. Of a removed roll those who have had their turn."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A voter of a roll; `is_whole`: named as typed, whole, and not by the first given name alone."""

    digest: str
    other_digests: list[str] | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class VoterKeys:
    """The key of a person in a vote by all of the name, and by the first given name alone, which may be the same; and
    by the other names that a roll says."""

    whole: str
    first: str
    others: tuple[str, ...] = ()

    @property
    def each(self) -> list[str]:
        """All of them, in order: under each of them the person may have had a turn."""
        return sorted({self.whole, self.first, *self.others})

    @property
    def shorter(self) -> str | None:
        """The second one, where it is another."""
        return self.first if self.first != self.whole else None


def person(asker: Asker, activity: UUID, name: str, born_on: date) -> str:
    """The key of a person in a vote, by a name in any writing."""
    return proof.voter_key(asker, activity, proof.person_key(asker, name, born_on))


async def keys(act: Act, activity: UUID, given: str, family: str, born_on: date) -> VoterKeys:
    """The keys of a person: of the voter of the vote's rolls who is meant, else of what is said."""
    return await on_rolls(act, activity, _said(act, activity, given, family, born_on))


async def on_rolls(act: Act, activity: UUID, keys: VoterKeys) -> VoterKeys:
    """The keys of the voter of the vote's rolls who is meant; else these."""
    return await _listed(act, activity, keys) or keys


async def named(act: Act, activity: UUID, name: str, born_on: date) -> VoterKeys:
    """The keys of a person whose names come in one line: which is the first given name is not known."""
    key = person(act.asker, activity, name, born_on)
    return await on_rolls(act, activity, VoterKeys(key, key))


def _said(act: Act, activity: UUID, given: str, family: str, born_on: date) -> VoterKeys:
    whole, first = (person(act.asker, activity, f"{each} {family}", born_on) for each in (given, first_given(given)))
    return VoterKeys(whole, first)


async def of(act: Act, activity: UUID, given: str, family: str, born_on: date) -> VoterKeys | None:
    """The keys of the one voter of the vote's rolls who is meant: by all of the name; else, if it is one alone, by the
    first given name."""
    return await _listed(act, activity, _said(act, activity, given, family, born_on))


async def _listed(act: Act, activity: UUID, said: VoterKeys) -> VoterKeys | None:
    asked = {"level": ProofLevel.LIST, "whole": said.whole, "keys": sorted({said.whole, said.first})}
    named = await act.all(ON_LIST, into=Listed, activity_id=activity, **asked)
    exact = [one for one in named if one.is_whole]
    meant = exact or named
    if len({one.digest for one in meant}) != 1:  # One voter may be on several rolls.
        return None
    others = {other for one in meant for other in one.other_digests or ()}
    return VoterKeys(meant[0].digest, said.first, tuple(sorted(others)))
