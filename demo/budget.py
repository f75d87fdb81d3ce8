"""Participatory budgets: the projects of a city, and the whole ballots that its residents cast."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from demo import urn
from demo.cast import CastMember
from demo.draft import Course, Desk, contribution
from demo.story import DemoContribution, DemoVote
from demo.text import project
from demo.text.project import Project

ACTIVITY = "budget"
TURNOUT = 0.8


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """A city's budget: its projects, how people vote, and when; `closes_in_days` is negative where it is over."""

    projects: tuple[Project, ...]
    method: str
    rule: Mapping[str, Any]
    opens_days_ago: int = 20
    closes_in_days: int = 18
    title: str = "Budget participatif"
    description: str = field(
        default="Des projets étudiés et chiffrés par les services. Votez : le budget va à ceux que vous préférez."
    )


_THREE = {"vote_least": 1, "vote_most": 3}
_LEVELS = {
    "award_ceiling_euros": 50_000,
    "award_least_each": 1,
    "award_is_ending_category": True,
    "award_is_ending": True,
}
"""What a city's two levels say: so much in each category, then the best of all others."""

PLANS: dict[str, tuple[BudgetPlan, ...]] = {
    "paris": (
        BudgetPlan(project.PARIS, "MAJORITY_JUDGEMENT", {"vote_least": 1, "vote_grades": 4, "budget_euros": 300_000}),
    ),
    "rennes": (
        BudgetPlan(
            project.RENNES, "POINTS", {"vote_least": 1, "vote_most": 7, "vote_most_each": 3, "budget_euros": 150_000}
        ),
        BudgetPlan(
            project.RENNES_BEFORE,
            "APPROVAL",
            {**_THREE, "budget_euros": 150_000},
            opens_days_ago=60,
            closes_in_days=-20,
            title="Budget participatif, première édition",
        ),
    ),
    "poitiers": (
        BudgetPlan(project.POITIERS, "RANKED", {**_THREE, "budget_euros": 120_000, urn.IN_RULE: urn.SEALED_WITH}),
    ),
    "bourg-la-reine": (
        BudgetPlan(project.BOURG_LA_REINE, "BUDGET", {"vote_least": 0, "vote_most": 100, "budget_euros": 100_000}),
    ),
    "mulhouse": (
        BudgetPlan(
            project.MULHOUSE,
            "APPROVAL",
            {**_THREE, "budget_euros": 200_000, "award_rule": "BY_CATEGORY", **_LEVELS},
            closes_in_days=-2,
        ),
        BudgetPlan(
            project.MULHOUSE_YOUNG,
            "APPROVAL",
            {**_THREE, "budget_euros": 50_000},
            opens_days_ago=5,
            closes_in_days=16,
            title="Budget participatif des jeunes",
            description="Des projets pour les 13 à 25 ans. Votez avec votre numéro de mobile, sans pièce à montrer.",
        ),
    ),
}


def budget(desk: Desk) -> tuple[DemoContribution, ...]:
    """A city's projects with the votes of those who voted. Chance is its own: nothing else of the city moves."""
    plans = PLANS.get(desk.plan.slug, ())
    return tuple(item for place, plan in enumerate(plans) for item in _edition(desk, activity(place), plan))


def activity(place: int) -> str:
    """The key of an edition."""
    return f"{ACTIVITY}-{place}" if place else ACTIVITY


def _edition(desk: Desk, key: str, plan: BudgetPlan) -> tuple[DemoContribution, ...]:
    rng = Random(f"parvis participatory budget: {desk.plan.slug} {key}")
    items = [_proposed(desk, key, plan, number, project) for number, project in enumerate(plan.projects, start=1)]
    liked = {item.key: rng.uniform(0.3, 1) for item in items}
    votes: dict[str, list[DemoVote]] = {item.key: [] for item in items}
    for voter in desk.cast.citizens:
        if rng.random() < TURNOUT:
            for voted, vote in _ballot(plan, items, liked, voter, rng):
                votes[voted].append(vote)
    return tuple(replace(item, votes=tuple(votes[item.key])) for item in items)


def _proposed(desk: Desk, key: str, plan: BudgetPlan, number: int, project: Project) -> DemoContribution:
    item = contribution(
        key=f"{key}-{number:02}",
        activity=key,
        kind="PROPOSAL",
        author=desk.cast.institution.key,
        text=desk.texts.fresh(lambda: (project.title, project.body)),
        category=project.category,
        course=Course(24 * plan.opens_days_ago - 24),
    )
    return replace(item, cost_euros=project.cost_euros)


Liked = Mapping[str, float]
Said = list[tuple[str, DemoVote]]


def _ballot(plan: BudgetPlan, items: Sequence[DemoContribution], liked: Liked, voter: CastMember, rng: Random) -> Said:
    """What one resident casts; those who like nothing cast nothing."""
    wish = sorted(items, key=lambda item: liked[item.key] + rng.random(), reverse=True)
    say: dict[str, Callable[[], Said]] = {
        "APPROVAL": lambda: [(item.key, DemoVote(voter.actor.key, "SUPPORT")) for item in wish[: rng.randint(2, 3)]],
        "POINTS": lambda: [
            (item.key, DemoVote(voter.actor.key, "POINTS", points))
            for item, points in zip(wish, (3, 2, 1), strict=False)
        ],
        "RANKED": lambda: [
            (item.key, DemoVote(voter.actor.key, "RANK", rank)) for rank, item in enumerate(wish[:3], start=1)
        ],
        "BUDGET": lambda: _affordable(plan, wish, voter),
        "MAJORITY_JUDGEMENT": lambda: _graded(wish[: rng.randint(3, len(wish))], liked, voter, rng),
    }
    return say[plan.method]()


def _affordable(plan: BudgetPlan, wish: Sequence[DemoContribution], voter: CastMember) -> Said:
    left, said = plan.rule["budget_euros"], Said()
    for item in wish:
        cost = item.cost_euros or 0
        if cost <= left:
            left -= cost
            said.append((item.key, DemoVote(voter.actor.key, "SUPPORT", cost)))
    return said


GRADES = ("EXCELLENT", "GOOD", "PASSABLE", "REJECTED")


def _graded(wish: Sequence[DemoContribution], liked: Liked, voter: CastMember, rng: Random) -> Said:
    def grade(item: DemoContribution) -> str:
        return GRADES[min(3, int((1.1 - liked[item.key]) * 3 + rng.random() * 1.6))]

    return [(item.key, DemoVote(voter.actor.key, grade(item))) for item in wish]
