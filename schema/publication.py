"""Publication in the contract: contributions are published, revised, renewed and closed by their authors."""

from typing import Annotated

import strawberry

import counting.rule_version
import models.activity
import models.actor
import models.category
import models.contribution
import models.draft
import resolvers.contribution
import resolvers.publication
from auth.viewer import Audience
from models.activity import EXCHANGED
from models.contribution import (
    BODY_LENGTH,
    TITLE_LENGTH,
    ContributionKind,
    ContributionOutcome,
    OnBehalfOf,
    Precision,
    Side,
    Urgency,
)
from models.tenant import Feature
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR, MEMBER
from resolvers.penalty import SPEAKER
from schema.category import OLD_ENOUGH, SEALED
from schema.contribution import Contribution
from schema.debate import ARGUING
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.scalar import Latitude, Longitude
from schema.vote_file import rule_reason
from schema.withholding import WithheldContribution

OF_TITLE = f"{TITLE_LENGTH[0]} to {TITLE_LENGTH[1]} characters"
OF_BODY = f"{BODY_LENGTH[0]} to {BODY_LENGTH[1]:,} characters"


@strawberry.input(description="Where a contribution is.")
class LocationInput:
    lat: Latitude = strawberry.field(description="Degrees north; kept private unless the precision is EXACT.")
    lng: Longitude = strawberry.field(description="Degrees east; kept private unless the precision is EXACT.")
    precision: Precision = strawberry.field(
        default=Precision.CELL,
        description="How precisely it becomes public. EXACT is for shops, producers, associations and institutions.",
    )
    address: str | None = strawberry.field(default=None, description="The address to publish with an exact point.")


@strawberry.input(description="A contribution to publish.")
class ContributionPublishInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "Where to publish it.")
    kind: ContributionKind = strawberry.field(
        description="What it is; the activity's `contributionKinds` tell what it may be."
    )
    title: str = strawberry.field(description=f"Its title, {OF_TITLE}.")
    body: str = strawberry.field(description=f"Its text, plain, {OF_BODY}.")
    category: strawberry.ID | None = field.reference(
        models.category.Category, "One of the activity's categories.", default=None
    )
    location: LocationInput | None = strawberry.field(
        default=None, description="Where it is; the activity's `locationRule` tells whether it is needed."
    )
    is_anonymous: bool = strawberry.field(default=False, description="Publish without a name: for requests only.")
    expires_after_days: int | None = strawberry.field(
        default=None,
        description="After how many days it expires, 1 to 365, a request 14 at most, at the end of the day in the"
        " portal's time zone; null: as the activity says, and a request after 14 days at the latest.",
    )
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor, "The organisation in whose name; one of the viewer's `organisations`.", default=None
    )
    draft: strawberry.ID | None = field.reference(
        models.draft.Draft, "The viewer's draft of it, which ends with the publication.", default=None
    )
    version: str | None = strawberry.field(
        default=None,
        description="The version of `draft` that was read, wanted with it: nothing written to it meanwhile is lost.",
    )
    behalf: OnBehalfOf = strawberry.field(
        default=OnBehalfOf.NOBODY,
        description="For whom: PERSON_WHO_AGREED says that somebody close has agreed to an offer or a request. DESK is"
        " for `deskEntryPublish` alone.",
        directives=feature(*EXCHANGED),
    )
    urgency: Urgency = strawberry.field(
        default=Urgency.NO_HURRY,
        description="How soon an answer is wanted; of offers, requests and listings.",
        directives=feature(*EXCHANGED),
    )
    capacity: int | None = strawberry.field(
        default=None,
        description="How many can be accepted, 1 to 1,000; 0: without a limit; null: one for a request, and no limit"
        " for the others.",
        directives=feature(*EXCHANGED),
    )
    about: strawberry.ID | None = field.reference(
        models.contribution.Contribution,
        "The proposal that an argument is about.",
        default=None,
        marks=feature(*ARGUING),
    )
    side: Side | None = strawberry.field(
        default=None, description="What an argument pleads for.", directives=feature(*ARGUING)
    )
    price_cents: int | None = strawberry.field(
        default=None, description="The price of a listing in euro cents.", directives=feature(Feature.MARKETPLACE)
    )
    price_unit: str | None = strawberry.field(
        default=None,
        description="What the price is for, for example «le kilo», up to 40 characters.",
        directives=feature(Feature.MARKETPLACE),
    )
    season_months: list[int] | None = strawberry.field(
        default=None,
        description="The months in which a listing is to be had, 1 to 12; null or empty: the whole year.",
        directives=feature(Feature.MARKETPLACE),
    )
    is_old_enough: bool = strawberry.field(default=False, description=OLD_ENOUGH, directives=feature(*EXCHANGED))
    is_kept_sealed: bool = strawberry.field(default=False, description=SEALED, directives=feature(*EXCHANGED))
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to change of a contribution; what is null or left out stays as it is.")
class ContributionReviseInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution.")
    title: str | None = strawberry.field(default=None, description=f"A new title, {OF_TITLE}.")
    body: str | None = strawberry.field(default=None, description=f"A new text, {OF_BODY}.")
    category: strawberry.ID | None = field.reference(
        models.category.Category, "Another category of the activity.", default=None
    )
    location: LocationInput | None = strawberry.field(default=None, description="Another place.")
    price_cents: int | None = strawberry.field(
        default=None, description="A new price in euro cents.", directives=feature(Feature.MARKETPLACE)
    )
    price_unit: str | None = strawberry.field(
        default=None, description="What the new price is for.", directives=feature(Feature.MARKETPLACE)
    )
    season_months: list[int] | None = strawberry.field(
        default=None,
        description="The months in which it is to be had now, 1 to 12; empty: the whole year.",
        directives=feature(Feature.MARKETPLACE),
    )
    urgency: Urgency | None = strawberry.field(
        default=None, description="How soon an answer is wanted now.", directives=feature(*EXCHANGED)
    )
    capacity: int | None = strawberry.field(
        default=None,
        description="How many can be accepted, as many as were already at least; 0: without a limit.",
        directives=feature(*EXCHANGED),
    )
    expires_after_days: int | None = strawberry.field(
        default=None, description="Renew: it expires so many days from now, 1 to 365, a request 14 at most."
    )
    is_kept_sealed: bool = strawberry.field(default=False, description=SEALED, directives=feature(*EXCHANGED))
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A contribution to close.")
class ContributionCloseInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution.")
    outcome: ContributionOutcome = strawberry.field(description="With what it ended.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An offer, a request or a listing to pause.", directives=feature(*EXCHANGED))
class ContributionPauseInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What was paused and goes on.", directives=feature(*EXCHANGED))
class ContributionResumeInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(
    description="What a project would cost.",
    directives=[*audience(Audience.ADMINISTRATOR), *feature(Feature.PARTICIPATORY_BUDGET)],
)
class ContributionEstimateInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The project.")
    cost_euros: int | None = strawberry.field(
        default=None, description="Its cost in whole euros, 0 to 2,000,000,000; null: nothing is said any more."
    )
    reason: str | None = rule_reason()
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class ContributionPublishPayload:
    """The answer to `contributionPublish`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "What was published; null when it was refused, or waits for a moderator."
    )
    withheld: WithheldContribution | None = field.refers(
        "contribution_id", "What waits for a moderator before others see it; null when nothing does."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ContributionRevisePayload:
    """The answer to `contributionRevise`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "The contribution as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ContributionClosePayload:
    """The answer to `contributionClose`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "The contribution as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ContributionPausePayload:
    """The answer to `contributionPause`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "The contribution as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ContributionResumePayload:
    """The answer to `contributionResume`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "The contribution as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class ContributionEstimatePayload:
    """The answer to `contributionEstimate`."""

    contribution: Contribution | None = field.refers(
        "contribution_id", "The project as it is now; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PublicationMutation:
    @field.action(resolvers.publication.publish, who=SPEAKER)
    def contribution_publish(
        self, input: Annotated[ContributionPublishInput, field.argument("The contribution.")]
    ) -> ContributionPublishPayload:
        """Publish a contribution in an activity that is open. For actors who are signed in."""

    @field.action(resolvers.publication.revise, who=SPEAKER)
    def contribution_revise(
        self, input: Annotated[ContributionReviseInput, field.argument("The changes.")]
    ) -> ContributionRevisePayload:
        """Revise or renew one's own contribution that is not closed, while the activity is open. For its author."""

    @field.action(resolvers.publication.close, who=MEMBER)
    def contribution_close(
        self, input: Annotated[ContributionCloseInput, field.argument("The outcome.")]
    ) -> ContributionClosePayload:
        """Close one's own contribution. For its author."""

    @field.action(resolvers.publication.pause, who=MEMBER, features=EXCHANGED)
    def contribution_pause(
        self, input: Annotated[ContributionPauseInput, field.argument("Which.")]
    ) -> ContributionPausePayload:
        """Take one's own offer, request or listing out of the lists for a while («mettre en pause»): nobody new can
        answer, exchanges that are alive go on. For its author."""

    @field.action(resolvers.publication.resume, who=SPEAKER, features=EXCHANGED)
    def contribution_resume(
        self, input: Annotated[ContributionResumeInput, field.argument("Which.")]
    ) -> ContributionResumePayload:
        """Put what was paused back into the lists, for as long as the activity usually gives. For its author."""

    @field.action(counting.rule_version.estimate, who=ADMINISTRATOR, features=(Feature.PARTICIPATORY_BUDGET,))
    def contribution_estimate(
        self, input: Annotated[ContributionEstimateInput, field.argument("The cost.")]
    ) -> ContributionEstimatePayload:
        """Say what a project would cost («chiffrage»), before anybody voted; with a `reason` where it is published.
        For administrators."""
