"""Listed: the voter of a vote's rolls who is meant by a name and a birth date, and the key of that voter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Text, any_, bindparam, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from models.admission import Admission
from models.base import table
from models.proof import Proof, ProofLevel, first_given
from models.voter_roll import VoterRoll
from planner.act import Act, value
from planner.context import Asker
from resolvers import proof

_roll, _admission, _proof = table(VoterRoll), table(Admission), table(Proof)
_used = select(_proof.c.id).where(
    _proof.c.activity_id == _admission.c.activity_id, _proof.c.digest == _admission.c.digest
)
_keys = bindparam("keys", type_=ARRAY(Text()))
_whole_key = bindparam("whole", type_=Text())
ON_LIST = (
    select(
        _admission.c.digest,
        or_(_admission.c.digest == _whole_key, _whole_key == any_(_admission.c.other_digests)).label("is_whole"),
        cast(_used.exists(), Boolean).label("is_used"),
    )
    .join_from(_admission, _roll, _roll.c.id == _admission.c.batch_id)
    .where(
        _admission.c.activity_id == value(Admission, "activity_id"),
        _admission.c.level == value(Admission, "level"),
        or_(_admission.c.digest == any_(_keys), _admission.c.other_digests.op("&&", return_type=Boolean())(_keys)),
        _roll.c.confirmed_at.is_not(None),
    )
    .with_for_update(read=True, of=_admission)
)
"""The voters of confirmed rolls whom a naming may mean, who stay on them until this is done."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A voter of a roll; `is_whole`: named as typed, whole, and not by the first given name alone."""

    digest: str
    is_whole: bool
    is_used: bool


@dataclass(frozen=True, slots=True)
class VoterKeys:
    """The key of a person in a vote by all of the name, and by the first given name alone; they may be the same."""

    whole: str
    first: str

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
    meant = await _meant(act, activity, keys.whole, [keys.whole, keys.first])
    return keys if meant is None else VoterKeys(meant.digest, keys.first)


def _said(act: Act, activity: UUID, given: str, family: str, born_on: date) -> VoterKeys:
    names = (given, first_given(given))
    return VoterKeys(*(person(act.asker, activity, f"{each} {family}", born_on) for each in names))


async def of(act: Act, activity: UUID, given: str, family: str, born_on: date) -> Listed | None:
    """The one voter of the vote's rolls who is meant: by all of the name; else, if it is one alone, by the first given
    name."""
    said = _said(act, activity, given, family, born_on)
    return await _meant(act, activity, said.whole, [said.whole, said.first])


async def _meant(act: Act, activity: UUID, whole: str, keys: Sequence[str]) -> Listed | None:
    named = await act.all(
        ON_LIST, into=Listed, activity_id=activity, level=ProofLevel.LIST, whole=whole, keys=list(dict.fromkeys(keys))
    )
    exact = [one for one in named if one.is_whole]
    meant = exact or named
    return meant[0] if len(meant) == 1 else None


async def key_of(act: Act, activity: UUID, key: str) -> str:
    """The key of a voter of a roll, by any of the keys that mean that voter alone; else the key itself."""
    meant = await _meant(act, activity, key, [key])
    return key if meant is None else meant.digest
