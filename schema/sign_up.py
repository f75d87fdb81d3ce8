"""Sign-ups in the contract: a person's place in a time slot of a mission."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.mission
import models.sign_up
import resolvers.ident
import resolvers.sight
import resolvers.sign_up
from models.sign_up import SignUpStatus
from models.tenant import Feature
from planner import field
from planner.who import MEMBER
from resolvers.penalty import SPEAKER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActor
from schema.mission import AID, MissionSlot

described(
    SignUpStatus,
    "Where a sign-up is.",
    {
        "REGISTERED": "The person has a place.",
        "WAITING": "All places are taken: it is in the waiting list («liste d'attente»).",
        "WITHDRAWN": "The person took it back.",
        "CANCELLED": "The organisation called the slot off, or one of the two is gone.",
        "CAME": "The person came, as the organisation says.",
        "ABSENT": "The person did not come, as the organisation says.",
    },
)


@field.stored(models.sign_up.SignUp, visible=resolvers.sight.sign_up, references={}, marks=AID)
class SignUp:
    """A person's place in a time slot («inscription»), seen by that person and by the organisation's members alone."""

    id: strawberry.ID = field.expression(resolvers.ident.of("signup"), "Opaque id.")
    slot: MissionSlot | None = field.refers("slot_id", "For which slot; null while the mission is not shown.")
    actor: LaterActor | None = field.refers(
        "actor_id", "Who has signed up; null a year after the slot, and once the person was erased."
    )
    status: SignUpStatus = field.column("Where it is.")
    is_minor: bool = field.column("Whether the person declared to be a minor; false a year after the slot.")
    has_guardian_consent: bool = field.column("Whether a minor declared that a guardian agrees.")
    signed_up_at: datetime = field.column("When the person signed up.")
    place_in_line: int | None = field.expression(
        resolvers.sign_up.place_in_line, "Its place in the waiting list, from 1; null unless it waits."
    )


@strawberry.input(description="Which slot, and what the person declares.", directives=AID)
class SignUpMakeInput:
    slot: strawberry.ID = field.reference(models.mission.MissionSlot, "A slot that is not over.")
    is_minor: bool = strawberry.field(
        description="Whether the person is under 18, and as old as the mission asks; no date of birth is kept."
    )
    has_guardian_consent: bool = strawberry.field(
        default=False,
        description="Whether a guardian («représentant légal») of the minor has agreed, as the minor declares; wanted"
        " of minors.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which sign-up to take back.", directives=AID)
class SignUpWithdrawInput:
    sign_up: strawberry.ID = field.reference(models.sign_up.SignUp, "The viewer's own, while it is alive.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whose attendance, and what it was.", directives=AID)
class SignUpMarkInput:
    sign_up: strawberry.ID = field.reference(models.sign_up.SignUp, "Somebody's who has a place in a slot that began.")
    has_come: bool = strawberry.field(description="Whether the person came; it may be said anew.")
    idempotency_key: str | None = idempotency_key()


@field.payload("sign_up_id")
class SignUpMakePayload:
    """The answer to `signUpMake`."""

    sign_up: SignUp | None = field.refers("sign_up_id", "The new sign-up; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("sign_up_id")
class SignUpWithdrawPayload:
    """The answer to `signUpWithdraw`."""

    sign_up: SignUp | None = field.refers("sign_up_id", "The sign-up as it is now; null when refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("sign_up_id")
class SignUpMarkPayload:
    """The answer to `signUpMark`."""

    sign_up: SignUp | None = field.refers("sign_up_id", "The sign-up as it is now; null when refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SignUpMutation:
    @field.action(resolvers.sign_up.make, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def sign_up_make(self, input: Annotated[SignUpMakeInput, field.argument("Which slot.")]) -> SignUpMakePayload:
        """Sign up for a slot («s'inscrire»): with a place, or where all are taken in its waiting list. A minor signs up
        where the mission takes minors, and declares a guardian's consent."""

    @field.action(resolvers.sign_up.withdraw, who=MEMBER, features=(Feature.MUTUAL_AID,))
    def sign_up_withdraw(
        self, input: Annotated[SignUpWithdrawInput, field.argument("Which.")]
    ) -> SignUpWithdrawPayload:
        """Give one's own place back («se désister»): the first who waits has it, and is told."""

    @field.action(resolvers.sign_up.mark, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def sign_up_mark(self, input: Annotated[SignUpMarkInput, field.argument("Whose, and what.")]) -> SignUpMarkPayload:
        """Say whether somebody came («présence»), once the slot has begun. For members of the organisation."""
