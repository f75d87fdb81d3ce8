"""Activity («activité»): one thing people do in a space, with its period and its rules of voting, place and expiry."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger
from sqlmodel import Field

from models.base import TENANT, TenantTable, one_of, text_column, time_column
from models.contribution import ContributionKind
from models.tenant import Feature
from models.vote import VoteMethod


class ActivityKind(Enum):
    """What people do in an activity."""

    MUTUAL_AID = "MUTUAL_AID"
    MARKETPLACE = "MARKETPLACE"
    IDEA_BOX = "IDEA_BOX"
    CONSULTATION = "CONSULTATION"
    DEBATE = "DEBATE"
    PETITION = "PETITION"


CONTRIBUTION_KINDS: dict[ActivityKind, tuple[ContributionKind, ...]] = {
    ActivityKind.MUTUAL_AID: (ContributionKind.OFFER, ContributionKind.REQUEST),
    ActivityKind.MARKETPLACE: (ContributionKind.LISTING,),
    ActivityKind.IDEA_BOX: (ContributionKind.PROPOSAL,),
    ActivityKind.CONSULTATION: (ContributionKind.PROPOSAL, ContributionKind.ARGUMENT),
    ActivityKind.DEBATE: (ContributionKind.PROPOSAL, ContributionKind.ARGUMENT),
    ActivityKind.PETITION: (ContributionKind.PROPOSAL,),
}
"""Which kinds of contribution an activity takes."""


FEATURES: dict[ActivityKind, Feature] = {
    ActivityKind.MUTUAL_AID: Feature.ENTRAIDE,
    ActivityKind.MARKETPLACE: Feature.MARKET,
    ActivityKind.IDEA_BOX: Feature.IDEAS,
    ActivityKind.CONSULTATION: Feature.CONSULTATION,
    ActivityKind.DEBATE: Feature.DEBATE,
    ActivityKind.PETITION: Feature.PETITION,
}
"""With which feature a portal has activities of a kind."""

VOTING = (Feature.IDEAS, Feature.CONSULTATION, Feature.DEBATE, Feature.PETITION)
"""The features of whose activities people vote in."""


def features_of(kind: ContributionKind) -> tuple[Feature, ...]:
    """With which features a portal has contributions of a kind."""
    return tuple(FEATURES[activity] for activity, taken in CONTRIBUTION_KINDS.items() if kind in taken)


class LocationRule(Enum):
    """Whether a contribution says where it is."""

    NONE = "NONE"
    OPTIONAL = "OPTIONAL"
    REQUIRED = "REQUIRED"


class Activity(TenantTable, table=True):
    """An activity of a space, with its place in the space's list. Its period is half-open: [opens_at, closes_at)."""

    __tablename__ = "activity"
    __table_args__ = (
        one_of("kind", ActivityKind),
        one_of("vote_method", VoteMethod),
        one_of("location_rule", LocationRule),
        CheckConstraint("closes_at > opens_at", name="period_forward"),
        CheckConstraint("expires_after_days BETWEEN 1 AND 365", name="expiry_within_a_year"),
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
