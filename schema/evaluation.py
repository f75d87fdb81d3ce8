"""Evaluation in the contract: what the team finds of proposals, and which of them wait for it."""

from typing import Annotated

import strawberry

import models.contribution
import resolvers.evaluation
import resolvers.note
from models.contribution import MAX_EUROS
from models.evaluation import Feasibility
from models.note import NOTE_LENGTH
from planner import field
from planner.directive import feature
from resolvers.assignment import HANDLER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.note import Note
from schema.page import After, Connection, First
from schema.proposal_status import PROPOSING


@strawberry.input(description="What somebody of the team finds of a proposal.", directives=feature(*PROPOSING))
class ContributionEvaluateInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The proposal.")
    feasibility: Feasibility = strawberry.field(description="Whether it can be done.")
    reason: str = strawberry.field(
        description=f"Why, plain text of {NOTE_LENGTH[0]} to {NOTE_LENGTH[1]:,} characters; only the team reads it."
    )
    cost_euros: int | None = strawberry.field(
        default=None, description=f"What it would cost, 0 to {MAX_EUROS:,} euros; null: nothing is said."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("note_id")
class ContributionEvaluatePayload:
    """The answer to `contributionEvaluate`."""

    note: Note | None = field.refers("note_id", "The evaluation; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class EvaluationQuery:
    @field.declared(field.Connection(resolvers.evaluation.waiting), directives=feature(*PROPOSING))
    def contributions_to_evaluate(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """Open proposals that nobody has evaluated yet, the longest published first: for valuators those of their
        spaces and those that are given to them, for administrators those of all spaces that have valuators. Empty for
        everybody else."""


@strawberry.type
class EvaluationMutation:
    @field.action(resolvers.evaluation.evaluate, who=HANDLER, features=PROPOSING)
    def contribution_evaluate(
        self, input: Annotated[ContributionEvaluateInput, field.argument("What is found.")]
    ) -> ContributionEvaluatePayload:
        """Say whether a proposal can be done, why, and for how much. It stays private, and changes nothing that the
        public sees: the city says it by `officialResponsePublish` and `contributionEstimate`. For moderators,
        administrators, editors and valuators of its space, and whoever it is given to."""
