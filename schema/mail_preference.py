"""Preferences of mails in the contract: how often somebody is mailed, also by a link without signing in."""

from datetime import datetime
from typing import Annotated

import strawberry

import resolvers.mail_preference
from models.mail_preference import Cadence
from planner import field
from planner.who import ANYBODY
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

described(
    Cadence,
    "How often somebody is mailed.",
    {
        "AT_ONCE": "At once; what happens within five minutes in one mail.",
        "DAILY": "Once a day, at eight in the portal's time zone.",
        "WEEKLY": "Once a week, on Tuesday at eight.",
        "NEVER": "Not by mail: notices are in the portal alone.",
    },
)


@field.value
class MailPreference:
    """How often somebody is mailed of what the person is told («préférences de courriel»)."""

    mine: Cadence = field.column("Of what concerns the person: replies, official answers.")
    followed: Cadence = field.column("Of what the person follows.")
    locale: str | None = field.column("In which language, `fr` or `en`; null: the portal's.")
    quiet_from: int = field.column("From which hour on nothing is mailed, 0 to 23, in the portal's time zone.")
    quiet_until: int = field.column("From which hour on mails are sent again; the same hour: always.")
    asleep_at: datetime | None = field.column(
        "Since when the address refuses mails, so that none is sent to it; null: it takes them."
    )


OF_LINK = "The end of the address of a mail's link; null: the viewer's own."


@strawberry.input(description="How often somebody wants to be mailed.")
class MailPreferenceReviseInput:
    token: str | None = strawberry.field(default=None, description=OF_LINK)
    mine: Cadence = strawberry.field(description="Of what concerns the person.")
    followed: Cadence = strawberry.field(description="Of what the person follows.")
    locale: str | None = strawberry.field(default=None, description="`fr` or `en`; null: the portal's language.")
    quiet_from: int = strawberry.field(description="From which hour on nothing is mailed, 0 to 23.")
    quiet_until: int = strawberry.field(description="From which hour on mails are sent again, 0 to 23.")
    idempotency_key: str | None = idempotency_key()


@field.payload()
class MailPreferenceRevisePayload:
    """The answer to `mailPreferenceRevise`."""

    user_errors: list[UserError] = user_errors()


@strawberry.type
class MailPreferenceQuery:
    @field.declared(field.Part(resolvers.mail_preference.shown))
    def mail_preference(self, token: Annotated[str | None, field.argument(OF_LINK)] = None) -> MailPreference | None:
        """How often somebody is mailed: the holder of a mail's link, else the viewer; null for everybody else. Reading
        it changes nothing."""


@strawberry.type
class MailPreferenceMutation:
    @field.action(resolvers.mail_preference.revise, who=ANYBODY)
    def mail_preference_revise(
        self, input: Annotated[MailPreferenceReviseInput, field.argument("What is wanted.")]
    ) -> MailPreferenceRevisePayload:
        """Choose how often one is mailed. An address that refused mails is tried again. For members, and for whoever
        holds a link of their mails."""
