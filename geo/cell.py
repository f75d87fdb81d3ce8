"""Cells («hexagones»): H3 indexes as the integers that PostgreSQL stores and the strings that clients read."""

import re

from h3.api import basic_int as h3

Point = tuple[float, float]
"""Latitude and longitude, in degrees (WGS 84)."""


_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{1,16}")


class InvalidCellError(ValueError):
    """The text or number is not an H3 cell."""


def at(lat: float, lng: float, resolution: int) -> int:
    """The cell of `resolution` (0 to 15) that contains a point in degrees."""
    return int(h3.latlng_to_cell(lat, lng, resolution))


def center(cell: int) -> Point:
    """The centre of a cell, rounded to 6 decimals (0.1 m)."""
    lat, lng = h3.cell_to_latlng(cell)
    return round(lat, 6), round(lng, 6)


def boundary(cell: int) -> list[Point]:
    """The 5 to 10 corners of a cell, counter-clockwise, not closed, rounded to 6 decimals."""
    return [(round(lat, 6), round(lng, 6)) for lat, lng in h3.cell_to_boundary(cell)]


def parent(cell: int, resolution: int) -> int:
    """The cell of a coarser (or the same) resolution whose centre hierarchy contains `cell`."""
    return int(h3.cell_to_parent(cell, resolution))


def children(cell: int, resolution: int) -> list[int]:
    """The cells of a finer resolution that have `cell` as their parent: 7 (6 of a pentagon) for each step."""
    return [int(child) for child in h3.cell_to_children(cell, resolution)]


def rings(middle: int, most: int) -> list[tuple[int, int]]:
    """The cells at most so many rings around a cell, each with the ring that it is in; the cell itself is in ring 0."""
    disks: list[set[int]] = [set(h3.grid_disk(middle, away)) for away in range(most + 1)]
    return [
        (int(near), away) for away, disk in enumerate(disks) for near in disk - (disks[away - 1] if away else set())
    ]


def resolution(cell: int) -> int:
    """0 (4 million km²) to 15 (0.9 m²)."""
    return int(h3.get_resolution(cell))


def to_text(cell: int) -> str:
    """Lower-case hexadecimal, the form that every H3 library reads."""
    return f"{cell:x}"


def from_text(text: str) -> int:
    """Raises InvalidCellError for anything but an existing cell in hexadecimal."""
    cell = int(text, 16) if _HEXADECIMAL.fullmatch(text) else 0
    if cell.bit_length() > 63 or not h3.is_valid_cell(cell):
        raise InvalidCellError(text)
    return cell
