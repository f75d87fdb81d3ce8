"""Admissions in the contract: batches of printed codes, and the vote of somebody who has a code and no account."""

from typing import Annotated

import strawberry
from sqlalchemy import Text

import counting.admission
import models.activity
import models.admission
from auth.viewer import Audience
from models.activity import PROVING, VOTING
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR, ANYBODY, MEMBER
from schema.ballot import BallotVoteInput
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity


@strawberry.input(description="Codes to make.", directives=audience(Audience.ADMINISTRATOR))
class CodesMakeInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    name: str = strawberry.field(description="What the city calls the batch, 2 to 80 characters.")
    count: int = strawberry.field(description="How many, 1 to 500.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A batch to revoke.", directives=audience(Audience.ADMINISTRATOR))
class AdmissionsRevokeInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    batch: strawberry.ID = field.reference(models.admission.Admission, "The batch.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A code that was handed out.")
class ProofByCodeInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    code: str = strawberry.field(description="The code, with hyphens or spaces or not.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A whole ballot to cast by a code alone; the one cast by it before goes.")
class CodeBallotCastInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity to vote in.")
    code: str = strawberry.field(description="The code, with hyphens or spaces or not.")
    votes: list[BallotVoteInput] = strawberry.field(
        default_factory=list, description="One for each project, up to 1,000; none in a blank ballot."
    )
    is_blank: bool = strawberry.field(default=False, description="Whether the ballot is blank.")
    receipt: str | None = strawberry.field(
        default=None,
        description="The receipt of the ballot that was cast by this code, where it is changed: REQUIRED without it.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id", codes=Text())
class CodesMakePayload:
    """The answer to `codesMake`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    codes: str | None = field.column(
        "The codes, one a line: told here and never again. Null when it was refused, and when it is repeated."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class AdmissionsRevokePayload:
    """The answer to `admissionsRevoke`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofByCodePayload:
    """The answer to `proofByCode`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, with what the viewer has proved; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id", receipt=Text())
class CodeBallotCastPayload:
    """The answer to `codeBallotCast`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    receipt: str | None = field.column("The ballot's receipt («récépissé»); null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AdmissionMutation:
    @field.action(counting.admission.make_codes, who=ADMINISTRATOR, features=PROVING)
    def codes_make(self, input: Annotated[CodesMakeInput, field.argument("How many.")]) -> CodesMakePayload:
        """Make codes to print and hand out, each good for one voter. For administrators."""

    @field.action(counting.admission.revoke, who=ADMINISTRATOR, features=PROVING)
    def admissions_revoke(
        self, input: Annotated[AdmissionsRevokeInput, field.argument("Which.")]
    ) -> AdmissionsRevokePayload:
        """Revoke what nobody has used of a batch; ballots that were cast stay. For administrators."""

    @field.action(counting.admission.prove, who=MEMBER, features=PROVING)
    def proof_by_code(self, input: Annotated[ProofByCodeInput, field.argument("The code.")]) -> ProofByCodePayload:
        """Prove by a code that one may vote. BAD_CODE where it is none of this vote, PROOF_USED where somebody has used
        it. For actors who are signed in."""

    @field.action(counting.admission.cast, who=ANYBODY, features=VOTING)
    def code_ballot_cast(
        self, input: Annotated[CodeBallotCastInput, field.argument("The code and the ballot.")]
    ) -> CodeBallotCastPayload:
        """Cast a ballot without an account, by a code that was handed out; with the same code it is changed until the
        close. For everybody."""
