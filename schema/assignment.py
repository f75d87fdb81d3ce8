"""Assignment in the contract: to whom of the city's team a contribution is given, and their own queue."""

from typing import Annotated

import strawberry

import models.actor
import models.contribution
import resolvers.assignment
from planner import field
from resolvers.assignment import ASSIGNER
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.page import After, Connection, First


@strawberry.input(description="To whom to give a contribution.")
class ContributionAssignInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution.")
    assignee: strawberry.ID | None = field.reference(
        models.actor.Actor, "A service, or a person of the team; null: to nobody any more.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class ContributionAssignPayload:
    """The answer to `contributionAssign`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The contribution as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AssignmentQuery:
    @field.declared(field.Connection(resolvers.assignment.own))
    def assigned_contributions(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """Open contributions that are given to the viewer, or to a service of which the viewer is a member, the longest
        published first."""

    @field.declared(field.Connection(resolvers.assignment.team))
    def team(
        self,
        search: Annotated[
            str | None, field.argument("Only whose name has these letters, accents and case aside.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Actor]:
        """To whom contributions can be given: the city's services, their members, moderators, administrators,
        editors and valuators of a space, by name. Empty for everybody but these."""


@strawberry.type
class AssignmentMutation:
    @field.action(resolvers.assignment.assign, who=ASSIGNER)
    def contribution_assign(
        self, input: Annotated[ContributionAssignInput, field.argument("Which, and to whom.")]
    ) -> ContributionAssignPayload:
        """Give a contribution to a service or to a person of the team, who then works on it: sees its notes, writes
        some, and may pass it on. For moderators, administrators, editors of its space, and whoever it is given to."""
