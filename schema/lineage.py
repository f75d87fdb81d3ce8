"""Lineage in the contract: doubles are merged, proposals become projects, and who writes is shown what is like it."""

from typing import Annotated

import strawberry

import models.contribution
import office.lineage
import resolvers.likeness
from models.lineage import Succession
from planner import field
from planner.cost_directive import priced
from planner.directive import feature
from planner.who import MODERATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.page import After, Connection, First
from schema.proposal_status import PROPOSING

__all__ = ["LineageMutation", "LineageQuery", "Succession"]

described(
    Succession,
    "What a proposal's successor is to it.",
    {
        "MERGED": "The proposal that it is a double of: it is closed, and its followers hear of that one.",
        "PROJECT": "The project of a participatory budget that was made of it.",
    },
)


@strawberry.input(description="A double to merge.", directives=feature(*PROPOSING))
class ProposalMergeInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The double.")
    into: strawberry.ID = field.reference(models.contribution.Contribution, "The proposal that stays.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A proposal that has become a project.", directives=feature(*PROPOSING))
class ProposalAdoptInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The proposal.")
    project: strawberry.ID = field.reference(models.contribution.Contribution, "The project.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A proposal that is to have no successor any more.", directives=feature(*PROPOSING))
class ProposalPartInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The proposal.")
    idempotency_key: str | None = idempotency_key()


_Contribution = LaterContribution


@field.payload("contribution_id")
class ProposalMergePayload:
    """The answer to `proposalMerge`."""

    contribution: _Contribution | None = field.refers(
        "contribution_id", "The double as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ProposalAdoptPayload:
    """The answer to `proposalAdopt`."""

    contribution: _Contribution | None = field.refers(
        "contribution_id", "The proposal as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ProposalPartPayload:
    """The answer to `proposalPart`."""

    contribution: _Contribution | None = field.refers(
        "contribution_id", "The proposal as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class LineageQuery:
    @field.declared(field.Connection(resolvers.likeness.like_title), directives=[*feature(*PROPOSING), *priced(200)])
    def similar_proposals(
        self,
        activity: Annotated[strawberry.ID, field.argument("Of which activity.")],
        title: Annotated[str, field.argument("Like what: the title that somebody writes.")],
        first: First = 20,
        after: After = None,
    ) -> Connection[_Contribution]:
        """The open proposals of an activity whose titles share at least a quarter of their trigrams with a title, the
        likest first: for whoever writes another. Empty for a title without words."""


@strawberry.type
class LineageMutation:
    @field.action(office.lineage.merge, who=MODERATOR, features=PROPOSING)
    def proposal_merge(
        self, input: Annotated[ProposalMergeInput, field.argument("Which, and into which.")]
    ) -> ProposalMergePayload:
        """Close a proposal as a double of another of its activity. Its votes stay its own; `supporterCount` of the one
        that stays counts the people of both once, and whoever follows the double hears of that one. Undone by
        `proposalPart`. Petitions and projects are not merged. For moderators."""

    @field.action(office.lineage.adopt, who=MODERATOR, features=PROPOSING)
    def proposal_adopt(
        self, input: Annotated[ProposalAdoptInput, field.argument("Which, and which project.")]
    ) -> ProposalAdoptPayload:
        """Say that a proposal has become a project of a participatory budget: each leads to the other. For
        moderators."""

    @field.action(office.lineage.part, who=MODERATOR, features=PROPOSING)
    def proposal_part(self, input: Annotated[ProposalPartInput, field.argument("Which.")]) -> ProposalPartPayload:
        """Undo what became of a proposal: a double is open again, with its own votes. For moderators."""
