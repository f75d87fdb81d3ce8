"""Moderation in the contract: cases for moderators, decisions with their reasons."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.moderation
import resolvers.appeal
import resolvers.detection
import resolvers.evidence
import resolvers.ident
import resolvers.inspection
import resolvers.moderation
import resolvers.penalty
import resolvers.report
import resolvers.sight
import resolvers.withholding
from auth.viewer import Audience
from models.activity import EXCHANGED
from models.comment import ShownStatus
from models.moderation import (
    FACTS_LENGTH,
    RULE_LENGTH,
    WHY_LENGTH,
    CaseCause,
    CaseState,
    DecisionAction,
    DecisionGround,
    NoticeSource,
)
from models.report import ReportCategory
from planner import field
from planner.cost_directive import priced
from planner.directive import audience, feature
from planner.who import MODERATOR
from schema.actor import Actor
from schema.appeal import Appeal
from schema.comment import Comment
from schema.contribution import Contribution
from schema.detection import Detection
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.evidence import Evidence
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First
from schema.report import Report

described(
    CaseState,
    "Where a case is.",
    {
        "OPEN": "It waits for a decision.",
        "DECIDED": "It is decided.",
        "APPEALED": "A decision on it is contested, and another moderator has to answer.",
        "VOID": "What it was about has vanished.",
    },
)
described(
    CaseCause,
    "What opened a case.",
    {
        "REPORTS": "Somebody reported it.",
        "REVIEW": "It waits before anybody sees it, by the rule of its activity («a priori»).",
        "AIDS": "A program marked it; people decide.",
    },
)
described(
    NoticeSource,
    "What made the moderators look, in the terms of the European Union's transparency database.",
    {
        "ARTICLE_16": "A notice that the law is broken (Regulation (EU) 2022/2065, article 16).",
        "TRUSTED_FLAGGER": "The same from a trusted flagger («signaleur de confiance»).",
        "OTHER_NOTIFICATION": "Another report.",
        "VOLUNTARY": "Nobody: they looked by themselves.",
    },
)


@field.value
class CategoryReports:
    """How many reports say the same."""

    category: ReportCategory = field.column("What is wrong.")
    count: int = field.column("How many say so.")


@field.value
class EarlierText:
    """Words that were changed after somebody had reported them."""

    title: str | None = field.column("The title as it was; null where it was not changed, and for a comment.")
    body: str | None = field.column("The text as it was; null where it was not changed.")
    until: datetime = field.column("Until when it said so.")


@field.value
class SimilarCase:
    """Another case that a moderator may want to compare."""

    id: strawberry.ID = field.expression(resolvers.ident.of("moderationcase"), "Its id.")
    title: str = field.column("The title of what it is about, or of what was replied to.")
    state: CaseState = field.column("Where it is.")
    changed_at: datetime = field.column("When its state changed last.")
    action: DecisionAction | None = field.column("What was decided last; null where nothing is decided.")


@field.stored(models.moderation.ModerationDecision, visible=resolvers.sight.decision, references={})
class ModerationDecision:
    """A decision and its statement of reasons («décision et exposé des motifs»), in the columns of the European Union's
    transparency database; for the author of the content and for moderators. No decision is automatic, each holds
    everywhere and until it is reversed."""

    id: strawberry.ID = field.expression(resolvers.ident.of("moderationdecision"), "Opaque id.")
    action: DecisionAction = field.column("What was decided.")
    category: ReportCategory | None = field.column("What is wrong; null where nothing is.")
    ground: DecisionGround | None = field.column("On what it stands; null where nothing is wrong.")
    rule: str | None = field.column("The law or the rule of the terms that is broken; null where none is.")
    facts: str | None = field.column("The facts that it relies on; null where nothing is wrong.")
    explanation: str | None = field.column("Why the rule applies; null when that was not said.")
    source: NoticeSource = field.column("What made the moderators look.")
    is_detected_automatically: bool = field.column("Whether a program found it; people decide in any case.")
    seen_title: str | None = field.column("The title as the moderator saw it; null for a comment.")
    seen_body: str = field.column("The text as the moderator saw it.")
    redacted_title: str | None = field.column("The title that the public reads instead; null unless it is redacted.")
    redacted_body: str | None = field.column("The text that the public reads instead; null unless it is redacted.")
    suspended_until: datetime | None = field.column("Until when its author is suspended; null where nobody is.")
    lifted_at: datetime | None = field.column("When the suspension was lifted; null where it ends by itself.")
    is_about_comment: bool = field.expression(resolvers.moderation.is_about_comment, "Whether it is about a comment.")
    decided_at: datetime = field.column("When.")
    appeal: Appeal | None = field.one(
        resolvers.appeal.of_decision, "The viewer's own appeal against it; null when there is none."
    )
    is_appealable: bool = field.expression(
        resolvers.appeal.is_open, "Whether the viewer may contest it: within six months, once."
    )
    evidence: Evidence | None = field.one(
        resolvers.evidence.of_decision,
        "What was frozen with it for justice; null where it stands on no law, once its time is over, and for everybody"
        " but administrators.",
        marks=audience(Audience.ADMINISTRATOR),
    )
    moderator: Actor | None = field.one(
        resolvers.moderation.moderator,
        "Who decided; null for everybody but moderators.",
        marks=audience(Audience.MODERATOR),
    )


@field.value
class ThreadMessage:
    """A message of a thread that moderators look at through a report, without the names of the two."""

    body: str = field.column("What it says.")
    sent_at: datetime = field.column("When it was sent.")
    is_reported: bool = field.column("Whether it is the one that was reported.")
    is_of_reported: bool = field.column("Whether its author wrote the one that was reported.")


@field.stored(
    models.moderation.ModerationCase,
    visible=resolvers.sight.moderators,
    references={},
    marks=audience(Audience.MODERATOR),
)
class ModerationCase:
    """Everything about one contribution or comment that was reported («dossier de modération»). For moderators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("moderationcase"), "Opaque id.")
    state: CaseState = field.column("Where it is.")
    cause: CaseCause = field.column("What opened it last.")
    is_urgent: bool = field.expression(
        resolvers.moderation.is_urgent, "Whether it comes first: children, violence, self-harm, personal data."
    )
    is_trusted: bool = field.expression(
        resolvers.moderation.is_trusted,
        "Whether a trusted flagger's report on it waits: it comes before others that are as urgent.",
    )
    report_count: int = field.column("How many reports it has had since it was opened last.")
    opened_at: datetime = field.column("When it was opened last.")
    changed_at: datetime = field.column("When its state changed last.")
    version: str = field.expression(
        resolvers.withholding.seen_version,
        "A mark of what is seen: the words as they are, and the decisions so far. `moderationDecide` wants it back.",
    )
    shown: ShownStatus = field.expression(resolvers.withholding.state, "Whether what it is about is shown.")
    is_redacted: bool = field.expression(
        resolvers.withholding.is_redacted, "Whether the public reads a moderator's text instead of the author's."
    )
    is_own: bool = field.expression(
        resolvers.withholding.is_own, "Whether the viewer published it, and so may not decide."
    )
    contribution: Contribution | None = field.refers(
        "contribution_id", "What it is about, or what the comment replies to; null when it is gone."
    )
    comment: Comment | None = field.refers(
        "comment_id", "The comment that it is about; null where it is about the contribution."
    )
    author: Actor | None = field.one(resolvers.withholding.author, "Who published it; null when it is gone.")
    against_count: int = field.expression(
        resolvers.moderation.against_count, "How often that author was decided against within a year, in other cases."
    )
    penalties: list[ModerationDecision] = field.many(
        resolvers.penalty.of_case,
        "What still holds against that author, from whichever case: suspensions that last, and warnings of the last"
        " year.",
        size=3,
    )
    detections: list[Detection] = field.many(
        resolvers.detection.of_case, "What programs noticed of it, and what noticed it; none of them decides.", size=3
    )
    similar: list[SimilarCase] = field.parts(
        resolvers.detection.similar_cases,
        "Up to five other cases about something that it resembles, or about contributions of the same author, the last"
        " changed first.",
        size=5,
    )
    categories: list[CategoryReports] = field.parts(
        resolvers.moderation.categories, "What the reports that wait say, the most frequent first.", size=5
    )

    earlier_texts: list[EarlierText] = field.parts(
        resolvers.moderation.earlier_texts,
        "What was revised of it since the case was opened last, as it was before, the newest first.",
        size=3,
    )
    message_body: str | None = field.expression(
        resolvers.inspection.body,
        "The words of the message that it is about; null where it is about something public.",
        marks=feature(*EXCHANGED),
    )
    thread: list[ThreadMessage] = field.parts(
        resolvers.inspection.thread,
        "The thread of that message, oldest first; empty unless the viewer has said within the last hour that he looks"
        " (`threadInspect`).",
        size=20,
    )

    @field.declared(field.Connection(resolvers.report.of_case))
    def reports(self, first: First = 20, after: After = None) -> Connection[Report]:
        """Its reports, the newest first."""

    @field.declared(field.Connection(resolvers.appeal.of_case))
    def appeals(self, first: First = 20, after: After = None) -> Connection[Appeal]:
        """The appeals against its decisions, the newest first."""

    @field.declared(field.Connection(resolvers.moderation.decisions))
    def decisions(self, first: First = 20, after: After = None) -> Connection[ModerationDecision]:
        """What was decided, the last first."""


@field.stored(models.moderation.ModerationDecision, visible=resolvers.sight.hiding, references={})
class ModerationNotice:
    """A line of the public journal of moderation («journal de modération»): that something was hidden or redacted, or
    somebody suspended, by which rule, and whether that was reversed; nobody's name, and no word of what was hidden."""

    id: strawberry.ID = field.expression(resolvers.ident.of("moderationdecision"), "Opaque id.")
    action: DecisionAction = field.column("What was decided: HIDE, REDACT or SUSPEND.")
    suspended_until: datetime | None = field.column("Until when somebody is suspended; null where nobody is.")
    category: ReportCategory | None = field.column("What is wrong; null never.")
    ground: DecisionGround | None = field.column("On what it stands; null never.")
    rule: str | None = field.column("The law or the rule of the terms that is broken; null never.")
    source: NoticeSource = field.column("What made the moderators look.")
    is_about_comment: bool = field.expression(resolvers.moderation.is_about_comment, "Whether a comment was hidden.")
    decided_at: datetime = field.column("When.")
    reversed_at: datetime | None = field.expression(
        resolvers.moderation.reversed_at, "When it was shown again or lifted; null while it holds."
    )


@strawberry.input(
    description="A decision on the version of a case that was seen. HIDE, REDACT, WARN and SUSPEND want `category`,"
    " `ground`, `rule` and `facts`; the others take none. REDACT wants the words to publish, SUSPEND wants `until`; the"
    " others do not read them.",
    directives=audience(Audience.MODERATOR),
)
class ModerationDecideInput:
    case: strawberry.ID = field.reference(models.moderation.ModerationCase, "The case.")
    version: str = strawberry.field(description="The version that was seen; whatever changed since is not decided on.")
    action: DecisionAction = strawberry.field(description="What is decided.")
    category: ReportCategory | None = strawberry.field(default=None, description="What is wrong.")
    ground: DecisionGround | None = strawberry.field(default=None, description="On what it stands.")
    rule: str | None = strawberry.field(
        default=None,
        description=f"The law or the rule of the terms, {RULE_LENGTH[0]} to {RULE_LENGTH[1]} characters; public.",
    )
    facts: str | None = strawberry.field(
        default=None, description=f"The facts, {FACTS_LENGTH[0]} to {FACTS_LENGTH[1]:,} characters; for the author."
    )
    explanation: str | None = strawberry.field(
        default=None, description=f"Why the rule applies, up to {WHY_LENGTH[1]:,} characters; for the author."
    )
    redacted_title: str | None = strawberry.field(
        default=None, description="The title that the public reads from now on; none for a comment."
    )
    redacted_body: str | None = strawberry.field(
        default=None, description="The text that the public reads from now on."
    )
    until: datetime | None = strawberry.field(
        default=None, description="Until when its author is suspended, a year at most."
    )
    source: NoticeSource | None = strawberry.field(
        default=None, description="What made the moderators look; null: as the reports say."
    )
    is_detected_automatically: bool = strawberry.field(default=False, description="Whether a program found it.")
    idempotency_key: str | None = idempotency_key()


@field.payload("case_id")
class ModerationDecidePayload:
    """The answer to `moderationDecide`."""

    case: ModerationCase | None = field.refers("case_id", "The case as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ModerationQuery:
    @field.declared(
        field.Connection(resolvers.moderation.listed), directives=[*audience(Audience.MODERATOR), *priced(20)]
    )
    def moderation_cases(
        self,
        state: Annotated[CaseState, field.argument("Only those in this state.")] = CaseState.OPEN,
        first: First = 20,
        after: After = None,
    ) -> Connection[ModerationCase]:
        """What was reported: of what waits the urgent first, and the oldest of them; else what was decided last. For
        moderators."""

    @field.declared(field.One(resolvers.ident.by_argument("moderationcase")), directives=audience(Audience.MODERATOR))
    def moderation_case(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> ModerationCase | None:
        """A case; null when there is none of this id. For moderators."""

    @field.declared(field.Connection(resolvers.moderation.hidings), directives=priced(5))
    def moderation_notices(self, first: First = 20, after: After = None) -> Connection[ModerationNotice]:
        """The public journal of moderation: what was hidden or redacted and who was suspended, without names, by which
        rule and when, the newest first."""

    @field.declared(field.One(resolvers.ident.by_argument("moderationdecision")))
    def moderation_decision(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> ModerationDecision | None:
        """A decision with its reasons; null when it is neither about the viewer's content nor is the viewer a
        moderator."""


@strawberry.input(
    description="Which thread to look at.", directives=[*audience(Audience.MODERATOR), *feature(*EXCHANGED)]
)
class ThreadInspectInput:
    case: strawberry.ID = field.reference(models.moderation.ModerationCase, "The case of a message.")
    idempotency_key: str | None = idempotency_key()


@field.payload("case_id")
class ThreadInspectPayload:
    """The answer to `threadInspect`."""

    case: ModerationCase | None = field.refers("case_id", "The case; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ModerationMutation:
    @field.action(resolvers.inspection.inspect, who=MODERATOR, features=EXCHANGED)
    def thread_inspect(self, input: Annotated[ThreadInspectInput, field.argument("Which.")]) -> ThreadInspectPayload:
        """Look at the whole thread of a message that was reported, for an hour, while its case waits. The journal says
        who looked, and when. For moderators."""

    @field.action(resolvers.moderation.decide, who=MODERATOR)
    def moderation_decide(
        self, input: Annotated[ModerationDecideInput, field.argument("The case and the decision.")]
    ) -> ModerationDecidePayload:
        """Decide a case. CONFLICT when the content was revised or another moderator decided since `version` was read;
        OWN_CONTENT for what the viewer published. Author and reporters are told by mail. For moderators."""
