"""Bulk changes in the contract: one thing done to all contributions of a filter, tried first, and taken back."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.actor
import models.bulk_change
import models.category
import models.proposal_status
import models.zone
import office.bulk_change
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.bulk_change import MAX_TOLD, BulkChangeKind, BulkChangeState, BulkObstacle
from models.contribution import ContributionKind, ContributionStatus
from models.official_response import SERVICE_LENGTH
from planner import field
from planner.directive import audience
from planner.who import MODERATOR
from schema.actor import Actor
from schema.category import Category
from schema.contribution import Contribution
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First
from schema.proposal_status import ProposalStatus

FOR_MODERATORS = audience(Audience.MODERATOR)

described(
    BulkChangeKind,
    "What is done to each contribution of a bulk change.",
    {
        "STATUS": "It is given a status, by an official response without words.",
        "CATEGORY": "It is given another category, or none.",
        "ASSIGNEE": "It is given to somebody of the team, or to nobody.",
    },
)
described(
    BulkChangeState,
    "Where a bulk change is.",
    {
        "CHECKED": "Tried: nothing is changed yet.",
        "DONE": "Done.",
        "UNDONE": "Taken back, but for what somebody changed since.",
    },
)
described(
    BulkObstacle,
    "Why one contribution of a bulk change is left as it is.",
    {
        "UNCHANGED": "It has the value already.",
        "OTHER_ACTIVITY": "The status or the category is another activity's.",
        "NOT_A_PROPOSAL": "Only proposals have a status.",
        "LIMIT_REACHED": "It has as many official responses as there may be.",
        "CHANGED_SINCE": "Somebody else changed it in the meantime, or what it had before is not there any more.",
    },
)


@field.value
class BulkObstacleCount:
    """How many contributions of a bulk change are left as they are for one reason."""

    obstacle: BulkObstacle = field.column("For which reason.")
    count: int = field.column("How many.")


@field.value
class LeftContribution:
    """A contribution that a bulk change leaves as it is."""

    id: strawberry.ID = field.expression(resolvers.ident.of("contribution"), "The contribution's id.")
    title: str = field.column("Its title.")
    obstacle: BulkObstacle = field.column("Why it is left.")


@field.stored(models.bulk_change.BulkChange, visible=resolvers.sight.moderators, references={}, marks=FOR_MODERATORS)
class BulkChange:
    """One thing done to all contributions of a filter («modification groupée»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("bulkchange"), "Opaque id.")
    kind: BulkChangeKind = field.column("What is done.")
    state: BulkChangeState = field.column("Where it is.")
    status: ProposalStatus | None = field.refers("value_id", "The status that each is given; null for other kinds.")
    category: Category | None = field.refers(
        "value_id", "The category that each is given; null for none, and for other kinds."
    )
    assignee: Actor | None = field.refers("value_id", "To whom each is given; null for nobody, and for other kinds.")
    service: str | None = field.column("In whose name the status is given; null for other kinds.")
    changed_count: int = field.column("How many it changes, or has changed.")
    kept_count: int = field.column("How many of these could not be taken back.")
    obstacles: list[BulkObstacleCount] = field.parts(
        office.bulk_change.obstacles, "Why others are left as they are, the most frequent reason first.", size=5
    )
    left_contributions: list[LeftContribution] = field.parts(
        office.bulk_change.left, f"Those others themselves, {MAX_TOLD} at most, by title.", size=MAX_TOLD
    )
    creator: Actor | None = field.refers(
        "created_by_id", "Who made it; null for an operator, and once that person was erased."
    )
    created_at: datetime = field.column("When it was tried.")
    done_at: datetime | None = field.column("When it was done; null: not yet.")
    undone_at: datetime | None = field.column("When it was taken back; null: not.")


OfActivity = Annotated[strawberry.ID | None, field.argument("Only of this activity.")]
OfKind = Annotated[ContributionKind | None, field.argument("Only of this kind.")]
OfCategory = Annotated[strawberry.ID | None, field.argument("Only with this category.")]
OfZone = Annotated[strawberry.ID | None, field.argument("Only those published with this zone.")]
OfStatus = Annotated[ContributionStatus | None, field.argument("Only of this status, as it is stored.")]
OfAssignee = Annotated[strawberry.ID | None, field.argument("Only those given to this actor.")]
IsAssigned = Annotated[bool | None, field.argument("Only those given to somebody, or only those given to nobody.")]
WithWords = Annotated[
    str | None, field.argument("Only those with these words in title or text, 200 characters at most.")
]


@strawberry.input(description="Which contributions; what is left out asks for nothing.", directives=FOR_MODERATORS)
class ContributionCriteriaInput:
    activity: strawberry.ID | None = field.reference(models.activity.Activity, "Only of this activity.", default=None)
    kind: ContributionKind | None = strawberry.field(default=None, description="Only of this kind.")
    category: strawberry.ID | None = field.reference(models.category.Category, "Only with this category.", default=None)
    zone: strawberry.ID | None = field.reference(models.zone.Zone, "Only those published with this zone.", default=None)
    status: ContributionStatus | None = strawberry.field(
        default=None, description="Only of this status, as it is stored."
    )
    assignee: strawberry.ID | None = field.reference(
        models.actor.Actor, "Only those given to this actor.", default=None
    )
    is_assigned: bool | None = strawberry.field(
        default=None, description="Only those given to somebody, or only those given to nobody."
    )
    search: str | None = strawberry.field(
        default=None, description="Only those with these words in title or text, 200 characters at most."
    )


@strawberry.input(description="What to try on which contributions.", directives=FOR_MODERATORS)
class BulkChangeCheckInput:
    criteria: ContributionCriteriaInput = strawberry.field(description="Which contributions.")
    kind: BulkChangeKind = strawberry.field(description="What to do to each.")
    status: strawberry.ID | None = field.reference(
        models.proposal_status.ProposalStatus, "The status, which STATUS wants.", default=None
    )
    category: strawberry.ID | None = field.reference(
        models.category.Category, "The category, for CATEGORY; null: none any more.", default=None
    )
    assignee: strawberry.ID | None = field.reference(
        models.actor.Actor, "To whom of the team, for ASSIGNEE; null: to nobody any more.", default=None
    )
    service: str = strawberry.field(
        default="",
        description="In whose name the status is given, as the public reads it,"
        f" {SERVICE_LENGTH[0]} to {SERVICE_LENGTH[1]} characters; STATUS wants it.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A bulk change to do.", directives=FOR_MODERATORS)
class BulkChangeConfirmInput:
    bulk_change: strawberry.ID = field.reference(models.bulk_change.BulkChange, "The bulk change, as it was tried.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A bulk change to take back.", directives=FOR_MODERATORS)
class BulkChangeUndoInput:
    bulk_change: strawberry.ID = field.reference(models.bulk_change.BulkChange, "The bulk change.")
    idempotency_key: str | None = idempotency_key()


AS_IT_IS = "The bulk change as it is now; null when it was refused."


@field.payload("bulk_change_id")
class BulkChangeCheckPayload:
    """The answer to `bulkChangeCheck`."""

    bulk_change: BulkChange | None = field.refers("bulk_change_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("bulk_change_id")
class BulkChangeConfirmPayload:
    """The answer to `bulkChangeConfirm`."""

    bulk_change: BulkChange | None = field.refers("bulk_change_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("bulk_change_id")
class BulkChangeUndoPayload:
    """The answer to `bulkChangeUndo`."""

    bulk_change: BulkChange | None = field.refers("bulk_change_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class BulkChangeQuery:
    @field.declared(field.Connection(office.bulk_change.contributions), directives=FOR_MODERATORS)
    def desk_contributions(
        self,
        activity: OfActivity = None,
        kind: OfKind = None,
        category: OfCategory = None,
        zone: OfZone = None,
        status: OfStatus = None,
        assignee: OfAssignee = None,
        is_assigned: IsAssigned = None,
        search: WithWords = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Contribution]:
        """All contributions as the city works on them, of any status, the last published first: what a bulk change by
        the same criteria would find. For moderators."""

    @field.declared(field.One(resolvers.ident.by_argument("bulkchange")), directives=FOR_MODERATORS)
    def bulk_change(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> BulkChange | None:
        """A bulk change; null when there is none of this id. For moderators."""

    @field.declared(field.Connection(office.bulk_change.listed), directives=FOR_MODERATORS)
    def bulk_changes(self, first: First = 20, after: After = None) -> Connection[BulkChange]:
        """Bulk changes that were done, also those taken back, the newest first. For moderators."""


@strawberry.type
class BulkChangeMutation:
    @field.action(office.bulk_change.check, who=MODERATOR)
    def bulk_change_check(
        self, input: Annotated[BulkChangeCheckInput, field.argument("What, and on which.")]
    ) -> BulkChangeCheckPayload:
        """Try one thing on all contributions that a filter finds, 1,000 at most: nothing is changed yet, and the answer
        says what would be, and what could not. It takes the place of what the same person tried before. For
        moderators."""

    @field.action(office.bulk_change.confirm, who=MODERATOR)
    def bulk_change_confirm(
        self, input: Annotated[BulkChangeConfirmInput, field.argument("Which.")]
    ) -> BulkChangeConfirmPayload:
        """Do what was tried, to exactly those contributions, but for what somebody changed since. For moderators."""

    @field.action(office.bulk_change.undo, who=MODERATOR)
    def bulk_change_undo(
        self, input: Annotated[BulkChangeUndoInput, field.argument("Which.")]
    ) -> BulkChangeUndoPayload:
        """Give back to each contribution what it had before, but for what somebody changed since. For moderators."""
