"""Urns in the contract: a vote is made secret, and its ballots are read after the close with the key that was told."""

from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text

import counting.urn
import models.activity
from auth.viewer import Audience
from models.activity import VOTING
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity


@field.value
class SealedBallot:
    """That the viewer has voted in a secret vote («enveloppe»); what the ballot says nobody can read before the urn is
    opened, and nobody can tell whose it is then."""

    receipt: str = field.column("Its receipt («récépissé»): found in the published envelopes; it opens nothing.")
    cast_at: datetime = field.column("When it was cast or last changed.")


@strawberry.input(description="A vote to make secret.", directives=audience(Audience.ADMINISTRATOR))
class UrnSealInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote, which has not opened yet.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="An urn to open.", directives=audience(Audience.ADMINISTRATOR))
class UrnOpenInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote, which is over.")
    key: str = strawberry.field(description="The key that was told when it was made secret.")
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id", key=Text())
class UrnSealPayload:
    """The answer to `urnSeal`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    key: str | None = field.column(
        "The key that opens the urn: shown here and never again. Whoever loses it loses the vote. Null when it was"
        " refused, and for a request that is repeated under its idempotency key."
    )
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class UrnOpenPayload:
    """The answer to `urnOpen`."""

    activity: LaterActivity | None = field.refers("activity_id", "The vote; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class UrnMutation:
    @field.action(counting.urn.seal, who=ADMINISTRATOR, features=VOTING)
    def urn_seal(self, input: Annotated[UrnSealInput, field.argument("Which vote.")]) -> UrnSealPayload:
        """Make a vote by ballots secret, before it opens, or give its urn a new key. For administrators."""

    @field.action(counting.urn.open_urn, who=ADMINISTRATOR, features=VOTING)
    def urn_open(self, input: Annotated[UrnOpenInput, field.argument("Which, and the key.")]) -> UrnOpenPayload:
        """Open the urn of a secret vote that is over: its ballots are counted. WRONG_KEY where the key is another's.
        For administrators."""
