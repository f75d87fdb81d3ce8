"""Contributions in the contract: what neighbours, shops and participants publish."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import counting.vote_result
import intake.import_run
import models.contribution
import office.lineage
import office.proposal_status
import resolvers.amendment
import resolvers.assignment
import resolvers.comment
import resolvers.contribution
import resolvers.debate
import resolvers.detection
import resolvers.evaluation
import resolvers.exchange
import resolvers.follow
import resolvers.ident
import resolvers.likeness
import resolvers.live
import resolvers.mission
import resolvers.note
import resolvers.official_response
import resolvers.petition
import resolvers.redaction
import resolvers.search
import resolvers.sight
import resolvers.suggestion
import resolvers.vote
import resolvers.wave
from geo.distance import DistanceBand
from models.activity import EXCHANGED, VOTING
from models.contribution import BODY_LENGTH, TITLE_LENGTH
from models.debate import ArgumentOrder
from models.suggestion import MAX_SUGGESTIONS
from models.tenant import Feature
from planner import field
from planner.cost_directive import priced
from planner.directive import feature
from planner.who import ANYBODY
from schema.actor import Actor
from schema.amendment import Amendment
from schema.category import Category
from schema.comment import Comment
from schema.contribution_kind import (
    ContributionKind,
    ContributionOrder,
    ContributionOutcome,
    ContributionStatus,
    OnBehalfOf,
    Precision,
    SearchMatch,
    Side,
    Urgency,
)
from schema.debate import ARGUING, DebateFigures, ExpertView
from schema.follow import Follow
from schema.import_run import DeclaredTotal, ImportOrigin
from schema.later import LaterActivity, LaterContribution, LaterExchange
from schema.lineage import Succession
from schema.note import Note
from schema.official_response import OfficialResponse
from schema.page import After, Connection, First, LastEvent
from schema.petition import Petition
from schema.place import BoundsInput, NearInput, Point, PointInput
from schema.proposal_status import PROPOSING, ProposalStatus
from schema.report import Removal
from schema.scalar import H3Cell, Latitude, Longitude
from schema.suggestion import Suggestion
from schema.vote import Tally, Vote
from schema.wave import Wave
from schema.zone import Zone

if TYPE_CHECKING:
    from schema.mission import Mission
    from schema.vote_result import ProjectAward

InCircle = Annotated[
    NearInput | None, field.argument("Only those whose published position lies in this circle.", directives=priced(50))
]
WithinBounds = Annotated[
    BoundsInput | None,
    field.argument(
        "Only those whose published cell or exact point meets this viewport, and perhaps some just outside."
    ),
]
ByKinds = Annotated[list[ContributionKind] | None, field.argument("Only of these kinds.")]
ByCategories = Annotated[list[strawberry.ID] | None, field.argument("Only with one of these categories.")]
InZone = Annotated[strawberry.ID | None, field.argument("Only those published with this zone.")]
ByStatus = Annotated[ContributionStatus | None, field.argument("Only of this status; null: of any.")]
OfText = Annotated[
    str | None,
    field.argument(
        "Only those with these words in title or text, whatever their form, accents and case;"
        ' "exact words", -without, this ou that. At most 200 characters.',
        directives=priced(200),
    ),
]
ByMatch = Annotated[SearchMatch, field.argument("Whether the last word of `search` may be begun.")]
InOrder = Annotated[ContributionOrder, field.argument("In which order.")]


@field.value
class Location:
    """Where a contribution is, as far as it is public."""

    cell: H3Cell = field.expression(resolvers.contribution.cell, "The cell («hexagone») that it lies in.")
    precision: Precision = field.column("Whether only the cell or the exact point is public.")
    lat: Latitude = field.column("Degrees north: of the cell's centre, or exact.")
    lng: Longitude = field.column("Degrees east: of the cell's centre, or exact.")
    address: str | None = field.column("The address; null unless the exact point is public and its author gave one.")


@field.value
class Distance:
    """How far a contribution's published position is from a point."""

    band: DistanceBand = field.column("In which band.")
    metres: int | None = field.column("In whole metres; null unless the exact point is public.")


@field.stored(
    models.contribution.Contribution, visible=resolvers.sight.contribution, container=("activity_id", "Activity")
)
class Contribution:
    """One published thing by one actor in one activity («contribution»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("contribution"), "Opaque id.")
    kind: ContributionKind = field.column("What it is.")
    status: ContributionStatus = field.expression(resolvers.contribution.status, "Where it is in its life, as of now.")
    outcome: ContributionOutcome | None = field.column("With what it ended; null unless it is closed.")
    title: str = field.column(f"Its title, {TITLE_LENGTH[0]} to {TITLE_LENGTH[1]} characters.")
    body: str = field.column(f"Its text, plain, up to {BODY_LENGTH[1]:,} characters.")
    redaction: Removal | None = field.part(
        resolvers.redaction.of_contribution,
        "That title and text are a moderator's instead of the author's, and why; null where they are the author's.",
    )
    author: Actor | None = field.one(
        resolvers.contribution.author, "Who published it; null for a request without a name."
    )
    is_anonymous: bool = field.column("Whether it was published without a name.")
    is_mine: bool = field.expression(resolvers.contribution.is_mine, "Whether the viewer published it.")
    activity: LaterActivity = field.refers("activity_id", "Where it was published.")
    category: Category | None = field.refers("category_id", "Its label; null when it has none.")
    zone: Zone | None = field.refers(
        "zone_id",
        "The zone in which it is; null outside of all. A person's may be the next where theirs would tell too much.",
    )
    behalf: OnBehalfOf = field.column("For whom it was published.", marks=feature(*EXCHANGED))
    location: Location | None = field.part(
        resolvers.contribution.location, "Where it is, as far as it is public; null when it has no place."
    )
    own_location: Point | None = field.part(
        resolvers.contribution.own_location, "The exact point, for its author alone; null for everybody else."
    )
    published_at: datetime = field.column("When it was published.")
    revised_at: datetime | None = field.column("When it was last revised; null: never.")
    expires_at: datetime | None = field.column("When it expires; null: never.")
    closed_at: datetime | None = field.column("When it was closed; null: it was not.")
    side: Side | None = field.column("What an argument pleads for; null for other kinds.", marks=feature(*ARGUING))
    about: LaterContribution | None = field.refers(
        "about_id", "The proposal that an argument is about; null for other kinds.", marks=feature(*ARGUING)
    )
    expert: ExpertView | None = field.part(
        resolvers.debate.expert, "As whose view an argument is pinned; null where it is not.", marks=feature(*ARGUING)
    )
    argument_score: int | None = field.expression(
        resolvers.debate.score,
        "By how much an argument's readers surely agree: the lower bound of Wilson's interval at 95 % for the share of"
        " votes that are for it, in ten-thousandths, rounded down; 0 without votes; null for other kinds.",
        marks=feature(*ARGUING),
    )
    succession: Succession | None = field.column(
        "What its successor is to it; null: it has none.", marks=feature(*PROPOSING)
    )
    succeeded_at: datetime | None = field.column("Since when it has one; null: it has none.", marks=feature(*PROPOSING))
    successor: LaterContribution | None = field.refers(
        "successor_id",
        "The proposal that it was merged into, or the project that was made of it; null where there is none, or the"
        " viewer sees it not.",
        marks=feature(*PROPOSING),
    )
    supporter_count: int = field.expression(
        office.lineage.supporter_count,
        "How many are for it or for what was merged into it: each person once, and each vote of somebody who was"
        " erased.",
        marks=[*feature(*PROPOSING), *priced(20)],
    )
    may_pin: bool = field.expression(
        resolvers.debate.may_pin, "Whether the viewer may pin it as an expert's view.", marks=feature(*ARGUING)
    )
    debate: DebateFigures | None = field.part(
        resolvers.debate.figures,
        "The arguments on a proposal counted; null for what nobody argues about.",
        marks=[*feature(*ARGUING), *priced(50)],
    )
    price_cents: int | None = field.column(
        "The price of a listing in euro cents; null when there is none.", marks=feature(Feature.MARKETPLACE)
    )
    price_unit: str | None = field.column(
        "What the price is for, for example «le kilo»; null when not said.", marks=feature(Feature.MARKETPLACE)
    )
    season_months: list[int] = field.expression(
        resolvers.contribution.season_months,
        "The months in which a listing is to be had, 1 to 12 in their order; empty: the whole year.",
        marks=feature(Feature.MARKETPLACE),
    )
    cost_euros: int | None = field.column(
        "What a project would cost, in euros, as the city says; null where nothing is said.",
        marks=feature(Feature.PARTICIPATORY_BUDGET),
    )
    tally: Tally = field.part(resolvers.vote.tally, "Its votes counted.", marks=feature(*VOTING))
    declared_totals: list[DeclaredTotal] = field.parts(
        intake.import_run.declared, "What another system counted, where it was imported; never part of `tally`."
    )
    origin: ImportOrigin | None = field.part(
        intake.import_run.origin, "Where it was before it was imported; null when it was published here."
    )
    official_responses: list[OfficialResponse] = field.many(
        resolvers.official_response.of_contribution, "What the city said of a proposal, the newest first.", size=3
    )
    petition: Petition | None = field.refers(
        "id",
        "How far it is as a petition; null where its activity had no petition rule when it was submitted.",
        to="contribution_id",
        marks=feature(Feature.PETITION),
    )
    amendment: Amendment | None = field.refers(
        "id",
        "What it would change in its activity's text; null where it is no amendment.",
        to="contribution_id",
        marks=feature(Feature.CONSULTATION),
    )
    award: Annotated["ProjectAward", strawberry.lazy("schema.vote_result")] | None = field.one(
        counting.vote_result.of_project, "What its vote's result says of it; null: nothing.", marks=feature(*VOTING)
    )
    progress: ProposalStatus | None = field.one(
        office.proposal_status.of_contribution,
        "Where the city is with a proposal: the status that it gave last; null: none yet.",
        marks=feature(*PROPOSING),
    )
    answer_due_at: datetime | None = field.expression(
        resolvers.official_response.due_at,
        "By when the city promised an answer, from the promise on where it came later; null: none, or one is there.",
        marks=feature(*PROPOSING),
    )
    may_respond: bool = field.expression(
        resolvers.official_response.may_respond,
        "Whether the viewer may answer it in the city's name.",
        marks=feature(*PROPOSING),
    )
    language: str | None = field.expression(
        resolvers.detection.language,
        "The language in which it seems to be (BCP 47), where that is none of the portal's; null where it is one, or"
        " where a program is not sure.",
    )
    assignee: Actor | None = field.one(
        resolvers.assignment.of_contribution,
        "To whom of the city's team it is given; null when to nobody, and for everybody who does not work on it.",
    )
    may_handle: bool = field.expression(
        resolvers.assignment.may_handle,
        "Whether the viewer works on it for the city: reads and writes notes, and evaluates a proposal.",
    )
    may_assign: bool = field.expression(
        resolvers.assignment.may_assign, "Whether the viewer may give it to somebody of the team."
    )
    evaluation: Note | None = field.one(
        resolvers.evaluation.newest,
        "The newest evaluation of a proposal; null where there is none, and for everybody who does not work on it.",
    )
    urgency: Urgency = field.column("How soon an answer is wanted.", marks=feature(*EXCHANGED))
    capacity: int | None = field.column(
        "How many can be accepted; null: without a limit, and for kinds that nobody answers by an exchange.",
        marks=feature(*EXCHANGED),
    )
    accepted_count: int = field.column(
        "How many were accepted: what is done keeps its place.", marks=feature(*EXCHANGED)
    )
    viewer_exchange: LaterExchange | None = field.one(
        resolvers.exchange.own,
        "The viewer's own answer while it is alive; null when there is none.",
        marks=feature(*EXCHANGED),
    )
    suggestions: list[Suggestion] = field.parts(
        resolvers.suggestion.of_contribution,
        "What others published near it that goes together with the viewer's own offer or request while it is open, the"
        f" nearest first, at most {MAX_SUGGESTIONS}; empty for everybody else.",
        size=MAX_SUGGESTIONS,
        marks=[*feature(*EXCHANGED), *priced(40)],  # 2 ms of the database's time (decision 0068).
    )
    wave: Wave | None = field.refers(
        "id",
        "How far a request has been told to neighbours, for its author and moderators; null for everybody else.",
        to="contribution_id",
        marks=feature(*EXCHANGED),
    )
    mission: Annotated["Mission", strawberry.lazy("schema.mission")] | None = field.refers(
        "id", "It as a mission; null: it is none.", to="contribution_id", marks=feature(Feature.MUTUAL_AID)
    )
    may_organise: bool = field.expression(
        resolvers.mission.may_become, "Whether the viewer may make it a mission.", marks=feature(Feature.MUTUAL_AID)
    )
    viewer_follow: Follow | None = field.one(resolvers.follow.of("contribution_id"), "The viewer's follow; null: none.")
    viewer_vote: Vote | None = field.one(resolvers.vote.own, "The viewer's vote; null when there is none.")
    comment_count: int = field.expression(resolvers.comment.count, "How many comments it has.")

    @field.declared(field.Part(resolvers.contribution.distance))
    def distance(self, from_: Annotated[PointInput, field.argument("From where.", name="from")]) -> Distance | None:
        """How far its published position is from a point; null when it has no place."""

    @field.declared(field.Connection(resolvers.note.of_contribution))
    def notes(self, first: First = 20, after: After = None) -> Connection[Note]:
        """The private notes of the city's team, newest first; empty for everybody who does not work on it."""

    @field.declared(field.Connection(resolvers.comment.of_contribution))
    def comments(self, first: First = 20, after: After = None) -> Connection[Comment]:
        """The comments, oldest first."""

    @field.declared(field.Connection(resolvers.debate.arguments), directives=feature(*ARGUING))
    def arguments(
        self,
        side: Annotated[Side | None, field.argument("Only those that plead for this side.")] = None,
        order: Annotated[
            ArgumentOrder, field.argument("In which order.", directives=priced(20))
        ] = ArgumentOrder.NEWEST,
        first: First = 20,
        after: After = None,
    ) -> Connection[LaterContribution]:
        """The arguments on a proposal, of any status, expert views first. To show both sides in turn, ask for each by
        itself and take one of each: both lists keep their place while others are added."""

    @field.declared(
        field.Connection(resolvers.likeness.of_contribution), directives=[*feature(*PROPOSING), *priced(200)]
    )
    def similar(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """Other open proposals of its activity with titles like its own, the likest first; empty for other kinds."""

    @field.declared(field.Connection(office.lineage.predecessors), directives=feature(*PROPOSING))
    def predecessors(
        self,
        succession: Annotated[Succession | None, field.argument("Only those to which it is this; null: all.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[LaterContribution]:
        """The proposals that were merged into it or that became this project, the newest first."""


@strawberry.type
class ContributionQuery:
    @field.declared(field.One(resolvers.ident.by_argument("contribution")))
    def contribution(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Contribution | None:
        """A contribution; null when the viewer sees none of this id."""

    @field.declared(field.Connection(resolvers.contribution.listed))
    def contributions(
        self,
        near: InCircle = None,
        within: WithinBounds = None,
        kinds: ByKinds = None,
        categories: ByCategories = None,
        zone: InZone = None,
        activity: Annotated[strawberry.ID | None, field.argument("Only of this activity.")] = None,
        status: ByStatus = models.contribution.ContributionStatus.OPEN,
        search: OfText = None,
        match: ByMatch = resolvers.search.SearchMatch.WORDS,
        order: InOrder = resolvers.contribution.ContributionOrder.NEWEST,
        first: First = 20,
        after: After = None,
    ) -> Connection[Contribution]:
        """The contributions that the viewer sees, those that are open unless another status is asked for."""


@strawberry.type
class ContributionSubscription:
    @field.live(resolvers.live.published, topic=resolvers.live.of_publications, who=ANYBODY)
    def contribution_published(
        self,
        near: InCircle = None,
        activity: Annotated[strawberry.ID | None, field.argument("Only of this activity.")] = None,
        after: LastEvent = None,
    ) -> Contribution:
        """Something was published that the viewer sees. Wants `near`, or `activity`, or both."""
