"""Trials of rules in the contract: what a rule would give with the ballots of a past vote, beside the rule in force."""

from typing import Annotated

import strawberry

import counting.rule_trial
from planner import field
from planner.cost_directive import priced, sized
from schema.vote_result import AwardTermsInput

OfPastVote = Annotated[strawberry.ID | None, field.argument("The past vote whose ballots are taken.")]
OfCounted = Annotated[strawberry.ID | None, field.argument("Instead of a past vote: an activity that was counted.")]
ByTerms = Annotated[
    AwardTermsInput | None, field.argument("What that rule leaves open. Ties go to the older project here.")
]
OfBudget = Annotated[int | None, field.argument("What there is to spend, in euros; null: as it was then.")]
OfLeast = Annotated[int | None, field.argument("How many supports a threshold wants; null: one.")]


@field.value
class TriedProject:
    """A project of a past vote, by the rule that is tried and by the one in force."""

    title: str = field.column("Its title, cut after 200 characters.")
    cost_euros: int = field.column("What it costs.")
    place: str = field.column("The part of the place or of the budget that it belongs to; may be empty.")
    score: int = field.column("What ballots give it in all.")
    voter_count: int = field.column("How many ballots name it.")
    is_winner: bool = field.column("Whether it wins by the rule that is tried.")
    is_winner_in_force: bool = field.column("Whether it wins by the activity's rule as it is now.")


@field.value
class RuleTrial:
    """A trial («essai de règle»): nothing is stored, and nothing is decided by it."""

    title: str = field.column("What the past vote is called.")
    budget_euros: int | None = field.column("What there is to spend, in euros, by both rules; null: nothing is said.")
    is_too_large: bool = field.column("Whether its ballots are more than a trial takes: a megabyte.")
    projects: list[TriedProject] = field.computed(
        counting.rule_trial.need,
        counting.rule_trial.projects,
        "Its projects by their scores, the best first; none where it is too large, or took longer than four seconds.",
        marks=[*sized(20), *priced(50)],
    )
