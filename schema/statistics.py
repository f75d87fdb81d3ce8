"""Statistics in the contract: an activity's contributions counted, for portals and dashboards."""

from datetime import date

import resolvers.statistics
from auth.viewer import Audience
from models.activity import VOTING, features_of
from models.contribution import ContributionKind
from planner import field
from planner.cost_directive import priced
from planner.directive import audience, feature
from schema.category import Category

FOR_DASHBOARDS = [*audience(Audience.MODERATOR), *priced(300)]
"""What only moderators ask: it is counted row by row, and how many authors there are could tell who has no name."""


@field.value
class CategoryCount:
    """A category with the number of its contributions."""

    category: Category = field.refers("category_id", "The category.")
    count: int = field.column("How many contributions have it, whatever their status.")


@field.value
class DayCount:
    """A day with the number of contributions published on it."""

    day: date = field.column("The day, from midnight to midnight in the portal's time zone.")
    count: int = field.column("How many contributions were published on it, whatever their status now.")


@field.value
class ActivityStatistics:
    """An activity's contributions counted exactly («statistiques»), whatever their status unless a field says so."""

    total_count: int = field.column("All contributions.")
    open_count: int = field.column("Those that are open: not closed and not past their expiry.")
    closed_count: int = field.column("Those that their author closed.")
    expired_count: int = field.column("Those past their expiry.")
    offer_count: int = field.column("Offers.", marks=feature(*features_of(ContributionKind.OFFER)))
    request_count: int = field.column("Requests.", marks=feature(*features_of(ContributionKind.REQUEST)))
    listing_count: int = field.column("Listings.", marks=feature(*features_of(ContributionKind.LISTING)))
    proposal_count: int = field.column("Proposals.", marks=feature(*features_of(ContributionKind.PROPOSAL)))
    argument_count: int = field.column("Arguments.", marks=feature(*features_of(ContributionKind.ARGUMENT)))
    without_category_count: int = field.column("Those without a category.")
    categories: list[CategoryCount] = field.parts(
        resolvers.statistics.categories, "The activity's categories in their order, each with its count.", size=15
    )
    days: list[DayCount] = field.parts(
        resolvers.statistics.days,
        "The last 30 days, oldest first, today last, each with its count.",
        size=resolvers.statistics.DAYS,
    )
    vote_count: int = field.expression(
        resolvers.statistics.vote_count, "Votes on them. For moderators.", marks=[*feature(*VOTING), *FOR_DASHBOARDS]
    )
    comment_count: int = field.expression(
        resolvers.statistics.comment_count, "Comments on them. For moderators.", marks=FOR_DASHBOARDS
    )
    author_count: int = field.expression(
        resolvers.statistics.author_count,
        "Actors who published them, also without a name. For moderators.",
        marks=FOR_DASHBOARDS,
    )
