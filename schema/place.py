"""Places in the contract: points, circles and bounds, bands of distance; and the days of a week."""

import strawberry

from geo.distance import DistanceBand
from models.activity import EXCHANGED
from models.shop import Weekday
from planner import field
from schema.enumeration import described
from schema.scalar import Latitude, Longitude, Radius

described(
    DistanceBand,
    "How far something is.",
    {
        "UNDER_1_KM": "Less than 1 km.",
        "FROM_1_TO_2_KM": "From 1 km to less than 2 km.",
        "FROM_2_TO_5_KM": "From 2 km to less than 5 km.",
        "FROM_5_TO_10_KM": "From 5 km to less than 10 km.",
        "FROM_10_TO_20_KM": "From 10 km to less than 20 km.",
        "FROM_20_TO_50_KM": "From 20 km to less than 50 km.",
        "OVER_50_KM": "From 50 km.",
    },
)

described(
    Weekday, "A day of the week.", {day.value: f"{day.value.capitalize()}." for day in Weekday}, lambda _: EXCHANGED
)


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
