"""Desk entries in the contract: what the city's reception publishes for people without internet, and how they take it
over."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text

import models.activity
import models.actor
import models.category
import models.contribution
import models.desk_entry
import resolvers.contribution
import resolvers.desk_entry
import resolvers.ident
import resolvers.sight
from models.activity import EXCHANGED
from models.contribution import ContributionKind, Urgency
from models.desk_entry import CONTACT_LENGTH
from planner import field
from planner.directive import feature
from resolvers.penalty import SPEAKER
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.page import After, Connection, First
from schema.publication import OF_BODY, OF_TITLE, LocationInput
from schema.withholding import WithheldContribution


@field.stored(models.desk_entry.DeskEntry, visible=resolvers.sight.desk_entry, references={}, marks=feature(*EXCHANGED))
class DeskEntry:
    """What the city's reception has entered for somebody without internet («saisie assistée»), for its members."""

    id: strawberry.ID = field.expression(resolvers.ident.of("deskentry"), "Opaque id.")
    contact: str | None = field.column(
        "How to reach whom it is for; null where it was not said, is over for 30 days, was forgotten or taken over."
    )
    consented_at: datetime = field.column("When whom it is for agreed, and it was entered.")
    taken_over_at: datetime | None = field.column("When that person took it over; null: not yet.")
    has_code: bool = field.expression(resolvers.desk_entry.has_code, "Whether the code of a slip is good.")
    code_ends_at: datetime | None = field.column("Until when; null where there is no code.")
    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was entered; null while moderation withholds it."
    )
    organisation: Actor = field.refers("organisation_id", "In whose name; its members answer.")
    agent: Actor | None = field.refers("agent_id", "Who entered it; null once that person was erased.")


@strawberry.input(
    description="What somebody without internet asks or offers, and has agreed to.", directives=feature(*EXCHANGED)
)
class DeskEntryPublishInput:
    organisation: strawberry.ID = field.reference(
        models.actor.Actor, "The service or institution of the city that answers for it; one of the viewer's."
    )
    activity: strawberry.ID = field.reference(models.activity.Activity, "Where to publish it.")
    kind: ContributionKind = strawberry.field(description="OFFER or REQUEST.")
    title: str = strawberry.field(description=f"Its title, {OF_TITLE}.")
    body: str = strawberry.field(description=f"Its text, plain, {OF_BODY}; it does not say who it is.")
    has_consent: bool = strawberry.field(description="Whether whom it is for has agreed to this text; wanted.")
    category: strawberry.ID | None = field.reference(
        models.category.Category, "One of the activity's categories.", default=None
    )
    location: LocationInput | None = strawberry.field(
        default=None, description="Where that person is; always published as a cell."
    )
    is_anonymous: bool = strawberry.field(
        default=False, description="Publish without the name of the organisation, too: for requests only."
    )
    urgency: Urgency = strawberry.field(default=Urgency.NO_HURRY, description="How soon an answer is wanted.")
    contact: str | None = strawberry.field(
        default=None,
        description=f"How to reach that person, {CONTACT_LENGTH[0]} to {CONTACT_LENGTH[1]} characters; for the"
        " organisation's members alone.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Of what to make another slip.", directives=feature(*EXCHANGED))
class DeskEntryPrintSlipInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "What was entered.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Of what to forget whom it is for.", directives=feature(*EXCHANGED))
class DeskEntryForgetInput:
    desk_entry: strawberry.ID = field.reference(models.desk_entry.DeskEntry, "The entry.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to take over.", directives=feature(*EXCHANGED))
class DeskEntryTakeOverInput:
    code: str = strawberry.field(description="The code of the slip, with or without hyphens and blanks.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id", code=Text())
class DeskEntryPublishPayload:
    """The answer to `deskEntryPublish`."""

    desk_entry: DeskEntry | None = field.refers(
        "contribution_id", "What was entered; null when refused.", to="contribution_id"
    )
    withheld: WithheldContribution | None = field.refers(
        "contribution_id", "What waits for a moderator before others see it; null when nothing does."
    )
    code: str | None = field.column("The code of the slip, told this once; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id", code=Text())
class DeskEntryPrintSlipPayload:
    """The answer to `deskEntryPrintSlip`."""

    desk_entry: DeskEntry | None = field.refers(
        "contribution_id", "What was entered; null when refused.", to="contribution_id"
    )
    code: str | None = field.column("The code of the slip, told this once; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class DeskEntryForgetPayload:
    """The answer to `deskEntryForget`."""

    desk_entry: DeskEntry | None = field.refers(
        "contribution_id", "What was entered; null when refused.", to="contribution_id"
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class DeskEntryTakeOverPayload:
    """The answer to `deskEntryTakeOver`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What is the viewer's own now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class DeskEntryQuery:
    @field.declared(field.Connection(resolvers.desk_entry.listed), directives=feature(*EXCHANGED))
    def desk_entries(self, first: First = 20, after: After = None) -> Connection[DeskEntry]:
        """What the viewer's organisations have entered for people without internet, the newest first; empty for
        everybody else, administrators too."""


@strawberry.type
class DeskEntryMutation:
    @field.action(resolvers.desk_entry.publish, who=resolvers.desk_entry.WRITING_AGENT, features=EXCHANGED)
    def desk_entry_publish(
        self, input: Annotated[DeskEntryPublishInput, field.argument("What, and for whom.")]
    ) -> DeskEntryPublishPayload:
        """Publish a request or an offer for somebody without internet («saisie assistée»), who has agreed: the
        organisation answers, until that person takes it over with the code, which is good once and for 90 days. For
        members of services and institutions."""

    @field.action(resolvers.desk_entry.print_slip, who=resolvers.desk_entry.AGENT, features=EXCHANGED)
    def desk_entry_print_slip(
        self, input: Annotated[DeskEntryPrintSlipInput, field.argument("Of what.")]
    ) -> DeskEntryPrintSlipPayload:
        """Make another slip: the code before is good no more. For members of the organisation."""

    @field.action(resolvers.desk_entry.forget, who=resolvers.desk_entry.AGENT, features=EXCHANGED)
    def desk_entry_forget(
        self, input: Annotated[DeskEntryForgetInput, field.argument("Of what.")]
    ) -> DeskEntryForgetPayload:
        """Forget how to reach whom it is for, and the code of the slip, when that person asks so; what was published
        stays until it is closed. For members of the organisation."""

    @field.action(resolvers.desk_entry.take_over, who=SPEAKER, features=EXCHANGED)
    def desk_entry_take_over(
        self, input: Annotated[DeskEntryTakeOverInput, field.argument("With which code.")]
    ) -> DeskEntryTakeOverPayload:
        """Take what a desk has entered for one into one's own account («reprendre»), with all its exchanges and their
        messages. For whoever holds the code."""
