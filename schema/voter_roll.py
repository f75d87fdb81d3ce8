"""Voter rolls in the contract: files of those who may vote, tried and confirmed, and the proof of whoever is on one."""

from datetime import date, datetime
from typing import Annotated

import strawberry

import counting.voter_roll
import models.activity
import models.voter_roll
import resolvers.activity
import resolvers.ident
from auth.viewer import Audience
from models.activity import PROVING
from models.voter_roll import RollColumn, RollProblem
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR, MEMBER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

described(
    RollColumn,
    "What a column of a roll's file says of a voter.",
    {
        "FAMILY_NAME": "The name at birth, or the only one.",
        "USAGE_NAME": "The name in use, as by marriage («nom d'usage»): its bearer may type either.",
        "GIVEN_NAMES": "All given names; the first is enough to prove, where it means one voter alone.",
        "WHOLE_NAME": "Family name and given names in one cell.",
        "BORN_ON": "The birth date.",
        "ZONE": "The zone of residence, for a vote of one.",
    },
)
described(
    RollProblem,
    "Why a row of a roll's file was not taken.",
    {
        "BROKEN": "It has other columns than the first line.",
        "NO_NAME": "It says no family name and given name.",
        "BAD_DATE": "Its birth date is none, or has a year of two digits.",
        "REPEATED": "Its name and birth date are those of a row above.",
        "OTHER_ZONE": "It is of another zone than the vote.",
    },
)


@field.value
class VoterRollRemark:
    """A row that was not taken. What it says is not kept."""

    line: int = field.column("Its line in the file, the first being 1.")
    problem: RollProblem = field.column("Why.")


@field.value
class VoterRollColumn:
    """How a column of the file was read; others were not."""

    means: RollColumn = field.column("What it says.")
    name: str = field.column("Its name in the file.")


@field.value
class VoterRoll:
    """A file of those who may vote («liste des votants»), of which keyed digests are kept."""

    id: strawberry.ID = field.expression(resolvers.ident.of("voterroll"), "Opaque id.")
    name: str = field.column("What the city calls it.")
    row_count: int = field.column("Rows of the file.")
    voter_count: int = field.column("Voters who were taken from it; they may be on other rolls of the vote, too.")
    refused_count: int = field.column("Rows that were not taken.")
    used_count: int = field.column("Voters of it who have proved.")
    columns: list[VoterRollColumn] = field.parts(counting.voter_roll.columns, "How its columns were read.", size=6)
    remarks: list[VoterRollRemark] = field.parts(
        counting.voter_roll.remarks, "The first 100 rows that were not taken.", size=100
    )
    added_at: datetime = field.column("When it was sent.")
    confirmed_at: datetime | None = field.column("Since when voters prove by it; null: it is a trial.")


@strawberry.input(description="A roll to confirm.", directives=audience(Audience.ADMINISTRATOR))
class VoterRollConfirmInput:
    roll: strawberry.ID = field.reference(models.voter_roll.VoterRoll, "The roll.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A roll to remove.", directives=audience(Audience.ADMINISTRATOR))
class VoterRollRemoveInput:
    roll: strawberry.ID = field.reference(models.voter_roll.VoterRoll, "The roll.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who the voter is, as on the list. Keyed, and forgotten.")
class ProofByListInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    given_names: str = strawberry.field(description="Given names, or the first one, 1 to 80 characters.")
    family_name: str = strawberry.field(description="Family name, at birth or in use, 1 to 80 characters.")
    born_on: date = strawberry.field(description="Birth date.")
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class VoterRollConfirmPayload:
    """The answer to `voterRollConfirm`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class VoterRollRemovePayload:
    """The answer to `voterRollRemove`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ProofByListPayload:
    """The answer to `proofByList`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The vote, with what the viewer has proved; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class VoterRollMutation:
    @field.action(counting.voter_roll.confirm, who=ADMINISTRATOR, features=PROVING)
    def voter_roll_confirm(
        self, input: Annotated[VoterRollConfirmInput, field.argument("Which.")]
    ) -> VoterRollConfirmPayload:
        """Have voters prove by a roll that was sent and tried. For administrators."""

    @field.action(counting.voter_roll.remove, who=ADMINISTRATOR, features=PROVING)
    def voter_roll_remove(
        self, input: Annotated[VoterRollRemoveInput, field.argument("Which.")]
    ) -> VoterRollRemovePayload:
        """Remove a roll, confirmed or not; whoever has proved by it has proved. For administrators."""

    @field.action(counting.voter_roll.prove, who=MEMBER, features=PROVING)
    def proof_by_list(
        self, input: Annotated[ProofByListInput, field.argument("Who the voter is.")]
    ) -> ProofByListPayload:
        """Prove by the city's list that one may vote. NOT_ON_LIST whatever is wrong: nobody learns who is on it;
        TOO_MANY_TRIES after six wrong tries in a day, or twenty for one name. For actors who are signed in."""
