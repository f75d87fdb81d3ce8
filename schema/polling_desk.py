"""Polling desks in the contract: where people vote on paper, who keeps them, and who has signed there."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from sqlalchemy import Text

import counting.paper_ballot
import counting.polling_desk
import counting.polling_record
import counting.seen_document
import counting.signing
import models.activity
import models.actor
import models.polling_desk
import models.zone
import resolvers.ident
import resolvers.sight
from auth.viewer import Audience
from counting.polling_desk import DESK_AGENT
from counting.seen_document import DocumentOutcome
from counting.signing import SigningOutcome
from models.activity import VOTING
from models.polling_desk import CountedBy, VoteChannel
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR
from schema.actor import Actor
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import LaterActivity
from schema.paper_ballot import PollingBatch, PollingProject, PollingTyping
from schema.polling_record import PollingRecord

described(
    CountedBy,
    "How the paper of a desk is counted.",
    {
        "TOTALS": "As totals of each project on the desk's record.",
        "BALLOTS": "Ballot by ballot, each typed by two people: what rules want that look at whole ballots.",
    },
)
described(
    SigningOutcome,
    "What came of a signature.",
    {
        "SIGNED": "The voter has signed.",
        "REPEATED": "The voter had signed at this desk before; nothing has changed.",
        "PAPER_FIRST": "The voter has signed; the ballot that was cast online is set aside.",
        "DOUBLE": "The voter had signed at another desk before: both papers are in boxes, which is told publicly.",
    },
)
described(
    DocumentOutcome,
    "What came of a document that an agent has seen.",
    {
        "GIVEN": "The person may vote.",
        "RAISED": "The person had proved before, by a declaration or a list; the level is DOCUMENT now.",
        "TAKEN_OVER": "Somebody else had proved to be this person: that proof is gone, and its ballot set aside.",
        "REPEATED": "This account had shown the document before; nothing has changed.",
    },
)


@field.stored(
    models.polling_desk.PollingDesk,
    visible=resolvers.sight.polling_desk,
    container=("activity_id", "Activity"),
    references={},
    marks=feature(*VOTING),
    is_few=True,
)
class PollingDesk:
    """Where people vote on paper («bureau de vote»); seen by its agents and by administrators."""

    id: strawberry.ID = field.expression(resolvers.ident.of("pollingdesk"), "Opaque id.")
    name: str = field.column("Its name.")
    channel: VoteChannel = field.column("How ballots come to it.")
    counted_by: CountedBy = field.column("How its paper is counted.")
    opened_at: datetime = field.column("When it was set up.")
    signing_count: int = field.expression(counting.polling_desk.signing_count, "How many have signed there.")
    double_count: int = field.expression(
        counting.polling_desk.double_count, "How many of them had signed at another desk before."
    )
    agents: list[Actor] = field.many(counting.polling_desk.agents, "Who keeps it, by name.", size=10)
    records: list[PollingRecord] = field.many(
        counting.polling_record.of_desk, "The versions of its record, the last one first, which counts.", size=5
    )
    activity: LaterActivity = field.refers("activity_id", "The vote that it is a desk of.")
    projects: list[PollingProject] = field.parts(
        counting.paper_ballot.projects, "What its ballots may name, by the numbers that are typed.", size=100
    )
    batches: list[PollingBatch] = field.parts(
        counting.paper_ballot.batches, "The batches of its paper ballots that were typed, by their numbers.", size=50
    )

    @field.declared(field.Many(counting.paper_ballot.of_batch), size=2)
    def typings(self, batch: Annotated[int, field.argument("The number of the batch.")]) -> list[PollingTyping]:
        """What each of its agents last typed of a batch."""


@strawberry.input(description="A desk to set up.", directives=audience(Audience.ADMINISTRATOR))
class PollingDeskOpenInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The vote.")
    name: str = strawberry.field(description="Its name, 2 to 120 characters; no two of a vote have the same.")
    channel: VoteChannel = strawberry.field(
        default=VoteChannel.DESK, description="How ballots come to it: DESK or PAPER."
    )
    counted_by: CountedBy = strawberry.field(
        default=CountedBy.TOTALS, description="How its paper is counted; it does not change."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who is to keep a desk.", directives=audience(Audience.ADMINISTRATOR))
class PollingAgentAddInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk.")
    email: str = strawberry.field(description="The address of the account of whoever keeps it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who keeps a desk no more.", directives=audience(Audience.ADMINISTRATOR))
class PollingAgentRemoveInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk.")
    actor: strawberry.ID = field.reference(models.actor.Actor, "The agent.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who signs at a desk: the address of an account, or else name and birth date.")
class SigningMarkInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk.")
    email: str | None = strawberry.field(default=None, description="The address of the voter's account.")
    given_names: str | None = strawberry.field(
        default=None, description="Without an account: the given names, 1 to 80 characters; they are not stored."
    )
    family_name: str | None = strawberry.field(
        default=None, description="Without an account: the voter's family name, 1 to 80 characters; it is not stored."
    )
    name: str | None = strawberry.field(
        default=None,
        description="The voter's names in one line, 2 to 120 characters, where the two above are left out.",
        deprecation_reason="Since 2026-11-29: say `givenNames` and `familyName`, by which a voter who has left given"
        " names out online is the same.",
    )
    born_on: date | None = strawberry.field(
        default=None, description="Without an account: the voter's birth date; it is not stored."
    )
    is_in_box: bool = strawberry.field(
        default=False,
        description="Whether the paper is in the box already, as with marks that waited for a line: then it counts,"
        f" whatever was cast online. It is taken until {models.polling_desk.MARKS_WAIT.days} days after the close.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whose document an agent has seen. Keyed, and forgotten.")
class DocumentSeeInput:
    desk: strawberry.ID = field.reference(models.polling_desk.PollingDesk, "The desk at which it was seen.")
    given_names: str = strawberry.field(description="Given names, as on the document, 1 to 80 characters.")
    family_name: str = strawberry.field(description="Family name, as on the document, 1 to 80 characters.")
    born_on: date = strawberry.field(description="Birth date, as on the document.")
    email: str | None = strawberry.field(default=None, description="The address of the person's account.")
    code: str | None = strawberry.field(
        default=None, description="Without an account: a printed code that the person is given, and that is good then."
    )
    zone: strawberry.ID | None = field.reference(
        models.zone.Zone, "In which zone the person lives, where the vote is of one.", default=None
    )
    idempotency_key: str | None = idempotency_key()


CHANGED = "The desk; null when it was refused."


@field.payload("desk_id")
class PollingDeskOpenPayload:
    """The answer to `pollingDeskOpen`."""

    desk: PollingDesk | None = field.refers("desk_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@field.payload("desk_id")
class PollingAgentAddPayload:
    """The answer to `pollingAgentAdd`."""

    desk: PollingDesk | None = field.refers("desk_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@field.payload("desk_id")
class PollingAgentRemovePayload:
    """The answer to `pollingAgentRemove`."""

    desk: PollingDesk | None = field.refers("desk_id", CHANGED)
    user_errors: list[UserError] = user_errors()


@field.payload("desk_id", outcome=Text())
class SigningMarkPayload:
    """The answer to `signingMark`."""

    desk: PollingDesk | None = field.refers("desk_id", CHANGED)
    outcome: SigningOutcome | None = field.column("What came of it; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("desk_id", outcome=Text())
class DocumentSeePayload:
    """The answer to `documentSee`."""

    desk: PollingDesk | None = field.refers("desk_id", CHANGED)
    outcome: DocumentOutcome | None = field.column("What came of it; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class PollingDeskQuery:
    @field.declared(field.One(resolvers.ident.by_argument("pollingdesk")), directives=feature(*VOTING))
    def polling_desk(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> PollingDesk | None:
        """A desk; null unless the viewer keeps it or is an administrator."""


@strawberry.type
class PollingDeskMutation:
    @field.action(counting.polling_desk.open_desk, who=ADMINISTRATOR, features=VOTING)
    def polling_desk_open(
        self, input: Annotated[PollingDeskOpenInput, field.argument("The desk.")]
    ) -> PollingDeskOpenPayload:
        """Set up a desk where people vote on paper, in a vote by ballots. For administrators."""

    @field.action(counting.polling_desk.add_agent, who=ADMINISTRATOR, features=VOTING)
    def polling_agent_add(
        self, input: Annotated[PollingAgentAddInput, field.argument("Who, and where.")]
    ) -> PollingAgentAddPayload:
        """Have somebody keep a desk: mark who has voted there and write its record. For administrators."""

    @field.action(counting.polling_desk.remove_agent, who=ADMINISTRATOR, features=VOTING)
    def polling_agent_remove(
        self, input: Annotated[PollingAgentRemoveInput, field.argument("Who, and where.")]
    ) -> PollingAgentRemovePayload:
        """Have somebody keep a desk no more. For administrators."""

    @field.action(counting.seen_document.see, who=DESK_AGENT, features=VOTING)
    def document_see(self, input: Annotated[DocumentSeeInput, field.argument("Whose it is.")]) -> DocumentSeePayload:
        """Say that one has seen somebody's document: the proof of that name and birth date is that person's. Whoever
        had declared it loses it; that ballot is set aside, told and open to appeal. For the desk's agents and
        administrators."""

    @field.action(counting.signing.mark, who=DESK_AGENT, features=VOTING)
    def signing_mark(self, input: Annotated[SigningMarkInput, field.argument("Who signs.")]) -> SigningMarkPayload:
        """Mark that somebody votes at a desk («émargement»), once in a vote: ALREADY_VOTED for whoever has voted online
        or at another desk. For the desk's agents and administrators."""
