"""The account in the contract: the private side of the person who asks, and the end of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.account
import office.saved_filter
import resolvers.account
import resolvers.actor
import resolvers.second_step
import resolvers.sight
from models.personal import Remains
from planner import field
from planner.who import MEMBER
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key

if TYPE_CHECKING:
    from schema.saved_filter import SavedFilter

described(
    Remains,
    "What becomes of the contributions and comments of a person who is erased; votes stay counted in any case.",
    {
        "BLANK": "Their texts and places are blanked.",
        "KEEP": "They stay readable, as nobody's; what wants its author ends, and exact places are forgotten.",
    },
)


@field.stored(models.account.Account, visible=resolvers.sight.own, references={})
class Account:
    """The private side of an actor who signs in («compte»); its owner's eyes alone see it."""

    email: str | None = field.column("The confirmed address; null where only an identity provider vouches.")
    created_at: datetime = field.column("When it was made.")
    seen_at: datetime = field.column("When it was used last, to a day; after three years without use it is erased.")
    saved_filters: list[Annotated["SavedFilter", strawberry.lazy("schema.saved_filter")]] = field.parts(
        office.saved_filter.own, "The filters that its owner keeps, by name.", size=5
    )
    has_second_step: bool = field.expression(
        resolvers.second_step.is_set, "Whether signing in takes a code of its owner's telephone, too."
    )
    recovery_code_count: int = field.expression(
        resolvers.second_step.recovery_code_count, "How many codes that stand in for the telephone are left."
    )
    second_step_key: str | None = field.expression(
        resolvers.second_step.offered_key,
        "A key for an application that makes codes (RFC 6238: SHA-1, six digits, 30 seconds), in base 32, as it stands"
        " in `otpauth://totp/{portal}:{name}?secret={key}&issuer={portal}`: for `secondStepSet`, for an hour at least."
        " Null where a second step is set.",
    )
    warned_at: datetime | None = field.column("When its owner was warned that it is about to be erased; null: not.")


@strawberry.type
class AccountQuery:
    account: Account | None = strawberry.field(
        description="The account of the signed-in person; null for an anonymous visitor, machines and widgets.",
        metadata={field.SOURCE: field.One(resolvers.account.own)},
    )


@strawberry.input(description="How to erase one's own account.")
class AccountEraseInput:
    contributions: Remains = strawberry.field(description="What becomes of one's contributions and comments.")
    confirmation: str = strawberry.field(
        description="The account's address, typed once more; one's name where the account has no address."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class AccountErasePayload:
    """The answer to `accountErase`."""

    actor: Actor | None = field.refers(
        "actor_id", "What is left: an actor without a name or an account; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class AccountMutation:
    @field.action(resolvers.account.erase, who=MEMBER)
    def account_erase(self, input: Annotated[AccountEraseInput, field.argument("How.")]) -> AccountErasePayload:
        """Erase oneself, at once and for good: address, sign-ins, sessions, positions and consents, and texts where one
        wants that. Votes stay counted as nobody's. A last mail says that it is done. For members."""
