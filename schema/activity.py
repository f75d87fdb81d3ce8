"""Activities in the contract: what people do in a space."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import counting.open_count
import counting.polling_desk
import counting.rule_trial
import counting.rule_version
import counting.urn
import counting.vote_file
import counting.vote_result
import models.activity
import models.space
import office.proposal_status
import resolvers.activity
import resolvers.analysis
import resolvers.award_terms
import resolvers.ballot
import resolvers.contribution
import resolvers.envelope
import resolvers.follow
import resolvers.ident
import resolvers.kind_setting
import resolvers.petition_rule
import resolvers.phase
import resolvers.proof
import resolvers.search
import resolvers.set_aside
import resolvers.sight
import resolvers.space
import resolvers.statistics
import resolvers.text_version
from auth.viewer import Audience
from models.activity import EXCHANGED, PROVING, VOTING
from models.contribution import ContributionKind
from models.phase import MAX_PHASES
from models.tenant import Feature
from models.vote import Choice, VoteMethod
from models.vote_result import AwardRule
from planner import field
from planner.cost_directive import priced
from planner.directive import audience, feature
from resolvers.space_role import ACTIVITY_EDITOR, SPACE_EDITOR
from schema.activity_input import ActivitiesOrderInput, ActivityCreateInput, ActivityReviseInput
from schema.activity_kind import ActivityKind, LocationRule, ReviewRule
from schema.amendment import ConsultedText
from schema.category import Category
from schema.contribution import (
    ByCategories,
    ByKinds,
    ByMatch,
    ByStatus,
    Contribution,
    InCircle,
    InOrder,
    InZone,
    OfText,
    WithinBounds,
)
from schema.error import UserError, user_errors
from schema.kind_setting import ActivitySetting
from schema.later import LaterAnalysis, LaterParticipatorySpace, LaterPollingDesk
from schema.open_count import OpenCount
from schema.page import After, Connection, First
from schema.petition_rule import PetitionRule
from schema.phase import ActivityPhase, AsOf, Doing
from schema.proof import ProofRule, ViewerProof
from schema.proposal_status import PROPOSING, ProposalStatus
from schema.rule_trial import ByTerms, OfBudget, OfCounted, OfLeast, OfPastVote, RuleTrial
from schema.set_aside import BallotDoubt, SetAside
from schema.statistics import ActivityStatistics
from schema.survey import Survey, of_activity
from schema.text_version import TEXTS
from schema.urn import SealedBallot
from schema.vote_file import VoteFile
from schema.vote_result import AwardTerms, Turnout, VoteRule

if TYPE_CHECKING:
    from schema.ballot import Ballot, PublishedBallot
    from schema.follow import Follow
    from schema.vote_result import ProjectAward, VoteResult

At = Annotated[datetime | None, field.argument("The instant to look at; null: now.")]


@field.stored(
    models.activity.Activity,
    visible=resolvers.sight.activity,
    container=("space_id", "ParticipatorySpace"),
    is_few=True,
)
class Activity:
    """One thing people do in a space («activité», «étape»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("activity"), "Opaque id.")
    space: LaterParticipatorySpace = field.refers("space_id", "The space that it is part of.")
    kind: ActivityKind = field.column("What people do in it.")
    title: str = field.column("Its title.")
    description: str = field.column("What it is about, plain text.")
    opens_at: datetime = field.column("From when contributions and votes are taken.")
    closes_at: datetime | None = field.column("From when none are taken any more; null: it stays open.")
    contribution_kinds: list[ContributionKind] = field.expression(
        resolvers.activity.contribution_kinds, "Which kinds of contribution it takes."
    )
    vote_method: VoteMethod | None = field.column("How votes are counted; null: no vote.", marks=feature(*VOTING))
    vote_choices: list[Choice] = field.expression(
        resolvers.activity.choices, "What a vote may say; empty where there is no vote.", marks=feature(*VOTING)
    )
    vote_rule: VoteRule | None = field.part(
        resolvers.activity.vote_rule,
        "What a ballot may hold; null where people do not vote by ballots.",
        marks=feature(*VOTING),
    )
    award_rule: AwardRule | None = field.column(
        "By which rule projects win; null: greedy where there is a budget, else none.", marks=feature(*VOTING)
    )
    award_terms: AwardTerms | None = field.part(
        resolvers.award_terms.terms,
        "What the rule of award leaves open, said; null where people do not vote by ballots.",
        marks=feature(*VOTING),
    )
    analyses: list[LaterAnalysis] = field.many(
        resolvers.analysis.of_activity, "The published analyses of its texts («synthèses»), the newest first.", size=3
    )
    results: list[Annotated["VoteResult", strawberry.lazy("schema.vote_result")]] = field.many(
        counting.vote_result.of_activity,
        "What the vote ended with, counted after its close, as it was last published: the decisive result first, then"
        " what other rules and other readings of the same rule would give; empty before.",
        size=10,
    )
    former_result: Annotated["VoteResult", strawberry.lazy("schema.vote_result")] | None = field.one(
        counting.vote_result.before, "The decisive result of the version before the last one; null: there is none."
    )
    winners: list[Annotated["ProjectAward", strawberry.lazy("schema.vote_result")]] = field.many(
        counting.vote_result.winners, "The projects that won by its decisive result, in its order.", size=15
    )
    open_count: OpenCount = field.part(
        counting.open_count.of_activity, "What its result does not hold yet.", marks=[*feature(*VOTING), *priced(10)]
    )
    vote_files: list[VoteFile] = field.many(
        counting.vote_file.of_activity,
        "What is published of its vote, the newest version first: the rule from its opening on, ballots and"
        " results when it is counted.",
        size=10,
    )
    petition_rule: PetitionRule | None = field.one(
        resolvers.petition_rule.of_activity, "The rule of its petitions; null: none.", marks=feature(Feature.PETITION)
    )
    text: ConsultedText | None = field.part(resolvers.text_version.consulted, "The text; null: none.", marks=TEXTS)
    polling_desks: list[LaterPollingDesk] = field.many(
        counting.polling_desk.of_activity,
        "Where people vote on paper, by name; empty for anybody but administrators and agents, who see their own.",
        size=10,
    )
    set_aside_ballots: list[SetAside] = field.many(
        resolvers.set_aside.of_activity,
        "Ballots that were set aside, the newest first: all for administrators, for others their own.",
        size=50,
    )
    viewer_ballot: Annotated["Ballot", strawberry.lazy("schema.ballot")] | None = field.one(
        resolvers.ballot.own, "The viewer's ballot; null when none was cast.", marks=feature(*VOTING)
    )
    viewer_follow: Annotated["Follow", strawberry.lazy("schema.follow")] | None = field.one(
        resolvers.follow.of("activity_id"), "That the viewer follows it; null when not."
    )
    is_secret: bool = field.expression(
        counting.urn.is_secret, "Whether nobody ever reads whose a ballot is («vote secret»).", marks=feature(*VOTING)
    )
    urn_opened_at: datetime | None = field.column("When its urn was opened; null: it was not.", marks=feature(*VOTING))
    viewer_envelope: SealedBallot | None = field.part(
        resolvers.envelope.own, "That the viewer has voted in a secret vote; else null.", marks=feature(*VOTING)
    )
    proof_rule: ProofRule | None = field.part(
        resolvers.proof.rule, "What it asks of whoever votes or answers; null: nothing.", marks=feature(*PROVING)
    )
    viewer_proof: ViewerProof | None = field.part(
        resolvers.proof.own, "What the viewer has proved in it; null: nothing yet.", marks=feature(*PROVING)
    )
    turnout: Turnout = field.part(
        resolvers.ballot.turnout, "Its ballots counted.", marks=[*feature(*VOTING), *priced(50)]
    )
    survey: Survey | None = of_activity()
    settings: list[ActivitySetting] = field.expression(
        resolvers.kind_setting.of_activity, "Which settings mean something in it; others are neither taken nor kept."
    )
    location_rule: LocationRule = field.column("Whether a contribution says where it is.")
    expires_after_days: int | None = field.column(
        "After how many days a contribution expires, at the end of the day in the portal's time zone; null: never."
    )
    may_be_anonymous: bool = field.column("Whether requests may be published without a name.")
    version: int = field.column("How often it was written, for who changes it: `activityRevise` wants the one it read.")
    support_threshold: int | None = field.column(
        "How many supports a proposal wants to be taken up, as a petition its signatures («seuil»); null: none is set.",
        marks=feature(Feature.IDEA_BOX, Feature.PETITION),
    )
    answer_within_days: int | None = field.column(
        "Within how many days the city promises to answer proposals; null: not.", marks=feature(*PROPOSING)
    )
    advance_euros: int | None = field.column("Euros to advance at most; null: unsaid.", marks=feature(*EXCHANGED))
    alive_requests: int = field.column("Requests that one person may have alive, anywhere.", marks=feature(*EXCHANGED))
    safety_notice: str | None = field.column("The city's sentences of safety; null: none.", marks=feature(*EXCHANGED))
    least_age: int | None = field.column("Years of age to act in it; null: any.", marks=feature(*EXCHANGED))
    newcomer_alive: int = field.column("Answers of a newcomer alive at a time.", marks=feature(*EXCHANGED))
    newcomer_daily: int = field.column("Answers of a newcomer within 24 hours.", marks=feature(*EXCHANGED))
    review_rule: ReviewRule = field.column("Whether moderators read what is published before others do.")
    proposal_statuses: list[ProposalStatus] = field.many(
        office.proposal_status.of_activity, "The statuses that its proposals can have, in order.", size=8
    )
    categories: list[Category] = field.many(resolvers.activity.categories, "The labels to sort by, in order.", size=15)
    statistics: ActivityStatistics = field.part(
        resolvers.statistics.of_activity, "Its contributions counted.", marks=priced(500)
    )

    @field.declared(field.Parts(resolvers.phase.of_activity), size=MAX_PHASES)
    def phases(self, as_of: AsOf = None) -> list[ActivityPhase]:
        """Its phases in their order; empty where everything is allowed while it is open."""

    @field.declared(field.Expression(resolvers.phase.doings))
    def doings(self, as_of: AsOf = None) -> list[Doing]:
        """What one may do in it now, by its period and its phases; empty while it is closed."""

    @field.declared(field.Expression(resolvers.activity.is_open))
    def is_open(self, at: At = None) -> bool:
        """Whether contributions and votes are taken now, or at another instant."""

    @field.declared(
        field.Parts(resolvers.set_aside.doubts),
        directives=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING), *priced(200)],
        size=20,
    )
    def ballot_doubts(self) -> list[BallotDoubt]:
        """Groups of ballots that may be of one person each, the largest first. For administrators."""

    @field.declared(
        field.Part(counting.rule_trial.trial), directives=[*audience(Audience.ADMINISTRATOR), *feature(*VOTING)]
    )
    def rule_trial(
        self,
        past_vote: OfPastVote = None,
        counted: OfCounted = None,
        award_rule: Annotated[AwardRule, field.argument("The rule to try.")] = AwardRule.GREEDY,
        award_terms: ByTerms = None,
        budget_euros: OfBudget = None,
        least: OfLeast = None,
    ) -> RuleTrial | None:
        """What a rule gives with the ballots of a past vote, beside the activity's own rule («essai de règle»); null
        where no past vote is named, or there is no such one. For administrators."""

    @field.declared(field.Expression(counting.vote_file.has_receipt), directives=feature(*VOTING))
    def has_receipt(
        self, receipt: Annotated[str, field.argument("The receipt, with hyphens or spaces or not.")]
    ) -> bool:
        """Whether a ballot that counts has this receipt. What it says is published when the vote is counted."""

    @field.declared(field.Part(counting.vote_file.published_ballot), directives=feature(*VOTING))
    def published_ballot(
        self, receipt: Annotated[str, field.argument("The receipt, with hyphens or spaces or not.")]
    ) -> Annotated["PublishedBallot", strawberry.lazy("schema.ballot")] | None:
        """What the ballot of a receipt says, once it is counted and published; null before, for a receipt that no
        ballot has, and in a secret vote, whose receipts prove that somebody took part and nothing else."""

    @field.declared(field.Connection(resolvers.contribution.of_activity))
    def contributions(
        self,
        near: InCircle = None,
        within: WithinBounds = None,
        kinds: ByKinds = None,
        categories: ByCategories = None,
        zone: InZone = None,
        status: ByStatus = models.contribution.ContributionStatus.OPEN,
        search: OfText = None,
        match: ByMatch = resolvers.search.SearchMatch.WORDS,
        order: InOrder = resolvers.contribution.ContributionOrder.NEWEST,
        first: First = 20,
        after: After = None,
    ) -> Connection[Contribution]:
        """The contributions of the activity, those that are open unless another status is asked for."""


@field.payload("activity_id")
class ActivityCreatePayload:
    """The answer to `activityCreate`."""

    activity: Activity | None = field.refers("activity_id", "The activity; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("activity_id")
class ActivityRevisePayload:
    """The answer to `activityRevise`."""

    activity: Activity | None = field.refers("activity_id", "The activity as it is; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class ActivitiesOrderPayload:
    """The answer to `activitiesOrder`."""

    space: LaterParticipatorySpace | None = field.refers(
        "space_id", "The space with its activities in their order; null when it was refused."
    )
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ActivityQuery:
    @field.declared(field.One(resolvers.ident.by_argument("activity")))
    def activity(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Activity | None:
        """An activity; null when the viewer sees none of this id."""

    @field.declared(field.Connection(resolvers.activity.changing), directives=audience(Audience.MODERATOR))
    def activities_changing(self, first: First = 20, after: After = None) -> Connection[Activity]:
        """The activities that open or close within fourteen days, the soonest first. For moderators."""


@strawberry.type
class ActivityMutation:
    @field.action(resolvers.activity.create, who=SPACE_EDITOR)
    def activity_create(
        self, input: Annotated[ActivityCreateInput, field.argument("The activity.")]
    ) -> ActivityCreatePayload:
        """Add an activity to a space, with the rules that are usual for its kind. For administrators and the
        space's editors."""

    @field.action(counting.rule_version.revise, who=ACTIVITY_EDITOR)
    def activity_revise(
        self, input: Annotated[ActivityReviseInput, field.argument("The activity as it is to be.")]
    ) -> ActivityRevisePayload:
        """Change an activity. CONFLICT when somebody else did since `version` was read. Another rule than the one that
        is published of a vote wants a `reason`. For administrators and the space's editors."""

    @field.action(resolvers.activity.order, who=SPACE_EDITOR)
    def activities_order(
        self, input: Annotated[ActivitiesOrderInput, field.argument("The order.")]
    ) -> ActivitiesOrderPayload:
        """Put a space's activities in order. For administrators and the space's editors."""
