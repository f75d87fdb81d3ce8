"""Delivery: the area that somebody delivers to, as few cells as it takes, and those in which a place is looked up."""

from collections.abc import Iterable

from h3.api import basic_int as h3

from geo import cell, distance

RESOLUTION, COARSEST = 8, 3
"""An area is told to 0.7 km²; where it fills larger cells, they stand for their parts."""

MAX_RADIUS_M = 50_000
"""An hour's drive."""


def circle(lat: float, lng: float, radius_m: int) -> list[int]:
    """The cells whose centres lie in a circle, and that of its middle."""
    middle = cell.at(lat, lng, RESOLUTION)
    steps = 1 + int(radius_m / h3.average_hexagon_edge_length(RESOLUTION, unit="m"))
    near = (
        other for other in h3.grid_disk(middle, steps) if distance.between(lat, lng, *cell.center(other)) <= radius_m
    )
    return compact({middle, *near})


def blocks(area: Iterable[int]) -> list[int]:
    """The cells whose middle block is in an area of blocks; of an area that has no such middle, all that it touches."""
    given = set(area)
    touched = {cell.parent(block, RESOLUTION) for block in given}
    return compact({each for each in touched if int(h3.cell_to_center_child(each)) in given} or touched)


def compact(cells: Iterable[int]) -> list[int]:
    """The fewest cells for the same area, sorted."""
    return sorted(int(each) for each in h3.compact_cells(list(cells)))


def lookup(place: int) -> list[int]:
    """The cells of which an area has one at most if it has a place's middle, the finest first."""
    fine = cell.at(*cell.center(place), RESOLUTION)
    return [cell.parent(fine, resolution) for resolution in range(RESOLUTION, COARSEST - 1, -1)]
