"""Missions in the contract: what organisations ask volunteers for, with time slots."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import models.mission
import resolvers.ident
import resolvers.mission
import resolvers.sight
import resolvers.sign_up
from models.mission import MAX_PLACES, MINORS_FROM, REQUIREMENTS_LENGTH, MissionDomain
from models.tenant import Feature
from planner import field
from planner.directive import feature
from resolvers.penalty import SPEAKER
from schema.contribution import InCircle, InZone
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution, LaterSignUp
from schema.page import After, Connection, First

AID = feature(Feature.MUTUAL_AID)

described(
    MissionDomain,
    "What a mission is for: the domains of API Engagement.",
    {
        "ANIMAUX": "Animals («animaux»).",
        "BENEVOLAT_COMPETENCES": "Skills of one's trade, given («bénévolat de compétences»).",
        "CULTURE_LOISIRS": "Culture and leisure («culture et loisirs»).",
        "EDUCATION": "Education for all («éducation pour tous»).",
        "EMPLOI": "Work («emploi»).",
        "ENVIRONNEMENT": "The environment («environnement»).",
        "HUMANITAIRE": "Humanitarian aid («humanitaire»).",
        "MEMOIRE_ET_CITOYENNETE": "Memory and citizenship («mémoire et citoyenneté»).",
        "PREVENTION_PROTECTION": "Prevention and protection («prévention et protection»).",
        "SANTE": "Health for all («santé pour tous»).",
        "SOLIDARITE_INSERTION": "Solidarity and inclusion («solidarité et insertion»).",
        "SPORT": "Sport for all («sport pour tous»).",
        "VIVRE_ENSEMBLE": "Living together («vivre-ensemble»).",
        "AUTRE": "Something else («autre»).",
    },
)


@field.stored(
    models.mission.MissionSlot,
    visible=resolvers.sight.everyone,
    container=("mission_id", "Mission"),
    references={},
    marks=AID,
)
class MissionSlot:
    """A time slot of a mission («créneau»), for which people sign up until it is over."""

    id: strawberry.ID = field.expression(resolvers.ident.of("missionslot"), "Opaque id.")
    mission: Annotated["Mission", strawberry.lazy("schema.mission")] = field.refers(
        "mission_id", "Of which mission it is."
    )
    starts_at: datetime = field.column("When it begins.")
    ends_at: datetime = field.column("When it is over.")
    places: int = field.column(f"How many people it wants, at most {MAX_PLACES}.", name="capacity")
    taken_count: int = field.column("How many have a place.")
    free_places: int = field.expression(resolvers.mission.free_places, "How many places nobody has taken.")
    waiting_count: int = field.expression(resolvers.mission.waiting_count, "How many wait for a place.")
    is_open: bool = field.expression(resolvers.mission.is_open, "Whether it is neither over nor called off.")
    has_begun: bool = field.expression(resolvers.mission.has_begun, "Whether it has begun, and was not called off.")
    cancelled_at: datetime | None = field.column("When the organisation called it off; null: it did not.")
    may_organise: bool = field.expression(
        resolvers.mission.slot_organised, "Whether the viewer speaks for the organisation whose it is."
    )
    viewer_sign_up: LaterSignUp | None = field.one(
        resolvers.sign_up.own, "The viewer's own sign-up; null without one, and once it was withdrawn or cancelled."
    )

    @field.declared(field.Connection(resolvers.sign_up.of_slot))
    def sign_ups(self, first: First = 20, after: After = None) -> Connection[LaterSignUp]:
        """Who has signed up: those who have a place, then those who wait, then those that have ended, each in their
        order; empty for everybody who does not speak for the organisation, moderators and administrators too."""


@field.stored(
    models.mission.Mission,
    visible=resolvers.sight.everyone,
    container=("contribution_id", "Contribution"),
    references={},
    marks=AID,
)
class Mission:
    """What a request of an organisation has as a mission («mission de bénévolat»): for whom it is, and when."""

    id: strawberry.ID = field.expression(resolvers.ident.of("mission"), "Opaque id.")
    contribution: LaterContribution = field.refers(
        "contribution_id", "What was published: title, text, place and author."
    )
    domain: MissionDomain | None = field.column("What it is for; null when not said.")
    requirements: str | None = field.column("What is asked of volunteers, plain; null: nothing.")
    minors_from: int | None = field.column(
        "From how many years of age on one may sign up, with a guardian's consent; null: adults alone."
    )
    is_accessible: bool = field.column("Whether people with reduced mobility can take part.")
    next_starts_at: datetime | None = field.expression(
        resolvers.mission.next_start, "When the next slot begins, or began that is not over; null: none is to come."
    )
    slots: list[MissionSlot] = field.many(
        resolvers.mission.slots, "The slots that are not over, in their order, at most 100.", size=5
    )
    past_slots: list[MissionSlot] = field.many(
        resolvers.mission.past_slots,
        "The slots that are over, the last first; empty for everybody who does not speak for the organisation.",
        size=5,
    )
    may_organise: bool = field.expression(
        resolvers.mission.may_organise, "Whether the viewer speaks for the organisation whose it is."
    )


@strawberry.input(description="All that a mission says: what is left out is gone.", directives=AID)
class MissionReviseInput:
    contribution: strawberry.ID = field.reference(
        models.contribution.Contribution, "A request of an association, a service or an institution of the viewer's."
    )
    domain: MissionDomain | None = strawberry.field(default=None, description="What it is for.")
    requirements: str | None = strawberry.field(
        default=None, description=f"What is asked of volunteers, up to {REQUIREMENTS_LENGTH[1]:,} characters."
    )
    minors_from: int | None = strawberry.field(
        default=None,
        description=f"From how many years of age on minors may sign up, {MINORS_FROM[0]} to {MINORS_FROM[1]}; null:"
        " adults alone.",
    )
    is_accessible: bool = strawberry.field(
        default=False, description="Whether people with reduced mobility can take part."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A slot to add.", directives=AID)
class MissionSlotAddInput:
    contribution: strawberry.ID = field.reference(
        models.contribution.Contribution, "A request of an association, a service or an institution of the viewer's."
    )
    starts_at: datetime = strawberry.field(description="When it begins, within 366 days.")
    ends_at: datetime = strawberry.field(description="When it is over; to come, and within 366 days of its beginning.")
    places: int = strawberry.field(description=f"How many people it wants, 1 to {MAX_PLACES}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which slot to change, and how.", directives=AID)
class MissionSlotReviseInput:
    slot: strawberry.ID = field.reference(models.mission.MissionSlot, "The slot.")
    places: int = strawberry.field(
        description=f"How many people it wants, 1 to {MAX_PLACES}, no fewer than have a place."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which slot to call off.", directives=AID)
class MissionSlotCancelInput:
    slot: strawberry.ID = field.reference(models.mission.MissionSlot, "A slot that has not begun.")
    idempotency_key: str | None = idempotency_key()


@field.payload("mission_id")
class MissionRevisePayload:
    """The answer to `missionRevise`."""

    mission: Mission | None = field.refers("mission_id", "The mission as it is now; null when refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("mission_id", "slot_id")
class MissionSlotAddPayload:
    """The answer to `missionSlotAdd`."""

    slot: MissionSlot | None = field.refers("slot_id", "The new slot; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("slot_id")
class MissionSlotRevisePayload:
    """The answer to `missionSlotRevise`."""

    slot: MissionSlot | None = field.refers("slot_id", "The slot as it is now; null when refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("slot_id")
class MissionSlotCancelPayload:
    """The answer to `missionSlotCancel`."""

    slot: MissionSlot | None = field.refers("slot_id", "The slot as it is now; null when refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class MissionQuery:
    @field.declared(field.Connection(resolvers.mission.listed), directives=AID)
    def missions(
        self,
        domain: Annotated[MissionDomain | None, field.argument("Only those that are for this.")] = None,
        is_open_to_minors: Annotated[
            bool | None, field.argument("Only those that take minors, or only others.")
        ] = None,
        space: Annotated[strawberry.ID | None, field.argument("Only those in this space.")] = None,
        zone: InZone = None,
        near: InCircle = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Mission]:
        """The missions that are open and have a slot to come, the next first."""

    @field.declared(field.One(resolvers.ident.by_argument("missionslot")), directives=AID)
    def mission_slot(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> MissionSlot | None:
        """A slot of a mission; null when there is none of this id, or the mission is not shown."""


@strawberry.type
class MissionMutation:
    @field.action(resolvers.mission.revise, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def mission_revise(
        self, input: Annotated[MissionReviseInput, field.argument("What it says.")]
    ) -> MissionRevisePayload:
        """Say what a mission asks of volunteers; makes a mission of a request. For members of the organisation."""

    @field.action(resolvers.mission.add_slot, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def mission_slot_add(
        self, input: Annotated[MissionSlotAddInput, field.argument("When, and for how many.")]
    ) -> MissionSlotAddPayload:
        """Add a time slot; makes a mission of a request, which stays open until it is over. People sign up for slots
        from then on, and answer the request no more. For members of the organisation."""

    @field.action(resolvers.mission.revise_slot, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def mission_slot_revise(
        self, input: Annotated[MissionSlotReviseInput, field.argument("Which, and how.")]
    ) -> MissionSlotRevisePayload:
        """Change how many places a slot has: those that are new go to the first who wait, who are told. For members of
        the organisation."""

    @field.action(resolvers.mission.cancel_slot, who=SPEAKER, features=(Feature.MUTUAL_AID,))
    def mission_slot_cancel(
        self, input: Annotated[MissionSlotCancelInput, field.argument("Which.")]
    ) -> MissionSlotCancelPayload:
        """Call off a slot that has not begun: everybody who has signed up is told. For members of the organisation."""
