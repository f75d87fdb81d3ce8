"""Notices in the contract: what a person is told."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.notice
import resolvers.ident
import resolvers.live
import resolvers.notice
import resolvers.sight
from models.activity import EXCHANGED
from models.notice import NoticeKind
from planner import field
from planner.directive import feature
from planner.who import MEMBER
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity, LaterContribution, LaterExchange
from schema.page import LastEvent

described(
    NoticeKind,
    "What somebody is told.",
    {
        "PUBLISHED": "Something was published where the reader follows.",
        "HELP_WANTED": "Somebody asks for help near the reader, or in a category that the reader follows.",
        "UNANSWERED": "Nobody has answered a request; told to whoever runs the activity.",
        "COMMENTED": "Somebody replied to a contribution that the reader wrote or follows.",
        "ANSWERED": "The city answered a contribution that the reader wrote or follows.",
        "CLOSED": "A contribution that the reader follows was closed.",
        "EXPIRED": "A contribution of the reader has expired.",
        "VOTE_OPENED": "A vote that the reader follows has opened.",
        "VOTE_CLOSING": "A vote that the reader follows closes within two days.",
        "VOTE_COUNTED": "A vote that the reader follows was counted.",
        "EXCHANGE_PROPOSED": "Somebody answered a contribution of the reader.",
        "EXCHANGE_ACCEPTED": "The reader's answer was accepted.",
        "EXCHANGE_ENDED": "An exchange of the reader ended without being done.",
        "EXCHANGE_DONE": "The other of the two says that it is done.",
        "EXCHANGE_DISPUTED": "The other of the two says that it went wrong.",
        "MESSAGE_RECEIVED": "The other of the two wrote a message.",
        "PETITION_MOVED": "A petition that the reader wrote or follows has come a step further.",
        "AMENDMENT_MOVED": "An amendment that the reader wrote or follows was decided on, or is outdated.",
        "TEXT_PUBLISHED": "A text that the reader follows has a new version.",
        "SIGN_UP_MADE": "Somebody signed up for a mission of the reader's organisation.",
        "SIGN_UP_WITHDRAWN": "Somebody gave a place in a mission of the reader's organisation back.",
        "SIGN_UP_REMINDED": "The slot in which the reader has a place is the next day.",
    },
)


@field.stored(models.notice.Notice, visible=resolvers.sight.notice, references={})
class Notice:
    """What the viewer was told of one event («notification»), as long as the viewer sees what it is about."""

    id: strawberry.ID = field.expression(resolvers.ident.of("notice"), "Opaque id.")
    kind: NoticeKind = field.column("What is told.")
    made_at: datetime = field.column("When it was told.")
    is_read: bool = field.expression(resolvers.notice.is_read, "Whether the viewer said that it was read.")
    contribution: LaterContribution | None = field.one(
        resolvers.notice.about("contribution_id"), "The contribution that it is about; null: it is about an activity."
    )
    activity: LaterActivity | None = field.one(
        resolvers.notice.about("activity_id"), "In which activity; null where the viewer does not see it any more."
    )
    exchange: LaterExchange | None = field.one(
        resolvers.notice.about("exchange_id"),
        "The exchange that it is about; null: it is about none.",
        marks=feature(*EXCHANGED),
    )


@strawberry.input(description="What was read.")
class NoticesReadInput:
    notice: strawberry.ID | None = field.reference(
        models.notice.Notice, "One of the viewer's `notices`; null: all of them.", default=None
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("notice_id")
class NoticesReadPayload:
    """The answer to `noticesRead`."""

    notice: Notice | None = field.refers("notice_id", "The notice; null when it was refused, or all were read.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class NoticeSubscription:
    @field.live(resolvers.live.about, topic=resolvers.live.of_notices, who=MEMBER)
    def notice_received(self, after: LastEvent = None) -> Notice:
        """The viewer was told something («notification reçue»). For members."""


@strawberry.type
class NoticeMutation:
    @field.action(resolvers.notice.note_read, who=MEMBER)
    def notices_read(self, input: Annotated[NoticesReadInput, field.argument("Which.")]) -> NoticesReadPayload:
        """Say that one of one's own notices was read, or all («marquer comme lu»). For members."""
