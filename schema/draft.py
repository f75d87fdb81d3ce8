"""Drafts in the contract: what somebody is still writing, for its author alone, or for an organisation's members."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.actor
import models.category
import models.draft
import resolvers.contribution
import resolvers.draft
import resolvers.ident
import resolvers.sight
from models.activity import EXCHANGED
from models.contribution import BODY_LENGTH, TITLE_LENGTH, ContributionKind, OnBehalfOf, Precision, Urgency
from models.tenant import Feature
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.actor import Actor
from schema.category import Category
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.place import Point
from schema.publication import LocationInput


@field.stored(models.draft.Draft, visible=resolvers.sight.draft, references={})
class Draft:
    """What somebody is still writing («brouillon»): anything of it may be missing. Only its author sees it, and
    of an organisation's its members, also while they do not see the activity."""

    id: strawberry.ID = field.expression(resolvers.ident.of("draft"), "Opaque id.")
    kind: ContributionKind = field.column("What it will be.")
    title: str = field.column("Its title; empty as long as there is none.")
    body: str = field.column("Its text; empty as long as there is none.")
    is_anonymous: bool = field.column("Whether it will be published without a name.")
    price_cents: int | None = field.column(
        "The price of a listing in euro cents; null when there is none.", marks=feature(Feature.MARKETPLACE)
    )
    price_unit: str | None = field.column(
        "What the price is for; null when not said.", marks=feature(Feature.MARKETPLACE)
    )
    season_months: list[int] = field.expression(
        resolvers.contribution.season_months,
        "The months in which a listing is to be had, 1 to 12; empty: the whole year.",
        marks=feature(Feature.MARKETPLACE),
    )
    behalf: OnBehalfOf = field.column("For whom it will be published.", marks=feature(*EXCHANGED))
    urgency: Urgency = field.column("How soon an answer is wanted.", marks=feature(*EXCHANGED))
    capacity: int | None = field.column(
        "How many can be accepted; 0: without a limit; null: as usual.", marks=feature(*EXCHANGED)
    )
    precision: Precision | None = field.column("How precisely its place will be public; null when it has none.")
    place: Point | None = field.part(resolvers.draft.place, "The point that its author chose; null when there is none.")
    kept_at: datetime = field.column("When it was last changed.", name="changed_at")
    forgotten_at: datetime = field.expression(
        resolvers.draft.forgotten_at,
        f"When it is removed unless it is changed: {models.draft.KEPT_DAYS} days after the last change.",
    )
    version: str = field.expression(
        resolvers.draft.version, "A mark of what is kept now: `draftKeep` wants the version that was read."
    )
    author: Actor = field.refers("author_id", "In whose name it will be published.")
    category: Category | None = field.refers(
        "category_id",
        "One of the activity's categories; null when it has none, or the viewer does not see the activity.",
    )
    activity: LaterActivity | None = field.refers(
        "activity_id", "Where it will be published; null as long as the viewer does not see it."
    )


@strawberry.input(description="What to keep of something that is still being written; anything may be missing.")
class DraftKeepInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Where it is to be published.")
    kind: ContributionKind = strawberry.field(description="What it will be; no argument, which is published at once.")
    draft: strawberry.ID | None = field.reference(
        models.draft.Draft, "The draft to write over; null: another one.", default=None
    )
    version: str | None = strawberry.field(
        default=None, description="The version of `draft` that was read: who changed it meanwhile is not overwritten."
    )
    title: str = strawberry.field(default="", description=f"Its title, up to {TITLE_LENGTH[1]} characters.")
    body: str = strawberry.field(default="", description=f"Its text, plain, up to {BODY_LENGTH[1]:,} characters.")
    category: strawberry.ID | None = field.reference(
        models.category.Category, "One of the activity's categories.", default=None
    )
    location: LocationInput | None = strawberry.field(default=None, description="Where it is.")
    is_anonymous: bool = strawberry.field(default=False, description="Without a name: for requests only.")
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor,
        "In whose name: an organisation, whose other members then see the draft, too, or the viewer. Null: the viewer,"
        " and of a draft that is there its author.",
        default=None,
    )
    behalf: OnBehalfOf = strawberry.field(
        default=OnBehalfOf.NOBODY, description="For whom: NOBODY or PERSON_WHO_AGREED.", directives=feature(*EXCHANGED)
    )
    urgency: Urgency = strawberry.field(
        default=Urgency.NO_HURRY, description="How soon an answer is wanted.", directives=feature(*EXCHANGED)
    )
    capacity: int | None = strawberry.field(
        default=None,
        description="How many can be accepted, 1 to 1,000; 0: without a limit; null: as usual.",
        directives=feature(*EXCHANGED),
    )
    price_cents: int | None = strawberry.field(
        default=None, description="The price of a listing in euro cents.", directives=feature(Feature.MARKETPLACE)
    )
    price_unit: str | None = strawberry.field(
        default=None, description="What the price is for, up to 40 characters.", directives=feature(Feature.MARKETPLACE)
    )
    season_months: list[int] | None = strawberry.field(
        default=None,
        description="The months in which a listing is to be had, 1 to 12; null or empty: the whole year.",
        directives=feature(Feature.MARKETPLACE),
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A draft to throw away.")
class DraftDiscardInput:
    draft: strawberry.ID = field.reference(models.draft.Draft, "One of the viewer's `drafts`.")
    idempotency_key: str | None = idempotency_key()


@field.payload("draft_id")
class DraftKeepPayload:
    """The answer to `draftKeep`."""

    draft: Draft | None = field.refers("draft_id", "What is kept; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload()
class DraftDiscardPayload:
    """The answer to `draftDiscard`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class DraftQuery:
    @field.declared(field.One(resolvers.ident.by_argument("draft")))
    def draft(self, id: Annotated[strawberry.ID, field.argument("The draft's id.")]) -> Draft | None:
        """A draft of the viewer's; null for all others, and once it was published."""


@strawberry.type
class DraftMutation:
    @field.action(resolvers.draft.keep, who=MEMBER)
    def draft_keep(self, input: Annotated[DraftKeepInput, field.argument("What there is so far.")]) -> DraftKeepPayload:
        """Keep what one is writing («garder un brouillon»): nobody else sees it but the members of an organisation in
        whose name it is, nothing counts it, and it is removed 30 days after the last change. CONFLICT when somebody
        changed it since `version` was read. `contributionPublish(draft:)` publishes it. At most 20 at a time of each
        author. For members."""

    @field.action(resolvers.draft.discard, who=MEMBER)
    def draft_discard(self, input: Annotated[DraftDiscardInput, field.argument("Which draft.")]) -> DraftDiscardPayload:
        """Throw one's own draft away («jeter un brouillon»). For its author."""
