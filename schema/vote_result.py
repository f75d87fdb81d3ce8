"""Results in the contract: what a vote by ballots ended with, by each rule, project by project with the reason."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.vote_result
import resolvers.ident
import resolvers.sight
import resolvers.vote_result
from models.activity import VOTING
from models.vote import Choice
from models.vote_result import AwardRule
from planner import field
from planner.directive import feature

if TYPE_CHECKING:
    from schema.contribution import Contribution


@field.stored(
    models.vote_result.ProjectAward,
    visible=resolvers.sight.everyone,
    container=("result_id", "VoteResult"),
    marks=feature(*VOTING),
    is_few=True,
)
class ProjectAward:
    """What a result says of one project («attribution»), and why."""

    id: strawberry.ID = field.expression(resolvers.ident.of("projectaward"), "Opaque id.")
    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = field.one(
        resolvers.vote_result.project, "The project; null when it is not seen any more."
    )
    rank: int = field.column("Its place in the result, winners first, from 1.")
    is_winner: bool = field.column("Whether it won.")
    is_completion: bool = field.column("Whether it won by what equal shares had left over.")
    score: int = field.column("What ballots gave it in all: votes, points, or what its grades are worth.")
    voter_count: int = field.column("How many ballots named it.")
    round: int = field.column("In which round it was paid or looked at; 0: in none.")
    lacking: int = field.column("What it lacked: euros, or supports to a threshold; 0 for a winner.")
    median_grade: Choice | None = field.column("Its majority grade; null where there are no grades.")
    profile: list[int] = field.column(
        "The merit profile: how many gave each grade, the best first; empty without grades."
    )


@field.stored(
    models.vote_result.VoteResult,
    visible=resolvers.sight.everyone,
    container=("activity_id", "Activity"),
    marks=feature(*VOTING),
    is_few=True,
)
class VoteResult:
    """What one rule says of an activity's ballots («résultat du vote»), counted once after the close."""

    id: strawberry.ID = field.expression(resolvers.ident.of("voteresult"), "Opaque id.")
    rule: AwardRule = field.column("The rule.")
    is_decisive: bool = field.column("Whether it is the activity's own rule, which decides.")
    ballot_count: int = field.column("Ballots, blank ones too.")
    blank_count: int = field.column("Blank ballots.")
    reached_count: int = field.column("Voters with at least one winner on their ballot.")
    budget_euros: int | None = field.column("What there was to spend, in euros; null: nothing was said.")
    spent_euros: int = field.column("What the winners cost together, in euros.")
    counted_at: datetime = field.column("When it was counted.")
    awards: list[ProjectAward] = field.many(
        resolvers.vote_result.awards, "What it says of each project, winners first.", size=50
    )
