"""Past votes in the contract: votes of other years and places, from files, on which administrators try rules."""

from datetime import datetime
from typing import Annotated

import strawberry

import counting.past_vote
import counting.vote_result
import models.past_vote
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.activity import VOTING
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity


@field.stored(
    models.past_vote.PastVote,
    visible=resolvers.sight.administrators,
    is_few=True,
    references={},
    marks=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING)],
)
class PastVote:
    """A vote of another year or another place («vote passé»), from a Pabulib file that was sent to `/vote/file`."""

    id: strawberry.ID = field.expression(resolvers.ident.of("pastvote"), "Opaque id.")
    title: str = field.column("What the file says that it is; else the file's name.")
    file_name: str = field.column("The file's name.")
    budget_euros: int = field.column("What there was to spend, in euros.")
    project_count: int = field.column("How many projects it has.")
    ballot_count: int = field.column("How many ballots it has, those without any vote among them.")
    added_at: datetime = field.column("When it was sent.")


@strawberry.input(
    description="A past vote to forget.", directives=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING)]
)
class PastVoteRemoveInput:
    past_vote: strawberry.ID = field.reference(models.past_vote.PastVote, "The past vote.")
    idempotency_key: str | None = idempotency_key()


@field.payload("past_vote_id")
class PastVoteRemovePayload:
    """The answer to `pastVoteRemove`."""

    past_vote: PastVote | None = field.refers("past_vote_id", "Null: it is forgotten, or it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PastVoteQuery:
    @field.declared(
        field.Many(counting.past_vote.listed), directives=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING)]
    )
    def past_votes(self) -> list[PastVote]:
        """The past votes that were sent, the newest first; at most twenty. For administrators."""

    @field.declared(
        field.Many(counting.vote_result.counted), directives=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING)]
    )
    def votes_counted(self) -> list[LaterActivity]:
        """The activities whose votes were counted, the last closed first. For administrators."""


@strawberry.type
class PastVoteMutation:
    @field.action(counting.past_vote.remove, who=ADMINISTRATOR, features=VOTING)
    def past_vote_remove(
        self, input: Annotated[PastVoteRemoveInput, field.argument("The past vote.")]
    ) -> PastVoteRemovePayload:
        """Forget a past vote. For administrators."""
