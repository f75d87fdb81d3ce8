"""Hexagons in the contract: the map, as counts by cell."""

from typing import Annotated

import strawberry

import resolvers.hexagon
import resolvers.search
from models.activity import features_of
from models.contribution import ContributionKind
from planner import field
from planner.cost_directive import priced, sized
from planner.directive import feature
from schema.contribution import ByCategories, ByKinds, ByMatch, InZone, OfText
from schema.place import BoundsInput, Point
from schema.scalar import H3Cell, Latitude, Longitude


@field.value
class Hexagon:
    """A cell of the map («hexagone») with the open contributions in it."""

    cell: H3Cell = field.expression(
        resolvers.hexagon.cell, "The cell: of the map's level, coarser where only a coarser cell is public."
    )
    lat: Latitude = field.column("Degrees north of the cell's centre.")
    lng: Longitude = field.column("Degrees east of the cell's centre.")
    boundary: list[Point] = field.computed(
        resolvers.hexagon.cell,
        resolvers.hexagon.boundaries,
        "The corners of the cell, counter-clockwise, not closed.",
        marks=[*sized(6), *priced(2)],
    )
    count: int = field.column("How many open contributions.")
    offer_count: int = field.column("How many offers.", marks=feature(*features_of(ContributionKind.OFFER)))
    request_count: int = field.column("How many requests.", marks=feature(*features_of(ContributionKind.REQUEST)))
    listing_count: int = field.column("How many listings.", marks=feature(*features_of(ContributionKind.LISTING)))
    proposal_count: int = field.column("How many proposals.", marks=feature(*features_of(ContributionKind.PROPOSAL)))


@strawberry.type
class HexagonQuery:
    @field.declared(field.Parts(resolvers.hexagon.counted), size=500)
    def hexagons(
        self,
        bounds: Annotated[BoundsInput, field.argument("The map's viewport.")],
        zoom: Annotated[int, field.argument("The map's zoom as web maps count it, 0 to 22.")],
        kinds: ByKinds = None,
        activity: Annotated[strawberry.ID | None, field.argument("Only of this activity.")] = None,
        categories: ByCategories = None,
        zone: InZone = None,
        search: OfText = None,
        match: ByMatch = resolvers.search.SearchMatch.WORDS,
    ) -> list[Hexagon]:
        """Open contributions counted by cell. The cells are as fine as the zoom; as many as the viewport holds, however
        many contributions there are. Those that meet the viewport are given, and perhaps some just outside of it."""
