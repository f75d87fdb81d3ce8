"""Electoral rolls that a petition's signatures are compared with, in the contract: figures, and nobody named."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models.contribution
import office.petition_roll
import office.sampling
from auth.viewer import Audience
from models.elector import RollResult
from models.tenant import Feature
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR
from resolvers.official_response import RESPONDENT
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterPetition

PETITIONS = feature(Feature.PETITION)
FEATURES = (Feature.PETITION,)
THE_PETITION = "The petition as it is; null when it was refused."

described(
    RollResult,
    "What the electoral roll says of a signature that was compared with it.",
    {
        "ON_ROLL": "An elector of this first given name, family name and birth date is on it («inscrit»).",
        "NOT_ON_ROLL": "None is («introuvable»): a name may be written otherwise.",
        "NOT_COMPARABLE": "Its key was removed before, some time after the petition's close.",
    },
)


@field.value
class ComparedRoll:
    """An electoral roll that signatures were compared with. The file was read and forgotten."""

    commune: str = field.column("The INSEE code of the commune whose roll it is.")
    as_of: date = field.column("Of which day it is.")
    row_count: int = field.column("Rows of the last file.")
    refused_count: int = field.column("Rows of it that could not be read.")
    compared_at: datetime = field.column("When it was compared.")


@field.value
class RollComparison:
    """What electoral rolls say of a petition's signatures («rapprochement avec la liste électorale»); published from
    five compared signatures on."""

    on_roll_count: int = field.column("How many are on the roll.")
    not_on_roll_count: int = field.column("How many are not, under the name and birth date that were given.")
    not_comparable_count: int = field.column("How many cannot be compared any more.")
    not_compared_count: int = field.column("How many came later, or are of a commune whose roll was not compared.")
    rolls: list[ComparedRoll] = field.parts(
        office.petition_roll.rolls, "The rolls that they were compared with, of each commune the last one.", size=10
    )


@strawberry.input(
    description="Of which petition it is forgotten.", directives=[*audience(Audience.ADMINISTRATOR), *PETITIONS]
)
class PetitionRollForgetInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Of which petition the sample is matched.", directives=PETITIONS)
class PetitionSampleMatchInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    idempotency_key: str | None = idempotency_key()


@field.payload("contribution_id")
class PetitionRollForgetPayload:
    """The answer to `petitionRollForget`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@field.payload("contribution_id")
class PetitionSampleMatchPayload:
    """The answer to `petitionSampleMatch`."""

    petition: LaterPetition | None = field.refers("contribution_id", THE_PETITION, to="contribution_id")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionRollMutation:
    @field.action(office.petition_roll.forget, who=ADMINISTRATOR, features=FEATURES)
    def petition_roll_forget(
        self, input: Annotated[PetitionRollForgetInput, field.argument("Which.")]
    ) -> PetitionRollForgetPayload:
        """Forget what electoral rolls said of a petition's signatures, as where a file was the wrong one. They are
        compared anew by `POST /petition/liste`. For administrators."""

    @field.action(office.sampling.match, who=RESPONDENT, features=FEATURES)
    def petition_sample_match(
        self, input: Annotated[PetitionSampleMatchInput, field.argument("Which.")]
    ) -> PetitionSampleMatchPayload:
        """Say of those signatures of the sample that are on the roll, and were not checked yet, that they are valid;
        the others are left to people. For moderators, editors of its space, and members of the city's services."""
