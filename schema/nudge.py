"""Nudges in the contract: the questions of mails, answered by one press."""

from typing import Annotated

import strawberry

import models.nudge
import resolvers.nudge
import resolvers.sight
from models.activity import EXCHANGED
from models.nudge import NudgeAnswer, NudgeKind
from planner import field
from planner.directive import feature
from planner.who import ANYBODY
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

described(
    NudgeKind,
    "What is asked.",
    {
        "HELPED": "Of the author of a request, 2, 5 and 12 days after it was published: whether it was met.",
        "STILL_OFFERED": "Of the author of an offer, after 25 days: whether it is still on.",
    },
)
described(
    NudgeAnswer,
    "What is answered.",
    {
        "YES": "Yes: a request is closed as fulfilled, an offer is renewed for 30 days.",
        "NOT_YET": "Not yet: a request is renewed for 14 days.",
        "NOT_NEEDED": "It is not needed any more, or not on: it is closed.",
    },
)


@field.stored(models.nudge.Nudge, visible=resolvers.sight.everyone, references={}, marks=feature(*EXCHANGED))
class Nudge:
    """A question by mail about how something went («relance»), for whoever holds its link."""

    kind: NudgeKind = field.column("What is asked.")
    title: str = field.expression(resolvers.nudge.title, "The title of what it is about.")
    is_answerable: bool = field.expression(
        resolvers.nudge.is_answerable, "Whether it can be answered: once, within 14 days, and while it has not ended."
    )
    answer: NudgeAnswer | None = field.column("What was answered; null: nothing yet.")


@strawberry.input(description="The answer to a mail's question.", directives=feature(*EXCHANGED))
class NudgeAnswerInput:
    token: str = strawberry.field(description="The end of the link's address.")
    answer: NudgeAnswer = strawberry.field(description="What is answered.")
    idempotency_key: str | None = idempotency_key()


@field.payload("nudge_id")
class NudgeAnswerPayload:
    """The answer to `nudgeAnswer`."""

    nudge: Nudge | None = field.refers("nudge_id", "The question, answered; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class NudgeQuery:
    @field.declared(field.One(resolvers.nudge.by_token), directives=feature(*EXCHANGED))
    def nudge(self, token: Annotated[str, field.argument("The end of the link's address.")]) -> Nudge | None:
        """The question of a mail; null where the link is none of this portal's. Reading it changes nothing."""


@strawberry.type
class NudgeMutation:
    @field.action(resolvers.nudge.reply, who=ANYBODY, features=EXCHANGED)
    def nudge_answer(
        self, input: Annotated[NudgeAnswerInput, field.argument("The link and the answer.")]
    ) -> NudgeAnswerPayload:
        """Answer the question of a mail, once, without signing in. For whoever holds the link."""
