"""Proof: cities ask who votes or answers: by a declaration, printed codes, a roll, mobile telephones, an address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from demo.budget import activity
from demo.story import DemoTenant
from demo.text import survey
from models.admission import Admission
from models.base import TenantTable
from models.proof import Proof
from models.voter_roll import VoterRoll

VOTE, SECOND = activity(0), activity(1)
_ASKED: Mapping[tuple[str, str], dict[str, Any]] = {
    ("bourg-la-reine", VOTE): {"proof_levels": ["DECLARATION"], "proof_least_age": 16},
    ("paris", VOTE): {"proof_levels": ["CODE"]},
    ("poitiers", VOTE): {"proof_levels": ["LIST", "DECLARATION"], "proof_least_age": 16},
    ("mulhouse", SECOND): {"proof_levels": ["PHONE"]},
    ("lille", survey.OPEN): {"proof_levels": ["EMAIL"]},
}
BATCHES = (("Forum des associations", 60), ("Bibliothèques", 60))
"""Names of printings, and how many codes each has."""

ROLL, ROLL_ROWS = "Liste électorale et jeunes de 16 ans", 240
REFUSED = ((58, "BAD_DATE"), (117, "REPEATED"), (203, "NO_NAME"))
READ = {
    "FAMILY_NAME": "Nom de naissance",
    "USAGE_NAME": "Nom d'usage",
    "GIVEN_NAMES": "Prénoms",
    "BORN_ON": "Date de naissance",
}

Rows = list[dict[str, Any]]
Id = Callable[[str, str], UUID]


def rule(city: str, key: str) -> dict[str, Any]:
    """The columns of what an activity asks."""
    asked = _ASKED.get((city, key), {})
    is_without_account = (city, key) == ("lille", survey.TO_ALL)
    terms = dict.fromkeys(("proof_levels", "proof_least_age"))
    return {**terms, **asked, "is_without_account": is_without_account}


def level(city: str, key: str) -> str | None:
    """By what its voters have proved to be somebody."""
    levels = rule(city, key)["proof_levels"]
    return levels[0] if levels else None


def rows(
    story: DemoTenant, id_: Id, given_at: Callable[[str, str], datetime], now: datetime
) -> list[tuple[type[TenantTable], Rows]]:
    """What a city's voters have proved, and by what. Nobody's digest is made from a name: there are none in the
    demonstration."""
    key = next((key for key in (VOTE, SECOND) if level(story.slug, key)), None)
    if key is None:
        return []
    proved = level(story.slug, key) or ""
    voters = dict.fromkeys(vote.actor for item in story.contributions if item.activity == key for vote in item.votes)
    vote = id_("activity", key)
    proofs = [
        {
            "id": id_("proof", actor),
            "activity_id": vote,
            "actor_id": id_("actor", actor),
            "level": proved,
            "digest": _digest(story, place),
            "given_at": given_at(key, actor),
        }
        for place, actor in enumerate(voters)
    ]
    handed: dict[str, list[tuple[type[TenantTable], Rows]]] = {
        "CODE": [(Admission, _codes(story, id_, vote, now))],
        "LIST": [(VoterRoll, [_roll(id_, vote, now)]), (Admission, _listed(story, id_, vote, now))],
    }
    return [(Proof, proofs), *handed.get(proved, [])]


def _digest(story: DemoTenant, place: int) -> str:
    return sha256(f"{story.slug}/voter {place}".encode()).hexdigest()


def _codes(story: DemoTenant, id_: Id, vote: UUID, now: datetime) -> Rows:
    """Two printings; who has voted had codes of the first, then of the second."""
    made: Rows = []
    for name, count in BATCHES:
        batch = {"batch_id": id_("admission", f"{len(made)}"), "batch_name": name}  # Called by its first row.
        made += [_admitted(story, id_, vote, now, "CODE", len(made) + place) | batch for place in range(count)]
    return made


def _listed(story: DemoTenant, id_: Id, vote: UUID, now: datetime) -> Rows:
    of_roll = {"batch_id": id_("roll", ROLL), "batch_name": ROLL}
    taken = range(ROLL_ROWS - len(REFUSED))
    return [_admitted(story, id_, vote, now, "LIST", place) | of_roll for place in taken]


def _admitted(story: DemoTenant, id_: Id, vote: UUID, now: datetime, by: str, place: int) -> dict[str, Any]:
    whose = {"id": id_("admission", f"{place}"), "activity_id": vote, "digest": _digest(story, place)}
    return {**whose, "level": by, "added_at": now}


def _roll(id_: Id, vote: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": id_("roll", ROLL),
        "activity_id": vote,
        "name": ROLL,
        "row_count": ROLL_ROWS,
        "refused_count": len(REFUSED),
        "columns": [{"means": means, "name": name} for means, name in READ.items()],
        "remarks": [{"line": line, "problem": problem} for line, problem in REFUSED],
        "added_at": now,
        "confirmed_at": now,
    }
