"""What of a position becomes public: a cell for persons, the exact point for those who chose to publish an address."""

from dataclasses import dataclass

from geo import cell
from geo.cover import INDEXED_RESOLUTIONS, ROLL_UP_RESOLUTIONS

PERSON_RESOLUTION = 8
"""About 0.7 km², the finest cell in which a person's position is ever public."""

SPARSE_RESOLUTION = 7
"""About 5 km², where a cell of resolution 8 would hold a few houses."""

SPARSE_POPULATION = 2_000
"""Communes with fewer inhabitants than this are sparse (INSEE's limit of an urban unit)."""

EXACT_RESOLUTION = 9
"""The cell shown beside an exact point."""


@dataclass(frozen=True, slots=True)
class Published:
    """The public form of a position; everything public (lists, order, distance, map) is computed from it."""

    cell: int
    lat: float
    lng: float
    is_exact: bool

    def at(self, resolution: int) -> int:
        """The cell of a resolution that contains the published point."""
        return cell.at(self.lat, self.lng, resolution)

    def indexed(self) -> dict[int, int]:
        """Resolution to cell, for the resolutions that lists are searched by."""
        return {resolution: self.at(resolution) for resolution in INDEXED_RESOLUTIONS}

    def rolled_up(self) -> dict[int, int]:
        """Map level to cell, for the levels that maps count by; never a finer cell than what is public."""
        finest = cell.resolution(self.cell)
        return {level: self.at(min(level, finest)) for level in ROLL_UP_RESOLUTIONS}


def publish(lat: float, lng: float, *, exact: bool, resolution: int = PERSON_RESOLUTION) -> Published:
    """The public form of an exact point; for persons the centre of its cell of `resolution`."""
    if exact:
        return Published(cell.at(lat, lng, EXACT_RESOLUTION), round(lat, 6), round(lng, 6), is_exact=True)
    published = cell.at(lat, lng, resolution)
    return Published(published, *cell.center(published), is_exact=False)
