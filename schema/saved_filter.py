"""Saved filters in the contract: what a moderator asks for again and again, by name."""

from typing import Annotated

import strawberry

import office.saved_filter
from models.account import FILTER_NAME_LENGTH
from models.contribution import ContributionKind, ContributionStatus
from planner import field
from planner.who import MODERATOR
from schema.account import Account
from schema.activity import Activity
from schema.actor import Actor
from schema.bulk_change import FOR_MODERATORS, ContributionCriteriaInput
from schema.category import Category
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.zone import Zone


@field.value
class SavedFilter:
    """A filter of contributions that a moderator keeps by name («filtre enregistré»)."""

    name: str = field.column("Its name.")
    activity: Activity | None = field.one(
        office.saved_filter.named("activity_id"), "Only of this activity; null: of any."
    )
    kind: ContributionKind | None = field.column("Only of this kind; null: of any.")
    category: Category | None = field.one(
        office.saved_filter.named("category_id"), "Only with this category; null: any."
    )
    zone: Zone | None = field.one(office.saved_filter.named("zone_id"), "Only with this zone; null: any.")
    status: ContributionStatus | None = field.column("Only of this status; null: of any.")
    assignee: Actor | None = field.one(
        office.saved_filter.named("assignee_id"), "Only those given to this actor; null: to anybody."
    )
    is_assigned: bool | None = field.column("Only those given to somebody, or to nobody; null: both.")
    search: str | None = field.column("Only those with these words; null: whatever they say.")


@strawberry.input(description="A filter to keep.", directives=FOR_MODERATORS)
class FilterSaveInput:
    name: str = strawberry.field(
        description=f"Its name, {FILTER_NAME_LENGTH[0]} to {FILTER_NAME_LENGTH[1]} characters; one of the same name is"
        " replaced."
    )
    criteria: ContributionCriteriaInput = strawberry.field(description="Which contributions it finds.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A filter to forget.", directives=FOR_MODERATORS)
class FilterRemoveInput:
    name: str = strawberry.field(description="Its name.")
    idempotency_key: str | None = idempotency_key()


@field.payload("account_id")
class FilterSavePayload:
    """The answer to `filterSave`."""

    account: Account | None = field.refers("account_id", "The account with its filters; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("account_id")
class FilterRemovePayload:
    """The answer to `filterRemove`."""

    account: Account | None = field.refers("account_id", "The account with its filters; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SavedFilterMutation:
    @field.action(office.saved_filter.save, who=MODERATOR)
    def filter_save(
        self, input: Annotated[FilterSaveInput, field.argument("Which, and its name.")]
    ) -> FilterSavePayload:
        """Keep a filter of contributions by a name, with one's own account. For moderators."""

    @field.action(office.saved_filter.remove, who=MODERATOR)
    def filter_remove(self, input: Annotated[FilterRemoveInput, field.argument("Its name.")]) -> FilterRemovePayload:
        """Forget a filter that one kept. For moderators."""
