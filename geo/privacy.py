"""What of a position becomes public: a cell for persons, the exact point for those who chose to publish an address."""

from dataclasses import dataclass

from geo import cell
from geo.cover import INDEXED_RESOLUTIONS, ROLL_UP_RESOLUTIONS, ZONE_RESOLUTION

BLOCK_RESOLUTION = ZONE_RESOLUTION
"""Blocks, about 0.1 km²: whatever is published of a person, the places published alike are whole blocks. A cell's
children do not fill its outline exactly, so that cells of several resolutions are parents of one block, and never
those that H3 finds for the point."""

PERSON_RESOLUTION = 8
"""About 0.7 km², the finest cell in which a person's position is ever public."""

SPARSE_RESOLUTION = 7
"""About 5 km², where a cell of resolution 8 would hold a few houses."""

SPARSE_POPULATION = 2_000
"""Communes with fewer inhabitants than this are sparse (INSEE's limit of an urban unit)."""

EXACT_RESOLUTION = 9
"""The cell shown beside an exact point."""

CHOSEN_RESOLUTIONS = range(5, 11)
"""Of the cells that pages and programs choose in the place of points; finer ones are as small as a house."""

SAME_DEG = 2e-6
"""Centres are rounded to a millionth of a degree; what is nearer than this is the same."""


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


def is_middle(lat: float, lng: float) -> bool:
    """The point is the centre of a cell that somebody chose, which says no more than the cell."""
    centers = (cell.center(cell.at(lat, lng, resolution)) for resolution in CHOSEN_RESOLUTIONS)
    return any(abs(lat - middle[0]) < SAME_DEG and abs(lng - middle[1]) < SAME_DEG for middle in centers)


def block(lat: float, lng: float) -> int:
    """The block of a point, which is all of it that the public form of a person's position depends on."""
    return cell.at(lat, lng, BLOCK_RESOLUTION)


def blocks(published: int) -> list[int]:
    """The blocks in which a person is published as a cell: 7 of resolution 8, 49 of resolution 7."""
    return cell.children(published, BLOCK_RESOLUTION)


def deciding(block: int) -> int:
    """The sparse cell around a block. It is published whole, or all of its children are."""
    return cell.parent(block, SPARSE_RESOLUTION)


def publish(lat: float, lng: float, *, exact: bool, resolution: int = PERSON_RESOLUTION) -> Published:
    """The public form of an exact point; for persons the centre of the cell of `resolution` around its block."""
    if exact:
        return Published(cell.at(lat, lng, EXACT_RESOLUTION), round(lat, 6), round(lng, 6), is_exact=True)
    published = cell.parent(block(lat, lng), resolution)
    return Published(published, *cell.center(published), is_exact=False)
