"""Covers: the few cells that stand for a circle, a zone or a viewport."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise
from math import ceil, pi, radians, sin, sqrt

from h3 import H3BaseException
from h3.api import basic_int as h3

from geo import cell, distance, outline

INDEXED_RESOLUTIONS = (8, 7, 6, 5)
"""The resolutions at which contributions are indexed, finest first (0.7, 5, 36 and 253 km² a cell)."""

MAX_CELLS = 40
"""One index probe a cell: beyond about 40 a coarser resolution is faster (measured at 2 million rows)."""

MIN_RADIUS_M, MAX_RADIUS_M = 50, 100_000
"""From the next house to a whole département."""

ROLL_UP_RESOLUTIONS = (5, 6, 7, 8, 9)
"""The resolutions at which contributions are counted for maps."""

ZONE_RESOLUTION = 9
"""A zone's cover: 0.1 km² a cell, about a block of houses."""

MAX_ZONE_CELLS = 20_000
"""About 2,000 km²: larger areas are collectivités, not zones."""

DISTORTION = 1.3
"""H3 cells differ from the average edge by at most 27 % over the whole Earth."""


HALF_WAY = 180
"""Degrees of longitude: no side of a zone is longer, but for one that goes around the other way."""

MAX_VERTICES = 100_000
"""Positions of one geometry: twenty times the finest outlines that cities publish."""


class GeometryFault(Enum):
    """Why a geometry cannot be covered."""

    BAD_GEOMETRY = "BAD_GEOMETRY"
    TOO_MANY_VERTICES = "TOO_MANY_VERTICES"
    WRONG_CRS = "WRONG_CRS"
    OVER_MERIDIAN = "OVER_MERIDIAN"
    ZONE_TOO_LARGE = "ZONE_TOO_LARGE"
    ZONE_TOO_SMALL = "ZONE_TOO_SMALL"


class InvalidGeometryError(ValueError):
    """The geometry is not a GeoJSON Polygon or MultiPolygon that can be covered; `fault` and the message say why."""

    def __init__(self, message: str, fault: GeometryFault = GeometryFault.BAD_GEOMETRY) -> None:
        super().__init__(message)
        self.fault = fault


class Radius(int):
    """A circle's radius in metres, from MIN_RADIUS_M to MAX_RADIUS_M; decides at which resolution it is covered."""

    @property
    def resolution(self) -> int:
        """The finest indexed resolution at which a circle of this radius touches at most about MAX_CELLS cells."""
        for resolution in INDEXED_RESOLUTIONS:
            edge_m = h3.average_hexagon_edge_length(resolution, unit="m")
            if pi * (self + edge_m) ** 2 / (2.598 * edge_m**2) <= MAX_CELLS:
                return resolution
        return INDEXED_RESOLUTIONS[-1]

    @property
    def structure(self) -> int:
        """What of a radius shapes a statement: the column of the index."""
        return self.resolution


@cache
def reach_m(resolution: int) -> float:
    """How far a cell may reach from its centre, in metres."""
    return float(DISTORTION * h3.average_hexagon_edge_length(resolution, unit="m"))


def circle(lat: float, lng: float, radius: Radius) -> list[int]:
    """The cells of the radius' resolution that together contain a circle, sorted.

    The cover is a superset: whoever uses it still filters by distance. Cost: 30 to 300 µs.
    """
    return [near for near, _ in _circle(lat, lng, radius)]


def core(lat: float, lng: float, radius: Radius) -> list[int]:
    """Those of a circle's cells of which most lies in it: their centres do. The middle's is always one of them."""
    middle = cell.at(lat, lng, radius.resolution)
    return [near for near, away_m in _circle(lat, lng, radius) if away_m <= radius or near == middle]


def rim(lat: float, lng: float, radius: Radius) -> list[int]:
    """The others of a circle's cells: most of each lies outside, perhaps all."""
    inner = set(core(lat, lng, radius))
    return [near for near in circle(lat, lng, radius) if near not in inner]


@lru_cache(maxsize=256)
def _circle(lat: float, lng: float, radius: Radius) -> list[tuple[int, float]]:
    """The cells that may touch a circle, sorted, with the distances of their centres in metres."""
    edge_m = h3.average_hexagon_edge_length(radius.resolution, unit="m")
    farthest_m = radius + reach_m(radius.resolution)
    rings = ceil(farthest_m * DISTORTION / (sqrt(3) * edge_m))
    disk = _disk(cell.at(lat, lng, radius.resolution), rings)
    away = ((near, distance.between(lat, lng, *center)) for near, center in disk)
    return [(near, away_m) for near, away_m in away if away_m <= farthest_m]


@lru_cache(maxsize=512)
def _disk(middle: int, rings: int) -> list[tuple[int, tuple[float, float]]]:
    """The cells within so many rings around a cell with their centres, sorted: the same for all who stand in it."""
    return [(near, h3.cell_to_latlng(near)) for near in sorted(h3.grid_disk(middle, rings))]


MAX_VIEWPORT_CELLS = 3_000
MAX_COARSEST_CELLS = 6_000
"""A map's payload is bounded by its viewport: a coarser level is taken rather than more cells than this."""


@lru_cache(maxsize=256)
def map_level(zoom: int, south: float, west: float, north: float, east: float) -> int:
    """The roll-up level for a viewport in degrees: cells 30 to 80 pixels wide at a web map's zoom (0 to 22), coarser
    where the viewport would hold more than MAX_VIEWPORT_CELLS; 0 when the coarsest would hold more than
    MAX_COARSEST_CELLS, which metropolitan France does not."""
    wanted = max(ROLL_UP_RESOLUTIONS[0], min(ROLL_UP_RESOLUTIONS[-1], round(zoom * 0.75 - 1.5)))
    for level in range(wanted, ROLL_UP_RESOLUTIONS[0] - 1, -1):
        most = MAX_COARSEST_CELLS if level == ROLL_UP_RESOLUTIONS[0] else MAX_VIEWPORT_CELLS
        if _box_area_m2(south, west, north, east) / h3.average_hexagon_area(level, unit="m^2") <= most:
            return level
    return 0


def geometry(geojson: Mapping[str, object]) -> list[int]:
    """The cells of ZONE_RESOLUTION whose centres lie in a GeoJSON Polygon or MultiPolygon (lng, lat order), sorted.

    Raises InvalidGeometryError for another type, rings that are not closed lists of positions, coordinates out of
    range, and areas with no cell or more than MAX_ZONE_CELLS.
    """
    polygons = list(_polygons(geojson))
    shapes = [h3.LatLngPoly(*([(lat, lng) for lng, lat in ring] for ring in rings)) for rings in polygons]
    if sum(_box_area_km2(rings[0]) for rings in polygons) > MAX_ZONE_CELLS:
        raise _too_large()
    try:
        cells = {int(c) for shape in shapes for c in h3.h3shape_to_cells(shape, ZONE_RESOLUTION)}
    except H3BaseException as error:
        raise InvalidGeometryError("the outline encloses no area") from error
    if not cells:
        raise InvalidGeometryError("the area is smaller than a block (0.1 km²)", GeometryFault.ZONE_TOO_SMALL)
    if len(cells) > MAX_ZONE_CELLS:
        raise _too_large()
    return sorted(cells)


def _too_large() -> InvalidGeometryError:
    message = "the area is larger than a zone may be (about 2,000 km²)"
    return InvalidGeometryError(message, GeometryFault.ZONE_TOO_LARGE)


def crossing(geojson: Mapping[str, object]) -> tuple[float, float] | None:
    """Longitude and latitude near which an outline crosses itself; None where none of its rings does.

    Raises InvalidGeometryError for what is no Polygon or MultiPolygon.
    """
    rings = (ring for rings in _polygons(geojson) for ring in rings)
    return next((point for ring in rings if (point := outline.crossing(ring))), None)


def _box_area_km2(ring: list[tuple[float, float]]) -> float:
    """The area of a ring's bounding box: cheap, so that a whole continent is refused before it is covered."""
    lngs, lats = [p[0] for p in ring], [p[1] for p in ring]
    return _box_area_m2(min(lats), min(lngs), max(lats), max(lngs)) / 1e6


def _box_area_m2(south: float, west: float, north: float, east: float) -> float:
    """The area between two parallels and two meridians, in degrees, on the sphere."""
    return distance.EARTH_RADIUS_M**2 * radians(east - west) * (sin(radians(north)) - sin(radians(south)))


def vertices(coordinates: object) -> int:
    """How many positions the coordinates of a geometry have."""
    if not isinstance(coordinates, list) or not coordinates:
        return 0
    return sum(map(vertices, coordinates)) if isinstance(coordinates[0], list) else 1


def _polygons(geojson: Mapping[str, object]) -> Iterator[list[list[tuple[float, float]]]]:
    coordinates = geojson.get("coordinates")
    if vertices(coordinates) > MAX_VERTICES:
        message = f"an outline has at most {MAX_VERTICES:,} positions"
        raise InvalidGeometryError(message, GeometryFault.TOO_MANY_VERTICES)
    match geojson.get("type"):
        case "Polygon":
            yield _rings(coordinates)
        case "MultiPolygon" if isinstance(coordinates, list) and coordinates:
            yield from (_rings(polygon) for polygon in coordinates)
        case _:
            raise InvalidGeometryError("a Polygon or MultiPolygon is wanted")


def _rings(coordinates: object) -> list[list[tuple[float, float]]]:
    if not isinstance(coordinates, list) or not coordinates:
        raise InvalidGeometryError("a polygon is a list of rings")
    return [_ring(ring) for ring in coordinates]


def _ring(ring: object) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise InvalidGeometryError("a ring has at least four positions")
    points: list[tuple[float, float]] = []
    for position in ring:
        match position:
            case [int() | float() as lng, int() | float() as lat, *_] if abs(lng) <= 180 and abs(lat) <= 90:
                points.append((float(lng), float(lat)))
            case _:
                message = "a position is [longitude, latitude] in degrees"
                raise InvalidGeometryError(message, GeometryFault.WRONG_CRS)
    if points[0] != points[-1]:
        raise InvalidGeometryError("a ring ends where it begins")
    if any(abs(end[0] - start[0]) > HALF_WAY for start, end in pairwise(points)):
        message = "an outline does not cross the 180th meridian: cut it into two there"
        raise InvalidGeometryError(message, GeometryFault.OVER_MERIDIAN)
    return points
