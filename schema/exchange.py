"""Exchanges in the contract: how neighbours answer each other, and how that ends."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.actor
import models.contribution
import models.exchange
import resolvers.exchange
import resolvers.exchanging
import resolvers.ident
import resolvers.live
import resolvers.message
import resolvers.proposing
import resolvers.sight
from models.activity import EXCHANGED
from models.exchange import NOTE_LENGTH, PLACE_LENGTH, ExchangeReason, ExchangeStatus, Mover, Party, PlacePrecision
from models.stream import Stream
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from resolvers.exchange import ExchangeAct
from resolvers.penalty import SPEAKER
from schema.actor import Actor
from schema.category import OLD_ENOUGH, SEALED
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterContribution
from schema.message import Message
from schema.page import After, Connection, First, LastEvent
from schema.scalar import Latitude, Longitude

OF_NOTE = f"What to add for the other, up to {NOTE_LENGTH[1]} characters."
AS_IT_IS = "The exchange as it is now; null when it was refused."

described(
    ExchangeStatus,
    "Where an exchange is.",
    {
        "PROPOSED": "It waits for the author's answer.",
        "WAITING": "All places are taken: it is in the waiting list («liste d'attente»).",
        "ACCEPTED": "The two have agreed.",
        "DECLINED": "The author said no, or what it was about has ended.",
        "WITHDRAWN": "The proposer took it back.",
        "LAPSED": "Nobody answered in time («sans réponse»).",
        "DONE": "It was done, both agree; or one said so and the other stayed silent for 7 days.",
        "CANCELLED": "It was ended after the two had agreed.",
        "DISPUTED": "One of the two says that it went wrong; a moderator settles it.",
    },
)
described(
    Party,
    "Which of the two in an exchange.",
    {"AUTHOR": "Who published the contribution.", "PROPOSER": "Who answered it («proposant»)."},
)
described(
    Mover,
    "Who ended an exchange.",
    {
        "AUTHOR": "Who published the contribution.",
        "PROPOSER": "Who answered it.",
        "CLOCK": "Nobody: its time was over.",
        "MODERATION": "A moderator.",
        "END": "The end of the contribution, or of one of the two accounts.",
    },
)
described(
    ExchangeReason,
    "Why an exchange ended without being done.",
    {
        "FOUND_SOMEBODY": "Somebody else was found already.",
        "NOT_NEEDED": "It is not needed any more.",
        "NOT_SUITABLE": "It does not fit.",
        "NOT_AVAILABLE": "There is no time for it.",
        "TOO_FAR": "It is too far.",
        "NO_NEWS": "The other does not answer any more.",
        "DID_NOT_COME": "The other did not come.",
        "OTHER": "Something else.",
        "CONTRIBUTION_ENDED": "What it was about was closed; nobody chooses this.",
        "ACCOUNT_CLOSED": "One of the two has left the portal; nobody chooses this.",
        "BLOCKED": "One has blocked the other; never told, but read as OTHER.",
    },
)
described(
    PlacePrecision,
    "How precisely the author shows where it is, once the two have agreed.",
    {
        "CELL": "No more than the published cell.",
        "STREET": "The street, in the author's words.",
        "POINT": "The exact point that the author gave when publishing, and words beside it.",
    },
)
described(
    ExchangeAct,
    "What one of the two may do now.",
    {
        "ACCEPT": "Agree.",
        "DECLINE": "Say no.",
        "WITHDRAW": "Take the own answer back.",
        "CONFIRM": "Say that it is done, or agree that it is.",
        "CANCEL": "End what was agreed.",
        "DISPUTE": "Say that it went wrong.",
        "WRITE": "Write to the other.",
    },
)


@field.value
class ExchangePlace:
    """Where it is, for the two alone, as precisely as the author chose."""

    precision: PlacePrecision = field.column("How precisely it is shown.")
    words: str | None = field.column("The street or the address in the author's words; null when there are none.")
    lat: Latitude | None = field.column("Degrees north; null unless the point is shown.")
    lng: Longitude | None = field.column("Degrees east; null unless the point is shown.")


@field.stored(models.exchange.Exchange, visible=resolvers.sight.exchange, references={}, marks=feature(*EXCHANGED))
class Exchange:
    """One person's answer to another's contribution («mise en relation»), seen by the two alone."""

    id: strawberry.ID = field.expression(resolvers.ident.of("exchange"), "Opaque id.")
    status: ExchangeStatus = field.expression(resolvers.exchange.status, "Where it is, as of now.")
    side: Party = field.expression(resolvers.exchange.side, "Which of the two the viewer is.")
    acts: list[ExchangeAct] = field.expression(resolvers.exchange.acts, "What the viewer may do now.")
    is_waiting: bool = field.expression(resolvers.exchange.waits, "Whether the viewer's answer is waited for.")
    is_urgent: bool = field.column("Whether the answer is wanted within 48 hours.")
    reason: ExchangeReason | None = field.expression(
        resolvers.exchange.reason, "Why it ended; null while it is alive, and where it was done."
    )
    ended_by: Mover | None = field.column("Who ended it; null while it is alive.")
    note: str | None = field.column("What whoever ended it added; null when nothing.")
    proposed_at: datetime = field.column("When the proposer answered.")
    changed_at: datetime = field.column("When something last happened.")
    lapses_at: datetime | None = field.column("When it ends unless the author answers; null where nobody waits.")
    accepted_at: datetime | None = field.column("When the two agreed; null: they have not.")
    ended_at: datetime | None = field.column("When it ended; null while it is alive.")
    done_said_by: Party | None = field.column("Who said first that it is done; null: nobody.")
    place_in_line: int | None = field.expression(
        resolvers.exchange.place_in_line, "Its place in the waiting list, from 1; null unless it is there."
    )
    place: ExchangePlace | None = field.part(
        resolvers.exchange.place, "Where it is; null before the two have agreed, and from 7 days after the end."
    )
    contribution: LaterContribution | None = field.refers(
        "contribution_id", "What it is about; null where the viewer does not see it any more."
    )
    unread_count: int = field.expression(
        resolvers.message.unread_count, "How many messages of the other the viewer has not read."
    )
    proposer: Actor = field.refers("proposer_id", "Who answered.")
    author: Actor | None = field.one(
        resolvers.exchange.author,
        "Who published the contribution; null where that has no name and the two have not agreed.",
    )

    @field.declared(field.Connection(resolvers.message.of_exchange))
    def messages(self, first: First = 20, after: After = None) -> Connection[Message]:
        """What the two wrote, oldest first."""


@strawberry.input(description="An answer to a contribution.", directives=feature(*EXCHANGED))
class ExchangeProposeInput:
    contribution: strawberry.ID = field.reference(
        models.contribution.Contribution, "The offer, the request or the listing to answer."
    )
    body: str = strawberry.field(description="What to say to its author, plain text of 1 to 2,000 characters.")
    on_behalf_of: strawberry.ID | None = field.reference(
        models.actor.Actor, "The organisation in whose name; one of the viewer's `organisations`.", default=None
    )
    is_old_enough: bool = strawberry.field(default=False, description=OLD_ENOUGH)
    is_kept_sealed: bool = strawberry.field(default=False, description=SEALED)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A yes to an answer.", directives=feature(*EXCHANGED))
class ExchangeAcceptInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    place_precision: PlacePrecision = strawberry.field(
        default=PlacePrecision.CELL, description="How precisely the proposer sees where it is from now on."
    )
    place: str | None = strawberry.field(
        default=None, description=f"The street or the address, up to {PLACE_LENGTH[1]} characters; needed for STREET."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A no to an answer.", directives=feature(*EXCHANGED))
class ExchangeDeclineInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    reason: ExchangeReason = strawberry.field(
        description="Why: FOUND_SOMEBODY, NOT_NEEDED, NOT_SUITABLE, NOT_AVAILABLE, TOO_FAR or OTHER."
    )
    note: str | None = strawberry.field(default=None, description=OF_NOTE)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="That somebody takes the own answer back.", directives=feature(*EXCHANGED))
class ExchangeWithdrawInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    reason: ExchangeReason = strawberry.field(
        description="Why: NOT_AVAILABLE, NOT_SUITABLE, TOO_FAR, NO_NEWS or OTHER."
    )
    note: str | None = strawberry.field(default=None, description=OF_NOTE)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="The end of what was agreed.", directives=feature(*EXCHANGED))
class ExchangeCancelInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    reason: ExchangeReason = strawberry.field(
        description="Why: NOT_AVAILABLE, NOT_NEEDED, NOT_SUITABLE, NO_NEWS, DID_NOT_COME or OTHER."
    )
    note: str | None = strawberry.field(default=None, description=OF_NOTE)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="That it is done.", directives=feature(*EXCHANGED))
class ExchangeConfirmInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "The exchange.")
    idempotency_key: str | None = idempotency_key()


@field.payload("exchange_id")
class ExchangeProposePayload:
    """The answer to `exchangePropose`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class ExchangeAcceptPayload:
    """The answer to `exchangeAccept`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class ExchangeDeclinePayload:
    """The answer to `exchangeDecline`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class ExchangeWithdrawPayload:
    """The answer to `exchangeWithdraw`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class ExchangeCancelPayload:
    """The answer to `exchangeCancel`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class ExchangeConfirmPayload:
    """The answer to `exchangeConfirm`."""

    exchange: Exchange | None = field.refers("exchange_id", AS_IT_IS)
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ExchangeQuery:
    @field.declared(field.One(resolvers.ident.by_argument("exchange")), directives=feature(*EXCHANGED))
    def exchange(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Exchange | None:
        """An exchange; null unless the viewer is one of the two."""


@strawberry.type
class ExchangeSubscription:
    @field.live(resolvers.live.about, topic=resolvers.live.of_exchange(Stream.EXCHANGE), who=MEMBER, features=EXCHANGED)
    def exchange_changed(
        self,
        exchange: Annotated[
            strawberry.ID | None, field.argument("Only this one; null: all those of the viewer.")
        ] = None,
        after: LastEvent = None,
    ) -> Exchange:
        """An exchange of the viewer has changed, as it is now. For the two in an exchange."""


@strawberry.type
class ExchangeMutation:
    @field.action(resolvers.proposing.propose, who=SPEAKER, features=EXCHANGED)
    def exchange_propose(
        self, input: Annotated[ExchangeProposeInput, field.argument("What to answer, and how.")]
    ) -> ExchangeProposePayload:
        """Answer an offer, a request or a listing («proposer son aide, demander»): its author is told, and has 7 days
        to answer, or 48 hours where it is urgent. Where all places are taken it is in the waiting list. For members."""

    @field.action(resolvers.exchanging.accept, who=SPEAKER, features=EXCHANGED)
    def exchange_accept(
        self, input: Annotated[ExchangeAcceptInput, field.argument("Which, and what is shown.")]
    ) -> ExchangeAcceptPayload:
        """Agree to an answer. Of two that are accepted for the last place at once one is, and the other is in the
        waiting list. For the contribution's author."""

    @field.action(resolvers.exchanging.decline, who=MEMBER, features=EXCHANGED)
    def exchange_decline(
        self, input: Annotated[ExchangeDeclineInput, field.argument("Which, and why.")]
    ) -> ExchangeDeclinePayload:
        """Say no to an answer. For the contribution's author."""

    @field.action(resolvers.exchanging.withdraw, who=MEMBER, features=EXCHANGED)
    def exchange_withdraw(
        self, input: Annotated[ExchangeWithdrawInput, field.argument("Which, and why.")]
    ) -> ExchangeWithdrawPayload:
        """Take one's own answer back before the author has agreed. For its proposer."""

    @field.action(resolvers.exchanging.cancel, who=MEMBER, features=EXCHANGED)
    def exchange_cancel(
        self, input: Annotated[ExchangeCancelInput, field.argument("Which, and why.")]
    ) -> ExchangeCancelPayload:
        """End what was agreed; its place is free again. For either of the two."""

    @field.action(resolvers.exchanging.confirm, who=MEMBER, features=EXCHANGED)
    def exchange_confirm(
        self, input: Annotated[ExchangeConfirmInput, field.argument("Which.")]
    ) -> ExchangeConfirmPayload:
        """Say that it is done, or agree that it is; silence of the other agrees after 7 days. For either of the two."""
