"""Reports in the contract: members say what is wrong, get a receipt and an answer."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.comment
import models.contribution
import models.message
import models.report
import resolvers.appeal
import resolvers.ident
import resolvers.report
import resolvers.sight
from auth.viewer import Audience
from models.activity import EXCHANGED
from models.comment import ShownStatus
from models.moderation import DecisionAction, DecisionGround
from models.report import EXPLANATION_LENGTH, QUOTE_LENGTH, ReportCategory
from planner import field
from planner.directive import audience, feature
from planner.who import MEMBER
from schema.actor import Actor
from schema.appeal import Appeal
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution, LaterWithheldContribution

described(
    ShownStatus,
    "Whether moderation shows content.",
    {
        "PUBLISHED": "It is shown.",
        "HELD": "It is withheld until a moderator has decided.",
        "HIDDEN": "It is withheld because a moderator has decided so.",
    },
)


described(
    ReportCategory,
    "What is wrong with content, in the categories of the European Union's transparency database.",
    {
        "ANIMAL_WELFARE": "Harm to animals.",
        "CONSUMER_INFORMATION": "What buyers have to be told is missing or wrong.",
        "CYBER_VIOLENCE": "Harassment, insults or threats against somebody.",
        "CYBER_VIOLENCE_AGAINST_WOMEN": "The same against women, because they are women.",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "It tells somebody's personal data or private life.",
        "ILLEGAL_OR_HARMFUL_SPEECH": "Hatred, discrimination, defamation.",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS": "A copied text, picture or mark.",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": "It deceives a public debate or a vote.",
        "NOT_SPECIFIED_NOTICE": "Something else, which the reporter does not name.",
        "OTHER_VIOLATION_TC": "Another rule of the portal's terms: off topic, advertising, repeated.",
        "PROTECTION_OF_MINORS": "It endangers children.",
        "RISK_FOR_PUBLIC_SECURITY": "It endangers public security, for example terrorism.",
        "SCAMS_AND_FRAUD": "A swindle.",
        "SELF_HARM": "It leads to self-harm or suicide.",
        "UNSAFE_AND_PROHIBITED_PRODUCTS": "A dangerous or forbidden product.",
        "VIOLENCE": "It calls for violence or shows it.",
    },
)
described(
    DecisionGround,
    "On what a decision stands.",
    {"ILLEGAL": "On a law that the content breaks.", "TERMS": "On a rule of the portal's terms («charte»)."},
)


described(
    DecisionAction,
    "What a moderator decides.",
    {
        "HIDE": "It is withheld; the public sees that it was there, and why it is not.",
        "REDACT": "The public reads a moderator's text instead of the author's, which is kept («caviardage»).",
        "RESTORE": "It is shown again, exactly as it was.",
        "WARN": "It is shown, and its author is told which rule it breaks.",
        "SUSPEND": "Its author publishes, replies and reports nothing for a time; the content stays as it is.",
        "LIFT": "The suspension that this case had brought is over.",
        "NOTHING": "It is shown: there is nothing to do.",
    },
)


@field.value
class Removal:
    """That content is withheld or redacted, and why («motif du retrait»)."""

    state: ShownStatus = field.column("Whether it waits for a decision, was hidden by one, or is shown redacted.")
    category: ReportCategory | None = field.column("What is wrong with it; null until it is decided.")
    ground: DecisionGround | None = field.column("On what the decision stands; null until it is decided.")
    rule: str | None = field.column("The law or the rule that it breaks; null until it is decided.")
    since: datetime = field.column("Since when.")


@field.stored(models.report.Report, visible=resolvers.sight.report, references={})
class Report:
    """What somebody finds wrong with a contribution or a comment («signalement»); for the sender and for moderators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("report"), "Opaque id.")
    receipt: str = field.column("The number that its sender quotes.")
    category: ReportCategory = field.column("What is wrong.")
    quote: str | None = field.column("The exact place, in the words that are reported; null when none was given.")
    explanation: str | None = field.column("Why, in the sender's words; null when nothing was said.")
    created_at: datetime = field.column("When it was sent.")
    is_trusted: bool = field.column("Whether a trusted flagger («signaleur de confiance») sent it.")
    is_answered: bool = field.expression(resolvers.report.is_answered, "Whether a moderator has decided.")
    answer: DecisionAction | None = field.expression(
        resolvers.report.answer, "What was decided; null until it is, and where what was reported has vanished."
    )
    answered_at: datetime | None = field.expression(resolvers.report.answered_at, "When; null until it is decided.")
    appeal: Appeal | None = field.one(
        resolvers.appeal.of_report, "The viewer's own appeal against the answer; null when there is none."
    )
    is_appealable: bool = field.expression(
        resolvers.appeal.is_open_for_report, "Whether the viewer may contest the answer: within six months, once."
    )
    is_about_comment: bool = field.expression(
        resolvers.report.is_about_comment, "Whether a comment was reported, or the contribution itself."
    )
    is_about_message: bool = field.expression(
        resolvers.report.is_about_message, "Whether a message of an exchange was reported.", marks=feature(*EXCHANGED)
    )
    contribution: LaterContribution | None = field.one(
        resolvers.report.contribution,
        "The contribution that was reported, or whose comment was; null where the viewer does not see it any more.",
    )
    withheld: LaterWithheldContribution | None = field.one(
        resolvers.report.contribution, "What is left of it where moderation withholds it; null otherwise."
    )
    reporter: Actor | None = field.refers(
        "reporter_id", "Who sent it; null for somebody who was erased.", marks=audience(Audience.MODERATOR)
    )


@strawberry.input(description="What is wrong with a contribution, a comment or a message; exactly one is named.")
class ReportSubmitInput:
    contribution: strawberry.ID | None = field.reference(
        models.contribution.Contribution, "The contribution that is reported.", default=None
    )
    comment: strawberry.ID | None = field.reference(
        models.comment.Comment, "The comment that is reported.", default=None
    )
    message: strawberry.ID | None = field.reference(
        models.message.Message,
        "The message of the other in an exchange that is reported.",
        marks=feature(*EXCHANGED),
        default=None,
    )
    category: ReportCategory = strawberry.field(description="What is wrong.")
    quote: str | None = strawberry.field(
        default=None, description=f"The exact place, in the reported words, up to {QUOTE_LENGTH[1]} characters."
    )
    explanation: str | None = strawberry.field(
        default=None, description=f"Why, up to {EXPLANATION_LENGTH[1]:,} characters."
    )
    is_good_faith: bool = strawberry.field(
        default=False, description="That all of this is true as far as the sender knows; nothing is sent otherwise."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("report_id")
class ReportSubmitPayload:
    """The answer to `reportSubmit`."""

    report: Report | None = field.refers("report_id", "The report with its receipt; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ReportQuery:
    @field.declared(field.One(resolvers.ident.by_argument("report")))
    def report(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Report | None:
        """A report; null when the viewer neither sent it nor moderates."""


@strawberry.type
class ReportMutation:
    @field.action(resolvers.report.submit, who=MEMBER)
    def report_submit(
        self, input: Annotated[ReportSubmitInput, field.argument("What, and what is wrong with it.")]
    ) -> ReportSubmitPayload:
        """Report a contribution, a comment or a message to the moderators. A mail confirms it, another tells what was
        decided. Three reports never hide anything, except that content which endangers children or tells personal data
        is held until a moderator decides. For members, also while they are suspended."""
