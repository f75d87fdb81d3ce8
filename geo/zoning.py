"""In which zone a person is published: cell and zone together always leave a fixed part of the cell."""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from math import ceil
from typing import TypeVar

from geo import cell, privacy

LEAST_PART = Fraction(2, 7)
"""So much of a published cell is left at least when its zone is known, too: 2 of 7 blocks (0.2 km²), 14 of 49
(1.4 km²). More would keep small quartiers from ever being shown (decision 0026)."""

Zone = TypeVar("Zone", bound=Hashable)


def shown(published: int, owner: Mapping[int, Zone], size: Mapping[Zone, int]) -> dict[int, Zone | None]:
    """The zone with which each block of a person's cell is published; None: with none.

    `owner` says whose each block is (blocks of no zone are missing), `size` how many blocks each zone has in all. The
    smallest part of the cell joins the next, until each is LEAST_PART; the larger gives its name, of equals the one
    whose zone is smaller, because a large zone has other cells to be seen in.
    """
    parts: dict[Zone | None, list[int]] = {}
    for block in privacy.blocks(published):
        parts.setdefault(owner.get(block), []).append(block)
    least = ceil(LEAST_PART * sum(map(len, parts.values())))

    def rank(zone: Zone | None) -> tuple[int, bool, int, str]:
        return len(parts[zone]), zone is None, 0 if zone is None else size[zone], str(zone)

    while len(parts) > 1 and len(parts[smallest := min(parts, key=rank)]) < least:
        others = [zone for zone in parts if zone != smallest]
        larger = min(others, key=rank)
        equal = len(parts[smallest]) == len(parts[larger])
        name, other = (smallest, larger) if equal else (larger, smallest)
        parts[name] = parts[name] + parts.pop(other)
    return {block: zone for zone, blocks in parts.items() for block in blocks}


def hidden(owner: Mapping[int, Zone], size: Mapping[Zone, int]) -> set[Zone]:
    """The zones with which no person is ever published, because each of their cells is mostly others'."""
    cells = {cell.parent(block, privacy.PERSON_RESOLUTION) for block in owner}
    return set(owner.values()) - {zone for published in cells for zone in shown(published, owner, size).values()}
