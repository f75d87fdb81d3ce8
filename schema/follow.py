"""Follows in the contract: what a person wants to be told of."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.activity
import models.category
import models.contribution
import models.follow
import models.space
import models.zone
import resolvers.follow
import resolvers.ident
import resolvers.sight
from models.follow import MAX_RINGS
from planner import field
from planner.who import MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity, LaterContribution, LaterParticipatorySpace
from schema.scalar import H3Cell

if TYPE_CHECKING:
    from schema.category import Category
    from schema.zone import Zone

OTHERWISE = "null where something else is followed, or the viewer does not see it any more."


@field.stored(models.follow.Follow, visible=resolvers.sight.own, references={})
class Follow:
    """What the viewer follows («abonnement»): one thing, or an area; nobody else knows of it."""

    id: strawberry.ID = field.expression(resolvers.ident.of("follow"), "Opaque id.")
    contribution: LaterContribution | None = field.one(
        resolvers.follow.target("contribution_id"), f"The contribution; {OTHERWISE}"
    )
    activity: LaterActivity | None = field.one(resolvers.follow.target("activity_id"), f"The activity; {OTHERWISE}")
    space: LaterParticipatorySpace | None = field.one(resolvers.follow.target("space_id"), f"The space; {OTHERWISE}")
    zone: Annotated["Zone", strawberry.lazy("schema.zone")] | None = field.one(
        resolvers.follow.target("zone_id"), f"The zone; {OTHERWISE}"
    )
    category: Annotated["Category", strawberry.lazy("schema.category")] | None = field.one(
        resolvers.follow.target("category_id"), f"The category; {OTHERWISE}"
    )
    cell: H3Cell | None = field.expression(
        resolvers.follow.cell,
        "The cell in the middle of an area, no finer than the one in which a person there is published; null where"
        " something else is followed.",
    )
    rings: int | None = field.column(
        f"How many rings of cells around it belong to the area, 0 to {MAX_RINGS}; null where another thing is followed."
    )
    started_at: datetime = field.column("Since when.")


@strawberry.input(description="What to follow: exactly one of these.")
class FollowStartInput:
    contribution: strawberry.ID | None = field.reference(
        models.contribution.Contribution, "A contribution: replies, official answers, its end.", default=None
    )
    activity: strawberry.ID | None = field.reference(
        models.activity.Activity, "An activity: what is published in it, its votes.", default=None
    )
    space: strawberry.ID | None = field.reference(
        models.space.ParticipatorySpace, "A space: what is published in its activities, their votes.", default=None
    )
    zone: strawberry.ID | None = field.reference(models.zone.Zone, "A zone: what is published in it.", default=None)
    category: strawberry.ID | None = field.reference(
        models.category.Category, "A category: what is published in it.", default=None
    )
    cell: H3Cell | None = strawberry.field(
        default=None,
        description="The cell in the middle of an area: what is published in it. A finer one than that in which a"
        " person there is published becomes that one.",
    )
    rings: int = strawberry.field(
        default=1, description=f"How many rings of cells around `cell` belong to the area, 0 to {MAX_RINGS}."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to follow no more.")
class FollowStopInput:
    follow: strawberry.ID = field.reference(models.follow.Follow, "One of the viewer's `follows`.")
    idempotency_key: str | None = idempotency_key()


@field.payload("follow_id")
class FollowStartPayload:
    """The answer to `followStart`."""

    follow: Follow | None = field.refers("follow_id", "What is followed; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload()
class FollowStopPayload:
    """The answer to `followStop`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class FollowMutation:
    @field.action(resolvers.follow.start, who=MEMBER)
    def follow_start(self, input: Annotated[FollowStartInput, field.argument("What.")]) -> FollowStartPayload:
        """Follow something («suivre»): the viewer is told what happens there. What is followed already stays so; of an
        area the rings change. A person follows at most 200 things. For members."""

    @field.action(resolvers.follow.stop, who=MEMBER)
    def follow_stop(self, input: Annotated[FollowStopInput, field.argument("What.")]) -> FollowStopPayload:
        """Follow something no more («ne plus suivre»). For whoever followed it."""
