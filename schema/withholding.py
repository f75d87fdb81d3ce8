"""Withholding in the contract: that moderation keeps something from the public, and why."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.contribution
import resolvers.contribution
import resolvers.ident
import resolvers.review
import resolvers.sight
import resolvers.withholding
from models.contribution import ContributionKind
from planner import field
from schema.later import LaterActivity
from schema.report import Removal


@field.stored(
    models.contribution.Contribution,
    visible=resolvers.sight.withheld,
    container=("activity_id", "Activity"),
    references={},
)
class WithheldContribution:
    """What is left to see of a contribution that moderation withholds: that it was there, and why it is not."""

    id: strawberry.ID = field.expression(resolvers.ident.of("contribution"), "The contribution's id.")
    kind: ContributionKind = field.column("What it is.")
    published_at: datetime = field.column("When it was published, or sent for review.")
    is_unseen: bool = field.expression(
        resolvers.review.is_unseen, "Whether nobody but its author and moderators has seen it."
    )
    own_title: str | None = field.expression(
        resolvers.review.own_title, "Its title, for its author; null for everybody else."
    )
    own_body: str | None = field.expression(
        resolvers.review.own_body, "Its text, for its author; null for everybody else."
    )
    activity: LaterActivity = field.refers("activity_id", "Where it was published.")
    removal: Removal | None = field.part(resolvers.withholding.removal, "Why it is withheld; null is for no case.")


@strawberry.type
class WithholdingQuery:
    @field.declared(field.One(resolvers.ident.by_argument("contribution")))
    def withheld_contribution(
        self, id: Annotated[strawberry.ID, field.argument("The contribution's id.")]
    ) -> WithheldContribution | None:
        """What is left of a contribution that moderation withholds; null for all others."""
