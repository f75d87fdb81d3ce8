"""Votes in the contract: one actor, one voice; tallies equal a recount."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.vote
import resolvers.ident
import resolvers.vote
from models.activity import VOTING
from models.vote import Choice, VoteMethod
from planner import field
from planner.directive import feature
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


@field.value
class Tally:
    """The votes of a contribution counted («résultat»); always equal to a recount."""

    total_count: int = field.column("All votes.")
    support_count: int = field.column("Supports.")
    for_count: int = field.column("Opinions for.")
    mixed_count: int = field.column("Mixed opinions.")
    against_count: int = field.column("Opinions against.")


@field.stored(
    models.vote.Vote,
    visible=resolvers.vote.visible,
    container=("contribution_id", "Contribution"),
    marks=feature(*VOTING),
)
class Vote:
    """One actor's voice on one contribution («vote», «soutien»); seen by the actor alone."""

    id: strawberry.ID = field.expression(resolvers.ident.of("vote"), "Opaque id.")
    choice: Choice = field.column("What it says.")
    cast_at: datetime = field.column("When it was cast or last changed.")
    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] = field.one(
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


@field.payload("contribution_id")
class VoteCastPayload:
    """The answer to `voteCast`."""

    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = field.one(
        resolvers.vote.voted_on, "What was voted on, its tally with this vote; null when it was refused."
    )
    vote: Vote | None = field.one(resolvers.vote.just_cast, "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class VoteWithdrawPayload:
    """The answer to `voteWithdraw`."""

    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = field.one(
        resolvers.vote.voted_on, "What was voted on, its tally without the vote; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class VoteMutation:
    @field.action(resolvers.vote.cast, at_once=resolvers.vote.cast_at_once, marks=feature(*VOTING))
    def vote_cast(
        self, input: Annotated[VoteCastInput, strawberry.argument(description="The vote.")]
    ) -> VoteCastPayload:
        """Vote on a contribution, or change one's vote, while the activity is open. For actors who are signed in."""

    @field.action(resolvers.vote.withdraw, marks=feature(*VOTING))
    def vote_withdraw(
        self, input: Annotated[VoteWithdrawInput, strawberry.argument(description="The vote.")]
    ) -> VoteWithdrawPayload:
        """Withdraw one's vote while the activity is open; withdrawing twice is not an error. For actors who are signed
        in."""
