"""Statuses of proposals in the contract: a city's own words for where it is with a proposal."""

from typing import Annotated

import strawberry

import models.activity
import models.proposal_status
import office.proposal_status
import resolvers.activity
import resolvers.ident
import resolvers.sight
from models.activity import features_of
from models.contribution import ContributionKind
from models.proposal_status import STATUS_NAME_LENGTH
from office.proposal_status import STATUS_EDITOR
from planner import field
from planner.directive import feature
from resolvers.space_role import ACTIVITY_EDITOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

PROPOSING = features_of(ContributionKind.PROPOSAL)
OF_NAME = f"Its name, 1 to {STATUS_NAME_LENGTH[1]} characters."
OWNER = "The activity with its statuses as they are; null when it was refused."
VOTES = "Whether people may still vote on a proposal in it."
COMMENTS = "Whether people may still comment on a proposal in it."


@field.stored(
    models.proposal_status.ProposalStatus,
    visible=resolvers.sight.everyone,
    container=("activity_id", "Activity"),
    references={},
    marks=feature(*PROPOSING),
)
class ProposalStatus:
    """Where a city is with a proposal («statut»), in its own words."""

    id: strawberry.ID = field.expression(resolvers.ident.of("proposalstatus"), "Opaque id.")
    name: str = field.column("Its name.")
    color: str = field.column("Its colour, #rrggbb; never the only sign of it.")
    is_open_to_votes: bool = field.column(VOTES)
    is_open_to_comments: bool = field.column(COMMENTS)
    version: int = field.column("How often it was written: `proposalStatusRevise` wants the version that was read.")


@strawberry.input(description="A status to add to an activity.", directives=feature(*PROPOSING))
class ProposalStatusAddInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    name: str = strawberry.field(description=OF_NAME)
    color: str = strawberry.field(description="Its colour, #rrggbb.")
    is_open_to_votes: bool = strawberry.field(default=True, description=VOTES)
    is_open_to_comments: bool = strawberry.field(default=True, description=COMMENTS)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A status as it is to be.", directives=feature(*PROPOSING))
class ProposalStatusReviseInput:
    proposal_status: strawberry.ID = field.reference(models.proposal_status.ProposalStatus, "The status.")
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    name: str = strawberry.field(description=OF_NAME)
    color: str = strawberry.field(description="Its colour, #rrggbb.")
    is_open_to_votes: bool = strawberry.field(default=True, description=VOTES)
    is_open_to_comments: bool = strawberry.field(default=True, description=COMMENTS)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A status to take away.", directives=feature(*PROPOSING))
class ProposalStatusRemoveInput:
    proposal_status: strawberry.ID = field.reference(
        models.proposal_status.ProposalStatus, "The status, which no response gave."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An activity's statuses in their order.", directives=feature(*PROPOSING))
class ProposalStatusesOrderInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    proposal_statuses: list[strawberry.ID] = field.reference(
        models.proposal_status.ProposalStatus, "Those that come first, in order; the others follow as they did."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class ProposalStatusAddPayload:
    """The answer to `proposalStatusAdd`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProposalStatusRevisePayload:
    """The answer to `proposalStatusRevise`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProposalStatusRemovePayload:
    """The answer to `proposalStatusRemove`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProposalStatusesOrderPayload:
    """The answer to `proposalStatusesOrder`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ProposalStatusMutation:
    @field.action(office.proposal_status.add, who=ACTIVITY_EDITOR, features=PROPOSING)
    def proposal_status_add(
        self, input: Annotated[ProposalStatusAddInput, field.argument("The status.")]
    ) -> ProposalStatusAddPayload:
        """Add a status behind an activity's others. For administrators and the space's editors."""

    @field.action(office.proposal_status.revise, who=STATUS_EDITOR, features=PROPOSING)
    def proposal_status_revise(
        self, input: Annotated[ProposalStatusReviseInput, field.argument("The status.")]
    ) -> ProposalStatusRevisePayload:
        """Change a status; proposals keep it. CONFLICT when somebody else did since `version` was read. For
        administrators and the space's editors."""

    @field.action(office.proposal_status.remove, who=STATUS_EDITOR, features=PROPOSING)
    def proposal_status_remove(
        self, input: Annotated[ProposalStatusRemoveInput, field.argument("The status.")]
    ) -> ProposalStatusRemovePayload:
        """Take away a status; IN_USE once a response gave it. For administrators and the space's editors."""

    @field.action(office.proposal_status.order, who=ACTIVITY_EDITOR, features=PROPOSING)
    def proposal_statuses_order(
        self, input: Annotated[ProposalStatusesOrderInput, field.argument("The order.")]
    ) -> ProposalStatusesOrderPayload:
        """Put an activity's statuses in order. For administrators and the space's editors."""
