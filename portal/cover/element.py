"""Elements: the hills, trees, houses and waters that the motifs of covers are put together from."""

import math
from collections.abc import Iterable
from random import Random

from portal.cover.shape import HEIGHT, WIDTH, Patch, box, oval, polygon

STEP = 36
"""Between the points of a curve: short enough to look round, long enough to stay small."""


def land(rng: Random, fill: str, y: float, swell: float, length: float = 520) -> Patch:
    """Ground up to `y`, rising and falling by about `swell` in waves of about `length`."""
    return polygon(fill, (0, HEIGHT), *_ridge(rng, y, swell, length), (WIDTH, HEIGHT))


def _ridge(rng: Random, y: float, swell: float, length: float) -> Iterable[tuple[float, float]]:
    first, second = rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
    for x in range(0, WIDTH + STEP, STEP):
        wave = 0.7 * math.sin(x / length * 2 * math.pi + first) + 0.3 * math.sin(x / length * 5 + second)
        yield x, y - swell * wave


def water(fill: str, y: float, foam: str = "foam", lines: int = 7, seed: int = 3) -> list[Patch]:
    """Still water from `y` to the bottom, with some lines of light on it."""
    rng = Random(seed)
    shapes = [box(fill, 0, y, WIDTH, HEIGHT - y)]
    for _ in range(lines):
        at, wide = rng.uniform(20, WIDTH - 260), rng.uniform(60, 230)
        shapes.append(box(foam, at, rng.uniform(y + 12, HEIGHT - 14), wide, 4))
    return shapes


def tree(fill: str, x: float, ground: float, size: float, trunk: str = "deep") -> list[Patch]:
    """A round tree."""
    top = oval(fill, x, ground - size, size * 0.42, size * 0.52, 18)
    return [box(trunk, x - size * 0.04, ground - size * 0.6, size * 0.08, size * 0.6), top]


def poplar(fill: str, x: float, ground: float, size: float) -> list[Patch]:
    """A tall narrow tree."""
    return [oval(fill, x, ground - size * 0.52, size * 0.13, size * 0.54, 12)]


def fir(fill: str, x: float, ground: float, size: float) -> list[Patch]:
    """A tree of three tiers."""
    return [
        polygon(
            fill,
            (x, ground - size * top),
            (x + size * wide, ground - size * low),
            (x - size * wide, ground - size * low),
        )
        for top, low, wide in ((0.55, 0.06, 0.26), (0.8, 0.32, 0.21), (1.0, 0.6, 0.15))
    ]


def windows(fill: str, x: float, y: float, width: float, height: float, columns: int, rows: int) -> list[Patch]:
    """Lit windows spread evenly over a wall."""
    across, down = width / columns, height / rows
    return [
        box(fill, x + across * (column + 0.3), y + down * (row + 0.25), across * 0.4, down * 0.5)
        for row in range(rows)
        for column in range(columns)
    ]


def house(wall: str, roof: str, x: float, ground: float, width: float, height: float, pitch: float) -> list[Patch]:
    """A house with its gable to the side, two windows and a chimney."""
    top = ground - height
    return [
        box(roof, x + width * 0.7, top - pitch * 0.9, width * 0.1, pitch * 0.9),
        box(wall, x, top, width, height),
        polygon(
            roof, (x - 5, top), (x + width * 0.14, top - pitch), (x + width * 0.86, top - pitch), (x + width + 5, top)
        ),
        *windows("lamp", x, top, width, height, 3, max(1, round(height / 42))),
    ]


def gable(wall: str, roof: str, x: float, ground: float, width: float, height: float, pitch: float) -> list[Patch]:
    """A house with its gable to the front."""
    top, middle = ground - height, x + width / 2
    return [
        box(wall, x, top, width, height),
        polygon(roof, (x - 4, top), (middle, top - pitch), (x + width + 4, top)),
        *windows("lamp", x, top, width, height, 2, max(1, round(height / 46))),
    ]


def church(wall: str, roof: str, x: float, ground: float, size: float) -> list[Patch]:
    """A nave and a tower with its spire."""
    return [
        box(wall, x, ground - size * 0.4, size * 0.75, size * 0.4),
        polygon(
            roof,
            (x - 4, ground - size * 0.4),
            (x + size * 0.2, ground - size * 0.62),
            (x + size * 0.75, ground - size * 0.62),
            (x + size * 0.79, ground - size * 0.4),
        ),
        box(wall, x - size * 0.22, ground - size * 0.75, size * 0.26, size * 0.75),
        polygon(
            roof,
            (x - size * 0.26, ground - size * 0.75),
            (x - size * 0.09, ground - size * 1.35),
            (x + size * 0.08, ground - size * 0.75),
        ),
    ]


def arches(
    fill: str, hollow: str, y: float, water_y: float, count: int, x: float = 0, width: float = WIDTH
) -> list[Patch]:
    """A bridge of round arches from `y` down into the water."""
    span = width / count
    shapes = [box(fill, x, y, width, water_y - y + 14), box(fill, x - 8, y - 8, width + 16, 10)]
    for number in range(count):
        middle, reach = x + span * (number + 0.5), span * 0.38
        up = min(reach, water_y - y - 10)
        shapes.append(box(hollow, middle - reach, water_y - 2, 2 * reach, 18))
        shapes.append(oval(hollow, middle, water_y, reach, up, 20))
    return shapes


def sail(hull: str, cloth: str, x: float, y: float, size: float) -> list[Patch]:
    """A small boat under sail."""
    return [
        polygon(cloth, (x, y - size), (x + size * 0.45, y - size * 0.12), (x, y - size * 0.12)),
        polygon(
            cloth,
            (x - size * 0.06, y - size * 0.85),
            (x - size * 0.06, y - size * 0.12),
            (x - size * 0.34, y - size * 0.12),
        ),
        polygon(
            hull,
            (x - size * 0.42, y - size * 0.07),
            (x + size * 0.5, y - size * 0.07),
            (x + size * 0.34, y + size * 0.1),
            (x - size * 0.3, y + size * 0.1),
        ),
    ]


def grove(
    rng: Random, fill: str, ground: float, count: int, size: float, left: float = 0, right: float = WIDTH
) -> list[Patch]:
    """Round trees here and there between two sides, none where the other is; `ground` is their feet."""
    gap = (right - left) / count
    return [
        part
        for number in range(count)
        for part in tree(
            fill,
            left + gap * (number + rng.uniform(0.2, 0.8)),
            ground + rng.uniform(-4, 8),
            size * rng.uniform(0.75, 1.2),
        )
    ]
