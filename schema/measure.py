"""Measures in the contract: what is counted of a portal, over a period, together or broken down; for moderators."""

from datetime import date
from typing import Annotated

import strawberry

import resolvers.measure
from auth.viewer import Audience
from models.activity import EXCHANGED, VOTING
from models.contribution import ContributionKind
from models.measure import Channel, Measure, MeasureGroup, MeasureUnit
from planner import field
from planner.cost_directive import priced
from planner.directive import audience, feature
from schema.activity import Activity
from schema.category import Category
from schema.enumeration import described
from schema.scalar import H3Cell
from schema.space import ParticipatorySpace
from schema.zone import Zone

described(
    Measure,
    "What is counted; `measures` gives each one's sentence.",
    {
        "PARTICIPANTS": "Actors who did something.",
        "CONTRIBUTIONS": "Contributions published.",
        "COMMENTS": "Comments published.",
        "VOTES": "Votes cast.",
        "UNANSWERED": "Contributions without an answer.",
        "FIRST_ANSWER": "Time to the first answer.",
        "REPORTS": "Reports sent.",
        "ANSWERS_DUE": "Proposals that wait for an answer that was promised.",
        "KNOWN_OUTCOME": "Share of requests of which it is known how they ended.",
        "FIRST_PROPOSAL": "Time to the first proposal to a request.",
        "LAPSED": "Share of proposals that were not answered in time.",
    },
)
described(
    MeasureUnit,
    "What a measure is told in.",
    {"COUNT": "A number.", "MINUTES": "Minutes.", "PERCENT": "Whole per cent."},
)
described(
    MeasureGroup,
    "By what measures are broken down. Comments and votes are where the contribution is that they are on, but at their "
    "own time.",
    {
        "DAY": "By day, in the portal's time zone.",
        "WEEK": "By week, from Monday on.",
        "MONTH": "By month.",
        "HOUR": "By hour of the day, 0 to 23, in the portal's time zone.",
        "SPACE": "By participatory space.",
        "ACTIVITY": "By activity.",
        "KIND": "By kind of contribution.",
        "CATEGORY": "By category.",
        "ZONE": "By zone.",
        "CELL": "By cell of the map.",
        "CHANNEL": "By how it came to the portal.",
    },
)
described(
    Channel,
    "How something came to the portal.",
    {"PORTAL": "It was published here: on a page, in a widget or through the API.", "IMPORT": "It was imported."},
)

COST = 500
"""Of reading whatever was done in a period."""

ROWS = 50
"""As many rows is a breakdown taken to have."""

FirstDay = Annotated[date, field.argument("The first day of the period, in the portal's time zone.")]
LastDay = Annotated[date, field.argument("The last day, which belongs to the period; at most 3,700 days in all.")]
OfSpace = Annotated[strawberry.ID | None, field.argument("Only of this space.")]
OfActivity = Annotated[strawberry.ID | None, field.argument("Only of this activity.")]


@field.value
class MeasureSentence:
    """A measure's name and definition in one language."""

    language: str = field.column("The language, `fr` or `en`.")
    name: str = field.column("Its name.")
    definition: str = field.column("What it counts, in one sentence or two.")


@field.value
class MeasureDefinition:
    """What a measure («indicateur») is: the one definition that every figure of it follows."""

    measure: Measure = field.column("The measure.")
    unit: MeasureUnit = field.column("What it is told in.")
    is_about_people: bool = field.column("Whether counts from 1 to 4 are withheld, because they could tell who it was.")
    sentences: list[MeasureSentence] = field.parts(
        resolvers.measure.sentences, "Its name and definition in each language.", size=2
    )


@field.value
class MeasureTotals:
    """The measures of a whole period."""

    participants: int | None = field.column(
        "Actors who published, commented or voted, each counted once; null where they are 1 to 4."
    )
    contributions: int = field.column("Contributions published in it, whatever their status now.")
    comments: int = field.column("Comments published in it.")
    votes: int | None = field.column("Votes cast in it; null where they are 1 to 4.", marks=feature(*VOTING))
    unanswered: int = field.column("Contributions published in it that nobody but their author has commented.")
    first_answer_minutes: int | None = field.column(
        "Minutes from the publication of a contribution to the first comment by anybody but its author: the median of "
        "those published in the period; null where none has one."
    )
    reports: int = field.column("Reports sent in it, about whatever was published when.")
    answers_due: int = field.column("Proposals published in it that wait for an answer that the city promised.")
    known_outcome_percent: int | None = field.column(
        "Per cent of the requests published in it that were closed with an outcome that somebody said or have an"
        " exchange that was done; null of fewer than 5 authors.",
        marks=feature(*EXCHANGED),
    )
    first_proposal_minutes: int | None = field.column(
        "Minutes from the publication of a request to the first proposal: the median of those published in it that have"
        " one; null of fewer than 5 authors.",
        marks=feature(*EXCHANGED),
    )
    lapsed_percent: int | None = field.column(
        "Per cent of the proposals made to what was published in it that nobody answered in time; null of fewer than"
        " 5 authors.",
        marks=feature(*EXCHANGED),
    )


@field.value
class MeasureRow(MeasureTotals):
    """The measures of one group of a breakdown. One field names the group, the others are null; that one is null, too,
    for contributions without a zone, category or place."""

    day: date | None = field.column("The day, or the first day of the week or month; else null.")
    hour: int | None = field.column("The hour of the day, 0 to 23; else null.")
    kind: ContributionKind | None = field.column("The kind of contribution; else null.")
    channel: Channel | None = field.column("How it came to the portal; else null.")
    cell: H3Cell | None = field.expression(
        resolvers.measure.cell, "The cell of the map; null also for contributions without a place."
    )
    space: ParticipatorySpace | None = field.one(resolvers.measure.group_row("space_id"), "The space; else null.")
    activity: Activity | None = field.one(resolvers.measure.group_row("activity_id"), "The activity; else null.")
    zone: Zone | None = field.one(
        resolvers.measure.group_row("zone_id"), "The zone; null also for contributions outside of all."
    )
    category: Category | None = field.one(
        resolvers.measure.group_row("category_id"), "The category; null also for contributions without one."
    )


@strawberry.type
class MeasureQuery:
    @field.declared(
        field.Parts(resolvers.measure.definitions), directives=audience(Audience.MODERATOR), size=len(Measure)
    )
    def measures(self) -> list[MeasureDefinition]:
        """What is measured, in order, each with its definition. For moderators."""

    @field.declared(field.Part(resolvers.measure.totals), directives=[*audience(Audience.MODERATOR), *priced(COST)])
    def measure_totals(
        self, first_day: FirstDay, last_day: LastDay, space: OfSpace = None, activity: OfActivity = None
    ) -> MeasureTotals | None:
        """The measures of a period; null where there is no such space or activity. For moderators."""

    @field.declared(
        field.Parts(resolvers.measure.rows),
        directives=[*audience(Audience.MODERATOR), *priced(COST // ROWS)],
        size=ROWS,
    )
    def measure_rows(
        self,
        group_by: Annotated[MeasureGroup, field.argument("By what they are broken down.")],
        first_day: FirstDay,
        last_day: LastDay,
        space: OfSpace = None,
        activity: OfActivity = None,
        resolution: Annotated[int, field.argument("Of cells, 5 to 8: about 18 km to 1 km across.")] = 8,
    ) -> list[MeasureRow]:
        """The measures of a period broken down: days, weeks, months and hours in order, also where nothing was done
        (days for at most 400 of them); other groups in which something was done, most first, at most 1,000. For
        moderators."""
