"""Samples of signatures in the contract: announced, drawn, checked, and what they say of all."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import office.sampling
from models.elector import RollResult
from models.petition import REASON_LENGTH
from models.sampling import MAX_SAMPLE, PERMILLE, USUAL_PERCENT
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.official_response import RESPONDENT
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterPetition

PETITIONS = feature(Feature.PETITION)
FEATURES = (Feature.PETITION,)
THE_PETITION = "The petition as it is; null when it was refused."
_LENGTH = f"{REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters"


@field.value
class PetitionSample:
    """A sample of a petition's signatures («contrôle par sondage»), which anybody may follow. Signatures are ranked by
    the SHA-256 of the seed and their id; the first ones are drawn."""

    seed: str = field.column("The seed, which was published before anybody knew from what it draws.")
    percent: float = field.column("Which share is drawn, in percent.")
    announced_at: datetime = field.column("When share and seed were published.")
    drawn_at: datetime | None = field.column("When it was drawn; null: not yet.")
    population: int | None = field.column("From how many signatures it was drawn; null: not yet.")
    size: int | None = field.column(f"How many were drawn, {MAX_SAMPLE:,} at most; null: not yet.")
    checked: int = field.column("How many of them are checked.")
    valid: int | None = field.column("How many of them are valid; null until all are checked.")
    estimate: int | None = field.column("How many of all signatures that makes; null until all are checked.")
    low: int | None = field.column(
        "How many at least, in 95 of 100 samples: Wilson's interval with the correction for a finite population; null"
        " until all are checked."
    )
    high: int | None = field.column("How many at most, likewise; null until all are checked.")
    is_failed: bool = field.column("Whether even so many would not have reached the lowest level.")


@field.value
class SampledSignature:
    """A signature of a sample, as whoever checks it sees it: by the account's public name, or by the sheet's line."""

    rank: int = field.column("Its place in the sample, from 1.")
    signer_name: str | None = field.column("The public name of the account; null on paper, or when it was erased.")
    sheet_number: int | None = field.column("The number of the sheet; null online.")
    line: int | None = field.column("The line on it, from 1; null online.")
    commune: str = field.column("The INSEE code of the commune of the roll.")
    roll_result: RollResult | None = field.column("What the electoral roll says of it; null: it was not compared.")
    is_valid: bool | None = field.column("Whether it is valid; null: it is not checked yet.")
    reason: str | None = field.column("Why it is not; null: it is, or is not checked yet.")


@strawberry.input(description="Which share of a petition's signatures will be checked.", directives=PETITIONS)
class PetitionSampleAnnounceInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    percent: float = strawberry.field(
        default=USUAL_PERCENT, description=f"The share, {PERMILLE[0] // 10} to {PERMILLE[1] // 10} percent."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Of which petition the sample is drawn.", directives=PETITIONS)
class PetitionSampleDrawInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What somebody found who checked a signature of a sample.", directives=PETITIONS)
class PetitionSignatureCheckInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    rank: int = strawberry.field(description="The signature's place in the sample.")
    is_valid: bool = strawberry.field(description="Whether it is of an elector of the commune that it says.")
    reason: str | None = strawberry.field(default=None, description=f"Why it is not, {_LENGTH}; wanted then.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition has too few valid signatures, and why.", directives=PETITIONS)
class PetitionInvalidateInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    reason: str = strawberry.field(description=f"Why, which everybody reads, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition has reached its level after all.", directives=PETITIONS)
class PetitionRevalidateInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class PetitionSampleAnnouncePayload:
    """The answer to `petitionSampleAnnounce`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSampleDrawPayload:
    """The answer to `petitionSampleDraw`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSignatureCheckPayload:
    """The answer to `petitionSignatureCheck`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionInvalidatePayload:
    """The answer to `petitionInvalidate`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionRevalidatePayload:
    """The answer to `petitionRevalidate`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SamplingMutation:
    @field.action(office.sampling.announce, who=RESPONDENT, features=FEATURES)
    def petition_sample_announce(
        self, input: Annotated[PetitionSampleAnnounceInput, field.argument("Which share.")]
    ) -> PetitionSampleAnnouncePayload:
        """Publish while a petition by the law is signed that a share of its signatures will be checked, with the seed
        of the draw. For moderators, editors of its space, and members of the city's services."""

    @field.action(office.sampling.draw, who=RESPONDENT, features=FEATURES)
    def petition_sample_draw(
        self, input: Annotated[PetitionSampleDrawInput, field.argument("Which.")]
    ) -> PetitionSampleDrawPayload:
        """Draw the sample that was announced, once nobody signs any more. For moderators, editors of its space, and
        members of the city's services."""

    @field.action(office.sampling.check, who=RESPONDENT, features=FEATURES)
    def petition_signature_check(
        self, input: Annotated[PetitionSignatureCheckInput, field.argument("What was found.")]
    ) -> PetitionSignatureCheckPayload:
        """Say of a signature of the sample whether it is valid, also another time; with the last one what that makes of
        all is published. For moderators, editors of its space, and members of the city's services."""

    @field.action(office.sampling.invalidate, who=RESPONDENT, features=FEATURES)
    def petition_invalidate(
        self, input: Annotated[PetitionInvalidateInput, field.argument("Which, and why.")]
    ) -> PetitionInvalidatePayload:
        """Say that a petition has reached none of its levels, because even the most valid signatures that its sample
        allows would not have. Nothing is deleted, and `petitionRevalidate` takes it back. For moderators, editors of
        its space, and members of the city's services."""

    @field.action(office.sampling.revalidate, who=RESPONDENT, features=FEATURES)
    def petition_revalidate(
        self, input: Annotated[PetitionRevalidateInput, field.argument("Which.")]
    ) -> PetitionRevalidatePayload:
        """Take back that a petition has too few valid signatures: the city owes its acknowledgement again. For
        moderators, editors of its space, and members of the city's services."""
