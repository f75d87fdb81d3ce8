"""The gazetteer in the contract: places that people look for, for maps and lists to open there."""

from typing import Annotated

import strawberry

import resolvers.gazetteer
from planner import field
from planner.cost_directive import priced
from resolvers.gazetteer import MAX_PLACES, PlaceKind
from schema.enumeration import described
from schema.place import PointInput
from schema.scalar import H3Cell

described(
    PlaceKind,
    "What kind of place it is.",
    {
        "ZONE": "A zone of the portal («quartier»).",
        "COMMUNE": "A commune, or an arrondissement municipal.",
        "FORMER_COMMUNE": "What was a commune («commune déléguée, associée») and is part of one today.",
    },
)


@field.value
class Place:
    """A place that has a name («lieu»), as it is searched for."""

    kind: PlaceKind = field.column("What kind of place it is.")
    name: str = field.column("Its name.")
    postal_code: str | None = field.column("The first of its postal codes, or of today's commune; null for a zone.")
    within: str | None = field.column(
        "The département or the Belgian province that it is in, after the commune of today where it was one; null for a"
        " zone."
    )
    cell: H3Cell = field.computed(
        resolvers.gazetteer.where,
        resolvers.gazetteer.cells,
        "The cell in its middle, of the finest resolution at which persons are published.",
    )


@strawberry.type
class GazetteerQuery:
    @field.declared(field.Parts(resolvers.gazetteer.places), size=MAX_PLACES, directives=priced(200))
    def places(
        self,
        search: Annotated[
            str,
            field.argument(
                "Part of a zone's name, the beginning of the name of a commune or a former one, or a postal"
                " code: two letters at least, 200 at most."
            ),
        ],
        near: Annotated[
            PointInput | None,
            field.argument("Of those that fit alike the nearest to this point first; null: the largest."),
        ] = None,
    ) -> list[Place]:
        """Places by their names, at most eight, those that fit best first. Nothing is asked of another server."""
