"""Sheets of signatures on paper in the contract: their versions, and typing them."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import models.contribution
import models.signature_sheet
import resolvers.ident
import resolvers.sight
import resolvers.signature_sheet
from models.proof import NAME_LENGTH
from models.signature_sheet import MAX_COUNT, MAX_LINES, REASON_LENGTH
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.official_response import RESPONDENT
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

PETITIONS = feature(Feature.PETITION)


@field.stored(
    models.signature_sheet.PetitionSheet,
    visible=resolvers.sight.everyone,
    container=("contribution_id", "Contribution"),
    references={},
    marks=PETITIONS,
    is_few=True,
)
class PetitionSheet:
    """A version of a sheet of signatures on paper («feuille de signatures»), which is never overwritten; the last one
    of each sheet counts. It names nobody."""

    id: strawberry.ID = field.expression(resolvers.ident.of("petitionsheet"), "Opaque id.")
    number: int = field.column("The sheet's number in its petition, from 1.")
    version: int = field.column("Which version of it, from 1.")
    is_last: bool = field.expression(resolvers.signature_sheet.is_last, "Whether it is the last version, which counts.")
    reason: str | None = field.column("Why it takes the place of the version before; null for the first.")
    signed_on: date = field.column("The day on which the sheet was handed in; its quarter is the one that counts.")
    counted: int = field.column("How many signatures of it count.")
    repeated: list[int] = field.column(
        "The lines, from 1, that do not count because their electors have signed elsewhere in the quarter, or this"
        " petition before."
    )
    rejected: int = field.column("How many more there are that are no elector's, or cannot be read.")
    has_photo: bool = field.expression(resolvers.signature_sheet.has_photo, "Whether there is a photo of the sheet.")
    photo_digest: str | None = field.column(
        "The SHA-256 of the photo, also once it is taken away for its age; null: there was none."
    )
    typed_at: datetime = field.column("When it was typed.")


@strawberry.input(description="An elector's signature on a sheet.", directives=PETITIONS)
class PetitionSheetSignatureInput:
    given_names: str = strawberry.field(description=f"The given names, up to {NAME_LENGTH[1]} characters.")
    family_name: str = strawberry.field(description=f"The family name, up to {NAME_LENGTH[1]} characters.")
    born_on: date = strawberry.field(description="The birth date.")
    commune: str | None = strawberry.field(
        default=None, description="The INSEE code of the commune of the roll; wanted where the portal is of several."
    )


@strawberry.input(description="What is on a sheet of signatures.", directives=PETITIONS)
class PetitionSheetTypeInput:
    contribution: strawberry.ID = field.reference(models.contribution.Contribution, "The petition's proposal.")
    signed_on: date = strawberry.field(description="The day on which the sheet was handed in.")
    signatures: list[PetitionSheetSignatureInput] | None = strawberry.field(
        default=None, description=f"The electors in the order of the lines, {MAX_LINES} at most: by the law alone."
    )
    total: int = strawberry.field(
        default=0, description=f"How many have signed, 0 to {MAX_COUNT}: of a petition that is not by the law."
    )
    rejected: int = strawberry.field(
        default=0, description=f"How many more are no elector's, or cannot be read, 0 to {MAX_COUNT}."
    )
    number: int | None = strawberry.field(
        default=None, description="The number of the sheet of which this is another version; null: it is a new one."
    )
    version: int = strawberry.field(default=0, description="The version that was read; 0 for a new sheet.")
    reason: str | None = strawberry.field(
        default=None,
        description=f"Why it is typed again, {REASON_LENGTH[0]} to {REASON_LENGTH[1]:,} characters, which everybody"
        " reads.",
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("petition_sheet_id")
class PetitionSheetTypePayload:
    """The answer to `petitionSheetType`."""

    sheet: PetitionSheet | None = field.refers(
        "petition_sheet_id", "What was typed, with the lines that do not count; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PetitionSheetMutation:
    @field.action(resolvers.signature_sheet.type_, who=RESPONDENT, features=(Feature.PETITION,))
    def petition_sheet_type(
        self, input: Annotated[PetitionSheetTypeInput, field.argument("What is on it.")]
    ) -> PetitionSheetTypePayload:
        """Type a sheet of signatures on paper, or another version of one, while the petition is signed. Of a petition
        by the law each elector is typed, of whom keyed digests and the commune are kept; who has signed already, online
        too, does not count. Of others the total is typed. CONFLICT when somebody else typed a version since `version`
        was read. A photo of it is sent by `POST /petition/feuille/{sheet}/photo`. For moderators, editors of the
        petition's space, and members of the city's services."""
