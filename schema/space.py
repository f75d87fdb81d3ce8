"""Participatory spaces in the contract: what the public enters."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY

import models.space
import resolvers.activity
import resolvers.analysis
import resolvers.follow
import resolvers.ident
import resolvers.period
import resolvers.sight
import resolvers.space
import resolvers.space_role
from auth.viewer import Audience
from models.space import Visibility
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from resolvers.space_role import SPACE_EDITOR
from schema.activity import Activity, At
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.follow import Follow
from schema.idempotency import idempotency_key
from schema.later import LaterAnalysis
from schema.page import After, Connection, First

described(
    Visibility,
    "Who sees a space and all that it holds.",
    {
        "PUBLIC": "Everybody.",
        "MEMBERS": "Actors who are signed in.",
        "DRAFT": "Moderators, administrators, and its own editors and valuators.",
    },
)


@field.stored(models.space.ParticipatorySpace, visible=resolvers.sight.space, is_few=True)
class ParticipatorySpace:
    """What the public enters («espace participatif»); its activities may run in parallel."""

    id: strawberry.ID = field.expression(resolvers.ident.of("space"), "Opaque id.")
    slug: str = field.column("Its part of the portal's addresses.")
    title: str = field.column("Its title.")
    description: str = field.column("What it is about, plain text.")
    visibility: Visibility = field.column("Who sees it.")
    version: int = field.column("How often it was written, for who changes it: `spaceRevise` wants the one it read.")
    is_archived: bool = field.expression(resolvers.space.is_archived, "Whether it is left out of lists.")
    opens_at: datetime = field.column("From when it is open.")
    closes_at: datetime | None = field.column("From when it is closed; null: it stays open.")
    may_edit: bool = field.expression(
        resolvers.space_role.may_edit, "Whether the viewer may change it: an administrator, or one of its editors."
    )
    editors: list[Actor] = field.many(
        resolvers.space_role.editors, "Who may change it beside administrators; empty for anybody but these.", size=5
    )
    valuators: list[Actor] = field.many(
        resolvers.space_role.valuators,
        "Who evaluates its proposals («évaluateurs»); empty for anybody but administrators and its editors.",
        size=5,
    )
    viewer_follow: Follow | None = field.one(resolvers.follow.of("space_id"), "The viewer's follow; null: none.")
    activities: list[Activity] = field.many(resolvers.activity.of_space, "What people do in it, in order.", size=5)

    analyses: list[LaterAnalysis] = field.many(
        resolvers.analysis.of_space,
        "The published analyses of its texts, and of its activities' («synthèses»), the newest first.",
        size=3,
    )

    @field.declared(field.Expression(resolvers.period.is_open))
    def is_open(self, at: At = None) -> bool:
        """Whether it is open now, or at another instant."""


@strawberry.input(description="A space as it is to be; what is left out is as it says.")
class SpaceReviseInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    title: str = strawberry.field(description="Its title, 2 to 120 characters.")
    description: str = strawberry.field(default="", description="What it is about, plain text up to 5,000 characters.")
    visibility: Visibility = strawberry.field(description="Who sees it.")
    opens_at: datetime = strawberry.field(description="From when it is open.")
    closes_at: datetime | None = strawberry.field(
        default=None, description="From when it is closed; null: it stays open."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A space to archive, or to take up again.", directives=audience(Audience.ADMINISTRATOR))
class SpaceArchiveInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    is_archived: bool = strawberry.field(default=True, description="Whether it is left out of lists from now on.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Spaces in the order of the portal's lists.", directives=audience(Audience.ADMINISTRATOR))
class SpacesOrderInput:
    spaces: list[strawberry.ID] = field.reference(
        models.space.ParticipatorySpace, "Those that come first, in order; the others follow, the newest first."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("space_id")
class SpaceRevisePayload:
    """The answer to `spaceRevise`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The space as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class SpaceArchivePayload:
    """The answer to `spaceArchive`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The space as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload(ids=ARRAY(Text()))
class SpacesOrderPayload:
    """The answer to `spacesOrder`."""

    spaces: list[ParticipatorySpace] = field.many(
        resolvers.space.ordered, "The spaces in their order; empty when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SpaceQuery:
    @field.declared(field.One(resolvers.space.by_argument))
    def space(
        self,
        id: Annotated[strawberry.ID | None, field.argument("Its id.")] = None,
        slug: Annotated[str | None, field.argument("Its part of the portal's addresses.")] = None,
    ) -> ParticipatorySpace | None:
        """The space that exactly one of the arguments names; null when the viewer sees none."""

    @field.declared(field.Connection(resolvers.space.listed))
    def spaces(
        self,
        is_archived: Annotated[bool, field.argument("Those that are archived, instead of the others.")] = False,
        visibility: Annotated[Visibility | None, field.argument("Only those that are seen so; null: all.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[ParticipatorySpace]:
        """The spaces that the viewer sees, in the order that administrators gave them, then newest first."""


@strawberry.type
class SpaceMutation:
    @field.action(resolvers.space.revise, who=SPACE_EDITOR)
    def space_revise(
        self, input: Annotated[SpaceReviseInput, field.argument("The space as it is to be.")]
    ) -> SpaceRevisePayload:
        """Change a space. CONFLICT when somebody else did since `version` was read. For administrators and
        the space's editors."""

    @field.action(resolvers.space.archive, who=ADMINISTRATOR)
    def space_archive(self, input: Annotated[SpaceArchiveInput, field.argument("The space.")]) -> SpaceArchivePayload:
        """Leave a space out of lists, with all that it holds, or take it up again. For administrators."""

    @field.action(resolvers.space.order, who=ADMINISTRATOR)
    def spaces_order(self, input: Annotated[SpacesOrderInput, field.argument("The order.")]) -> SpacesOrderPayload:
        """Say which spaces come first in lists. For administrators."""
