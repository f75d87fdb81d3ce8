"""Activities in the contract: what people do in a space."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models.activity
import resolvers.activity
import resolvers.contribution
import resolvers.ident
import resolvers.search
import resolvers.sight
import resolvers.statistics
from models.activity import KINDS, VOTING, ActivityKind, LocationRule
from models.contribution import ContributionKind
from models.tenant import Feature
from models.vote import Choice, VoteMethod
from planner import field
from planner.cost_directive import priced
from planner.directive import feature
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
from schema.enumeration import described
from schema.page import After, Connection, First
from schema.statistics import ActivityStatistics

if TYPE_CHECKING:
    from schema.space import ParticipatorySpace

described(
    ActivityKind,
    "What people do in an activity.",
    {
        "MUTUAL_AID": "Neighbours offer and ask for help («entraide»).",
        "MARKETPLACE": "Shops and producers publish products and deliveries («marché local»).",
        "IDEA_BOX": "People propose ideas and support them («boîte à idées»).",
        "CONSULTATION": "People react to proposals with opinions and arguments.",
        "DEBATE": "People argue for and against («débat»).",
        "PETITION": "People sign: support with a threshold («pétition»).",
    },
    lambda kind: (KINDS[kind].feature,),
)
described(
    LocationRule,
    "Whether a contribution says where it is.",
    {"NONE": "It has no place.", "OPTIONAL": "It may have one.", "REQUIRED": "It has one."},
)


@field.stored(
    models.activity.Activity,
    visible=resolvers.sight.activity,
    container=("space_id", "ParticipatorySpace"),
    is_few=True,
)
class Activity:
    """One thing people do in a space («activité», «étape»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("activity"), "Opaque id.")
    space: Annotated["ParticipatorySpace", strawberry.lazy("schema.space")] = field.one(
        resolvers.activity.space_of, "The space that it is part of."
    )
    kind: ActivityKind = field.column("What people do in it.")
    title: str = field.column("Its title.")
    description: str = field.column("What it is about, plain text.")
    opens_at: datetime = field.column("From when contributions and votes are taken.")
    closes_at: datetime | None = field.column("From when none are taken any more; null: it stays open.")
    is_open: bool = field.expression(resolvers.activity.is_open, "Whether contributions and votes are taken now.")
    contribution_kinds: list[ContributionKind] = field.expression(
        resolvers.activity.contribution_kinds, "Which kinds of contribution it takes."
    )
    vote_method: VoteMethod | None = field.column(
        "How votes are counted; null: there is no vote.", marks=feature(*VOTING)
    )
    vote_choices: list[Choice] = field.expression(
        resolvers.activity.choices, "What a vote may say; empty where there is no vote.", marks=feature(*VOTING)
    )
    location_rule: LocationRule = field.column("Whether a contribution says where it is.")
    expires_after_days: int | None = field.column(
        "After how many days a contribution expires, at the end of the day in the portal's time zone; null: never."
    )
    support_threshold: int | None = field.column(
        "How many supports a proposal wants to be taken up, as a petition its signatures («seuil»); null: none is set.",
        marks=feature(Feature.IDEA_BOX, Feature.PETITION),
    )
    categories: list[Category] = field.many(resolvers.activity.categories, "The labels to sort by, in order.", size=15)
    statistics: ActivityStatistics = field.part(
        resolvers.statistics.of_activity, "Its contributions counted.", marks=priced(500)
    )

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


@strawberry.type
class ActivityQuery:
    @field.declared(field.One(resolvers.ident.by_argument("activity")))
    def activity(self, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]) -> Activity | None:
        """An activity; null when the viewer sees none of this id."""
