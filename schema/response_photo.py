"""Photos of responses in the contract: what they show, described again or taken down.

Putting one is an upload (`POST /reponse-officielle/{id}/photo`), because GraphQL carries no files.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.official_response
import resolvers.official_response
import resolvers.response_photo
from models.response_photo import DESCRIPTION_LENGTH, REASON_LENGTH, SHOWN, SMALL
from planner import field
from planner.directive import feature
from resolvers.official_response import RESPONSE_EDITOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.proposal_status import PROPOSING

if TYPE_CHECKING:
    from schema.official_response import OfficialResponse

OF_DIGEST = "The `digest` of the photo that was seen: one that was put in its place meanwhile is left as it is."


@field.value
class ResponsePhoto:
    """A photo of how far a project is («photo de suivi»), drawn anew by the server as a JPEG: of what a camera says
    beside the pixels, such as where it was, nothing is kept."""

    address: str = field.column(
        f"Where it is, a path on the portal's host; it fits into {SHOWN[0]:,} by {SHOWN[1]:,} pixels. Whoever does not"
        " see the proposal is told that there is none."
    )
    small_address: str = field.column(f"The same picture, in {SMALL[0]} by {SMALL[1]} pixels.")
    description: str = field.column("What it shows, for those who cannot see it.")
    width: int = field.column("Pixels of the larger one from left to right.")
    height: int = field.column("Pixels of the larger one from top to bottom.")
    digest: str = field.column("The SHA-256 of the larger one, in hexadecimal digits.")
    added_at: datetime = field.column("When it was put there.")


@field.value
class ResponsePhotoRemoval:
    """That a photo was taken down, and why."""

    removed_at: datetime = field.column("When it was taken down.")
    reason: str = field.column("Why, in the words of whoever did it.")


@strawberry.input(description="What a photo shows, in other words.", directives=feature(*PROPOSING))
class ResponsePhotoDescribeInput:
    official_response: strawberry.ID = field.reference(
        models.official_response.OfficialResponse, "The response that has the photo."
    )
    digest: str = strawberry.field(description=OF_DIGEST)
    description: str = strawberry.field(
        description=f"What it shows, one line of {DESCRIPTION_LENGTH[0]} to {DESCRIPTION_LENGTH[1]} characters."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which photo to take down, and why.", directives=feature(*PROPOSING))
class ResponsePhotoRemoveInput:
    official_response: strawberry.ID = field.reference(
        models.official_response.OfficialResponse, "The response that has the photo."
    )
    digest: str = strawberry.field(description=OF_DIGEST)
    reason: str = strawberry.field(
        description=f"Why, as everybody reads it, one line of {REASON_LENGTH[0]} to {REASON_LENGTH[1]} characters."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("response_id")
class ResponsePhotoDescribePayload:
    """The answer to `responsePhotoDescribe`."""

    official_response: Annotated["OfficialResponse", strawberry.lazy("schema.official_response")] | None = field.refers(
        "response_id", "The response with its photo; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("response_id")
class ResponsePhotoRemovePayload:
    """The answer to `responsePhotoRemove`."""

    official_response: Annotated["OfficialResponse", strawberry.lazy("schema.official_response")] | None = field.refers(
        "response_id", "The response without it; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ResponsePhotoMutation:
    @field.action(resolvers.response_photo.describe, who=RESPONSE_EDITOR, features=PROPOSING)
    def response_photo_describe(
        self, input: Annotated[ResponsePhotoDescribeInput, field.argument("What it shows.")]
    ) -> ResponsePhotoDescribePayload:
        """Say otherwise what a photo shows; CONFLICT where it is another one now. For moderators, editors of the
        proposal's space, and members of the city's services."""

    @field.action(resolvers.response_photo.remove, who=RESPONSE_EDITOR, features=PROPOSING)
    def response_photo_remove(
        self, input: Annotated[ResponsePhotoRemoveInput, field.argument("Which one, and why.")]
    ) -> ResponsePhotoRemovePayload:
        """Take a photo down for good, for a reason that is public; CONFLICT where it is another one now. Another can be
        put there. For moderators, editors of the proposal's space, and members of the city's services."""
