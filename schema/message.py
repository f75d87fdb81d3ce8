"""Messages in the contract: what the two in an exchange write to each other."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.exchange
import models.message
import resolvers.exchange
import resolvers.ident
import resolvers.live
import resolvers.message
import resolvers.sight
from models.activity import EXCHANGED
from models.message import BODY_LENGTH
from models.stream import Stream
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from resolvers.penalty import SPEAKER
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterExchange
from schema.page import LastEvent


@field.stored(
    models.message.Message,
    visible=resolvers.sight.message,
    container=("exchange_id", "Exchange"),
    references={},
    marks=feature(*EXCHANGED),
)
class Message:
    """What one of the two in an exchange wrote to the other («message»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("message"), "Opaque id.")
    body: str = field.expression(
        resolvers.message.body,
        "What it says, plain text. Before the two have agreed the other reads `[…]` in the place of telephone numbers,"
        " addresses and links; it is empty while moderation withholds it.",
    )
    is_mine: bool = field.expression(resolvers.message.is_mine, "Whether the viewer wrote it.")
    is_masked: bool = field.expression(
        resolvers.message.is_masked, "Whether contact data in it wait until the two have agreed."
    )
    is_withheld: bool = field.expression(resolvers.message.is_withheld, "Whether moderation withholds it.")
    has_payment_words: bool = field.expression(
        resolvers.message.has_payment_words, "Whether it has words of payment: the portal warns whoever reads it."
    )
    sent_at: datetime = field.column("When it was sent.")
    exchange: LaterExchange = field.refers("exchange_id", "The exchange in which it was written.")


@strawberry.input(description="A message to send.", directives=feature(*EXCHANGED))
class MessageSendInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "In which exchange.")
    body: str = strawberry.field(description=f"What to say, plain text of 1 to {BODY_LENGTH[1]:,} characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="That messages were read.", directives=feature(*EXCHANGED))
class MessagesReadInput:
    exchange: strawberry.ID = field.reference(models.exchange.Exchange, "In which exchange.")
    idempotency_key: str | None = idempotency_key()


@field.payload("message_id")
class MessageSendPayload:
    """The answer to `messageSend`."""

    message: Message | None = field.refers("message_id", "The message; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("exchange_id")
class MessagesReadPayload:
    """The answer to `messagesRead`."""

    exchange: LaterExchange | None = field.refers("exchange_id", "The exchange as it is now; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class MessageQuery:
    @field.declared(field.One(resolvers.ident.by_argument("message")), directives=feature(*EXCHANGED))
    def message(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Message | None:
        """A message; null unless the viewer is one of the two in its exchange."""


@strawberry.type
class MessageSubscription:
    @field.live(
        resolvers.live.of_the_other, topic=resolvers.live.of_exchange(Stream.MESSAGE), who=MEMBER, features=EXCHANGED
    )
    def message_received(
        self,
        exchange: Annotated[
            strawberry.ID | None, field.argument("Only in this exchange; null: in all those of the viewer.")
        ] = None,
        after: LastEvent = None,
    ) -> Message:
        """The other in an exchange has written. For the two in an exchange."""


@strawberry.type
class MessageMutation:
    @field.action(resolvers.message.send, who=SPEAKER, features=EXCHANGED)
    def message_send(self, input: Annotated[MessageSendInput, field.argument("The message.")]) -> MessageSendPayload:
        """Write to the other. Whoever answered a contribution has written once, and writes freely after the author's
        first answer; 14 days after the end nobody writes any more. For the two in an exchange."""

    @field.action(resolvers.message.note_read, who=MEMBER, features=EXCHANGED)
    def messages_read(
        self, input: Annotated[MessagesReadInput, field.argument("In which exchange.")]
    ) -> MessagesReadPayload:
        """Say that all messages up to now were read. For the two in an exchange."""
