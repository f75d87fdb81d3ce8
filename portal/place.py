"""Place: where a visitor looks, from the address of a page: a cell, a zone's point, or the portal's own centre.

An address never holds an exact position: `cell` is a hexagon of some 700 m, and a point is rounded to its cell at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo import cell, distance, privacy
from geo.cell import InvalidCellError, Point
from geo.privacy import PERSON_RESOLUTION
from portal.house import House
from portal.visit import Fields

FRANCE: Point = (46.6, 2.5)
"""The middle of France, where a map opens when a portal has no centre."""

_POINT = re.compile(r"(-?[0-8]?\d(?:\.\d{1,2})?),(-?1?\d?\d(?:\.\d{1,2})?)")

NEAR_M = 100_000
"""How far from a portal's centre its residents may look for a place."""

RADIUS_M = 2_000
RING_M, MAX_RINGS = 900, 6
"""From the centre of a cell of `PERSON_RESOLUTION` to the next, and as many of them as the contract takes."""

RADII_M = (1_000, 2_000, 5_000, 10_000, 20_000)
DELIVERY_M = (2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 50_000)


@dataclass(frozen=True, slots=True)
class Vantage:
    """A point to look around from, how far, and the cell that stands for it; `is_chosen` by the visitor."""

    lat: float
    lng: float
    cell: str
    radius_m: int
    is_chosen: bool

    @property
    def rings(self) -> int:
        """How many rings of cells around its cell its radius stands for, when somebody follows it."""
        return min(MAX_RINGS, self.radius_m // RING_M)


def of(house: House, query: Fields) -> Vantage:
    """The place that an address names, else the portal's centre."""
    texts = query.get("cell", ()) or [_around(text) for text in query.get("autour", ())]
    radius = next((int(text) for text in query.get("rayon", ()) if text in map(str, RADII_M)), RADIUS_M)
    try:
        chosen = cell.from_text(texts[-1]) if texts and texts[-1] else None
    except InvalidCellError:
        chosen = None
    if chosen is None:
        lat, lng = house.center or FRANCE
        return Vantage(lat, lng, _cell(lat, lng), radius, is_chosen=False)
    return Vantage(*cell.center(chosen), cell.to_text(chosen), radius, is_chosen=True)


def _around(text: str) -> str:
    """The cell of a rounded position, as a browser sends it: `48.11,-1.68`."""
    point = _POINT.fullmatch(text)
    return _cell(float(point[1]), float(point[2])) if point else ""


def _cell(lat: float, lng: float) -> str:
    return cell.to_text(cell.at(lat, lng, PERSON_RESOLUTION))


def read(text: str) -> str:
    """The cell that a form's place means, as a cell or as a rounded position; empty where it means none."""
    if "," in text:
        return _around(text)
    try:
        return cell.to_text(cell.from_text(text)) if text else ""
    except InvalidCellError:
        return ""


def is_readable(query: Fields) -> bool:
    """Whether an address says a place, and how far around it, as addresses do; an empty field says nothing."""
    return (
        all(_is_cell(text) for text in query.get("cell", ()) if text)
        and all(_around(text) for text in query.get("autour", ()) if text)
        and set(query.get("rayon", ())) <= {"", *map(str, RADII_M)}
    )


def _is_cell(text: str) -> bool:
    return "," not in text and bool(read(text))


def is_near(house: House, text: str) -> bool:
    """Whether a cell is where a portal's residents live; every one is where the portal has no centre."""
    return house.center is None or distance.between(*cell.center(cell.from_text(text)), *house.center) <= NEAR_M


def following(follows: Sequence[Mapping[str, Any]], name: str, id_: str) -> Mapping[str, Any] | None:
    """Which of a person's follows is of an object; None: none is."""
    return next((one for one in follows if one[name] and one[name]["id"] == id_), None)


def following_cell(follows: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any] | None:
    """Which of a person's follows is of the area around a cell; in the country it is that of a coarser one."""
    middle = privacy.block(*cell.center(cell.from_text(text)))
    same = {cell.to_text(cell.parent(middle, level)) for level in (PERSON_RESOLUTION, privacy.SPARSE_RESOLUTION)}
    return next((one for one in follows if one["cell"] in same), None)


COMMUNE, WIDER = (0.065, 12), (0.55, 9)
"""Half of a map's height in degrees and its zoom, of a commune and of anything larger."""

AROUND_COMMUNE, AROUND_WIDER = (0.3, 11), (0.8, 9)
"""The same of a map with what neighbours publish: it shows those around a commune some 30 km away, and the next
département."""


def viewport(house: House, commune: tuple[float, int] = COMMUNE, wider: tuple[float, int] = WIDER) -> dict[str, Any]:
    """What a map of the whole portal shows: `bounds` and `zoom`."""
    lat, lng = house.center or FRANCE
    half, zoom = commune if house.is_commune else wider
    bounds = {"south": lat - half, "north": lat + half, "west": lng - half * 1.75, "east": lng + half * 1.75}
    return {"bounds": {name: round(edge, 4) for name, edge in bounds.items()}, "zoom": zoom}


def around(house: House, query: Fields) -> dict[str, Any]:
    """The variables of a list near a place: `from` always, `near` where a place was chosen, and the map's."""
    vantage = of(house, query)
    point = {"lat": round(vantage.lat, 5), "lng": round(vantage.lng, 5)}
    order = (query.get("order") or ["NEAREST" if vantage.is_chosen else "NEWEST"])[-1]
    near: dict[str, Any] = {"near": point | {"radiusM": vantage.radius_m}} if vantage.is_chosen else {}
    if order == "NEAREST" and not vantage.is_chosen:
        order = "NEWEST"  # Nearest to what? Nobody said.
    return {"from": point, "order": order, **near, **viewport(house)}


def territory(house: House, query: Fields) -> dict[str, Any]:
    """The variables of the list and map of what neighbours publish: those of `around`, and more of the map."""
    return {**around(house, query), **viewport(house, AROUND_COMMUNE, AROUND_WIDER)}


def delivery(house: House, query: Fields) -> dict[str, Any]:
    """The variables of the market: `deliversTo` where a place was chosen, and `from` always."""
    vantage = of(house, query)
    chosen = {"deliversTo": vantage.cell} if vantage.is_chosen else {}
    return {"from": {"lat": round(vantage.lat, 5), "lng": round(vantage.lng, 5)}, **chosen}


def at(lat: float, lng: float) -> str:
    """The cell around a point."""
    return _cell(lat, lng)


def middle(geometry: Mapping[str, Any]) -> str:
    """The cell in the middle of a zone's outline."""
    rings = [geometry["coordinates"][0]] if geometry["type"] == "Polygon" else [p[0] for p in geometry["coordinates"]]
    points = max(rings, key=len)[:-1]
    return _cell(sum(point[1] for point in points) / len(points), sum(point[0] for point in points) / len(points))
