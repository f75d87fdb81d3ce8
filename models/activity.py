"""Activity («activité»): one thing people do in a space, with its period and its rules of voting, place and expiry."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Text, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from models.ballot import LIMITS
from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import RULES, ContributionKind
from models.kind_setting import EXCHANGED as EXCHANGED_SETTINGS
from models.kind_setting import PROPOSED, ActivitySetting
from models.phase import MAX_PHASES
from models.proof import LIMITS as PROOF_LIMITS
from models.proof import ProofLevel
from models.tenant import Feature
from models.vote import VoteMethod
from models.vote_result import TERM_LIMITS, AwardRule, RankWorth, TieBreak


class ActivityKind(Enum):
    """What people do in an activity."""

    MUTUAL_AID = "MUTUAL_AID"
    MARKETPLACE = "MARKETPLACE"
    IDEA_BOX = "IDEA_BOX"
    CONSULTATION = "CONSULTATION"
    DEBATE = "DEBATE"
    PETITION = "PETITION"
    PARTICIPATORY_BUDGET = "PARTICIPATORY_BUDGET"
    SURVEY = "SURVEY"


@dataclass(frozen=True, slots=True)
class Kind:
    """What activities of a kind are: what is published in them, with which feature a portal has them, which settings
    mean something in them, and whether people vote there."""

    contributions: tuple[ContributionKind, ...]
    feature: Feature
    settings: frozenset[ActivitySetting]
    """The others are neither shown nor taken: nothing follows from them."""

    usual_vote: VoteMethod | None = None
    """By which people vote where nobody says otherwise; without one nobody votes."""

    is_staffed: bool = False
    """Whether the city publishes in it, and residents vote."""

    is_signed: bool = False
    """Whether a vote is a signature, so that there is no other method."""

    @property
    def has_votes(self) -> bool:
        """Whether people vote there."""
        return self.usual_vote is not None


_HELP = (ContributionKind.OFFER, ContributionKind.REQUEST)
_PROPOSALS = (ContributionKind.PROPOSAL,)
_DISCUSSED = (ContributionKind.PROPOSAL, ContributionKind.ARGUMENT)
_ARGUED = PROPOSED | {ActivitySetting.VOTE, ActivitySetting.CONTRIBUTION_KINDS}

KINDS: dict[ActivityKind, Kind] = {
    ActivityKind.MUTUAL_AID: Kind(
        _HELP, Feature.MUTUAL_AID, EXCHANGED_SETTINGS | {ActivitySetting.CONTRIBUTION_KINDS, ActivitySetting.ANONYMITY}
    ),
    ActivityKind.MARKETPLACE: Kind((ContributionKind.LISTING,), Feature.MARKETPLACE, EXCHANGED_SETTINGS),
    ActivityKind.IDEA_BOX: Kind(
        _PROPOSALS, Feature.IDEA_BOX, PROPOSED | {ActivitySetting.VOTE, ActivitySetting.THRESHOLD}, VoteMethod.SUPPORT
    ),
    ActivityKind.CONSULTATION: Kind(_DISCUSSED, Feature.CONSULTATION, _ARGUED, VoteMethod.OPINION),
    ActivityKind.DEBATE: Kind(_DISCUSSED, Feature.DEBATE, _ARGUED, VoteMethod.OPINION),
    ActivityKind.PETITION: Kind(
        _PROPOSALS, Feature.PETITION, PROPOSED | {ActivitySetting.THRESHOLD}, VoteMethod.SUPPORT, is_signed=True
    ),
    ActivityKind.PARTICIPATORY_BUDGET: Kind(
        _PROPOSALS,
        Feature.PARTICIPATORY_BUDGET,
        PROPOSED | {ActivitySetting.VOTE},
        VoteMethod.APPROVAL,
        is_staffed=True,
    ),
    ActivityKind.SURVEY: Kind((), Feature.SURVEY, frozenset()),
}
"""All that is decided by an activity's kind. A new kind is a line here, a description, and a migration of its CHECK."""

MAX_THRESHOLD = 10_000_000

VOTING = tuple(kind.feature for kind in KINDS.values() if kind.has_votes)
"""The features of whose activities people vote in."""

PROVING = (*VOTING, Feature.SURVEY)
"""The features of whose activities some ask who somebody is: votes, and surveys."""

EXCHANGED = tuple(
    kind.feature for kind in KINDS.values() if any(RULES[published].is_exchanged for published in kind.contributions)
)
"""The features in whose activities neighbours answer each other by exchanges."""


def features_of(published: ContributionKind) -> tuple[Feature, ...]:
    """With which features a portal has contributions of a kind."""
    return tuple(kind.feature for kind in KINDS.values() if published in kind.contributions)


TITLE_LENGTH, DESCRIPTION_LENGTH = (2, 120), (0, 5_000)
MAX_IN_SPACE = 50
MAX_EXPIRY_DAYS = 365
MAX_ANSWER_DAYS = 365
USUAL_EXCHANGED_DAYS = 30
"""For so long are offers, requests and listings published, unless an administrator says otherwise."""

SOON_DAYS = 14
"""The dashboard tells moderators so early that an activity opens or closes."""


class LocationRule(Enum):
    """Whether a contribution says where it is."""

    NONE = "NONE"
    OPTIONAL = "OPTIONAL"
    REQUIRED = "REQUIRED"


class ReviewRule(Enum):
    """Whether moderators read what is published before or after everybody does («a priori, a posteriori»)."""

    AFTER_PUBLICATION = "AFTER_PUBLICATION"
    NEW_ACTORS = "NEW_ACTORS"
    """Before, of those of whom little has been public."""

    BEFORE_PUBLICATION = "BEFORE_PUBLICATION"


_LEVELS = "ARRAY[" + ", ".join(f"'{level.value}'" for level in ProofLevel) + "]::text[]"


USUAL_ADVANCE_EUROS, MAX_ADVANCE_EUROS = 40, 1_000
"""What whoever helps should advance at most, as guides of mutual aid say."""

USUAL_ALIVE_REQUESTS, MAX_ALIVE_REQUESTS = 5, 100
"""How many requests one person may have alive: who asks for more at a time is no neighbour in need."""

SAFETY_NOTICE_LENGTH = (1, 500)

USUAL_LEAST_AGE, LEAST_AGES = 15, (13, 18)
"""In years. From 15 on a minor agrees alone to a service of the internet (article 45 of the French law of 6 January
1978); nobody younger acts in mutual aid unless the city says otherwise."""

USUAL_NEWCOMER_ALIVE, USUAL_NEWCOMER_DAILY, MAX_NEWCOMER = 3, 10, 100
"""How many answers of somebody who is new are alive at a time, and how many are given within 24 hours, at most."""


class Activity(TenantTable, table=True):
    """An activity of a space, with its place in the space's list. Its period is half-open: [opens_at, closes_at).

    The city promises an answer to its proposals within so many days, where `answer_within_days` says so; those from
    before `answers_promised_at` are counted from then (NULL: the promise was there from the beginning).
    `accepted_kinds` are those of its kind's contributions that it takes (NULL: all); `version` counts its revisions.
    `vote_*` and `budget_euros` are the rule of a method by which people cast whole ballots (`models.ballot.VoteRule`),
    `proof_*` what it asks of voters, or of those who answer (no levels: nothing); a survey that `is_without_account`
    asks not even for an account. With an
    `urn_key` the vote is secret: ballots are sealed with it (`models.urn`) until somebody opens them.
    `award_*` the rule by which projects win and what it leaves open (`models.vote_result.AwardTerms`).
    """

    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", ActivityKind),
        one_of("vote_method", VoteMethod),
        one_of("location_rule", LocationRule),
        one_of("award_rule", AwardRule),
        one_of("award_tie_break", TieBreak),
        one_of("award_rank_worth", RankWorth),
        one_of("review_rule", ReviewRule),
        CheckConstraint("closes_at > opens_at", name="period_forward"),
        CheckConstraint(f"jsonb_array_length(phases) BETWEEN 1 AND {MAX_PHASES}", name="phases_few"),
        CheckConstraint("kind <> 'PETITION' OR vote_method = 'SUPPORT'", name="petitions_are_signed"),
        CheckConstraint(
            "kind <> 'SURVEY' OR (num_nonnulls(vote_method, expires_after_days, support_threshold, answer_within_days,"
            " accepted_kinds) = 0 AND location_rule = 'NONE' AND review_rule = 'AFTER_PUBLICATION')",
            name="surveys_publish_nothing",
        ),
        CheckConstraint("kind = 'MUTUAL_AID' OR may_be_anonymous", name="requests_alone_are_anonymous"),
        CheckConstraint("urn_opened_at IS NULL OR urn_key IS NOT NULL", name="urn_was_sealed"),
        CheckConstraint(f"proof_levels <@ {_LEVELS} AND cardinality(proof_levels) > 0", name="proof_levels_known"),
        CheckConstraint(
            "proof_levels IS NOT NULL OR num_nonnulls(proof_least_age, proof_age_on, proof_zone_id) = 0",
            name="proof_terms_of_a_proof",
        ),
        CheckConstraint(
            "NOT is_without_account OR (kind = 'SURVEY' AND proof_levels IS NULL)", name="strangers_answer_surveys"
        ),
        CheckConstraint("expires_after_days BETWEEN 1 AND 365", name="expiry_within_a_year"),
        *(
            CheckConstraint(f"{name} BETWEEN {least} AND {most}", name=f"{name}_known")
            for name, (least, most) in (LIMITS | TERM_LIMITS | PROOF_LIMITS).items()
        ),
        CheckConstraint(f"support_threshold BETWEEN 1 AND {MAX_THRESHOLD}", name="support_threshold_in_reach"),
        CheckConstraint("answer_within_days BETWEEN 1 AND 365", name="answer_within_a_year"),
        CheckConstraint(f"advance_euros BETWEEN 0 AND {MAX_ADVANCE_EUROS}", name="advance_in_reach"),
        CheckConstraint(f"alive_requests BETWEEN 1 AND {MAX_ALIVE_REQUESTS}", name="alive_requests_in_reach"),
        CheckConstraint(
            f"char_length(safety_notice) BETWEEN {SAFETY_NOTICE_LENGTH[0]} AND {SAFETY_NOTICE_LENGTH[1]}",
            name="safety_notice_length",
        ),
        CheckConstraint(f"least_age BETWEEN {LEAST_AGES[0]} AND {LEAST_AGES[1]}", name="least_age_in_reach"),
        CheckConstraint(f"newcomer_alive BETWEEN 1 AND {MAX_NEWCOMER}", name="newcomer_alive_in_reach"),
        CheckConstraint(f"newcomer_daily BETWEEN 1 AND {MAX_NEWCOMER}", name="newcomer_daily_in_reach"),
        Index("activity_space", "space_id", "rank"),
    )

    id: UUID = Field(primary_key=True)
    space_id: UUID = Field(foreign_key=f"{TENANT}.participatory_space.id")
    kind: ActivityKind = Field(sa_column=text_column())
    title: str = Field(sa_column=text_column())
    description: str = Field(sa_column=text_column())
    rank: int = Field(sa_column=Column(SmallInteger, nullable=False))
    opens_at: datetime = Field(sa_column=time_column())
    closes_at: datetime | None = Field(sa_column=time_column(nullable=True))
    vote_method: VoteMethod | None = Field(sa_column=text_column(nullable=True))
    location_rule: LocationRule = Field(sa_column=text_column())
    expires_after_days: int | None = None
    accepted_kinds: list[str] | None = Field(sa_column=Column(ARRAY(Text), nullable=True))
    may_be_anonymous: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("1")))
    support_threshold: int | None = None
    answer_within_days: int | None = None
    answers_promised_at: datetime | None = Field(default=None, sa_column=time_column(nullable=True))
    phases: list[dict[str, str]] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    review_rule: ReviewRule = Field(
        default=ReviewRule.AFTER_PUBLICATION, sa_column=text_column(server_default=text("'AFTER_PUBLICATION'"))
    )
    advance_euros: int | None = Field(
        default=USUAL_ADVANCE_EUROS, sa_column=Column(Integer, nullable=True, server_default=text("40"))
    )
    alive_requests: int = Field(
        default=USUAL_ALIVE_REQUESTS, sa_column=Column(Integer, nullable=False, server_default=text("5"))
    )
    safety_notice: str | None = Field(default=None, sa_column=text_column(nullable=True))
    least_age: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    newcomer_alive: int = Field(
        default=USUAL_NEWCOMER_ALIVE, sa_column=Column(Integer, nullable=False, server_default=text("3"))
    )
    newcomer_daily: int = Field(
        default=USUAL_NEWCOMER_DAILY, sa_column=Column(Integer, nullable=False, server_default=text("10"))
    )
    vote_least: int | None = None
    vote_most: int | None = None
    vote_most_each: int | None = None
    vote_grades: int | None = None
    budget_euros: int | None = None
    urn_key: str | None = Field(sa_column=text_column(nullable=True))
    urn_opened_at: datetime | None = Field(sa_column=time_column(nullable=True))
    award_rule: AwardRule | None = Field(sa_column=text_column(nullable=True))
    award_ceiling_euros: int | None = None
    award_least_each: int | None = None
    award_is_ending_category: bool | None = None
    award_is_ending: bool | None = None
    award_tie_break: TieBreak | None = Field(sa_column=text_column(nullable=True))
    award_rank_worth: RankWorth | None = Field(sa_column=text_column(nullable=True))
    proof_levels: list[str] | None = Field(sa_column=Column(ARRAY(Text), nullable=True))
    proof_least_age: int | None = Field(sa_column=Column(SmallInteger, nullable=True))
    proof_age_on: date | None = None
    proof_zone_id: UUID | None = Field(foreign_key=f"{TENANT}.zone.id")
    is_without_account: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
