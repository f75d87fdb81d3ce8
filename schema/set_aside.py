"""Ballots that are set aside, in the contract: suspicions, what an agent decided, and what the voter says to it."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import models.set_aside
import resolvers.activity
import resolvers.ident
import resolvers.set_aside
import resolvers.sight
from auth.viewer import Audience
from models.activity import VOTING
from models.set_aside import DoubtSign
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR, MEMBER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

described(
    DoubtSign,
    "What ballots have in common that may be of one person.",
    {
        "MAILBOX": "Their accounts' addresses lead to one mailbox («alias»).",
        "DOMAIN": "Their accounts' addresses have a domain that is none of the large providers'.",
        "ALIKE": "Their accounts' addresses differ in numbers alone.",
        "ADDRESS": "Their voters have declared one and the same address.",
        "FIRST_NAME": "Their voters have one first given name, family name and birth date, and differ behind.",
        "IDENTITY_SEEN": "Somebody else has shown an agent a document with the name that their voters had given.",
        "SIGNED_AT_DESK": "Their voters have voted on paper, too, which counts in the place of the ballot online.",
    },
)


@field.value
class BallotDoubt:
    """Ballots that may be of one person («suspicion»): an agent decides, nothing is set aside by itself."""

    sign: DoubtSign = field.column("What they have in common.")
    mark: str = field.column("Names the group where it is set aside: a digest of what they have in common.")
    shown: str = field.column("What they have in common, without what would name a person.")
    ballot_count: int = field.column("How many ballots they are.")
    first_at: datetime = field.column("When the first was cast or last changed.")
    last_at: datetime = field.column("When the last was cast or changed.")


@field.stored(
    models.set_aside.SetAside,
    visible=resolvers.sight.set_aside,
    container=("activity_id", "Activity"),
    marks=feature(*VOTING),
    is_few=True,
)
class SetAside:
    """A ballot that is not counted because of a suspicion («mis de côté»); seen by its voter and by administrators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("setaside"), "Opaque id.")
    sign: DoubtSign = field.column("What it has in common with others.")
    explanation: str = field.column("Why an agent set it aside, for its voter.")
    set_aside_at: datetime = field.column("When.")
    appeal: str | None = field.column("What its voter says to it; null: nothing.")
    reply: str | None = field.column("Why it counts again; null while it does not.")
    restored_at: datetime | None = field.column("Since when it counts again; null: it does not.")


_LENGTH = "{} to {:,} characters".format(*models.set_aside.EXPLANATION_LENGTH)


@strawberry.input(description="Ballots to set aside.", directives=audience(Audience.ADMINISTRATOR))
class BallotsSetAsideInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity in which they were cast.")
    sign: DoubtSign = strawberry.field(description="What they have in common.")
    mark: str = strawberry.field(description="Which group: its `mark`.")
    explanation: str = strawberry.field(description=f"Why, {_LENGTH}; their voters read it.")
    is_first_kept: bool = strawberry.field(default=True, description="Whether the first of them still counts.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What a voter says to it that the ballot is set aside.")
class BallotAppealInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity in which it was cast.")
    words: str = strawberry.field(description=f"Why it should count, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A ballot to count again.", directives=audience(Audience.ADMINISTRATOR))
class BallotRestoreInput:
    set_aside: strawberry.ID = field.reference(models.set_aside.SetAside, "What was set aside.")
    reply: str = strawberry.field(description=f"Why it counts again, {_LENGTH}.")
    idempotency_key: str | None = idempotency_key()


CHANGED = "The activity with what is set aside; null when it was refused."


@field.payload("activity_id")
class BallotsSetAsidePayload:
    """The answer to `ballotsSetAside`."""

    activity: LaterActivity | None = field.refers("activity_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class BallotAppealPayload:
    """The answer to `ballotAppeal`."""

    activity: LaterActivity | None = field.refers("activity_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class BallotRestorePayload:
    """The answer to `ballotRestore`."""

    activity: LaterActivity | None = field.refers("activity_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class SetAsideMutation:
    @field.action(resolvers.set_aside.put_aside, who=ADMINISTRATOR, features=VOTING)
    def ballots_set_aside(
        self, input: Annotated[BallotsSetAsideInput, field.argument("Which, and why.")]
    ) -> BallotsSetAsidePayload:
        """Set a group of ballots aside: they stay, are not counted and are told publicly as set aside; their voters see
        why. For administrators."""

    @field.action(resolvers.set_aside.appeal, who=MEMBER, features=VOTING)
    def ballot_appeal(self, input: Annotated[BallotAppealInput, field.argument("What to say.")]) -> BallotAppealPayload:
        """Contest that one's ballot is set aside, once. For actors who are signed in."""

    @field.action(resolvers.set_aside.restore, who=ADMINISTRATOR, features=VOTING)
    def ballot_restore(
        self, input: Annotated[BallotRestoreInput, field.argument("Which, and why.")]
    ) -> BallotRestorePayload:
        """Have a ballot count again. A vote that was counted is counted anew. For administrators."""
