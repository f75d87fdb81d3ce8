"""Signatures of petitions by the law in the contract: an elector says who this is, and signs."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.contribution
import resolvers.elector
import resolvers.vote
from models.elector import ELECTOR_AGE
from models.proof import NAME_LENGTH
from models.tenant import Feature
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

if TYPE_CHECKING:
    from schema.contribution import Contribution

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


@field.payload("contribution_id")
class PetitionSignPayload:
    """The answer to `petitionSign`."""

    contribution: Annotated["Contribution", strawberry.lazy("schema.contribution")] | None = field.one(
        resolvers.vote.voted_on, "What was signed; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionSignatureMutation:
    @field.action(resolvers.elector.sign, who=MEMBER, features=(Feature.PETITION,))
    def petition_sign(
        self, input: Annotated[PetitionSignInput, strawberry.argument(description="Who, and which.")]
    ) -> PetitionSignPayload:
        """Sign a petition by article L1112-16 as one of the electors: once in a calendar quarter of the portal's time
        zone, whichever of its petitions it is, online and on paper. Of name and birth date keyed digests alone are
        kept. `voteWithdraw` takes the signature back while the petition is signed, and the quarter is free again.
        SIGNED_THIS_QUARTER, TOO_YOUNG. For actors who are signed in."""
