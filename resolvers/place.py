"""Places in SQL: distances from a published position, and the plane in which the nearest are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import cos, pi, radians, sin
from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, Integer, String, Text, and_, cast, func, literal_column, or_
from sqlalchemy.dialects.postgresql import ARRAY

from geo import cover, distance
from models.collectivite import PlanePoint
from models.refusal import ErrorCode, Refusal
from planner.context import Arguments, Asker, FieldContext

_MARGIN_M = 1
"""Positions are rounded and scattered by less than this; a search in a box must still filter by distance."""

_EVERYWHERE = distance.MERCATOR_MAX_X + _MARGIN_M
_DIAMETER_M = literal_column(f"{2 * distance.EARTH_RADIUS_M}::float8", Double)
_RADIANS = literal_column(f"{pi / 180!r}::float8", Double)
_HALF_RADIANS = literal_column(f"{pi / 360!r}::float8", Double)
_RESOLUTION_BIT, _RESOLUTION_MASK = literal_column("52", Integer), literal_column("15", Integer)
"""Where an H3 index has its resolution."""

_REACH = [distance.degrees_across(cover.reach_m(resolution), 0)[0] for resolution in range(16)]
"""How far cells reach from their centres, by resolution, in degrees of latitude."""

_LEVELS = ", ".join(repr(_REACH[resolution]) for resolution in cover.ROLL_UP_RESOLUTIONS)
_ACROSS: ColumnElement[Any] = literal_column(f"(ARRAY[{_LEVELS}]::float8[])", ARRAY(Double()))
"""The same for the levels of the map, in SQL."""

_BEFORE_COARSEST = literal_column(str(cover.ROLL_UP_RESOLUTIONS[0] - 1), Integer)
_ONE, _TWO = literal_column("1::float8", Double), literal_column("2::float8", Double)


@dataclass(frozen=True, slots=True)
class LatLng:
    """A point in degrees, as Python hands it to the answer."""

    lat: float
    lng: float


def distance_m(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[float]:
    """Great-circle metres from an argument's point to a row's published position, by the haversine formula."""
    return _DIAMETER_M * func.asin(func.least(_ONE, func.sqrt(_haversine(row, context, argument))))


def apart_m(one: FromClause, other: FromClause) -> ColumnElement[float]:
    """Great-circle metres between the published positions of two rows."""
    across = func.power(func.sin((one.c.lat - other.c.lat) * _HALF_RADIANS), _TWO)
    along = func.power(func.sin((one.c.lng - other.c.lng) * _HALF_RADIANS), _TWO)
    cosines = func.cos(one.c.lat * _RADIANS) * func.cos(other.c.lat * _RADIANS)
    return _DIAMETER_M * func.asin(func.least(_ONE, func.sqrt(across + cosines * along)))


def band(metres: ColumnElement[float]) -> ColumnElement[str]:
    """The name of the band that a distance in metres falls in; the distance is computed once."""
    limits = ", ".join(str(limit) for limit, _ in distance.BAND_LIMITS_M)
    names = ", ".join(f"'{band.value}'" for band in distance.DistanceBand)
    place: ColumnElement[int] = func.width_bucket(metres, literal_column(f"ARRAY[{limits}]::float8[]"))
    return literal_column(f"(ARRAY[{names}])", ARRAY(Text()))[place + literal_column("1", Integer)]


def _haversine(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[float]:
    """The haversine of the angle between an argument's point and a row's published position: 0 to 1."""
    lat, lng = coordinate(context, argument, "lat"), coordinate(context, argument, "lng")
    cosine = context.bind(lambda arguments, _: cos(radians(arguments[argument]["lat"])), Double())
    across = func.power(func.sin((row.c.lat - lat) * _HALF_RADIANS), _TWO)
    along = func.power(func.sin((row.c.lng - lng) * _HALF_RADIANS), _TWO)
    return across + cosine * func.cos(row.c.lat * _RADIANS) * along


def coordinate(context: FieldContext, argument: str, name: str) -> ColumnElement[float]:
    """`lat` or `lng`, in degrees, of an argument that is a point."""
    return context.bind(lambda arguments, _: float(arguments[argument][name]), Double())


def plane_distance(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[float]:
    """The distance in the Mercator plane from an argument's point: what the nearest-neighbour index sorts by."""

    def origin(axis: int) -> ColumnElement[float]:
        def compute(arguments: Arguments, _: Asker) -> float:
            return distance.mercator(arguments[argument]["lat"], arguments[argument]["lng"])[axis]

        return context.bind(compute, Double())

    return row.c.position.op("<->", return_type=Double())(func.point(origin(0), origin(1), type_=PlanePoint()))


def within_box(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[bool]:
    """A row's position lies in the square around a circle: bounds a nearest-neighbour search in its index.

    Around a pole, and across the 180th meridian, it is the whole strip: the plane ends there, and the circle does not.
    """

    def box(arguments: Arguments, _: Asker) -> str:
        near = arguments[argument]
        x, y = distance.mercator(near["lat"], near["lng"])
        farthest = abs(near["lat"]) + near["radiusM"] / 111_000
        reach = (near["radiusM"] + _MARGIN_M) * distance.mercator_scale(farthest)
        is_strip = farthest >= distance.MERCATOR_MAX_LAT or abs(x) + reach >= distance.MERCATOR_MAX_X
        west, east = (-_EVERYWHERE, _EVERYWHERE) if is_strip else (x - reach, x + reach)
        return f"(({west!r},{y - reach!r}),({east!r},{y + reach!r}))"

    return row.c.position.op("<@", is_comparison=True)(cast(context.bind(box, String()), _Box()))


def within_circle(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[bool]:
    """A row's published position lies in an argument's circle."""

    def haversine(arguments: Arguments, _: Asker) -> float:
        return sin(min(pi / 2, arguments[argument]["radiusM"] / (2 * distance.EARTH_RADIUS_M))) ** 2

    return _haversine(row, context, argument) <= context.bind(haversine, Double())


def bounds(arguments: Arguments, argument: str) -> Mapping[str, float]:
    """The edges in an argument, in degrees. Raises Refusal(BAD_INPUT) when they are upside down or enclose nothing."""
    box: Mapping[str, float] = arguments[argument]
    if box["south"] >= box["north"] or box["west"] >= box["east"]:
        message = f"`{argument}` runs from south to north and from west to east."
        raise Refusal(ErrorCode.BAD_INPUT, message, argument)
    return box


class View:
    """The bounds in an argument (`south`, `west`, `north`, `east` in degrees), as conditions on rows with places."""

    def __init__(self, context: FieldContext, argument: str, coarsest: Callable[[Arguments, Asker], int]) -> None:
        """`coarsest` is the resolution of the largest cells that rows may have."""
        self._context = context
        self._argument = argument
        self._edges = tuple(_edge(context, argument, name) for name in ("south", "west", "north", "east"))
        self._farthest = context.bind(lambda arguments, asker: _REACH[coarsest(arguments, asker)], Double())

    def holds(self, row: FromClause) -> ColumnElement[bool]:
        """The position lies in the bounds."""
        south, west, north, east = self._edges
        return and_(row.c.lat.between(south, north), row.c.lng.between(west, east))

    def nears(self, row: FromClause) -> ColumnElement[bool]:
        """The position lies no further outside than the largest cells reach: a condition for the index."""
        return self._reaches(row, self._farthest)

    def meets(self, row: FromClause) -> ColumnElement[bool]:
        """The circle around the row's cell meets the bounds: all cells that meet them, and some just outside."""
        rank = row.c.cell.op(">>")(_RESOLUTION_BIT).op("&")(_RESOLUTION_MASK) - _BEFORE_COARSEST
        return or_(self.holds(row), self._reaches(row, _ACROSS[rank]))

    def _reaches(self, row: FromClause, across: ColumnElement[float]) -> ColumnElement[bool]:
        """The position lies no further outside than `across`, in degrees of latitude."""
        south, west, north, east = self._edges
        along = across * self._stretch
        return and_(row.c.lat.between(south - across, north + across), row.c.lng.between(west - along, east + along))

    @cached_property
    def _stretch(self) -> ColumnElement[float]:
        return self._context.bind(lambda arguments, _: _stretch(bounds(arguments, self._argument)), Double())


def _stretch(box: Mapping[str, float]) -> float:
    """Degrees of longitude that are as long as one of latitude where the bounds are farthest from the equator."""
    return 1 / max(cos(radians(max(abs(box["south"]), abs(box["north"])))), 1e-9)


def meets_bounds(row: FromClause, context: FieldContext, argument: str) -> ColumnElement[bool]:
    """A row's own bounds (`south`, `west`, `north`, `east`) and those of an argument have something in common."""
    edge = partial(_edge, context, argument)
    return and_(
        row.c.south <= edge("north"),
        row.c.north >= edge("south"),
        row.c.west <= edge("east"),
        row.c.east >= edge("west"),
    )


def _edge(context: FieldContext, argument: str, name: str) -> ColumnElement[float]:
    return context.bind(lambda arguments, _: bounds(arguments, argument)[name], Double())


class _Box(PlanePoint):
    """PostgreSQL's core `box`."""

    def get_col_spec(self, **_: Any) -> str:
        return "box"
