"""Comments in the contract: public replies."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.actor
import models.comment
import models.contribution
import resolvers.comment
import resolvers.detection
import resolvers.ident
import resolvers.redaction
import resolvers.sight
import resolvers.withholding
from planner import field
from resolvers.penalty import SPEAKER
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.report import Removal


@field.stored(models.comment.Comment, visible=resolvers.sight.comment, container=("contribution_id", "Contribution"))
class Comment:
    """A public reply to a contribution («commentaire»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("comment"), "Opaque id.")
    body: str = field.expression(
        resolvers.comment.body, "What it says, plain text; empty while moderation withholds it from the viewer."
    )
    removal: Removal | None = field.part(
        resolvers.withholding.comment_removal, "That moderation withholds it, and why; null while it is shown."
    )
    redaction: Removal | None = field.part(
        resolvers.redaction.of_comment,
        "That the text is a moderator's instead of the author's, and why; null where it is the author's.",
    )
    language: str | None = field.expression(
        resolvers.detection.comment_language,
        "The language in which it seems to be (BCP 47), where that is none of the portal's; else null.",
    )
    published_at: datetime = field.column("When it was published.")
    author: Actor | None = field.one(
        resolvers.comment.author,
        "Who replied; null for the author of a request without a name who replies to it, and while it is withheld.",
    )
    contribution: LaterContribution = field.refers("contribution_id", "What was replied to.")


@strawberry.input(description="A reply to publish.")
class CommentPublishInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The contribution to reply to.")
    body: str = strawberry.field(description="What to say, plain text of 1 to 2,000 characters.")
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor, "The organisation in whose name; one of the viewer's `organisations`.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("comment_id")
class CommentPublishPayload:
    """The answer to `commentPublish`."""

    comment: Comment | None = field.refers("comment_id", "The reply; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class CommentQuery:
    @field.declared(field.One(resolvers.ident.by_argument("comment")))
    def comment(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Comment | None:
        """A reply; null when the viewer does not see what it replies to, or there is none of this id."""


@strawberry.type
class CommentMutation:
    @field.action(resolvers.comment.publish, who=SPEAKER)
    def comment_publish(
        self, input: Annotated[CommentPublishInput, field.argument("The reply.")]
    ) -> CommentPublishPayload:
        """Reply to a contribution that is open. For actors who are signed in."""
