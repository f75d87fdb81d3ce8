"""Shapes: what covers are made of, filled outlines in a plane of whole units, and their writing as SVG."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

WIDTH, HEIGHT = 1440, 400
"""The plane: covers fill it, the ground at the bottom; pages and pictures show a part of it."""


class Patch(NamedTuple):
    """An outline, and the name of its colour."""

    fill: str
    points: tuple[tuple[float, float], ...]


def polygon(fill: str, *points: tuple[float, float]) -> Patch:
    """Corners joined by straight lines, always turned the same way, so that overlaps never become holes."""
    area = sum(x * v - u * y for (x, y), (u, v) in zip(points, (*points[1:], points[0]), strict=True))
    return Patch(fill, points if area >= 0 else tuple(reversed(points)))


def box(fill: str, x: float, y: float, width: float, height: float) -> Patch:
    """A rectangle by its upper left corner."""
    return polygon(fill, (x, y), (x + width, y), (x + width, y + height), (x, y + height))


def oval(fill: str, x: float, y: float, across: float, up: float, corners: int = 16) -> Patch:
    """An ellipse around a centre by its half axes."""
    angles = (2 * math.pi * number / corners for number in range(corners))
    return polygon(fill, *((x + across * math.cos(angle), y + up * math.sin(angle)) for angle in angles))


def svg_path(shapes: Iterable[Patch]) -> str:
    """The data of one path that fills all the outlines."""
    return "".join(_outline([(round(x), round(y)) for x, y in shape.points]) for shape in shapes)


def svg_paths(shapes: Iterable[Patch]) -> str:
    """All shapes in their order; neighbours of one colour are one path."""
    grouped = groupby(shapes, key=lambda shape: shape.fill)
    return "".join(f'<path class="{fill}" d="{svg_path(same)}"/>' for fill, same in grouped)


def _outline(points: Sequence[tuple[int, int]]) -> str:
    """Relative steps, which are short."""
    (x, y), text = points[0], f"M{points[0][0]} {points[0][1]}"
    for across, down in points[1:]:
        if (across, down) != (x, y):
            step = f"{across - x}{'' if down - y < 0 else ' '}{down - y}"
            text += f"l{step}"
        x, y = across, down
    return text + "z"
