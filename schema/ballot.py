"""Ballots in the contract: what one actor cast as a whole in an activity; drafts are never stored."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import counting.vote_file
import models.activity
import models.ballot
import models.contribution
import resolvers.activity
import resolvers.ballot
import resolvers.first_ballot
import resolvers.ident
import resolvers.set_aside
import resolvers.sight
from models.activity import VOTING
from models.vote import Choice
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity, LaterContribution
from schema.vote import Vote

if TYPE_CHECKING:
    from schema.set_aside import SetAside


@field.stored(
    models.ballot.Ballot, visible=resolvers.sight.own, container=("activity_id", "Activity"), marks=feature(*VOTING)
)
class Ballot:
    """What one actor cast as a whole in an activity («bulletin»); seen by the actor alone. It counts: drafts are not
    stored."""

    id: strawberry.ID = field.expression(resolvers.ident.of("ballot"), "Opaque id.")
    is_blank: bool = field.column("Whether it is blank («vote blanc»): it counts as cast, for no project.")
    cast_at: datetime = field.column("When it was cast or last changed.")
    receipt: str | None = field.column(
        "Its receipt («récépissé»): a digest that is found in the published ballots; null: it has none."
    )
    set_aside: Annotated["SetAside", strawberry.lazy("schema.set_aside")] | None = field.one(
        resolvers.set_aside.of_ballot, "Why it is set aside and not counted; null: it is counted."
    )
    votes: list[Vote] = field.many(resolvers.ballot.votes, "Its votes, one a project.", size=100)
    activity: LaterActivity = field.refers("activity_id", "Where it was cast.")


@field.value
class PublishedVote:
    """What a published ballot says of one project."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The project; null when it is not seen any more."
    )
    choice: Choice = field.column("What is said.")
    amount: int | None = field.column("Points, a rank, or in a budget the cost; null for other methods.")


@field.value
class PublishedBallot:
    """A ballot that was counted, as the published file has it under its receipt («bulletin publié»), without voter."""

    is_blank: bool = field.column("Whether it is blank.")
    is_set_aside: bool = field.column("Whether it is set aside and not counted.")
    votes: list[PublishedVote] = field.parts(
        counting.vote_file.published_votes, "What it says: the first rank or the most points first.", size=20
    )


@strawberry.input(description="What a ballot says of one project.")
class BallotVoteInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The project.")
    choice: Choice = strawberry.field(description="What is said; the activity's `voteChoices` tell what may be.")
    amount: int | None = strawberry.field(
        default=None, description="Points, or a rank, where the activity's `voteMethod` takes an amount; else left out."
    )


@strawberry.input(description="A whole ballot to cast; it takes the place of the one that was cast before.")
class BallotCastInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity to vote in.")
    votes: list[BallotVoteInput] = strawberry.field(
        default_factory=list, description="One for each project, up to 1,000; none in a blank ballot."
    )
    is_blank: bool = strawberry.field(default=False, description="Whether the ballot is blank.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A ballot to withdraw.")
class BallotWithdrawInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity in which it was cast.")
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class BallotCastPayload:
    """The answer to `ballotCast`."""

    ballot: Ballot | None = field.one(resolvers.ballot.just_cast, "The ballot as it counts; null when it was refused.")
    activity: LaterActivity | None = field.refers("activity_id", "Where it was cast; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class BallotWithdrawPayload:
    """The answer to `ballotWithdraw`."""

    activity: LaterActivity | None = field.refers("activity_id", "Where it was cast; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class BallotMutation:
    @field.action(resolvers.ballot.cast, who=MEMBER, features=VOTING, single=resolvers.first_ballot.single)
    def ballot_cast(self, input: Annotated[BallotCastInput, field.argument("The ballot.")]) -> BallotCastPayload:
        """Cast a whole ballot, or change the one that was cast, while the activity is open. For actors who are signed
        in."""

    @field.action(resolvers.ballot.withdraw, who=MEMBER, features=VOTING)
    def ballot_withdraw(
        self, input: Annotated[BallotWithdrawInput, field.argument("The ballot.")]
    ) -> BallotWithdrawPayload:
        """Withdraw one's ballot while the activity is open; withdrawing twice is not an error. For actors who are
        signed in."""
