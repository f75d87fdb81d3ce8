"""Petitions: the rows of how far those of the demonstration's cities are, and by which rule, for its loader."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from demo import elector, gathering
from demo.story import DemoContribution, DemoTenant
from models.elector import PetitionSignature
from models.petition import Petition, PetitionState
from models.petition_rule import CLOCKS, PetitionRule
from models.petitioner import Petitioner
from models.signature_sheet import PetitionSheet

Rows = list[dict[str, Any]]
ACTIVITY = "petition"
BOLD, CAREFUL = (20, 200), (50, 500)
"""The levels of a city in which petitions succeed, and of others in which they do not: some thirty people sign."""

REACHING = ("lille",)

STATES = {BOLD: (PetitionState.REACHED, PetitionState.TRANSMITTED), CAREFUL: (PetitionState.OPEN, PetitionState.LAPSED)}
ELECTORS, SHARE_PERMILLE = 24_000, 100
DAY = 24
SPONSORS = 5


def rows(
    story: DemoTenant, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> list[tuple[type[SQLModel], Rows]]:
    """The rule of a city's petitions, in two versions, and its petitions one after the other in the states of its kind
    of city; the second of them waits for an answer too long."""
    signed = [item for item in story.contributions if (item.activity, item.kind) == (ACTIVITY, "PROPOSAL")]
    if not signed:
        return []
    levels = BOLD if story.slug in REACHING else CAREFUL
    states = STATES[levels]
    rules = [_rule(id_, levels, version, ago) for version in (1, 2)]
    usual = [states[place % len(states)] for place in range(len(signed))]
    petitions = [_petition(id_, item, _state(item, usual[place]), ago) for place, item in enumerate(signed)]
    made: list[tuple[type[SQLModel], Rows]] = [(PetitionRule, rules), (Petition, petitions)]
    for place, item in enumerate(signed):
        petitions[place] |= _told(story, item, place, ago)
        if item.key == gathering.CHECKED:
            sheets, lines = gathering.sheets(story, item, id_, ago)
            made += [(PetitionSheet, sheets), (PetitionSignature, lines)]
            petitions[place]["due_at"] = ago(-DAY * 25)
        elif item.key == gathering.SEEKING:
            made.append((Petitioner, gathering.sponsors(story, item, id_, ago)))
        elif elector.is_by_law(story, place):
            sheet, lines = elector.sheet(story, item, id_, ago)
            online = elector.signatures(story, item, id_, ago)
            made += [(PetitionSheet, [sheet]), (PetitionSignature, online), (PetitionSignature, lines)]
    for rule in rules:
        rule["is_by_law"] = elector.is_by_law(story, 0)
        rule["sponsors"] = SPONSORS if elector.is_by_law(story, 0) else 0
    return made


def _state(item: DemoContribution, usual: PetitionState) -> PetitionState:
    return {gathering.CHECKED: PetitionState.TRANSMITTED, gathering.SEEKING: PetitionState.SEEKING}.get(item.key, usual)


def _told(story: DemoTenant, item: DemoContribution, place: int, ago: Callable[[int], datetime]) -> dict[str, Any]:
    """Whether a petition is by the law, and what is told of the check of its signatures."""
    nothing = dict.fromkeys(gathering.checked(story, ago)) | {"is_by_law": False, "roll_checks": []}
    if item.key == gathering.CHECKED:
        return gathering.checked(story, ago)
    if not elector.is_by_law(story, place):
        return nothing
    seed = {"sample_seed": elector.digest(story, "seed")[:32], "sample_permille": 200}
    return nothing | seed | {"is_by_law": True, "sample_announced_at": ago(DAY * 5)}


def _rule(
    id_: Callable[[str, str], UUID], levels: tuple[int, int], version: int, ago: Callable[[int], datetime]
) -> dict[str, Any]:
    electors = ELECTORS + 350 * (version - 1)
    mediation, debate = levels
    return {
        "id": id_("petition_rule", str(version)),
        "activity_id": id_("activity", ACTIVITY),
        "version": version,
        "levels": [
            {"signatures": mediation, "permille": None, "promise": "MEDIATION"},
            {"signatures": debate, "permille": None, "promise": "DEBATE"},
            {"signatures": -(-electors * SHARE_PERMILLE // 1_000), "permille": SHARE_PERMILLE, "promise": "AGENDA"},
        ],
        "electors": electors,
        "electors_on": ago(DAY * (200 - 100 * version)).date(),
        "electors_source": "Chiffre de démonstration",
        **CLOCKS,
        "reason": None if version == 1 else "Le nombre d’électeurs a été arrêté de nouveau après les inscriptions.",
        "author_id": None,
        "published_at": ago(DAY * (61 - 20 * version)),
    }


def _petition(
    id_: Callable[[str, str], UUID], item: DemoContribution, state: PetitionState, ago: Callable[[int], datetime]
) -> dict[str, Any]:
    """Where a petition is, having spent its life so far on the way there."""

    def when(tenths: int) -> datetime:
        return ago(item.age_hours * tenths // 10)

    is_opened = state is not PetitionState.SEEKING
    is_handed_on = state is PetitionState.TRANSMITTED
    is_reached = is_handed_on or state is PetitionState.REACHED
    is_lapsed = state is PetitionState.LAPSED
    closes = when(3) if is_handed_on or is_lapsed else ago(-DAY * 40)
    due = {PetitionState.REACHED: ago(-DAY * 55), PetitionState.TRANSMITTED: ago(DAY * 3)}
    return {
        "id": id_("petition", item.key),
        "contribution_id": id_("contribution", item.key),
        "state": state.value,
        "submitted_at": ago(item.age_hours),
        "decided_at": when(9) if is_opened else None,
        "opened_at": when(8) if is_opened else None,
        "closes_at": closes if is_opened else None,
        "reached_at": when(5) if is_reached else None,
        "reached_levels": int(is_reached),
        "lapsed_at": when(3) if is_lapsed else None,
        "transmitted_at": when(2) if is_handed_on else None,
        "due_at": due.get(state),
    }
