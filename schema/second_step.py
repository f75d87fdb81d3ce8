"""The second step of signing in, in the contract; it is shown under `/auth/second-step`."""

from typing import Annotated

import strawberry
from sqlalchemy import Text

import models.actor
import resolvers.second_step
from planner import field
from planner.who import ADMINISTRATOR, MEMBER
from schema.actor import Actor
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key


@strawberry.input(description="The second step to set.")
class SecondStepSetInput:
    code: str = strawberry.field(
        description="The six digits that the application makes now of `Account.secondStepKey`."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id", recovery_codes=Text())
class SecondStepSetPayload:
    """The answer to `secondStepSet`."""

    actor: Actor | None = field.refers("actor_id", "Whose it is; null when it was refused.")
    recovery_codes: str | None = field.column(
        "Codes that stand in for the telephone, one a line, each good once: told here and never again. Null when it was"
        " refused, and for a request that is repeated under its idempotency key."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.input(description="The second step to remove.")
class SecondStepRemoveInput:
    actor: strawberry.ID | None = field.reference(
        models.actor.Actor, "Whose; null: one's own. Administrators alone may name another actor.", default=None
    )
    code: str = strawberry.field(
        default="", description="A code of the application or for recovery; of one's own alone."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class SecondStepRemovePayload:
    """The answer to `secondStepRemove`."""

    actor: Actor | None = field.refers("actor_id", "Whose it was; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SecondStepMutation:
    @field.action(resolvers.second_step.set_up, who=MEMBER)
    def second_step_set(self, input: Annotated[SecondStepSetInput, field.argument("Which.")]) -> SecondStepSetPayload:
        """Have signing in to one's account take a code of one's telephone, too. Browsers in which one is signed in stay
        so. SECOND_STEP_WRONG for a code that the key does not make now. For members."""

    @field.action(resolvers.second_step.remove, who=MEMBER | ADMINISTRATOR)
    def second_step_remove(
        self, input: Annotated[SecondStepRemoveInput, field.argument("Whose.")]
    ) -> SecondStepRemovePayload:
        """Sign in without a second step again, by a code of one's own; administrators let somebody who has lost the
        telephone and the recovery codes. SECOND_STEP_WRONG for a wrong code, SECOND_STEP_TRIES after ten in an hour.
        For members."""
