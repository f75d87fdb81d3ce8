"""What activities are made and changed from, in the contract."""

from datetime import datetime

import strawberry

import models.activity
import models.space
import schema.vote  # noqa: F401  # It describes VoteMethod.
from models.vote import VoteMethod
from models.vote_result import AwardRule
from planner import field
from schema.activity_kind import ActivityKind, LocationRule, ReviewRule, review_rule
from schema.contribution_kind import ContributionKind
from schema.idempotency import idempotency_key
from schema.vote_file import rule_reason
from schema.vote_result import AwardTermsInput, VoteRuleInput


@strawberry.input(
    description="An activity to add to a space. What means nothing in its kind (`Activity.settings`) is left out, or"
    " refused."
)
class ActivityCreateInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    kind: ActivityKind = strawberry.field(description="What people do in it; it stays so.")
    title: str = strawberry.field(description="Its title, 2 to 120 characters.")
    description: str = strawberry.field(default="", description="What it is about, plain text up to 5,000 characters.")
    opens_at: datetime | None = strawberry.field(
        default=None,
        description="From when it is open; null: from now. A vote by ballots in a space that is no draft wants one.",
    )
    closes_at: datetime | None = strawberry.field(default=None, description="From when it is closed; null: never.")
    vote_method: VoteMethod | None = strawberry.field(
        default=None, description="How votes are counted; null: as is usual for its kind."
    )
    vote_rule: VoteRuleInput | None = strawberry.field(
        default=None, description="What a ballot may hold; null: as is usual for the method."
    )
    award_rule: AwardRule | None = strawberry.field(
        default=None, description="By which rule projects win; null: greedy where there is a budget, else none."
    )
    award_terms: AwardTermsInput | None = strawberry.field(
        default=None, description="What the rule of award leaves open; null: as is usual."
    )
    location_rule: LocationRule | None = strawberry.field(
        default=None, description="Whether a contribution says where it is; null: as is usual for its kind."
    )
    expires_after_days: int | None = strawberry.field(
        default=None,
        description="After how many days a contribution expires, 1 to 365; null: as is usual for its kind.",
    )
    support_threshold: int | None = strawberry.field(
        default=None,
        description="How many supports a proposal wants, 1 to 10,000,000, in idea boxes and petitions; null: none.",
    )
    contribution_kinds: list[ContributionKind] | None = strawberry.field(
        default=None, description="Which kinds of contribution it takes, of those of its kind; null: all."
    )
    may_be_anonymous: bool = strawberry.field(default=True, description="Whether requests may be without a name.")
    answer_within_days: int | None = strawberry.field(
        default=None, description="Within how many days an answer to proposals is promised, 1 to 365; null: none is."
    )
    review_rule: ReviewRule = review_rule()
    idempotency_key: str | None = idempotency_key()


@strawberry.input(
    description="An activity as it is to be; what is left out is as it says. What means nothing in its kind"
    " (`Activity.settings`) is left out, or refused."
)
class ActivityReviseInput:
    activity: strawberry.ID = field.reference(models.activity.Activity, "The activity.")
    version: int = strawberry.field(description="The version that was read: nobody's later change is overwritten.")
    title: str = strawberry.field(description="Its title, 2 to 120 characters.")
    description: str = strawberry.field(default="", description="What it is about, plain text up to 5,000 characters.")
    opens_at: datetime = strawberry.field(description="From when it is open.")
    closes_at: datetime | None = strawberry.field(default=None, description="From when it is closed; null: never.")
    vote_method: VoteMethod | None = strawberry.field(
        default=None,
        description="How votes are counted; null: there is no vote. Petitions are signed (SUPPORT) in any case.",
    )
    vote_rule: VoteRuleInput | None = strawberry.field(
        default=None, description="What a ballot may hold; null: as is usual for the method."
    )
    award_rule: AwardRule | None = strawberry.field(
        default=None, description="By which rule projects win; null: greedy where there is a budget, else none."
    )
    award_terms: AwardTermsInput | None = strawberry.field(
        default=None, description="What the rule of award leaves open; null: as is usual."
    )
    location_rule: LocationRule | None = strawberry.field(
        default=None, description="Whether a contribution says where it is; null: as is usual for its kind."
    )
    expires_after_days: int | None = strawberry.field(
        default=None, description="After how many days a contribution expires, 1 to 365; null: never."
    )
    support_threshold: int | None = strawberry.field(
        default=None,
        description="How many supports a proposal wants, 1 to 10,000,000, in idea boxes and petitions; null: none.",
    )
    contribution_kinds: list[ContributionKind] | None = strawberry.field(
        default=None, description="Which kinds of contribution it takes, of those of its kind; null: all."
    )
    may_be_anonymous: bool = strawberry.field(default=True, description="Whether requests may be without a name.")
    answer_within_days: int | None = strawberry.field(
        default=None, description="Within how many days an answer to proposals is promised, 1 to 365; null: none is."
    )
    review_rule: ReviewRule = review_rule()
    reason: str | None = rule_reason()
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A space's activities in their order.")
class ActivitiesOrderInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space.")
    activities: list[strawberry.ID] = field.reference(
        models.activity.Activity, "Those that come first, in order; the others follow as they did."
    )
    idempotency_key: str | None = idempotency_key()
