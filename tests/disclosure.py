"""How much a published position leaves open, all over France: `python -m tests.disclosure` prints it, before and after.

The rule of `resolvers/position.py` is written down here once more, in Python: a test sees that both agree. Before, the
exact point decided, so that a cell that a town's circle cuts was published of those on one side of it alone.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from math import ceil

from h3.api import basic_int as h3

from geo import cell, distance, privacy
from register import record
from resolvers.position import CITY_POPULATION, CITY_REACH_M, TOWN_REACH_M

SAMPLE_STEPS = 3
"""343 samples a cell: areas before are measured to 0.002 km² in fine cells and 0.015 km² in sparse ones."""

Town = tuple[float, float, int]
"""Latitude, longitude and reach in metres of a commune that is not sparse."""


def towns() -> list[Town]:
    """The communes (and larger collectivités, centred on them) that make their surroundings dense."""
    found = {
        (known.lat, known.lng, CITY_REACH_M if known.population >= CITY_POPULATION else TOWN_REACH_M)
        for known in record.bundled()
        if known.lat is not None
        and known.lng is not None
        and (known.population or 0) >= privacy.SPARSE_POPULATION
        and known.population is not None
    }
    return sorted(found)


class Density:
    """Whether a point lies within the reach of a town."""

    def __init__(self, known: Iterable[Town]) -> None:
        self._near: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
        for lat, lng, reach in known:
            x, y = distance.mercator(lat, lng)
            for row in range(-1, 2):
                for column in range(-1, 2):
                    self._near[floor_of(lat) + row, floor_of(lng) + column].append((x, y, reach))

    def is_dense(self, lat: float, lng: float) -> bool:
        """As the statement in `resolvers/position.py` says it: in the plane, by whole metres."""
        x, y = distance.mercator(lat, lng)
        scale = distance.mercator_scale(lat)
        return any(
            (x - there_x) ** 2 + (y - there_y) ** 2 <= round(reach * scale) ** 2
            for there_x, there_y, reach in self._near.get((floor_of(lat), floor_of(lng)), ())
        )


def floor_of(degrees: float) -> int:
    """The number of a tenth of a degree: at least 7.7 km in France, more than the farthest reach."""
    return int(degrees // 0.1)


def around(town: Town, resolution: int, margin_m: float) -> Iterator[int]:
    """The cells whose centres lie within `margin_m` of the border of a town's circle."""
    lat, lng, reach = town
    rings = ceil((reach + margin_m) / (1.5 * h3.average_hexagon_edge_length(resolution, unit="m")))
    for found in h3.grid_disk(cell.at(lat, lng, resolution), rings):
        away = distance.between(lat, lng, *h3.cell_to_latlng(found))
        if reach - margin_m <= away <= reach + margin_m:
            yield int(found)


def before(known: list[Town]) -> dict[int, float]:
    """The areas in km² that cells left which a circle cuts: of fine ones the dense part, of sparse ones the rest."""
    density = Density(known)
    left: dict[int, float] = {}
    for resolution, margin_m in ((8, 700.0), (7, 1_800.0)):
        for found in {found for town in known for found in around(town, resolution, margin_m)}:
            samples = h3.cell_to_children(found, resolution + SAMPLE_STEPS)
            inside = sum(density.is_dense(*h3.cell_to_latlng(sample)) for sample in samples)
            part = inside if resolution == privacy.PERSON_RESOLUTION else len(samples) - inside
            if 0 < inside < len(samples):
                left[found] = h3.cell_area(found, unit="km^2") * part / len(samples)
    return left


def after(known: list[Town]) -> dict[int, float]:
    """The areas in km² that the cells leave with which those near towns' borders are published now, block by block."""
    resolution = resolutions(known)
    left: dict[int, float] = defaultdict(float)
    near = {found for town in known for found in around(town, privacy.SPARSE_RESOLUTION, 2_500.0)}
    for block in (block for found in near for block in privacy.blocks(found)):
        lat, lng = h3.cell_to_latlng(block)
        decided = resolution(privacy.deciding(privacy.block(lat, lng)))
        left[privacy.publish(lat, lng, exact=False, resolution=decided).cell] += h3.cell_area(block, unit="km^2")
    return dict(left)


def resolutions(known: list[Town]) -> Callable[[int], int]:
    """The resolution at which all who live in a sparse cell are published."""
    density = Density(known)

    @cache
    def resolution(deciding: int) -> int:
        is_dense = density.is_dense(*cell.center(deciding))
        return privacy.PERSON_RESOLUTION if is_dense else privacy.SPARSE_RESOLUTION

    return resolution


def told(name: str, left: dict[int, float]) -> str:
    """One line of the report."""
    worst = min(left, key=lambda found: left[found])
    small = sum(area < 0.25 for area in left.values())
    whole = cell.resolution(worst)
    return (
        f"{name}: {len(left):,} cells, {small:,} leave less than 0.25 km²;"
        f" the least is {left[worst] * 1e6:,.0f} m² of {cell.to_text(worst)} (resolution {whole})\n"
    )


if __name__ == "__main__":
    every = towns()
    sys.stdout.write(told("before, cells that a circle cuts", before(every)))
    sys.stdout.write(told("after, cells near the circles", after(every)))
