"""Zone map: the outlines of zones and the hexagons of their covers over the outline of the collectivité, as SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from geo import cell, distance
from portal.map import HEIGHT, WIDTH, PictureFrame, outline, rings

TONES = 5
"""So many tones follow each other, so that neighbours rarely have the same."""

MAX_HEXAGONS = 3_000
"""Of more, outlines alone are drawn: no eye tells them apart."""

_SVG = Markup('<svg class="hexmap zones" viewBox="0 0 {} {}" focusable="false" aria-hidden="true">{}</svg>')
_AROUND = Markup('<path class="around" d="{}"/>')
_ZONE = Markup('<g class="tone-{}">{}<path class="edge" d="{}"/></g>')
_HEXAGONS = Markup('<path class="blocks" d="{}"/>')
_NUMBER = Markup('<text x="{:.1f}" y="{:.1f}">{}</text>')


class ZonePicture:
    """A map of zones, each with its `geometry` and `cells`, numbered in their order where they are not too many.

    `around` is the collectivité's outline, where it is known.
    """

    def __init__(self, zones: Sequence[Mapping[str, Any]], around: Mapping[str, Any] | None = None) -> None:
        self._zones = zones
        self._around = rings(around or {})
        drawn = [ring for zone in zones for ring in rings(zone["geometry"])]
        self._frame = PictureFrame.around([point for ring in (*drawn, *self._around) for point in ring])

    @property
    def plane(self) -> tuple[float, float, float]:
        """Where the picture's upper left corner lies on the Mercator plane, in metres, and its units per metre."""
        return round(self._frame.left, 2), round(self._frame.top, 2), round(self._frame.scale, 9)

    def svg(self) -> Markup:
        """The picture."""
        has_hexagons = sum(len(zone["cells"]) for zone in self._zones) <= MAX_HEXAGONS
        around = Markup("").join(_AROUND.format(self._path(ring)) for ring in self._around)
        zones = Markup("").join(self._zone(zone, place, has_hexagons) for place, zone in enumerate(self._zones))
        numbers = Markup("").join(self._number(zone, place) for place, zone in enumerate(self._zones, 1))
        return _SVG.format(WIDTH, HEIGHT, around + zones + numbers)

    def _zone(self, zone: Mapping[str, Any], place: int, has_hexagons: bool) -> Markup:
        hexagons = Markup("")
        if has_hexagons and zone["cells"]:
            hexagons = _HEXAGONS.format("".join(self._path(_corners(text)) for text in zone["cells"]))
        edge = "".join(self._path(ring) for ring in rings(zone["geometry"]))
        return _ZONE.format(place % TONES + 1, hexagons, edge)

    def _number(self, zone: Mapping[str, Any], place: int) -> Markup:
        """A zone's number in the middle of its largest ring."""
        largest = max(rings(zone["geometry"]), key=len, default=[])
        if not largest:
            return Markup("")
        placed = [self._frame.place(point) for point in largest]
        x, y = ((min(axis) + max(axis)) / 2 for axis in zip(*placed, strict=True))
        return _NUMBER.format(x, y + 4, place)

    def _path(self, ring: Sequence[tuple[float, float]]) -> str:
        return outline([self._frame.place(point) for point in ring])


def _corners(text: str) -> list[tuple[float, float]]:
    return [distance.mercator(lat, lng) for lat, lng in cell.boundary(cell.from_text(text))]
