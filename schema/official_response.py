"""Official responses in the contract: what a city says of proposals, and which of them wait for it."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import models.official_response
import models.proposal_status
import resolvers.ident
import resolvers.official_response
import resolvers.response_photo
import resolvers.sight
from auth.viewer import Audience
from models.official_response import RESPONSE_LENGTH, SERVICE_LENGTH
from planner import field
from planner.directive import audience, feature
from resolvers.official_response import RESPONDENT, RESPONSE_EDITOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.page import After, Connection, First
from schema.proposal_status import PROPOSING, ProposalStatus
from schema.response_photo import ResponsePhoto, ResponsePhotoRemoval

OF_SERVICE = f"In whose name, as the public reads it, {SERVICE_LENGTH[0]} to {SERVICE_LENGTH[1]} characters."


@field.stored(
    models.official_response.OfficialResponse,
    visible=resolvers.sight.everyone,
    container=("contribution_id", "Contribution"),
    references={},
    marks=feature(*PROPOSING),
)
class OfficialResponse:
    """What a city says of a proposal («réponse officielle»), in words, by a status, or both."""

    id: strawberry.ID = field.expression(resolvers.ident.of("officialresponse"), "Opaque id.")
    service: str = field.column("In whose name: the service, or the elected person in charge.")
    body: str = field.column("What it says, plain text; empty where it only gives a status.")
    status: ProposalStatus | None = field.refers("status_id", "The status that it gave; null where it gave none.")
    photo: ResponsePhoto | None = field.part(
        resolvers.response_photo.of_response, "A photo of how far the project is; null: there is none."
    )
    photo_removal: ResponsePhotoRemoval | None = field.part(
        resolvers.response_photo.removal, "That a photo was taken down here, the last one; null: never."
    )
    published_at: datetime = field.column("When it was published.")
    revised_at: datetime | None = field.column("When its words were last changed; null: never.")
    version: int = field.column("How often it was written: `officialResponseRevise` wants the version that was read.")


@strawberry.input(description="What to answer to a proposal.", directives=feature(*PROPOSING))
class OfficialResponsePublishInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The proposal.")
    service: str = strawberry.field(description=OF_SERVICE)
    body: str = strawberry.field(
        default="", description=f"What to say, plain text up to {RESPONSE_LENGTH[1]:,} characters."
    )
    status: strawberry.ID | None = field.reference(
        models.proposal_status.ProposalStatus, "One of the activity's statuses.", default=None
    )
    responses_read: int | None = strawberry.field(
        default=None,
        description="How many responses to it were read: CONFLICT where there are others now; null: whatever there is.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Other words of a response.", directives=feature(*PROPOSING))
class OfficialResponseReviseInput:
    official_response: strawberry.ID = field.reference(models.official_response.OfficialResponse, "The response.")
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    service: str = strawberry.field(description=OF_SERVICE)
    body: str = strawberry.field(
        default="", description=f"What to say, plain text up to {RESPONSE_LENGTH[1]:,} characters."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("response_id")
class OfficialResponsePublishPayload:
    """The answer to `officialResponsePublish`."""

    official_response: OfficialResponse | None = field.refers("response_id", "The response; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("response_id")
class OfficialResponseRevisePayload:
    """The answer to `officialResponseRevise`."""

    official_response: OfficialResponse | None = field.refers(
        "response_id", "The response as it is; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class OfficialResponseQuery:
    @field.declared(
        field.Connection(resolvers.official_response.due),
        directives=[*audience(Audience.MODERATOR), *feature(*PROPOSING)],
    )
    def answers_due(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """The proposals to which an answer was promised and none in words was given, the longest published first. For
        moderators."""


@strawberry.type
class OfficialResponseMutation:
    @field.action(resolvers.official_response.publish, who=RESPONDENT, features=PROPOSING)
    def official_response_publish(
        self, input: Annotated[OfficialResponsePublishInput, field.argument("What to answer.")]
    ) -> OfficialResponsePublishPayload:
        """Answer a proposal in the name of a service; CONFLICT where others did since `responsesRead`. For moderators,
        editors of its space, and members of the city's services."""

    @field.action(resolvers.official_response.revise, who=RESPONSE_EDITOR, features=PROPOSING)
    def official_response_revise(
        self, input: Annotated[OfficialResponseReviseInput, field.argument("The words.")]
    ) -> OfficialResponseRevisePayload:
        """Change a response's words; its status stays. CONFLICT when somebody else did since `version` was read. For
        moderators, editors of the proposal's space, and members of the city's services."""
