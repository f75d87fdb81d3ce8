"""Participatory spaces in the contract: what the public enters."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.space
import resolvers.activity
import resolvers.ident
import resolvers.space
from models.space import Visibility
from planner import field
from schema.activity import Activity
from schema.enumeration import described
from schema.page import After, Connection, First

described(
    Visibility,
    "Who sees a space and all that it holds.",
    {"PUBLIC": "Everybody.", "MEMBERS": "Actors who are signed in.", "DRAFT": "Moderators and administrators."},
)


@field.stored(
    models.space.ParticipatorySpace,
    visible=resolvers.space.visible,
    is_few=True,
    references={"id": field.by_id("space")},
)
class ParticipatorySpace:
    """What the public enters («espace participatif»); its activities may run in parallel."""

    id: strawberry.ID = field.expression(resolvers.ident.of("space"), "Opaque id.")
    slug: str = field.column("Its part of the portal's addresses.")
    title: str = field.column("Its title.")
    description: str = field.column("What it is about, plain text.")
    visibility: Visibility = field.column("Who sees it.")
    opens_at: datetime = field.column("From when it is open.")
    closes_at: datetime | None = field.column("From when it is closed; null: it stays open.")
    is_open: bool = field.expression(resolvers.space.is_open, "Whether it is open now.")
    activities: list[Activity] = field.many(resolvers.activity.of_space, "What people do in it, in order.", size=5)


@strawberry.type
class SpaceQuery:
    @field.declared(field.One(resolvers.space.by_argument))
    def space(
        self,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
        slug: Annotated[str | None, strawberry.argument(description="Its part of the portal's addresses.")] = None,
    ) -> ParticipatorySpace | None:
        """The space that exactly one of the arguments names; null when the viewer sees none."""

    @field.declared(field.Connection(resolvers.space.listed))
    def spaces(self, first: First = 20, after: After = None) -> Connection[ParticipatorySpace]:
        """The spaces that the viewer sees, newest first."""
