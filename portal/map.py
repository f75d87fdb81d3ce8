"""Map: hexagons with their counts over the outlines of zones, as SVG that is painted with the page, cells as links."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, pi
from typing import Any

from markupsafe import Markup

from geo import cell, distance
from geo.cell import Point
from portal.palette import HEAT_STEPS

WIDTH, HEIGHT = 640, 520
GAP = 0.93
"""How much of its cell a hexagon fills: neighbours do not touch."""

MARGIN = 0.07
LEAST_CELLS = 7
"""A map of fewer cells than this across shows more around them."""

RADIUS_M = {5: 20_000, 6: 5_000, 7: 2_000, 8: 1_000, 9: 1_000}
"""What a cell's link looks around its centre, by the cell's resolution: the least of `place.RADII_M` that holds
it wherever it lies."""

DIRECTIONS = ("E", "NE", "N", "NW", "W", "SW", "S", "SE")
"""Sectors of 45 degrees, counter-clockwise from the east."""

_SVG = Markup('<svg class="hexmap" viewBox="0 0 {} {}" focusable="false">{}</svg>')
_STILL = Markup(
    '<svg class="hexmap still" viewBox="0 0 {} {}" preserveAspectRatio="xMidYMid slice" aria-hidden="true"'
    ' focusable="false">{}</svg>'
)
_ZONE = Markup('<path class="zone" d="{}"/>')
_MARK = Markup('<path class="chosen" d="{}"/>')
_AREA = Markup('<path class="area" d="{}"/>')
_CELL = Markup(
    '<a class="cell heat-{}" href="{}"><title>{}</title><path d="{}"/>'
    '<text x="{:.1f}" y="{:.1f}" font-size="{}">{}</text></a>'
)

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class CellShape:
    """A cell on the picture: its outline, its middle, and what it says."""

    path: str
    x: float
    y: float
    size: float
    step: int
    count: int
    cell: str
    radius_m: int
    km: int
    """How far its middle is from the map's, in whole kilometres; 0 also where the map has no middle."""

    direction: str
    """Where it lies from there, one of DIRECTIONS; empty when `km` is 0."""


class Picture:
    """A map of some counted cells. `zones` are GeoJSON outlines that lie below; `mark` is a cell shown as chosen, and
    `area` the cells of an area.

    `middle` is the point from which the places of cells are told in words.
    """

    def __init__(
        self,
        hexagons: Sequence[Mapping[str, Any]],
        zones: Iterable[Mapping[str, Any]] = (),
        mark: str | None = None,
        middle: Point | None = None,
        area: Sequence[str] = (),
    ) -> None:
        self._middle = middle
        corners = {hexagon["cell"]: _corners(hexagon["cell"]) for hexagon in hexagons}
        marked = _corners(mark) if mark else []
        self._area = [_corners(text) for text in area]
        points = [point for ring in (*corners.values(), *self._area, marked) for point in ring]
        self._frame = PictureFrame.around(points)
        self._zones = [ring for zone in zones for ring in rings(zone)]
        self._mark = marked
        most = max((hexagon["count"] for hexagon in hexagons), default=1)
        self.shapes = [self._shape(hexagon, corners[hexagon["cell"]], most) for hexagon in hexagons]

    @property
    def plane(self) -> tuple[float, float, float]:
        """Where the picture's upper left corner lies on the Mercator plane, in metres, and its units per metre."""
        return round(self._frame.left, 2), round(self._frame.top, 2), round(self._frame.scale, 9)

    def svg(self, link: Callable[[CellShape], str], say: Callable[[CellShape], str]) -> Markup:
        """The picture; `link` and `say` give each cell its address and its words."""
        zones = Markup("").join(_ZONE.format(self._path(ring)) for ring in self._zones)
        cells = Markup("").join(self._link(shape, link(shape), say(shape)) for shape in self.shapes)
        mark = _MARK.format(self._path(self._mark)) if self._mark else Markup("")
        return _SVG.format(WIDTH, HEIGHT, zones + cells + mark)

    def still(self) -> Markup:
        """The picture alone, for where words beside it say the same."""
        return _STILL.format(
            WIDTH,
            HEIGHT,
            Markup("").join(_ZONE.format(self._path(ring)) for ring in self._zones)
            + (_AREA.format("".join(map(self._path, self._area))) if self._area else Markup(""))
            + (_MARK.format(self._path(self._mark)) if self._mark else Markup("")),
        )

    def _shape(self, hexagon: Mapping[str, Any], corners: Ring, most: int) -> CellShape:
        placed = [self._frame.place(point) for point in corners]
        x, y = (sum(point[axis] for point in placed) / len(placed) for axis in (0, 1))
        inner = [(x + (px - x) * GAP, y + (py - y) * GAP) for px, py in placed]
        size = max(point[0] for point in placed) - min(point[0] for point in placed)
        step = min(HEAT_STEPS, 1 + HEAT_STEPS * hexagon["count"] // (most + 1))
        radius = RADIUS_M.get(cell.resolution(cell.from_text(hexagon["cell"])), RADIUS_M[5])
        where = _where(cell.center(cell.from_text(hexagon["cell"])), self._middle)
        return CellShape(outline(inner), x, y, size, step, hexagon["count"], hexagon["cell"], radius, *where)

    def _link(self, shape: CellShape, address: str, words: str) -> Markup:
        size = round(min(20.0, max(8.0, shape.size * 0.34)), 1)
        y = shape.y + size * 0.36
        return _CELL.format(shape.step, address, words, shape.path, shape.x, y, size, shape.count)

    def _path(self, ring: Ring) -> str:
        return outline([self._frame.place(point) for point in ring])


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """Where a point of the Mercator plane lies on the picture."""

    left: float
    top: float
    scale: float

    @classmethod
    def around(cls, points: Ring) -> "PictureFrame":
        """The frame that shows all points in the middle, with a margin."""
        if not points:
            return cls(0.0, 0.0, 1.0)
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        least = 1_500.0 * LEAST_CELLS
        width, height = max(max(xs) - min(xs), least), max(max(ys) - min(ys), least * HEIGHT / WIDTH)
        scale = min(WIDTH / width, HEIGHT / height) * (1 - 2 * MARGIN)
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        return cls(middle_x - WIDTH / 2 / scale, middle_y + HEIGHT / 2 / scale, scale)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point in the picture's units, from the upper left corner."""
        return (point[0] - self.left) * self.scale, (self.top - point[1]) * self.scale


def _where(point: Point, middle: Point | None) -> tuple[int, str]:
    """How many kilometres a point is from another, and in which direction."""
    km = round(distance.between(*middle, *point) / 1_000) if middle else 0
    if middle is None or not km:
        return 0, ""
    (x, y), (middle_x, middle_y) = distance.mercator(*point), distance.mercator(*middle)
    sector = round(atan2(y - middle_y, x - middle_x) / (2 * pi) * len(DIRECTIONS))
    return km, DIRECTIONS[sector % len(DIRECTIONS)]


def _corners(text: str) -> list[tuple[float, float]]:
    return [distance.mercator(lat, lng) for lat, lng in cell.boundary(cell.from_text(text))]


def rings(geometry: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """The outer rings of a GeoJSON geometry on the Mercator plane, in metres."""
    match geometry:
        case {"type": "Polygon", "coordinates": corners}:
            polygons = [corners]
        case {"type": "MultiPolygon", "coordinates": corners}:
            polygons = corners
        case _:
            polygons = []  # Nothing else has an outline.
    return [[distance.mercator(lat, lng) for lng, lat, *_ in polygon[0]] for polygon in polygons]


def outline(points: Ring) -> str:
    """A closed path through points of the picture."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
