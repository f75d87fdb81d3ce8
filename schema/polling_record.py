"""Polling records in the contract: what a desk counted, version by version."""

from datetime import datetime
from typing import Annotated

import strawberry

import counting.polling_desk
import counting.polling_record
import models.contribution
import models.polling_desk
import models.polling_record
import resolvers.ident
import resolvers.sight
from counting.polling_desk import DESK_AGENT
from models.activity import VOTING
from models.vote import Choice
from planner import field
from planner.directive import feature
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution, LaterPollingDesk


@field.value
class PollingTotal:
    """How many ballots of a desk say the same of a project."""

    contribution: LaterContribution | None = field.refers("project", "The project; null when it is not seen any more.")
    choice: Choice = field.column("What they say.")
    amount: int | None = field.column(
        "Points, a rank, or the project's cost in a vote by shares of a budget; else null."
    )
    count: int = field.column("How many ballots.")


@field.stored(
    models.polling_record.PollingRecord,
    visible=resolvers.sight.everyone,
    container=("desk_id", "PollingDesk"),
    references={},
    marks=feature(*VOTING),
    is_few=True,
)
class PollingRecord:
    """What a desk counted («procès-verbal de dépouillement»): a version that is never overwritten."""

    id: strawberry.ID = field.expression(resolvers.ident.of("pollingrecord"), "Opaque id.")
    version: int = field.column("Which version, from 1.")
    reason: str | None = field.column("Why it takes the place of the version before; null for the first.")
    signatures: int = field.column("Signatures in the list.")
    envelopes: int = field.column("Envelopes in the box: valid, blank and null ballots.")
    valid: int = field.column("Ballots that name a project at least.")
    blank: int = field.column("Blank ballots.")
    spoilt: int = field.column("Null ballots («nuls»), which count for nothing.")
    remark: str | None = field.column("Why envelopes and signatures differ; null: they do not.")
    totals: list[PollingTotal] = field.parts(
        counting.polling_record.totals, "What was counted of each project, without what nobody said.", size=50
    )
    has_photo: bool = field.expression(counting.polling_record.has_photo, "Whether there is a photo of the sheet.")
    photo_digest: str | None = field.column("The SHA-256 of the photo as it is kept; null: there is none.")
    recorded_at: datetime = field.column("When it was written.")


@strawberry.input(description="How many ballots of a desk say the same of a project.")
class PollingTotalInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The project.")
    choice: Choice = strawberry.field(description="What they say.")
    amount: int | None = strawberry.field(
        default=None, description="Points, or a rank, where the vote's method takes an amount; else left out."
    )
    count: int = strawberry.field(default=0, description="How many ballots, 0 to 1,000,000.")


_LENGTH = "{} to {:,} characters".format(*models.polling_record.REMARK_LENGTH)


@strawberry.input(description="What a desk counted; envelopes are its valid, blank and null ballots.")
class PollingRecordWriteInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk.")
    version: int = strawberry.field(default=0, description="The version that was read; 0: there is none.")
    reason: str | None = strawberry.field(default=None, description=f"Why it is corrected, {_LENGTH}; published.")
    signatures: int = strawberry.field(description="Signatures in the list, 0 to 1,000,000.")
    envelopes: int = strawberry.field(description="Envelopes in the box, 0 to 1,000,000.")
    valid: int = strawberry.field(description="Ballots that name a project at least, 0 to 1,000,000.")
    blank: int = strawberry.field(default=0, description="Blank ballots, 0 to 1,000,000.")
    spoilt: int = strawberry.field(default=0, description="Null ballots, 0 to 1,000,000.")
    remark: str | None = strawberry.field(
        default=None, description=f"Why envelopes and signatures differ, {_LENGTH}; wanted where they do, published."
    )
    totals: list[PollingTotalInput] = strawberry.field(
        default_factory=list, description="What was counted of each project; what is left out nobody said."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("desk_id")
class PollingRecordWritePayload:
    """The answer to `pollingRecordWrite`."""

    desk: LaterPollingDesk | None = field.refers("desk_id", "The desk with its record; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PollingRecordMutation:
    @field.action(counting.polling_record.write, who=DESK_AGENT, features=VOTING)
    def polling_record_write(
        self, input: Annotated[PollingRecordWriteInput, field.argument("What was counted.")]
    ) -> PollingRecordWritePayload:
        """Write what a desk counted, or correct it as another version: RECORD_DOES_NOT_ADD_UP where its sums are not
        right. A result that was published is counted anew. For the desk's agents and administrators."""
