"""Portal texts in the contract: what a city must or wants to say on every portal, version by version."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.portal_text
import resolvers.portal_text
import resolvers.sight
from auth.viewer import Audience
from models.portal_text import BODY_LENGTH, PortalTextKind
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

described(
    PortalTextKind,
    "What a running text of a portal is.",
    {
        "LEGAL": "Who publishes the portal («mentions légales»).",
        "PRIVACY": "What is done with personal data («vie privée»).",
        "ACCESSIBILITY": "The accessibility statement («déclaration d'accessibilité»).",
        "CHARTER": "The rules that whoever publishes agrees to («charte d'utilisation»).",
    },
)


@field.value
class PortalTextBody:
    """A running text in one language."""

    locale: str = field.column("The language (BCP 47).")
    body: str = field.column("The text: CommonMark without pictures and without HTML, which is shown as it is typed.")


@field.stored(models.portal_text.PortalText, visible=resolvers.sight.everyone, references={})
class PortalText:
    """A running text of a portal («texte du portail») in one version, which never changes."""

    kind: PortalTextKind = field.column("What it is.")
    version: int = field.column("Its version, from 1.")
    published_at: datetime = field.column("Since when it stands there.")
    bodies: list[PortalTextBody] = field.parts(
        resolvers.portal_text.bodies, "The text in each language that it was written in.", size=2
    )


@strawberry.input(description="A running text in one language.", directives=audience(Audience.ADMINISTRATOR))
class PortalTextBodyInput:
    locale: str = strawberry.field(description="The language: fr, en.")
    body: str = strawberry.field(
        default="",
        description=f"The text, up to {BODY_LENGTH[1]:,} characters: CommonMark without pictures and without HTML;"
        " empty: it is not written in this language.",
    )


@strawberry.input(description="The next version of a running text.", directives=audience(Audience.ADMINISTRATOR))
class PortalTextPublishInput:
    kind: PortalTextKind = strawberry.field(description="Which text.")
    version: int = strawberry.field(
        description="The version that was read, 0 where there was none: who published meanwhile is not overwritten."
    )
    bodies: list[PortalTextBodyInput] = strawberry.field(description="The text, in each language once.")
    idempotency_key: str | None = idempotency_key()


@field.payload("text_id")
class PortalTextPublishPayload:
    """The answer to `portalTextPublish`."""

    text: PortalText | None = field.refers("text_id", "The version that was published; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PortalTextMutation:
    @field.action(resolvers.portal_text.publish, who=ADMINISTRATOR)
    def portal_text_publish(
        self, input: Annotated[PortalTextPublishInput, field.argument("The text.")]
    ) -> PortalTextPublishPayload:
        """Publish the next version of a running text; earlier ones stay readable. After a new charter whoever publishes
        agrees to it first. CONFLICT when somebody else published since `version` was read. For administrators."""
