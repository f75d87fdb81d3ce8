"""Signatures of petitions by the law in the contract: an elector says who this is, and signs."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models.contribution
import resolvers.elector
import resolvers.vote
from models.elector import ASIDE_LENGTH, ELECTOR_AGE
from models.proof import NAME_LENGTH
from models.set_aside import DoubtSign
from models.tenant import Feature
from planner import field
from planner.directive import feature
from planner.who import ADMINISTRATOR, MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution

PETITIONS = feature(Feature.PETITION)


@strawberry.input(description="Who signs a petition by the law, and which.", directives=PETITIONS)
class PetitionSignInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    given_names: str = strawberry.field(description=f"The elector's given names, up to {NAME_LENGTH[1]} characters.")
    family_name: str = strawberry.field(description=f"The family name, up to {NAME_LENGTH[1]} characters.")
    born_on: date = strawberry.field(description=f"The birth date, of somebody of {ELECTOR_AGE} years at least.")
    commune: str | None = strawberry.field(
        default=None,
        description="The INSEE code of the commune on whose electoral roll this is; wanted where the portal is of"
        " several.",
    )
    is_on_honour: bool = strawberry.field(description="Whether all of this is declared on one's honour, as it must be.")
    idempotency_key: str | None = idempotency_key()


_LENGTH = f"{ASIDE_LENGTH[0]} to {ASIDE_LENGTH[1]:,} characters"


@field.value
class SignatureDoubt:
    """Signatures by the law whose accounts' addresses have something in common («suspicion»): an administrator decides,
    nothing is set aside by itself."""

    sign: DoubtSign = field.column("What they have in common.")
    mark: str = field.column("Names the group: a digest of what they have in common.")
    shown: str = field.column("What they have in common, without what would name a person.")
    count: int = field.column("How many signatures they are.")
    reason: str | None = field.column("Why these are set aside; null: they count.")
    first_at: datetime = field.column("When the first was made.")
    last_at: datetime = field.column("When the last was made.")


@field.value
class SignatureAsideCount:
    """How many signatures are set aside for a sign."""

    sign: DoubtSign = field.column("What they have in common.")
    count: int = field.column("How many.")


@strawberry.input(description="Which signatures are set aside, and why.", directives=PETITIONS)
class PetitionSignaturesSetAsideInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    sign: DoubtSign = strawberry.field(description="What they have in common.")
    mark: str = strawberry.field(description="The group's `mark`.")
    explanation: str = strawberry.field(description=f"Why, for those who signed, {_LENGTH}.")
    is_first_kept: bool = strawberry.field(default=True, description="Whether the first of them still counts.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which signatures count again, and why.", directives=PETITIONS)
class PetitionSignaturesPutBackInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    sign: DoubtSign = strawberry.field(description="What they have in common.")
    mark: str = strawberry.field(description="The group's `mark`.")
    reason: str = strawberry.field(description=f"Why, for the journal, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class PetitionSignaturesSetAsidePayload:
    """The answer to `petitionSignaturesSetAside`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The petition's proposal; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSignaturesPutBackPayload:
    """The answer to `petitionSignaturesPutBack`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "The petition's proposal; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSignPayload:
    """The answer to `petitionSign`."""

    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What was signed; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionSignatureMutation:
    @field.action(resolvers.elector.sign, who=MEMBER, features=(Feature.PETITION,))
    def petition_sign(
        self, input: Annotated[PetitionSignInput, field.argument("Who, and which.")]
    ) -> PetitionSignPayload:
        """Sign a petition by article L1112-16 as one of the electors: once in a calendar quarter of the portal's time
        zone, whichever of its petitions it is, online and on paper. Of name and birth date keyed digests alone are
        kept. `voteWithdraw` takes the signature back while the petition is signed, and the quarter is free again.
        SIGNED_THIS_QUARTER, TOO_YOUNG. For actors who are signed in."""

    @field.action(resolvers.elector.put_aside, who=ADMINISTRATOR, features=(Feature.PETITION,))
    def petition_signatures_set_aside(
        self, input: Annotated[PetitionSignaturesSetAsideInput, field.argument("Which, and why.")]
    ) -> PetitionSignaturesSetAsidePayload:
        """Count a group of signatures no more, because one person may have made them («mettre de côté»). They stay, are
        counted in public as set aside, and may be put back; a level that was reached stays. For administrators."""

    @field.action(resolvers.elector.put_back, who=ADMINISTRATOR, features=(Feature.PETITION,))
    def petition_signatures_put_back(
        self, input: Annotated[PetitionSignaturesPutBackInput, field.argument("Which, and why.")]
    ) -> PetitionSignaturesPutBackPayload:
        """Count a group of signatures again that was set aside. For administrators."""
