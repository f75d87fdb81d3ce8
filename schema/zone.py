"""Zones in the contract: the named areas of a tenant."""

import strawberry

import models.zone
import resolvers.ident
import resolvers.zone
from planner import field
from planner.cost_directive import priced
from schema.scalar import GeoJson, H3Cell


@field.stored(models.zone.Zone, is_few=True)
class Zone:
    """A named area of a tenant («quartier»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("zone"), "Opaque id.")
    name: str = field.column("Its name.")
    geometry: GeoJson = field.column("Its outline: a Polygon or a MultiPolygon.", marks=priced(10))
    cells: list[H3Cell] = field.expression(
        resolvers.zone.cells,
        "The cells of resolution 9 whose centres lie in it. Who is in one of them is in the zone, but for persons in a "
        "part of a published cell that is too small to tell.",
        marks=priced(10),
    )


@strawberry.type
class ZoneQuery:
    zones: list[Zone] = field.many(resolvers.zone.listed, "The zones of the portal, by name.", size=20)
