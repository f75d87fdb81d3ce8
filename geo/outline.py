"""Outlines: whether a ring of positions crosses itself."""

from collections.abc import Sequence
from itertools import pairwise

Position = tuple[float, float]
Segment = tuple[Position, Position]
MAX_COMPARISONS = 3_000_000
"""Some seconds."""


def crossing(ring: Sequence[Position]) -> Position | None:
    """A position at which a closed ring crosses itself, near enough to look for it; None where it does not.

    Touching is no crossing. A sweep from the first coordinate's least to its greatest: each segment is compared with
    those beside it alone, so that an outline of thousands of positions takes some milliseconds. Of an outline that
    takes more than MAX_COMPARISONS nothing is said.
    """
    compared = 0
    active: list[Segment] = []
    for segment in sorted(pairwise(ring), key=lambda ends: min(ends[0][0], ends[1][0])):
        start = min(segment[0][0], segment[1][0])
        active = [other for other in active if max(other[0][0], other[1][0]) >= start]
        compared += len(active)
        if compared > MAX_COMPARISONS:
            return None
        if any(_cross(segment, other) for other in active):
            return segment[0]
        active.append(segment)
    return None


def _cross(one: Segment, other: Segment) -> bool:
    """Each has its ends on both sides of the other."""
    return _side(*one, other[0]) * _side(*one, other[1]) < 0 and _side(*other, one[0]) * _side(*other, one[1]) < 0


def _side(start: Position, end: Position, point: Position) -> int:
    turn = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return (turn > 0) - (turn < 0)
