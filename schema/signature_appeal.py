"""Signatures by the law that do not count, in the contract: what their signers say to it, and what the city answers."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import models.elector
import office.signature_appeal
import resolvers.ident
import resolvers.signature_appeal
import resolvers.vote
from auth.viewer import Audience
from models.elector import APPEAL_LENGTH
from models.set_aside import DoubtSign
from models.tenant import Feature
from planner import field
from planner.directive import audience, feature
from planner.who import MEMBER, MODERATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution

PETITIONS = feature(Feature.PETITION)
_LENGTH = f"{APPEAL_LENGTH[0]} to {APPEAL_LENGTH[1]:,} characters"


@field.value
class JudgedSignature:
    """What was judged of the viewer's own signature, and what came of contesting it."""

    is_set_aside: bool = field.column("Whether it is set aside («mise de côté»), and so not counted.")
    is_invalid: bool = field.column("Whether it was drawn for a check and found not valid.")
    reason: str | None = field.column("Why; null: it counts again.")
    may_appeal: bool = field.column("Whether the viewer may contest it, by `petitionSignatureAppeal`.")
    appeal: str | None = field.column("What the viewer has said to it; null: nothing, or it was removed.")
    appealed_at: datetime | None = field.column("When; null: never.")
    reply: str | None = field.column("What the city answers; null: nothing yet, or it was removed.")
    replied_at: datetime | None = field.column("When; null: not yet.")


@field.value
class ContestedSignature:
    """A signature whose signer contests that it does not count («contestation»); nobody is named."""

    id: strawberry.ID = field.expression(resolvers.ident.of("petitionsignature"), "Opaque id.")
    sign: DoubtSign | None = field.column("For what it is set aside; null: it is not.")
    reason: str | None = field.column("Why it does not count; null: it counts again.")
    rank: int | None = field.column("Its place in the sample; null: it was not drawn.")
    appeal: str = field.column("What its signer says.")
    appealed_at: datetime = field.column("When.")
    reply: str | None = field.column("What was answered; null: nothing yet.")
    replied_at: datetime | None = field.column("When; null: not yet.")
    is_counted: bool = field.column("Whether it counts again.")


@strawberry.input(description="What a signer says to it that the signature does not count.", directives=PETITIONS)
class PetitionSignatureAppealInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    words: str = strawberry.field(description=f"Why it should count, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What is answered to a signer.", directives=[*audience(Audience.MODERATOR), *PETITIONS])
class PetitionSignatureAnswerInput:
    signature: strawberry.ID = field.reference(models.elector.PetitionSignature, "The signature that is contested.")
    is_counted: bool = strawberry.field(description="Whether it counts again.")
    reply: str = strawberry.field(description=f"Why, which its signer reads, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class PetitionSignatureAppealPayload:
    """The answer to `petitionSignatureAppeal`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The petition's proposal; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSignatureAnswerPayload:
    """The answer to `petitionSignatureAnswer`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The petition's proposal; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SignatureAppealMutation:
    @field.action(resolvers.signature_appeal.appeal, who=MEMBER, features=(Feature.PETITION,))
    def petition_signature_appeal(
        self, input: Annotated[PetitionSignatureAppealInput, field.argument("What to say.")]
    ) -> PetitionSignatureAppealPayload:
        """Contest that one's own signature is set aside, or was found not valid in a check, once for each judgement:
        APPEAL_NOT_POSSIBLE otherwise. For actors who are signed in."""

    @field.action(office.signature_appeal.answer, who=MODERATOR, features=(Feature.PETITION,))
    def petition_signature_answer(
        self, input: Annotated[PetitionSignatureAnswerInput, field.argument("Which, and what.")]
    ) -> PetitionSignatureAnswerPayload:
        """Answer whoever contests that a signature does not count: it counts again, on the gauge and for levels, or
        stays out. The signer is told by mail. For moderators."""
