"""Results in the contract: what a vote by ballots ended with, by each rule, project by project with the reason."""

from datetime import datetime

import strawberry

import counting.share
import counting.vote_result
import models.vote_result
import resolvers.ident
import resolvers.proof
import resolvers.sight
import resolvers.turnout
from auth.viewer import Audience
from models.activity import VOTING
from models.polling_desk import VoteChannel
from models.vote import Choice
from models.vote_result import AwardRule, RankWorth, TieBreak
from planner import field
from planner.cost_directive import priced, sized
from planner.directive import audience, feature
from schema.enumeration import described
from schema.later import LaterContribution
from schema.proof import ProofCount
from schema.turnout import ROWS, ByGroup, OnDay, TurnoutRow

described(
    AwardRule,
    "By which rule projects win.",
    {
        "GREEDY": "The projects in order, each that what is left of the budget still pays.",
        "EQUAL_SHARES": "Each ballot has the same share of the budget («parts égales»); shares are raised in steps, and"
        " what is left goes to the next projects.",
        "THRESHOLD": "All projects that have enough supports («seuil»).",
        "BY_CATEGORY": "First in each category up to its ceiling, then the best of all others with what is left («par"
        " catégorie, puis pour tous»).",
    },
)
described(
    TieBreak,
    "Which of two projects that are even in score and cost is first.",
    {"AGE": "The one that was published earlier.", "DRAW": "By a draw from a seed published when the vote opens."},
)
described(
    RankWorth,
    "What a rank gives to its project.",
    {
        "POINTS": "As many points as a ballot has ranks for the first, one less for each next one.",
        "BORDA": "How many projects the vote has below that rank («méthode de Borda»); projects without a rank get 0.",
    },
)


@field.value
class Turnout:
    """How many took part («participation») in a vote by ballots."""

    ballot_count: int = field.column("Ballots that were cast, blank ones too.")
    blank_count: int = field.column("Blank ballots.")
    set_aside_count: int = field.column("Ballots of these that are set aside.")
    paper_count: int = field.expression(
        resolvers.turnout.on_paper,
        "Voters on paper, beside these: those who signed at a desk, or more where its last record says more.",
    )
    proof_counts: list[ProofCount] = field.parts(
        resolvers.proof.counts,
        "Those cast online by level of proof; empty where none is asked for, and while people vote for all but"
        " administrators.",
        size=7,
    )

    @field.declared(
        field.Parts(resolvers.turnout.rows), directives=[*audience(Audience.ADMINISTRATOR), *priced(10)], size=ROWS
    )
    def rows(self, group_by: ByGroup, day: OnDay = None) -> list[TurnoutRow]:
        """Those who have voted, on paper too, by group; days and hours in their order, others the largest first. Of a
        secret vote days and hours are empty until its close. For administrators."""


@field.value
class VoteRule:
    """What a ballot may hold («règle du vote»), as the activity's method has it."""

    least: int | None = field.column("The least: projects, points in all, or per cent of the budget; null: no limit.")
    most: int | None = field.column("The most: projects, points in all, or per cent of the budget; null: no limit.")
    most_each: int | None = field.column("The most points for a project; null for other methods.")
    grades: int | None = field.column("How many grades there are; null for other methods.")
    budget_euros: int | None = field.column("What there is to spend, in euros; null: nothing is said.")


@strawberry.input(description="What a ballot may hold, as the method has it; what is left out is as usual.")
class VoteRuleInput:
    least: int | None = strawberry.field(
        default=None, description="The least: projects, points in all, or per cent of the budget."
    )
    most: int | None = strawberry.field(
        default=None, description="The most: projects, points in all, or per cent of the budget."
    )
    most_each: int | None = strawberry.field(default=None, description="The most points for a project, 1 to 100.")
    grades: int | None = strawberry.field(default=None, description="How many grades there are, 3 to 7.")
    budget_euros: int | None = strawberry.field(
        default=None, description="What there is to spend, in euros, 1 to 2,000,000,000."
    )


@field.value
class AwardTerms:
    """What a rule of award leaves open, said («modalités d'attribution»)."""

    ceiling_euros: int | None = field.column(
        "What projects of a category may cost together at first, where it has no ceiling of its own; null: no limit."
    )
    least_each: int | None = field.column("Up to so many projects of each category may exceed the ceiling; null: none.")
    is_ending_category: bool | None = field.column(
        "Whether a category ends at its first project that is too dear; null or false: that one is passed over."
    )
    is_ending: bool | None = field.column(
        "Whether all ends at the first project that is too dear; null or false: that one is passed over."
    )
    tie_break: TieBreak | None = field.column("Which of two even projects is first; null: the older one.")
    rank_worth: RankWorth | None = field.column("What a rank gives; null: points.")


@strawberry.input(description="What a rule of award leaves open; what is left out is as usual.")
class AwardTermsInput:
    ceiling_euros: int | None = strawberry.field(
        default=None, description="What projects of a category may cost together, in euros, 1 to 2,000,000,000."
    )
    least_each: int | None = strawberry.field(
        default=None, description="How many projects of each category may exceed the ceiling, 0 to 100."
    )
    is_ending_category: bool | None = strawberry.field(
        default=None, description="Whether a category ends at its first project that is too dear."
    )
    is_ending: bool | None = strawberry.field(
        default=None, description="Whether all ends at the first project that is too dear."
    )
    tie_break: TieBreak | None = strawberry.field(
        default=None, description="Which of two even projects is first; null: the older one."
    )
    rank_worth: RankWorth | None = strawberry.field(default=None, description="What a rank gives; null: points.")


@field.value
class ChannelCount:
    """The ballots that came in by one channel («canal»)."""

    channel: VoteChannel = field.column("The channel.")
    ballot_count: int = field.column("Ballots that are counted, blank ones too.")
    blank_count: int = field.column("Blank ballots.")
    spoilt_count: int = field.column("Null ballots on paper, which are not counted.")
    whole_count: int | None = field.column(
        "Ballots in favour of something that are known one by one, and not as totals of a desk: among these voters are"
        " counted who have a winner; null: it was counted before this was told."
    )


@field.value
class ChannelScore:
    """What the ballots of one channel gave to a project."""

    channel: VoteChannel = field.column("The channel.")
    score: int = field.column("What they gave it in all: votes, points, or what its grades are worth.")
    voter_count: int = field.column("How many of them named it.")


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
    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The project; null when it is not seen any more."
    )
    rank: int = field.column("Its place in the result, winners first, from 1.")
    is_winner: bool = field.column("Whether it won.")
    is_completion: bool = field.column("Whether it won by what equal shares had left over.")
    level: int = field.column("In which level it was paid: 1 in its category, 2 with all others; 0: in none.")
    score: int = field.column("What ballots gave it in all: votes, points, or what its grades are worth.")
    voter_count: int = field.column("How many ballots named it.")
    round: int = field.column("In which round it was paid or looked at; 0: in none.")
    lacking: int = field.column("What it lacked: euros, or supports to a threshold; 0 for a winner.")
    channels: list[ChannelScore] = field.parts(
        counting.vote_result.channel_scores, "The same by channel; empty in results from before there were any.", size=3
    )
    median_grade: Choice | None = field.column("Its majority grade; null where there are no grades.")
    profile: list[int] = field.column(
        "The merit profile: how many gave each grade, the best first; empty without grades."
    )


@field.value
class SharePayment:
    """What the share of one's ballot paid for a winner."""

    rank: int = field.column("The winner's place in the result's `awards`.")
    cents: int = field.column("In whole cents, rounded down.")
    exact_euros: str = field.column("The same in euros as a whole number or a fraction, `1000/3`; empty if too long.")


@field.value
class OwnShare:
    """The share of one's ballot by equal shares («ma part»), and what it paid: the voter alone reads it."""

    cents: int = field.column("The share in whole cents, rounded down.")
    exact_euros: str = field.column("The same in euros as a whole number or a fraction; empty if too long.")
    left_cents: int = field.column("What was left of it in whole cents, rounded down.")
    exact_left_euros: str = field.column("The same in euros as a whole number or a fraction; empty if too long.")
    payments: list[SharePayment] = field.column(
        "What it paid, in the order in which winners were paid. What shares had left over is not here.", marks=sized(20)
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
    proofs: list[ProofCount] = field.parts(
        counting.vote_result.proof_counts,
        "Ballots cast online that are counted, by level of proof; empty where none was asked for.",
        size=7,
    )
    channels: list[ChannelCount] = field.parts(
        counting.vote_result.channel_counts,
        "Ballots by the channel that they came in by; empty in results from before there were any.",
        size=3,
    )
    set_aside_count: int = field.column("Ballots beside these that are set aside and not counted.")
    reached_count: int = field.column(
        "Voters with at least one winner on their ballot, of those online: of paper one knows totals alone."
    )
    budget_euros: int | None = field.column("What there was to spend, in euros; null: nothing was said.")
    spent_euros: int = field.column("What the winners cost together, in euros.")
    winner_count: int = field.column("How many projects win.")
    differing_count: int = field.column("How many projects it decides otherwise than the decisive result.")
    reading: int = field.column(
        "Which reading of the rule's sentence: 0 is what the activity says; of others `awards` is empty."
    )
    least_each: int | None = field.column(
        "By this reading, how many projects of each category may exceed the ceiling; null: not by category."
    )
    is_ending_category: bool | None = field.column(
        "By this reading, whether a category ends at its first project that is too dear; null: not by category."
    )
    is_ending: bool | None = field.column(
        "By this reading, whether all ends at the first project that is too dear; null: not by category."
    )
    version: int = field.column("How often results were published, this one included.")
    reason: str | None = field.column("Why it was counted anew; null for the first version.")
    counted_at: datetime = field.column("When it was counted.")
    viewer_share: OwnShare | None = field.computed(
        counting.share.need,
        counting.share.own_shares,
        "What the share of the viewer's ballot paid; null by other rules, in a secret vote, without a ballot online"
        " that is counted, and in results from before it was kept.",
    )
    awards: list[ProjectAward] = field.many(
        counting.vote_result.awards, "What it says of each project, winners first.", size=50
    )
