"""Places in the contract: points, circles and bounds."""

import strawberry

from planner import field
from schema.scalar import Latitude, Longitude, Radius


@field.value
class Point:
    """A point on the map."""

    lat: Latitude = field.column("Degrees north.")
    lng: Longitude = field.column("Degrees east.")


@strawberry.input(description="A point on the map.")
class PointInput:
    lat: Latitude = strawberry.field(description="Degrees north.")
    lng: Longitude = strawberry.field(description="Degrees east.")


@strawberry.input(description="A circle on the map.")
class NearInput:
    lat: Latitude = strawberry.field(description="Degrees north of the circle's centre.")
    lng: Longitude = strawberry.field(description="Degrees east of the circle's centre.")
    radius_m: Radius = strawberry.field(description="The circle's radius in metres.")


@strawberry.input(description="A map's viewport. It does not cross the 180th meridian.")
class BoundsInput:
    south: Latitude = strawberry.field(description="The southern edge.")
    west: Longitude = strawberry.field(description="The western edge.")
    north: Latitude = strawberry.field(description="The northern edge.")
    east: Longitude = strawberry.field(description="The eastern edge.")
