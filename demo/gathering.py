"""Gathering: two more petitions by the law, one that seeks sponsors and one on paper, of which a sample is checked."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from demo import elector
from demo.draft import Course, Desk, contribution
from demo.phrase import Deck
from demo.story import DemoContribution, DemoTenant
from demo.text.idea import CHECKED_PETITION, SEEKING_PETITION
from models.sampling import extrapolate

Rows = list[dict[str, Any]]
SLUG, ACTIVITY, KEY, CATEGORY = "meudon", "petition", "signatures", "cadre-de-vie"
CHECKED, SEEKING = f"{KEY}-papier", f"{KEY}-parrains"
DAY = 24
CHECKED_DAYS, SEEKING_DAYS = 36, 6
SHEETS, LINES = 4, 20
SPONSORS = 3
INVALID_RANKS = (4, 11)
NOT_ON_ROLL = (7, 31, 52)
"""The places of signatures that the roll does not have."""

ANNOUNCED_DAYS, COMPARED_DAYS, DRAWN_DAYS = 20, 10, 9
PERMILLE = 250
INVALID = "Cette personne n’est pas inscrite sur la liste électorale de la commune."


def proposals(desk: Desk) -> list[DemoContribution]:
    """What people sign, by a chance of their own: other texts of the demonstration stay as they are."""
    if desk.plan.slug != SLUG:
        return []
    people = Deck(desk.cast.citizens, Random(KEY))
    told = ((CHECKED, CHECKED_PETITION, CHECKED_DAYS), (SEEKING, SEEKING_PETITION, SEEKING_DAYS))
    return [
        contribution(
            key=key,
            activity=ACTIVITY,
            kind="PROPOSAL",
            author=people.draw().actor.key,
            text=text,
            category=CATEGORY,
            course=Course(DAY * days),
        )
        for key, text, days in told
    ]


def sheets(
    story: DemoTenant, item: DemoContribution, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> tuple[Rows, Rows]:
    """The sheets and their signatures: compared with the roll, some drawn by the seed and checked."""
    whole = [
        elector.sheet(story, item, id_, ago, number=number, lines=LINES, repeated=[]) for number in range(1, SHEETS + 1)
    ]
    lines = [line for _, signed in whole for line in signed]
    seed = seed_of(story)
    ranked = sorted(lines, key=lambda line: sha256(f"{seed}{line['id']}".encode()).digest())
    drawn = {line["id"]: rank for rank, line in enumerate(ranked[: size_of(len(lines))], 1)}
    for place, line in enumerate(lines, 1):
        rank = drawn.get(line["id"])
        is_valid = None if rank is None else rank not in INVALID_RANKS
        line |= {
            "roll_result": "NOT_ON_ROLL" if place in NOT_ON_ROLL else "ON_ROLL",
            "sample_rank": rank,
            "is_valid": is_valid,
            "check_reason": INVALID if is_valid is False else None,
        }
    return [sheet for sheet, _ in whole], lines


def size_of(population: int) -> int:
    """How many are drawn."""
    return -(-population * PERMILLE // 1_000)


def seed_of(story: DemoTenant) -> str:
    """From which it is drawn."""
    return elector.digest(story, "checked seed")[:32]


def checked(story: DemoTenant, ago: Callable[[int], datetime]) -> dict[str, Any]:
    """What the petition's row tells of its sample, and of the roll."""
    population = SHEETS * LINES
    size = size_of(population)
    valid = size - len(INVALID_RANKS)
    told = dict(
        zip(("sample_estimate", "sample_low", "sample_high"), extrapolate(valid, size, population), strict=True)
    )
    roll = {
        "commune": story.collectivite.removeprefix("commune-"),
        "as_of": ago(DAY * 60).date().isoformat(),
        "row_count": 31_204,
        "refused_count": 3,
        "compared_at": ago(DAY * COMPARED_DAYS).isoformat(),
    }
    return {
        "is_by_law": True,
        "sample_seed": seed_of(story),
        "sample_permille": PERMILLE,
        "sample_announced_at": ago(DAY * ANNOUNCED_DAYS),
        "sample_drawn_at": ago(DAY * DRAWN_DAYS),
        "sample_population": population,
        "sample_size": size,
        "sample_valid": valid,
        **told,
        "roll_checks": [roll],
    }


def sponsors(
    story: DemoTenant, item: DemoContribution, id_: Callable[[str, str], UUID], ago: Callable[[int], datetime]
) -> Rows:
    """Those who sponsor the one that seeks more of them."""
    people = sorted({one.author for one in story.contributions if one.kind == "REQUEST"} - {item.author})[:SPONSORS]
    return [
        {
            "id": id_("petitioner", f"{item.key}/{key}"),
            "contribution_id": id_("contribution", item.key),
            "actor_id": id_("actor", key),
            "role": "SPONSOR",
            "joined_at": ago(DAY * place),
        }
        for place, key in enumerate(people, 1)
    ]
