"""Votes in the contract: one actor, one voice; tallies equal a recount."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import models.vote
import resolvers.ident
import resolvers.live
import resolvers.sight
import resolvers.vote
from models.activity import VOTING
from models.vote import Choice, VoteMethod
from planner import field
from planner.directive import feature
from planner.who import ANYBODY, MEMBER
from resolvers.vote_method import METHODS
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution

described(
    VoteMethod, "How an activity counts voices.", {name.value: method.description for name, method in METHODS.items()}
)
described(
    Choice,
    "What a voice says.",
    {choice.value: told for method in METHODS.values() for choice, told in method.choices.items()},
)


@field.value
class TallyCount:
    """One count of a tally («décompte»)."""

    key: str = field.column("A `Choice`, or what else the activity's method counts, as the sum of points.")
    count: int = field.column("How many.")


@field.value
class Tally:
    """The votes of a contribution counted («résultat»); always equal to a recount."""

    total_count: int = field.column("All votes.")
    support_count: int = field.column("Supports.")
    for_count: int = field.column("Opinions for.")
    mixed_count: int = field.column("Mixed opinions.")
    against_count: int = field.column("Opinions against.")
    counts: list[TallyCount] = field.parts(
        resolvers.vote.counts, "All counts that are not 0, also those of methods that count more than choices.", size=4
    )


@field.stored(
    models.vote.Vote,
    visible=resolvers.sight.vote,
    container=("contribution_id", "Contribution"),
    marks=feature(*VOTING),
)
class Vote:
    """One actor's voice on one contribution («vote», «soutien»); seen by the actor alone."""

    id: strawberry.ID = field.expression(resolvers.ident.of("vote"), "Opaque id.")
    choice: Choice = field.column("What it says.")
    amount: int | None = field.column("How much of it: points, a rank, euros; null where the method takes none.")
    cast_at: datetime = field.column("When it was cast or last changed.")
    contribution: LaterContribution = field.refers("contribution_id", "What was voted on.")


@strawberry.input(description="A vote to cast or to change.")
class VoteCastInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution to vote on.")
    choice: Choice = strawberry.field(description="What the vote says; the activity's `voteChoices` tell what it may.")
    amount: int | None = strawberry.field(
        default=None, description="How much of it, where the activity's `voteMethod` takes an amount; else left out."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A vote to withdraw.")
class VoteWithdrawInput:
    contribution: strawberry.ID = field.reference(
        models.contribution.Contribution, "The contribution that was voted on."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class VoteCastPayload:
    """The answer to `voteCast`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was voted on, its tally with this vote; null when it was refused."
    )
    vote: Vote | None = field.one(resolvers.vote.just_cast, "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class VoteWithdrawPayload:
    """The answer to `voteWithdraw`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was voted on, its tally without the vote; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class VoteMutation:
    @field.action(resolvers.vote.cast, who=MEMBER, features=VOTING, single=resolvers.vote.single)
    def vote_cast(self, input: Annotated[VoteCastInput, field.argument("The vote.")]) -> VoteCastPayload:
        """Vote on a contribution, or change one's vote, while the activity is open. For actors who are signed in."""

    @field.action(resolvers.vote.withdraw, who=MEMBER, features=VOTING)
    def vote_withdraw(self, input: Annotated[VoteWithdrawInput, field.argument("The vote.")]) -> VoteWithdrawPayload:
        """Withdraw one's vote while the activity is open; withdrawing twice is not an error. For actors who are signed
        in."""


@strawberry.type
class VoteSubscription:
    @field.live(resolvers.live.about, topic=resolvers.live.of_tally, who=ANYBODY, features=VOTING, is_told_first=True)
    def tally_changed(
        self, contribution: Annotated[strawberry.ID, field.argument("Whose votes.")]
    ) -> LaterContribution:
        """The votes on a contribution, as they are now, and then about once a second while they change."""
