"""Templates in the contract: new spaces, from a template of the platform or from another space."""

from datetime import datetime
from typing import Annotated

import strawberry

import models.space
import office.template
from auth.viewer import Audience
from models.space import Visibility
from models.template import SpaceTemplate, features
from planner import field
from planner.directive import audience
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.space import ParticipatorySpace

described(
    SpaceTemplate,
    "From what a new space is made.",
    {
        "BLANK": "Nothing: it has no activities yet.",
        "IDEA_BOX": "An idea box with support and usual categories («boîte à idées»).",
        "MUTUAL_AID": "Neighbours help each other («entraide»).",
        "LOCAL_MARKET": "Shops and producers («marché local»).",
        "CONSULTATION": "Opinions and arguments on proposals, open for six weeks.",
        "DEBATE": "Arguments for and against, open for four weeks («débat»).",
        "PETITION": "Petitions with a rule: 50 signatures for a mediation, 2,000 for a debate («pétition»).",
        "SURVEY": "A form of five questions on a service, open for four weeks («enquête»).",
        "TEXT": "A text of articles to be amended, prepared and not yet published, open for six weeks.",
        "BUDGET_IDEAS": "The first steps of a participatory budget: ideas, then opinions on the projects made of them.",
        "PARTICIPATORY_BUDGET": "A whole participatory budget: ideas and their study, then a vote by ballots with its"
        " rule, and the statuses by which its winners are followed; with phases and dates.",
    },
    features,
)


@strawberry.input(description="A space to make.", directives=audience(Audience.ADMINISTRATOR))
class SpaceCreateInput:
    title: str = strawberry.field(description="Its title, 2 to 120 characters.")
    template: SpaceTemplate = strawberry.field(default=SpaceTemplate.BLANK, description="From what it is made.")
    description: str | None = strawberry.field(
        default=None, description="What it is about, plain text up to 5,000 characters; null: the template's."
    )
    visibility: Visibility = strawberry.field(default=Visibility.DRAFT, description="Who sees it.")
    opens_at: datetime | None = strawberry.field(default=None, description="From when it is open; null: from now.")
    closes_at: datetime | None = strawberry.field(
        default=None, description="From when it is closed; null: it stays open."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A space to make like another.", directives=audience(Audience.ADMINISTRATOR))
class SpaceDuplicateInput:
    space: strawberry.ID = field.reference(models.space.ParticipatorySpace, "The space to copy.")
    title: str = strawberry.field(description="The new space's title, 2 to 120 characters.")
    shift_days: int = strawberry.field(
        default=0, description="By how many days all its dates move, at the same hours of the portal's clock."
    )
    idempotency_key: str | None = idempotency_key()


@field.payload("space_id")
class SpaceCreatePayload:
    """The answer to `spaceCreate`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The space; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@field.payload("space_id")
class SpaceDuplicatePayload:
    """The answer to `spaceDuplicate`."""

    space: ParticipatorySpace | None = field.refers("space_id", "The new space; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class TemplateMutation:
    @field.action(office.template.create, who=ADMINISTRATOR)
    def space_create(self, input: Annotated[SpaceCreateInput, field.argument("The space.")]) -> SpaceCreatePayload:
        """Make a space, with the activities of a template. For administrators."""

    @field.action(office.template.duplicate, who=ADMINISTRATOR)
    def space_duplicate(
        self, input: Annotated[SpaceDuplicateInput, field.argument("Which, and when.")]
    ) -> SpaceDuplicatePayload:
        """Make a draft like another space: its activities with their rules, categories, phases and forms of surveys,
        their dates moved, never what people wrote. For administrators."""
