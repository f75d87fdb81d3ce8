"""Appeals in the contract: decisions are contested within six months, and answered by another moderator."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.appeal
import models.moderation
import models.report
import resolvers.appeal
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.appeal import REASON_LENGTH, REPLY_LENGTH, AppealOutcome
from planner import field
from planner.directive import audience
from planner.who import MEMBER, MODERATOR
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

described(
    AppealOutcome,
    "What became of an appeal.",
    {"UPHELD": "The decision stands.", "REVERSED": "The decision is taken back."},
)


@field.stored(models.appeal.Appeal, visible=resolvers.sight.appeal, references={})
class Appeal:
    """That somebody contests a decision, and the answer («réclamation»); for the sender and for moderators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("appeal"), "Opaque id.")
    reason: str = field.column("Why, in the sender's words.")
    created_at: datetime = field.column("When it was sent.")
    outcome: AppealOutcome | None = field.column("What became of it; null while it waits.")
    reply: str | None = field.column("Why it was so decided; null while it waits.")
    decided_at: datetime | None = field.column("When; null while it waits.")
    may_answer: bool = field.expression(
        resolvers.appeal.may_answer,
        "Whether the viewer may answer it: it waits, and the viewer neither decided nor published.",
        marks=audience(Audience.MODERATOR),
    )
    appellant: Actor | None = field.refers(
        "appellant_id", "Who contests; null for somebody who was erased.", marks=audience(Audience.MODERATOR)
    )


@strawberry.input(description="A decision that is contested; exactly one of `decision` and `report` is named.")
class AppealSubmitInput:
    decision: strawberry.ID | None = field.reference(
        models.moderation.ModerationDecision, "The decision about one's own content.", default=None
    )
    report: strawberry.ID | None = field.reference(
        models.report.Report, "The report of one's own that was answered with NOTHING.", default=None
    )
    reason: str = strawberry.field(
        description=f"Why the decision is wrong, {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("appeal_id")
class AppealSubmitPayload:
    """The answer to `appealSubmit`."""

    appeal: Appeal | None = field.refers("appeal_id", "The appeal; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.input(description="The answer to an appeal.", directives=audience(Audience.MODERATOR))
class AppealDecideInput:
    appeal: strawberry.ID = field.reference(models.appeal.Appeal, "The appeal.")
    outcome: AppealOutcome = strawberry.field(description="Whether the decision stands.")
    reply: str = strawberry.field(
        description=f"Why, {REPLY_LENGTH[0]} to {REPLY_LENGTH[1]:,} characters; whoever contests reads it."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("appeal_id")
class AppealDecidePayload:
    """The answer to `appealDecide`."""

    appeal: Appeal | None = field.refers("appeal_id", "The appeal as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AppealMutation:
    @field.action(resolvers.appeal.submit, who=MEMBER)
    def appeal_submit(
        self, input: Annotated[AppealSubmitInput, field.argument("What is contested, and why.")]
    ) -> AppealSubmitPayload:
        """Contest a decision within six months: as the author of what was hidden or warned of, or as a reporter who was
        told that there is nothing to do; once, and never an answer to an appeal. For members."""

    @field.action(resolvers.appeal.decide, who=MODERATOR)
    def appeal_decide(self, input: Annotated[AppealDecideInput, field.argument("The answer.")]) -> AppealDecidePayload:
        """Answer an appeal: OWN_DECISION for the moderator who took the decision. What is reversed comes back exactly
        as it was; after NOTHING the case is open again. For moderators."""
