"""Mails in the contract: how each kind looks, for administrators."""

from typing import Annotated

import strawberry

import resolvers.mail
from auth.viewer import Audience
from models.mail import MailKind
from planner import field
from planner.directive import audience
from schema.enumeration import described

described(
    MailKind,
    "What a mail says.",
    {
        "INVITATION": "Somebody is invited.",
        "SIGN_IN_CODE": "A code to sign in with.",
        "ACCOUNT_ERASED": "An account was erased.",
        "ACCOUNT_UNUSED": "An account that nobody uses will be erased.",
        "REPORT_RECEIVED": "The receipt of a report.",
        "REPORT_DECIDED": "What was decided on a report.",
        "MODERATION_DECIDED": "A moderator's decision, for the author of what was decided on.",
        "APPEAL_DECIDED": "The answer to an appeal.",
        "EXCHANGE_PROPOSED": "Somebody answered a contribution.",
        "EXCHANGE_CHANGED": "What became of an exchange.",
        "EXCHANGE_NUDGED": "Somebody waits for the reader's answer («relance»).",
        "HELP_ASKED": "A question about how a request or an offer went («relance»).",
        "MESSAGE_RECEIVED": "The other in an exchange has written.",
        "CONTENT_HELD": "Something waits for a moderator before it is shown, for its author.",
        "DIGEST": "What the reader was told, at once, of a day or of a week («récapitulatif»).",
        "SIGN_UP_CHANGED": "What became of a sign-up for a mission, for whoever signed up.",
        "SIGN_UP_REMINDED": "The day before a slot, for whoever has a place in it.",
        "BALLOT_RECEIVED": "A ballot was cast or changed, with its receipt and without what it says, for its voter.",
        "BALLOT_SET_ASIDE": "A ballot is set aside: why, and how to contest it, for its voter.",
        "BALLOT_RESTORED": "A ballot that was set aside counts again, for its voter.",
        "SIGNATURE_SET_ASIDE": "A signature by the law is set aside, or was found not valid when a sample was checked:"
        " why, and how to contest it, for its signer.",
        "SIGNATURE_ANSWERED": "What the city answers to whoever contested that, or that a signature counts again.",
        "WEBHOOK_STOPPED": "A webhook is told nothing any more, for administrators.",
    },
)


@field.value
class MailPreview:
    """A kind of mail («courriel») as it is sent, with values that are nobody's."""

    kind: MailKind = field.column("What it says.")
    subject: str = field.computed(resolvers.mail.need, resolvers.mail.subjects, "Its subject.")
    text: str = field.computed(resolvers.mail.need, resolvers.mail.texts, "What it says in plain text.")
    html: str = field.computed(
        resolvers.mail.need, resolvers.mail.pages, "The same as a page of HTML, which loads nothing."
    )


@strawberry.type
class MailQuery:
    @field.declared(
        field.Parts(resolvers.mail.previews), directives=audience(Audience.ADMINISTRATOR), size=len(MailKind)
    )
    def mail_previews(
        self,
        locale: Annotated[
            str | None, field.argument("In this language; null, or one without texts: the portal's own.")
        ] = None,
    ) -> list[MailPreview]:
        """Every kind of mail that the portal sends. For administrators."""
