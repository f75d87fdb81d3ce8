"""Outlines of communes and of what is made of them: borders are simplified once, so that neighbours still meet.

A border between two communes, or a commune and the sea, is an arc: it runs from one point where three meet to the
next. Arcs are thinned out by Douglas and Peucker's rule; the outline of a grouping consists of the arcs that only one
of its communes has.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, hypot, radians

from register.outline import GRID, Corner, Polygon, Ring

TOLERANCE_M = 60.0
"""No point of a border moves further than this: half a pixel on a map of a commune that fills a phone."""

METRES_A_DEGREE = 111_195.0

Arc = tuple[Corner, ...]


class Borders:
    """The borders of communes that do not overlap, thinned out."""

    def __init__(self, outlines: Mapping[str, Sequence[Polygon]]) -> None:
        self._outlines = outlines
        neighbours: defaultdict[Corner, set[Corner]] = defaultdict(set)
        for polygons in outlines.values():
            for ring in _rings(polygons):
                for one, other in itertools.pairwise(ring):
                    neighbours[one].add(other)
                    neighbours[other].add(one)
        self._meetings = {corner for corner, others in neighbours.items() if len(others) != 2}
        self._thinned: dict[tuple[Arc, float], Arc] = {}

    def outline(self, code: str) -> list[Polygon]:
        """A commune's outline; islets that are too small to be drawn are left out unless there is nothing else."""
        polygons = [[self._ring(ring) for ring in polygon] for polygon in self._outlines[code]]
        drawn = [[ring for ring in polygon if len(ring) > 3] for polygon in polygons if len(polygon[0]) > 3]
        return drawn or list(self._outlines[code])

    def union(self, codes: Iterable[str], tolerance_m: float) -> list[Polygon]:
        """The outline of several together: of its rings none lies in another but a hole."""
        arcs = [arc for code in codes for ring in _rings(self._outlines.get(code, ())) for arc in self._arcs(ring)]
        directed = {min(arc, arc[::-1]): arc for arc in arcs}
        count = Counter(min(arc, arc[::-1]) for arc in arcs)
        outer = [self._thin(directed[key], tolerance_m) for key, times in count.items() if times == 1]
        return _nested([ring for ring in _joined(outer) if len(ring) > 3])

    def _ring(self, ring: Ring) -> Ring:
        thinned: Ring = []
        for arc in self._arcs(ring):
            thinned += self._thin(arc, TOLERANCE_M)[1 if thinned else 0 :]
        return thinned

    def _arcs(self, ring: Ring) -> Iterator[Arc]:
        """A ring's arcs one after the other; a ring where nothing meets is one, from its smallest corner on."""
        open_ring = ring[:-1]
        first = next((at for at, corner in enumerate(open_ring) if corner in self._meetings), None)
        if first is None:
            first = min(range(len(open_ring)), key=open_ring.__getitem__)
        turned = [*open_ring[first:], *open_ring[: first + 1]]
        start = 0
        for at in range(1, len(turned)):
            if turned[at] in self._meetings or at == len(turned) - 1:
                yield tuple(turned[start : at + 1])
                start = at

    def _thin(self, arc: Arc, tolerance_m: float) -> Arc:
        """An arc without the corners that its line can do without, the same in both directions."""
        is_turned = arc[::-1] < arc
        key = arc[::-1] if is_turned else arc
        thinned = self._thinned.get((key, tolerance_m))
        if thinned is None:
            thinned = self._thinned[key, tolerance_m] = tuple(_thin(key, tolerance_m))
        return thinned[::-1] if is_turned else thinned


def _rings(polygons: Iterable[Polygon]) -> Iterator[Ring]:
    for polygon in polygons:
        yield from polygon


def _thin(arc: Arc, tolerance_m: float) -> Iterator[Corner]:
    """Douglas and Peucker's rule; a closed arc is first cut where it is furthest from its start."""
    across = METRES_A_DEGREE / GRID * cos(radians(arc[0][1] / GRID))
    along = METRES_A_DEGREE / GRID
    line = [(lng * across, lat * along) for lng, lat in arc]
    kept = {0, len(arc) - 1}
    pending = [(0, len(arc) - 1)]
    while pending:
        start, end = pending.pop()
        furthest, distance = _furthest(line, start, end)
        if distance > tolerance_m:
            kept.add(furthest)
            pending += [(start, furthest), (furthest, end)]
    return (corner for at, corner in enumerate(arc) if at in kept)


def _furthest(line: Sequence[tuple[float, float]], start: int, end: int) -> tuple[int, float]:
    """Which corner between two is furthest from the straight line between them, and how far."""
    (x0, y0), (x1, y1) = line[start], line[end]
    dx, dy = x1 - x0, y1 - y0
    length_squared = dx * dx + dy * dy
    best, at = 0.0, start
    for number in range(start + 1, end):
        x, y = line[number][0] - x0, line[number][1] - y0
        share = min(max((x * dx + y * dy) / length_squared, 0), 1) if length_squared else 0
        distance = hypot(x - share * dx, y - share * dy)
        if distance > best:
            best, at = distance, number
    return at, best


def _joined(arcs: Sequence[Arc]) -> list[Ring]:
    """Rings of arcs that follow each other: each begins where the one before ends."""
    begins: defaultdict[Corner, list[Arc]] = defaultdict(list)
    for arc in arcs:
        begins[arc[0]].append(arc)
    rings: list[Ring] = []
    for arc in arcs:
        if arc not in begins[arc[0]]:
            continue
        ring: Ring = [arc[0]]
        following: Arc | None = arc
        while following:
            begins[following[0]].remove(following)
            ring += following[1:]
            following = begins[ring[-1]][0] if ring[-1] != ring[0] and begins[ring[-1]] else None
        if ring[0] == ring[-1]:
            rings.append(ring)
    return rings


def _nested(rings: Sequence[Ring]) -> list[Polygon]:
    """Polygons of rings: one that lies in a larger one is its hole."""
    polygons: list[Polygon] = []
    for ring in sorted(rings, key=area, reverse=True):
        around = next((polygon for polygon in polygons if contains(polygon[0], ring[0])), None)
        if around:
            around.append(ring)
        else:
            polygons.append([ring])
    return polygons


def area(ring: Ring) -> float:
    """The area, in units of the grid squared."""
    return abs(_signed(ring)) / 2


def _signed(ring: Ring) -> int:
    """Twice the area; negative when it runs clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring))


def centre(ring: Ring) -> tuple[float, float]:
    """A point inside of a ring, in units of the grid: its centre of gravity, or the middle of its width beside that."""
    double = _signed(ring)
    crossed = [(x0 * y1 - x1 * y0, x0 + x1, y0 + y1) for (x0, y0), (x1, y1) in itertools.pairwise(ring)]
    x, y = (sum(cross * total[axis] for cross, *total in crossed) / (3 * double) for axis in (0, 1))
    if contains(ring, (x, y)):
        return x, y
    crossings = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in itertools.pairwise(ring) if (y0 > y) != (y1 > y)
    )
    west, east = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (west + east) / 2, y


def contains(ring: Ring, corner: tuple[float, float]) -> bool:
    """Whether a point, in units of the grid, lies inside of a ring."""
    x, y = corner
    inside = False
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside
