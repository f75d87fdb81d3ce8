"""Polling typings in the contract: paper ballots as two people each typed them, batch by batch."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Integer, Text

import counting.paper_ballot
import counting.polling_desk
import models.paper_ballot
import models.polling_desk
import resolvers.ident
import resolvers.sight
from counting.polling_desk import DESK_AGENT
from models.activity import VOTING
from models.paper_ballot import MAX_BATCHES, MAX_IN_BATCH, SHORT_LENGTH, BatchState
from models.polling_record import REMARK_LENGTH
from planner import field
from planner.directive import feature
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution, LaterPollingDesk

described(
    BatchState,
    "How far a batch of paper ballots is.",
    {
        "TYPED_ONCE": "One person has typed it.",
        "DIFFERS": "Two people have typed it, and not alike.",
        "AGREED": "Two people have typed it alike.",
    },
)


@field.value
class PollingProject:
    """A project with the number that stands for it in the short form of a ballot."""

    number: int = field.column("Its number, from 1, by age; it stays when others are withdrawn.")
    contribution: LaterContribution | None = field.refers("project", "The project; null when it is not seen any more.")


@field.value
class PollingBatch:
    """A batch («lot») of paper ballots, typed by two people."""

    number: int = field.column("Its number.")
    state: BatchState = field.column("How far it is.")
    is_typed: bool = field.column("Whether the viewer has typed it.")
    valid: int | None = field.column("Valid ballots as they were last agreed; null: they never were.")
    blank: int | None = field.column("Blank ballots, likewise; null: it was never agreed.")
    spoilt: int | None = field.column("Null ballots («nuls»), likewise; null: it was never agreed.")


@field.value
class PollingBallot:
    """A paper ballot as somebody typed it."""

    place: int = field.column("Its place in the pile, from 1.")
    text: str = field.column("Its short form.")


@field.stored(
    models.paper_ballot.PollingTyping,
    visible=resolvers.sight.everyone,
    container=("desk_id", "PollingDesk"),
    references={},
    marks=feature(*VOTING),
    is_few=True,
)
class PollingTyping:
    """What one agent typed of a batch («saisie»); nothing of it is ever overwritten."""

    id: strawberry.ID = field.expression(resolvers.ident.of("pollingtyping"), "Opaque id.")
    version: int = field.column("Which typing of the batch it is, from 1, whoever typed.")
    is_own: bool = field.expression(counting.paper_ballot.is_own, "Whether the viewer typed it.")
    agent: Actor | None = field.refers("agent_id", "Who typed it; null once erased.")
    reason: str | None = field.column("Why it corrects what was agreed; null where nothing was.")
    ballots: list[PollingBallot] = field.parts(
        counting.paper_ballot.typed_ballots,
        "The ballots. Empty for everybody but who typed them until somebody else has typed as many of the batch, too.",
        size=MAX_IN_BATCH,
    )
    typed_at: datetime = field.column("When.")


@strawberry.input(description="A paper ballot in its short form.")
class PollingBallotInput:
    text: str = strawberry.field(
        default="",
        description="Numbers of projects, with `:` and points or a grade (1 is the best) where the method has them; in"
        " a vote by ranks in their order; `b`: blank; `n`: null, also what the rule does not allow; empty: there is no"
        f" ballot. At most {SHORT_LENGTH:,} characters.",
    )


_LENGTH = "{} to {:,} characters".format(*REMARK_LENGTH)


@strawberry.input(description="What somebody reads in a batch of paper ballots.")
class PollingBallotsTypeInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk.")
    batch: int = strawberry.field(description=f"The number of the batch, 1 to {MAX_BATCHES}.")
    version: int = strawberry.field(
        default=0, description="The version that the asker typed before and has read; 0: the asker typed none."
    )
    ballots: list[PollingBallotInput] = strawberry.field(
        default_factory=list, description=f"The ballots in the order of the pile, 1 to {MAX_IN_BATCH}."
    )
    reason: str | None = strawberry.field(
        default=None, description=f"Why what was agreed is corrected, {_LENGTH}; wanted where it was."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("desk_id", batch=Integer(), state=Text())
class PollingBallotsTypePayload:
    """The answer to `pollingBallotsType`."""

    desk: LaterPollingDesk | None = field.refers("desk_id", "The desk; null when it was refused.")
    batch: int | None = field.column("The batch; null when it was refused.")
    state: BatchState | None = field.column("How far it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PollingTypingMutation:
    @field.action(counting.paper_ballot.type_batch, who=DESK_AGENT, features=VOTING)
    def polling_ballots_type(
        self, input: Annotated[PollingBallotsTypeInput, field.argument("What was read.")]
    ) -> PollingBallotsTypePayload:
        """Type a batch of a desk's paper ballots. Two people type each batch without seeing what the other typed; what
        both typed alike is agreed, and a record can be written once all batches are. For the desk's agents and
        administrators."""
