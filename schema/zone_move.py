"""Moves of zones in the contract: a zone's contributions go into the portal of their own commune, by consent."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.zone
import models.zone_move
import office.zone_move
import resolvers.actor
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from models.zone_move import StayReason, ZoneMoveState
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR, MEMBER
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.page import After, Connection, First

described(
    ZoneMoveState,
    "Where a move of a zone is.",
    {
        "PROPOSED": "The portal that has the zone proposes it; the other has not answered.",
        "DECLINED": "The other portal declined, or the proposal was taken back.",
        "ACCEPTED": "Both portals agreed: contributions move, batch by batch.",
        "MOVED": "All that could move is on the other portal.",
        "REVERTING": "Contributions come back, batch by batch.",
        "REVERTED": "They are back.",
        "SETTLED": "It stays as it is, and can be taken back no more.",
    },
)
described(
    StayReason,
    "Why a contribution of a zone that moved stays where it is.",
    {
        "MODERATION": "Moderators withhold it, or have to decide on it or on a comment.",
        "BALLOT": "It is voted on by ballots, which are counted together for all voters.",
        "EXCHANGE": "An exchange about it is under way.",
        "PROCEDURE": "It is part of a procedure: a petition, a text, a mission, a merged project, an answered one.",
        "NOT_PUBLIC": "Its space is not public.",
        "NOT_OFFERED": "The other portal has no activities of its kind: nobody would see it there.",
    },
)


@field.value
class StayingContributions:
    """How many contributions of a zone stay for one reason («ce qui reste»)."""

    reason: StayReason = field.column("Why.")
    count: int = field.column("How many.")


@field.stored(models.zone_move.ZoneMove, visible=resolvers.sight.zone_move, references={})
class ZoneMove:
    """The move of a zone's contributions into the portal of their commune («déménagement d'un quartier»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("zonemove"), "Opaque id.")
    zone_name: str = field.column("The zone.")
    state: ZoneMoveState = field.column("Where the move is.")
    is_outgoing: bool = field.expression(office.zone_move.is_outgoing, "Whether the zone is this portal's.")
    portal_title: str = field.expression(office.zone_move.of_other("title"), "The other portal's title.")
    portal: str = field.expression(office.zone_move.of_other("slug"), "The other portal's short name.")
    host: str = field.expression(
        office.zone_move.of_other("host"), "The name by which that portal is reached; empty: none, or not yet said."
    )
    proposed_by: str | None = field.expression(
        office.zone_move.told("proposed_by"), "Who proposed it; null for everybody but administrators."
    )
    accepted_by: str | None = field.expression(
        office.zone_move.told("accepted_by"), "Who accepted it; null: nobody yet, or for everybody but administrators."
    )
    proposed_at: datetime = field.column("When it was proposed.")
    accepted_at: datetime | None = field.column("When it was accepted; null: not yet.")
    ended_at: datetime | None = field.column("When its state was reached by itself: moved, or back; null: not yet.")
    moved_count: int = field.column("How many contributions, arguments included, are on the other portal.")
    stays: list[StayingContributions] = field.parts(
        office.zone_move.stays, "What stays where it is, by the reason; empty until the end.", size=5
    )
    has_my_consent: bool = field.expression(
        office.zone_move.has_my_consent, "Whether the viewer's account goes along (`zoneMoveConsent`)."
    )


@field.stored(models.zone_move.MovedContribution, visible=resolvers.sight.everyone, references={})
class MovedContribution:
    """Where a contribution is that moved to another portal («contribution déménagée»)."""

    portal: str = field.column("The short name of that portal.", name="slug")
    host: str = field.column("The name by which it is reached; empty: it has none of its own.")
    path: str = field.expression(office.zone_move.path, "Its page there.")
    moved_at: datetime = field.column("When it moved.")


@strawberry.input(description="A zone to move.", directives=audience(Audience.ADMINISTRATOR))
class ZoneMoveProposeInput:
    zone: strawberry.ID = field.reference(models.zone.Zone, "The zone.")
    to: str = strawberry.field(description="The portal, by its `slug`: one of `Portal.territoryReaders`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A word on a move.", directives=audience(Audience.ADMINISTRATOR))
class ZoneMoveAnswerInput:
    zone_move: strawberry.ID = field.reference(models.zone_move.ZoneMove, "The move.")
    is_accepted: bool = strawberry.field(description="Whether it is to be; false also takes back one's own proposal.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A move to take back.", directives=audience(Audience.ADMINISTRATOR))
class ZoneMoveRevertInput:
    zone_move: strawberry.ID = field.reference(models.zone_move.ZoneMove, "The move.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whether one's account goes along.")
class ZoneMoveConsentInput:
    zone_move: strawberry.ID = field.reference(models.zone_move.ZoneMove, "The move.")
    is_given: bool = strawberry.field(description="Whether it does.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What becomes of what moved here under one's address.")
class ZoneMoveClaimInput:
    is_taken: bool = strawberry.field(description="Whether it is shown under one's name; false: it stays as it is.")
    idempotency_key: str | None = idempotency_key()


MOVE = "The move; null when it was refused."


@field.payload("zone_move_id")
class ZoneMoveProposePayload:
    """The answer to `zoneMovePropose`."""

    zone_move: ZoneMove | None = field.refers("zone_move_id", MOVE)
    user_errors: list[UserError] = user_errors()


@field.payload("zone_move_id")
class ZoneMoveAnswerPayload:
    """The answer to `zoneMoveAnswer`."""

    zone_move: ZoneMove | None = field.refers("zone_move_id", MOVE)
    user_errors: list[UserError] = user_errors()


@field.payload("zone_move_id")
class ZoneMoveRevertPayload:
    """The answer to `zoneMoveRevert`."""

    zone_move: ZoneMove | None = field.refers("zone_move_id", MOVE)
    user_errors: list[UserError] = user_errors()


@field.payload("zone_move_id")
class ZoneMoveConsentPayload:
    """The answer to `zoneMoveConsent`."""

    zone_move: ZoneMove | None = field.refers("zone_move_id", MOVE)
    user_errors: list[UserError] = user_errors()


@field.payload("actor_id")
class ZoneMoveClaimPayload:
    """The answer to `zoneMoveClaim`."""

    actor: Actor | None = field.refers("actor_id", "The viewer; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ZoneMoveQuery:
    @field.declared(field.Connection(office.zone_move.listed))
    def zone_moves(self, first: First = 20, after: After = None) -> Connection[ZoneMove]:
        """The moves of zones from and to the portal, the newest first; for anyone who is signed in those from it that
        are ahead, for others none."""

    @field.declared(field.One(office.zone_move.moved))
    def moved_contribution(
        self, id: Annotated[strawberry.ID, field.argument("The id that a contribution had here.")]
    ) -> MovedContribution | None:
        """Where a contribution of this portal is that moved to another one with its zone; null: it did not."""


@strawberry.type
class ZoneMoveMutation:
    @field.action(office.zone_move.propose, who=ADMINISTRATOR)
    def zone_move_propose(
        self, input: Annotated[ZoneMoveProposeInput, field.argument("Which zone, and where to.")]
    ) -> ZoneMoveProposePayload:
        """Propose that a zone's contributions move to the portal of their commune, with their comments, votes and
        places. NOT_FOUND for a portal that does not receive; nothing moves before that portal accepts. For
        administrators."""

    @field.action(office.zone_move.answer, who=ADMINISTRATOR)
    def zone_move_answer(
        self, input: Annotated[ZoneMoveAnswerInput, field.argument("The word.")]
    ) -> ZoneMoveAnswerPayload:
        """Accept or decline what another portal proposes, or take back one's own proposal. Once accepted, jobs move
        everything within seconds, and ids of the former portal lead to the new one. For administrators."""

    @field.action(office.zone_move.revert, who=ADMINISTRATOR)
    def zone_move_revert(
        self, input: Annotated[ZoneMoveRevertInput, field.argument("The move.")]
    ) -> ZoneMoveRevertPayload:
        """Give back what moved here, with what was said of it since, within 90 days. For administrators."""

    @field.action(office.zone_move.consent, who=MEMBER)
    def zone_move_consent(
        self, input: Annotated[ZoneMoveConsentInput, field.argument("The move, and the word.")]
    ) -> ZoneMoveConsentPayload:
        """Say whether one's account goes along with a zone that moves: then there is an account of the same address on
        the other portal. Without it, contributions go under the name that they show."""

    @field.action(office.zone_move.claim, who=MEMBER)
    def zone_move_claim(
        self, input: Annotated[ZoneMoveClaimInput, field.argument("What becomes of it.")]
    ) -> ZoneMoveClaimPayload:
        """Take what moved here from another portal and was published there with the same address."""
