"""Phases in the contract: what one may do in an activity for a while, and when."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.activity
import resolvers.activity
import resolvers.phase
from models.phase import ALLOWED, MAX_PHASES, PHASE_TITLE_LENGTH, Doing, PhaseKind
from models.tenant import Feature
from planner import field
from resolvers.space_role import ACTIVITY_EDITOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity

__all__ = ["ActivityPhase", "AsOf", "Doing", "PhaseKind", "PhaseMutation"]

AsOf = Annotated[datetime | None, field.argument("The instant to look at, for administrators alone; null: now.")]

described(
    PhaseKind,
    "What a phase of an activity is for.",
    {
        "COLLECT": "People publish and reply, or answer a survey; nobody votes yet.",
        "DEBATE": "People publish, reply and vote, or answer a survey.",
        "EXAMINE": "The city examines what was published; people reply. A survey is answered no more.",
        "VOTE": "People vote and reply, or answer a survey; nothing is published any more.",
        "RESULT": "The result is there: nothing is published, replied to, voted on or answered.",
    },
)
described(
    Doing,
    "What somebody does in an activity.",
    {
        "PUBLISH": "To publish contributions.",
        "COMMENT": "To reply to them.",
        "VOTE": "To vote on them.",
        "ANSWER": "To answer a survey; in a survey nothing else is done.",
    },
    lambda doing: (Feature.SURVEY,) if doing is Doing.ANSWER else (),
)
assert len(ALLOWED) == len(PhaseKind)


@field.value
class ActivityPhase:
    """What one may do in an activity for a while («phase»)."""

    kind: PhaseKind = field.column("What it is for.")
    title: str = field.column("Its title.")
    starts_at: datetime = field.column("When it begins.")
    ends_at: datetime | None = field.column("When it ends: the next begins, or the activity closes; null: it stays.")
    is_current: bool = field.column("Whether it has begun, and not ended.")
    is_over: bool = field.column("Whether it has ended.")


@strawberry.input(description="A phase of an activity.")
class PhaseInput:
    kind: PhaseKind = strawberry.field(description="What it is for.")
    title: str = strawberry.field(
        description=f"Its title, {PHASE_TITLE_LENGTH[0]} to {PHASE_TITLE_LENGTH[1]} characters."
    )
    starts_at: datetime = strawberry.field(description="When it begins; the one before it ends then.")


@strawberry.input(description="The phases of an activity as they are to be.")
class PhasesPlanInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    version: int = strawberry.field(
        description="The version that was read: who changed it meanwhile is not overwritten."
    )
    phases: list[PhaseInput] = strawberry.field(
        description=f"The phases in their order, at most {MAX_PHASES}; none: everything is allowed while it is open."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("activity_id")
class PhasesPlanPayload:
    """The answer to `phasesPlan`."""

    activity: LaterActivity | None = field.refers(
        "activity_id", "The activity with its phases; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PhaseMutation:
    @field.action(resolvers.phase.plan, who=ACTIVITY_EDITOR)
    def phases_plan(self, input: Annotated[PhasesPlanInput, field.argument("The phases.")]) -> PhasesPlanPayload:
        """Say what one may do in an activity, and when: phases open and close by themselves. Once somebody has
        published or answered, a phase that has begun keeps its kind and its start. CONFLICT when somebody else changed
        the activity since `version` was read. For administrators and the space's editors."""
