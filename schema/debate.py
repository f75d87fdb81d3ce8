"""Debates in the contract: how arguments are ordered, what a debate counts, and expert views."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import resolvers.debate
from models.activity import features_of
from models.contribution import ContributionKind
from models.debate import EXPERT_FUNCTION_LENGTH, EXPERT_NAME_LENGTH, ArgumentOrder
from planner import field
from planner.directive import feature
from planner.who import MODERATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution

ARGUING = features_of(ContributionKind.ARGUMENT)

described(
    ArgumentOrder,
    "In which order arguments are listed. Expert views come first in each; of two that are equal, the newer.",
    {
        "NEWEST": "The newest first.",
        "BEST": "The highest `argumentScore` first: with whose readers surely agree. It moves while people vote:"
        " between two pages an argument may then show twice, or not at all.",
    },
)


@field.value
class ExpertView:
    """As whose view an argument is pinned («avis d'expert»)."""

    name: str = field.column("The expert's name.")
    function: str = field.column("What the expert does, as the public reads it.")
    pinned_at: datetime = field.column("Since when it is pinned.")


@field.value
class DebateFigures:
    """A debate counted: the arguments on a proposal that the viewer sees («chiffres du débat»)."""

    argument_count: int = field.column("All arguments.")
    for_count: int = field.column("Those for the proposal.")
    against_count: int = field.column("Those against it.")
    expert_count: int = field.column("Those that are pinned as an expert's view.")
    author_count: int = field.column("How many have written one.")
    vote_count: int = field.column("Votes on arguments; those on the proposal itself are in its `tally`.")
    reply_count: int = field.column("Replies to arguments.")
    last_at: datetime | None = field.column("When the newest was published; null: there is none.")


@strawberry.input(description="An argument to pin as an expert's view.", directives=feature(*ARGUING))
class ExpertViewPinInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The argument.")
    name: str = strawberry.field(
        description=f"The expert's name, {EXPERT_NAME_LENGTH[0]} to {EXPERT_NAME_LENGTH[1]} characters."
    )
    function: str = strawberry.field(
        description=f"What the expert does, {EXPERT_FUNCTION_LENGTH[0]} to {EXPERT_FUNCTION_LENGTH[1]} characters."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An argument to show among the others again.", directives=feature(*ARGUING))
class ExpertViewUnpinInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The argument.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class ExpertViewPinPayload:
    """The answer to `expertViewPin`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The argument as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ExpertViewUnpinPayload:
    """The answer to `expertViewUnpin`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The argument as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class DebateMutation:
    @field.action(resolvers.debate.pin, who=MODERATOR, features=ARGUING)
    def expert_view_pin(
        self, input: Annotated[ExpertViewPinInput, field.argument("Which, and whose view it is.")]
    ) -> ExpertViewPinPayload:
        """Show an argument first, as a named expert's view; of one that is pinned, change the name. A proposal has at
        most ten. It is let go when its author changes its words. For moderators."""

    @field.action(resolvers.debate.unpin, who=MODERATOR, features=ARGUING)
    def expert_view_unpin(
        self, input: Annotated[ExpertViewUnpinInput, field.argument("Which.")]
    ) -> ExpertViewUnpinPayload:
        """Show a pinned argument among the others again. For moderators."""
