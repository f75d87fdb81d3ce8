"""Petitioners in the contract: sponsors and authors of a petition come and go."""

from typing import Annotated

import strawberry

import models.contribution
import resolvers.petition
import resolvers.petitioner
from models.tenant import Feature
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterPetition

PETITIONS = feature(Feature.PETITION)
FEATURES = (Feature.PETITION,)
THE_PETITION = "The petition as it is; null when it was refused."


@strawberry.input(description="Which petition to sponsor.", directives=PETITIONS)
class PetitionSponsorInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Of which petition to become an author.", directives=PETITIONS)
class PetitionAuthorJoinInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    code: str = strawberry.field(description="The `authorCode` that an author has passed on.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which petition to leave.", directives=PETITIONS)
class PetitionLeaveInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class PetitionSponsorPayload:
    """The answer to `petitionSponsor`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionAuthorJoinPayload:
    """The answer to `petitionAuthorJoin`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionLeavePayload:
    """The answer to `petitionLeave`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionerMutation:
    @field.action(resolvers.petitioner.sponsor, who=MEMBER, features=FEATURES)
    def petition_sponsor(
        self, input: Annotated[PetitionSponsorInput, field.argument("Which.")]
    ) -> PetitionSponsorPayload:
        """Sponsor a petition that seeks sponsors («parrainer»): with the last one whom its rule wants it is submitted.
        Its authors do not. For actors who are signed in."""

    @field.action(resolvers.petitioner.join, who=MEMBER, features=FEATURES)
    def petition_author_join(
        self, input: Annotated[PetitionAuthorJoinInput, field.argument("Which, and by which code.")]
    ) -> PetitionAuthorJoinPayload:
        """Accept to be an author of a petition, by the code that one of them has passed on, while nobody signs it yet.
        LIMIT_REACHED for a sixth author. For actors who are signed in."""

    @field.action(resolvers.petitioner.leave, who=MEMBER, features=FEATURES)
    def petition_leave(self, input: Annotated[PetitionLeaveInput, field.argument("Which.")]) -> PetitionLeavePayload:
        """Leave a petition as one of its authors, of whom the others go on, or take a sponsorship back while it seeks
        sponsors. An only author withdraws it instead, by `contributionClose`. For those who stand behind it."""
