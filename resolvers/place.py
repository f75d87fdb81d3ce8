"""Places in SQL: distances from a published position, and the plane in which the nearest are found."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, String, and_, case, cast, func, literal_column

from geo import distance
from models.collectivite import PlanePoint
from planner.question import Arguments, Asker, Question


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees, as Python hands it to the answer."""

    lat: float
    lng: float


def distance_m(row: FromClause, lat: ColumnElement[float], lng: ColumnElement[float]) -> ColumnElement[float]:
    """Great-circle metres from a row's published position (`lat`, `lng` in degrees) by the haversine formula."""
    half = func.power(func.sin(func.radians(row.c.lat - lat) / 2), 2) + (
        func.cos(func.radians(lat))
        * func.cos(func.radians(row.c.lat))
        * func.power(func.sin(func.radians(row.c.lng - lng) / 2), 2)
    )
    return 2 * literal_column(str(distance.EARTH_RADIUS_M)) * func.asin(func.least(1, func.sqrt(half)))


def band(metres: ColumnElement[float]) -> ColumnElement[str]:
    """The name of the band that a distance in metres falls in."""
    limits: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (metres < literal_column(str(limit)), literal_column(f"'{band.value}'"))
        for limit, band in distance.BAND_LIMITS_M
    ]
    return case(*limits, else_=literal_column(f"'{distance.DistanceBand.OVER_50_KM.value}'"))


def coordinate(question: Question, argument: str, name: str) -> ColumnElement[float]:
    """`lat` or `lng`, in degrees, of an argument that is a point."""
    return question.bind(lambda arguments, _: float(arguments[argument][name]), Double())


def plane_distance(row: FromClause, question: Question, argument: str) -> ColumnElement[float]:
    """The distance in the Mercator plane from an argument's point: what the nearest-neighbour index sorts by."""

    def origin(arguments: Arguments, _: Asker) -> str:
        x, y = distance.mercator(arguments[argument]["lat"], arguments[argument]["lng"])
        return f"({x!r},{y!r})"

    point = cast(question.bind(origin, String()), PlanePoint)
    return row.c.position.op("<->", return_type=Double())(point)


def within_box(row: FromClause, question: Question, argument: str) -> ColumnElement[bool]:
    """A row's position lies in the square around a circle: bounds a nearest-neighbour search in its index."""

    def box(arguments: Arguments, _: Asker) -> str:
        near = arguments[argument]
        x, y = distance.mercator(near["lat"], near["lng"])
        reach = near["radiusM"] * distance.mercator_scale(abs(near["lat"]) + near["radiusM"] / 111_000)
        return f"(({x - reach!r},{y - reach!r}),({x + reach!r},{y + reach!r}))"

    return row.c.position.op("<@", is_comparison=True)(cast(question.bind(box, String()), _Box()))


def within_circle(row: FromClause, question: Question, argument: str) -> ColumnElement[bool]:
    """A row's published position lies in an argument's circle."""
    radius = question.bind(lambda arguments, _: float(arguments[argument]["radiusM"]), Double())
    lat, lng = coordinate(question, argument, "lat"), coordinate(question, argument, "lng")
    return distance_m(row, lat, lng) <= radius


def within_bounds(row: FromClause, question: Question, argument: str) -> ColumnElement[bool]:
    """A row's position lies in an argument's bounds (`south`, `west`, `north`, `east` in degrees)."""

    def edge(name: str) -> ColumnElement[float]:
        return question.bind(lambda arguments, _: float(arguments[argument][name]), Double())

    return and_(row.c.lat.between(edge("south"), edge("north")), row.c.lng.between(edge("west"), edge("east")))


class _Box(PlanePoint):
    """PostgreSQL's core `box`."""

    def get_col_spec(self, **_: Any) -> str:
        return "box"
