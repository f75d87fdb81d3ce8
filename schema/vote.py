"""Votes in the contract: one actor, one voice; tallies equal a recount."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.vote
import planner.source as planner
import resolvers.ident
import resolvers.vote
from models.activity import VOTING
from models.vote import Choice, VoteMethod
from planner.directive import of
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

if TYPE_CHECKING:
    from schema.contribution import Contribution

described(
    VoteMethod,
    "How an activity counts voices.",
    {
        "SUPPORT": "One support for each actor and contribution («soutien»).",
        "OPINION": "One opinion for each actor and contribution: for, mixed or against.",
    },
)
described(
    Choice,
    "What a voice says.",
    {
        "SUPPORT": "Support («soutien»).",
        "FOR": "For («d'accord»).",
        "MIXED": "Mixed («mitigé»).",
        "AGAINST": "Against («pas d'accord»).",
    },
)


@planner.value
class Tally:
    """The votes of a contribution counted («résultat»); always equal to a recount."""

    total_count: int = planner.column("All votes.")
    support_count: int = planner.column("Supports.")
    for_count: int = planner.column("Opinions for.")
    mixed_count: int = planner.column("Mixed opinions.")
    against_count: int = planner.column("Opinions against.")


@planner.stored(
    models.vote.Vote, visible=resolvers.vote.visible, container=("contribution_id", "Contribution"), marks=of(*VOTING)
)
class Vote:
    """One actor's voice on one contribution («vote», «soutien»); seen by the actor alone."""

    id: strawberry.ID = planner.expression(resolvers.ident.of("vote"), "Opaque id.")
    choice: Choice = planner.column("What it says.")
    cast_at: datetime = planner.column("When it was cast or last changed.")
    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] = planner.one(
        resolvers.vote.contribution, "What was voted on."
    )


@strawberry.input(description="A vote to cast or to change.")
class VoteCastInput:
    contribution: strawberry.ID = strawberry.field(description="The contribution to vote on.")
    choice: Choice = strawberry.field(description="What the vote says; the activity's `voteChoices` tell what it may.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A vote to withdraw.")
class VoteWithdrawInput:
    contribution: strawberry.ID = strawberry.field(description="The contribution that was voted on.")
    idempotency_key: str | None = idempotency_key()


@planner.payload("contribution_id")
class VoteCastPayload:
    """The answer to `voteCast`."""

    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = planner.one(
        resolvers.vote.voted_on, "What was voted on, its tally with this vote; null when it was refused."
    )
    vote: Vote | None = planner.one(resolvers.vote.just_cast, "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@planner.payload("contribution_id")
class VoteWithdrawPayload:
    """The answer to `voteWithdraw`."""

    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = planner.one(
        resolvers.vote.voted_on, "What was voted on, its tally without the vote; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class VoteMutation:
    @planner.action(resolvers.vote.cast, at_once=resolvers.vote.cast_at_once, marks=of(*VOTING))
    def vote_cast(
        self, input: Annotated[VoteCastInput, strawberry.argument(description="The vote.")]
    ) -> VoteCastPayload:
        """Vote on a contribution, or change one's vote, while the activity is open. For actors who are signed in."""

    @planner.action(resolvers.vote.withdraw, marks=of(*VOTING))
    def vote_withdraw(
        self, input: Annotated[VoteWithdrawInput, strawberry.argument(description="The vote.")]
    ) -> VoteWithdrawPayload:
        """Withdraw one's vote while the activity is open; withdrawing twice is not an error. For actors who are signed
        in."""
