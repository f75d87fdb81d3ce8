"""Categories in the contract: the labels of an activity."""

from typing import Annotated

import strawberry

import counting.rule_version
import models.activity
import models.category
import resolvers.activity
import resolvers.category
import resolvers.ident
import resolvers.safety
import resolvers.sight
from models.activity import (
    EXCHANGED,
    LEAST_AGES,
    MAX_ADVANCE_EUROS,
    MAX_ALIVE_REQUESTS,
    MAX_NEWCOMER,
    SAFETY_NOTICE_LENGTH,
    USUAL_NEWCOMER_ALIVE,
    USUAL_NEWCOMER_DAILY,
)
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.space_role import ACTIVITY_EDITOR, CATEGORY_EDITOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.vote_file import rule_reason


@field.stored(models.category.Category, visible=resolvers.sight.everyone, container=("activity_id", "Activity"))
class Category:
    """A label of an activity («catégorie»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("category"), "Opaque id.")
    slug: str = field.column("Its part of the portal's addresses.")
    name: str = field.column("Its name.")
    is_for_organisations: bool = field.column(
        "Whether citizens do not help in it: only associations and other organisations offer, or answer requests."
    )
    is_for_medicines: bool = field.column(
        "Whether medicines are carried in it: whoever publishes or answers says that they stay in a sealed packet."
    )
    depth: int = field.column(
        "How deep it lies in others, 0 to 3: it lies in the nearest before it, in order, that is less deep. 0: in none."
    )
    parent: Annotated["Category", strawberry.lazy("schema.category")] | None = field.one(
        resolvers.category.parent, "The category in which it lies; null where it lies in none."
    )
    version: int = field.column("How often it was written: `categoryRename` and `categoryGuard` take the one read.")
    notice: str | None = field.column("A sentence of safety for whoever publishes or answers; null: none.")
    ceiling_euros: int | None = field.column(
        "What its projects may cost together, in euros, where projects win by category; null: as the rule says.",
        marks=feature(Feature.PARTICIPATORY_BUDGET),
    )


@strawberry.input(description="What a category asks of whoever helps in it.")
class CategoryGuardInput:
    category: strawberry.ID = field.reference(models.category.Category, "The category.")
    is_for_organisations: bool = strawberry.field(
        default=False,
        description="Whether citizens do not help in it: neither by an offer or a listing, nor by answering a request.",
    )
    is_for_medicines: bool = strawberry.field(
        default=False,
        description="Whether medicines are carried in it, which whoever publishes or answers keeps sealed.",
    )
    notice: str | None = strawberry.field(
        default=None, description="A sentence for whoever publishes or answers, up to 300 characters; null: none."
    )
    version: int | None = strawberry.field(
        default=None,
        description="The version that was read: who changed it meanwhile is not overwritten; null: whoever did is.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A category to add to an activity.")
class CategoryAddInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    name: str = strawberry.field(description="Its name, 1 to 80 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Another name of a category, and its ceiling.")
class CategoryRenameInput:
    category: strawberry.ID = field.reference(models.category.Category, "The category.")
    name: str = strawberry.field(description="Its name, 1 to 80 characters.")
    ceiling_euros: int | None = strawberry.field(
        default=None,
        description="What its projects may cost together, in euros, 1 to 2,000,000,000; null: as the rule says.",
    )
    reason: str | None = rule_reason()
    version: int | None = strawberry.field(
        default=None,
        description="The version that was read: who changed it meanwhile is not overwritten; null: whoever did is.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="How deep a category lies in others.")
class CategoryNestInput:
    category: strawberry.ID = field.reference(models.category.Category, "The category; those in it go along.")
    depth: int = strawberry.field(
        description="Of 0 to 3, at most one more than the category before it. It lies in the nearest that is less deep."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A category to take away.")
class CategoryRemoveInput:
    category: strawberry.ID = field.reference(models.category.Category, "The category, which no contribution has.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An activity's categories in their order.")
class CategoriesOrderInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    categories: list[strawberry.ID] = field.reference(
        models.category.Category, "Those that come first, in order; the others follow as they did."
    )
    idempotency_key: str | None = idempotency_key()


OLD_ENOUGH = (
    "Whether one declares to be as old as the activity's `leastAge` says, where it says so; nothing of it is kept."
)
SEALED = "Whether one says that medicines stay in a sealed packet, wanted where the category is for medicines."
OWNER = "The activity with its categories as they are; null when it was refused."


@field.payload("activity_id")
class CategoryGuardPayload:
    """The answer to `categoryGuard`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class CategoryAddPayload:
    """The answer to `categoryAdd`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class CategoryRenamePayload:
    """The answer to `categoryRename`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class CategoryNestPayload:
    """The answer to `categoryNest`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class CategoryRemovePayload:
    """The answer to `categoryRemove`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class CategoriesOrderPayload:
    """The answer to `categoriesOrder`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@strawberry.input(description="What an activity asks of neighbours.", directives=feature(*EXCHANGED))
class ActivityGuardInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    alive_requests: int = strawberry.field(
        description=f"Requests that one person may have alive, anywhere, to publish here: 1 to {MAX_ALIVE_REQUESTS}."
    )
    advance_euros: int | None = strawberry.field(
        default=None,
        description=f"What whoever helps should advance at most, 0 to {MAX_ADVANCE_EUROS:,} euros; null: unsaid.",
    )
    notice: str | None = strawberry.field(
        default=None,
        description=f"Sentences for whoever answers or agrees, up to {SAFETY_NOTICE_LENGTH[1]} characters; null: none.",
    )
    least_age: int | None = strawberry.field(
        default=None,
        description=f"From how many years of age on one acts here, {LEAST_AGES[0]} to {LEAST_AGES[1]}; null: any.",
    )
    newcomer_alive: int = strawberry.field(
        default=USUAL_NEWCOMER_ALIVE,
        description=f"Answers that somebody new may have alive, anywhere, to answer here: 1 to {MAX_NEWCOMER}.",
    )
    newcomer_daily: int = strawberry.field(
        default=USUAL_NEWCOMER_DAILY,
        description=f"Answers that somebody new may give within 24 hours: 1 to {MAX_NEWCOMER}.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class ActivityGuardPayload:
    """The answer to `activityGuard`."""

    activity: LaterActivity | None = field.refers("activity_id", OWNER)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class CategoryMutation:
    @field.action(resolvers.safety.guard_activity, who=ACTIVITY_EDITOR, features=EXCHANGED)
    def activity_guard(
        self, input: Annotated[ActivityGuardInput, field.argument("Which, and what it asks.")]
    ) -> ActivityGuardPayload:
        """Say what an activity of neighbours asks of everybody: how much money is advanced at most, how many requests
        one person has alive, from which age on one acts, how much newcomers answer, the city's own sentences. For
        administrators and the space's editors."""

    @field.action(resolvers.safety.guard, who=CATEGORY_EDITOR)
    def category_guard(
        self, input: Annotated[CategoryGuardInput, field.argument("Which, and what it asks.")]
    ) -> CategoryGuardPayload:
        """Say what a category asks of whoever helps in it, such as child care or medicines: organisations only, sealed
        packets only, a sentence to read. For administrators and the space's editors."""

    @field.action(resolvers.category.add, who=ACTIVITY_EDITOR)
    def category_add(self, input: Annotated[CategoryAddInput, field.argument("The category.")]) -> CategoryAddPayload:
        """Add a category behind an activity's others. For administrators and the space's editors."""

    @field.action(counting.rule_version.rename, who=CATEGORY_EDITOR)
    def category_rename(
        self, input: Annotated[CategoryRenameInput, field.argument("The name.")]
    ) -> CategoryRenamePayload:
        """Rename a category; contributions keep it. For administrators and the space's editors."""

    @field.action(resolvers.category.nest, who=CATEGORY_EDITOR)
    def category_nest(
        self, input: Annotated[CategoryNestInput, field.argument("Which, and how deep.")]
    ) -> CategoryNestPayload:
        """Put a category, with those in it, into the nearest before it that is less deep, as the sections of a
        consultation lie in chapters; 0 takes it out. For administrators and the space's editors."""

    @field.action(resolvers.category.remove, who=CATEGORY_EDITOR)
    def category_remove(
        self, input: Annotated[CategoryRemoveInput, field.argument("The category.")]
    ) -> CategoryRemovePayload:
        """Take away a category; IN_USE while contributions have it. For administrators and the space's editors."""

    @field.action(resolvers.category.order, who=ACTIVITY_EDITOR)
    def categories_order(
        self, input: Annotated[CategoriesOrderInput, field.argument("The order.")]
    ) -> CategoriesOrderPayload:
        """Put an activity's categories in order. For administrators and the space's editors."""
