"""Motifs of the country: hills, rivers, coasts, fields, woods; each draws the whole ground of a cover."""

from random import Random

from portal.cover.element import church, fir, grove, house, land, poplar, sail, tree, water, windows
from portal.cover.shape import HEIGHT, WIDTH, Patch, box, oval, polygon


def hills(rng: Random) -> list[Patch]:
    """Hills, one behind the other, with a village in their fold."""
    left = rng.choice((180, 300))
    return [
        land(rng, "far", 210, 42, 700),
        land(rng, "mid", 262, 34, 560),
        *church("white", "warm3", left + 150, 300, 90),
        *house("white", "warm3", left, 304, 84, 40, 34),
        *house("warm1", "warm3", left + 78, 308, 70, 34, 30),
        *house("white", "warm3", left + 250, 306, 92, 38, 32),
        land(rng, "near", 312, 22, 480),
        *grove(rng, "front", 330, 12, 58),
        land(rng, "front", 352, 14, 620),
        *grove(rng, "deep", 392, 5, 84, 40, WIDTH - 40),
    ]


def river(rng: Random) -> list[Patch]:
    """A river that winds out of the hills, a brick town and its cathedral beside it."""
    bend = rng.choice((-1, 1))
    middle = 720 + bend * 60
    stream = [(0, 262), (bend * 70, 276), (bend * -60, 300), (bend * 120, 332), (bend * -40, 400)]
    half = (5, 12, 28, 74, 210)
    banks = [(middle + x - wide, y) for (x, y), wide in zip(stream, half, strict=True)]
    others = [(middle + x + wide, y) for (x, y), wide in zip(stream, half, strict=True)]
    shapes = [land(rng, "far", 205, 38, 640), land(rng, "mid", 244, 20, 520)]
    for x, tall in ((180, 46), (256, 58), (330, 44), (520, 50), (596, 40), (1010, 46), (1090, 56)):
        shapes += house("warm2", "warm3", x, 282, 78, tall, 26)
    shapes += [box("warm3", 418, 150, 74, 134), polygon("warm3", (414, 150), (424, 134), (486, 134), (496, 150))]
    shapes += [box("warm2", 436, 166, 8, 60), box("warm2", 462, 166, 8, 60), box("warm3", 490, 216, 70, 68)]
    shapes += [land(rng, "near", 290, 10, 460), polygon("water", *banks, *reversed(others))]
    shapes += [*grove(rng, "front", 330, 5, 62, 0, 470), *grove(rng, "front", 330, 5, 62, 980, WIDTH)]
    return [*shapes, *(polygon("foam", *dash) for dash in _ripples(middle)), *grove(rng, "deep", 398, 2, 110, 20, 330)]


def _ripples(middle: float) -> list[tuple[tuple[float, float], ...]]:
    places = ((-20, 340, 90), (60, 362, 120), (-120, 382, 150))
    return [
        ((middle + x, y), (middle + x + wide, y), (middle + x + wide, y + 4), (middle + x, y + 4))
        for x, y, wide in places
    ]


def coast(rng: Random) -> list[Patch]:
    """A beach, the sea and sails."""
    shapes = [land(rng, "far", 238, 12, 900), *water("water", 250, lines=9, seed=rng.randrange(99))]
    for x, y, size in ((260, 292, 84), (520, 276, 52), (980, 300, 104), (1230, 280, 60)):
        shapes += sail("deep", rng.choice(("white", "warm1")), x + rng.uniform(-40, 40), y, size)
    shapes += [land(rng, "warm1", 352, 10, 800), land(rng, "warm2", 378, 6, 500)]
    for number, color in enumerate(("near", "warm3", "white", "front", "warm3")):
        x = 640 + number * 62
        shapes += [box(color, x, 334, 46, 46), polygon("deep", (x - 5, 334), (x + 23, 312), (x + 51, 334))]
        shapes += [box("deep", x + 16, 350, 14, 30)]
    return shapes


def cliffs(rng: Random) -> list[Patch]:
    """Cliffs over the sea, an arch and a needle before them, pasture above."""
    face = [(0, 150), (430, 176), (560, 196), (640, 222), (676, 240), (690, 330), (0, 330)]
    shapes = [land(rng, "far", 246, 8, 900), *water("water", 254, lines=10, seed=rng.randrange(99))]
    shapes += [polygon("mid", (1000, 318), (1060, 232), (1440, 196), (1440, 318)), box("warm1", 1040, 262, 400, 62)]
    shapes += [
        polygon("warm1", *face),
        polygon("white", (0, 214), (600, 236), (684, 300), (684, 306), (590, 250), (0, 228)),
    ]
    shapes += [polygon("white", (0, 270), (640, 282), (686, 318), (0, 284))]
    shapes += [polygon("warm1", (676, 240), (742, 258), (790, 330), (690, 330)), oval("water", 716, 332, 30, 52, 18)]
    shapes += [
        polygon("warm1", (850, 330), (866, 236), (880, 222), (896, 250), (906, 330)),
        box("water", 640, 326, 800, 8),
    ]
    shapes += [
        polygon("near", (0, 128), (420, 150), (566, 178), (650, 212), (682, 244), (560, 206), (430, 184), (0, 160))
    ]
    shapes += house("white", "warm3", 120, 142, 96, 34, 34) + house("warm1", "warm3", 232, 146, 70, 30, 28)
    shapes += [*grove(rng, "front", 152, 3, 46, 300, 470), *sail("deep", "warm1", 1010, 352, 70)]
    return [*shapes, *sail("deep", "white", 1240, 376, 110), land(rng, "front", 398, 8, 700)]


def fields(rng: Random) -> list[Patch]:
    """Fields in strips, hedges, a farm and its silo."""
    shapes = [land(rng, "far", 196, 36, 760), land(rng, "mid", 236, 26, 640), *grove(rng, "near", 262, 16, 30)]
    colors = ("warm1", "near", "warm2", "mid", "front", "warm1", "near", "warm2")
    start = rng.randrange(len(colors))
    for number in range(8):
        left, right = number * 180 + 6, (number + 1) * 180 - 6
        far = [720 + (edge - 720) * 0.72 for edge in (left, right)]
        fill = colors[(start + number) % len(colors)]
        shapes.append(
            polygon(
                fill, (far[0], 272), (far[1], 272), (right + 40 * (number - 4), 400), (left + 40 * (number - 4), 400)
            )
        )
    shapes += [box("near", 0, 266, WIDTH, 10), *house("white", "warm3", 880, 288, 132, 40, 44)]
    shapes += [
        *house("warm1", "warm3", 1010, 286, 86, 34, 32),
        box("mid", 1110, 208, 30, 78),
        oval("front", 1125, 208, 15, 14),
    ]
    shapes += grove(rng, "front", 300, 3, 54, 1150, 1400) + grove(rng, "front", 296, 4, 48, 120, 520)
    for x, y in ((300, 352), (380, 366), (246, 374)):
        shapes += _cow(x, y)
    return shapes


def _cow(x: float, y: float) -> list[Patch]:
    legs = [box("deep", x + leg, y + 8, 4, 16) for leg in (-16, -8, 10, 18)]
    body = [oval("white", x, y, 26, 12), oval("deep", x - 6, y - 2, 9, 7), oval("deep", x + 14, y + 1, 6, 5)]
    return [*legs, *body, oval("white", x + 30, y - 8, 9, 7)]


def marsh(rng: Random) -> list[Patch]:
    """Canals between rows of poplars, and a flat boat."""
    shapes = [land(rng, "far", 226, 14, 800)]
    shapes += [
        part
        for x in range(30, WIDTH, 64)
        for part in poplar("mid", x + rng.uniform(-14, 14), 270, rng.uniform(64, 100))
    ]
    shapes += [box("near", 0, 258, WIDTH, 142)]
    for left, right, foot, end in ((600, 650, 420, 760), (1130, 1150, 1190, 1420), (180, 196, -60, 120)):
        shapes.append(polygon("water", (left, 262), (right, 262), (end, 400), (foot, 400)))
    for number in range(6):
        size, y, x = 92 + number * 20, 280 + number * 20, 590 - number * 36
        shapes += poplar("front", x - 24, y, size) + poplar("front", 672 + number * 24, y - 4, size * 0.94)
    shapes += [
        polygon("warm2", (880, 300), (1090, 300), (1130, 400), (900, 400)),
        polygon("warm1", (236, 300), (500, 300), (380, 400), (190, 400)),
    ]
    shapes += house("white", "warm3", 940, 314, 104, 36, 34)
    shapes += [
        polygon("deep", (500, 356), (650, 356), (632, 374), (520, 374)),
        box("deep", 560, 306, 4, 52),
        oval("deep", 562, 318, 9, 10),
    ]
    return [*shapes, box("foam", 520, 384, 130, 4), *grove(rng, "deep", 398, 3, 76, 1180, WIDTH)]


def forest(rng: Random) -> list[Patch]:
    """A forest, row before row, and a clearing."""
    shapes = [land(rng, "far", 190, 26, 700)]
    for fill, ground, size, every in (("mid", 286, 120, 66), ("near", 330, 150, 92), ("front", 372, 176, 128)):
        shapes.append(land(rng, fill, ground - 26, 10, 600))
        for x in range(-20, WIDTH + 40, every):
            at, tall = x + rng.uniform(-20, 20), size * rng.uniform(0.75, 1.1)
            if fill == "front" and 560 < at < 940:
                continue
            shapes += fir(fill, at, ground, tall) if rng.random() < 0.6 else tree(fill, at, ground, tall * 0.9, fill)
    shapes += house("warm1", "warm3", 690, 366, 118, 44, 42)
    return [*shapes, land(rng, "deep", 384, 8, 500)]


def gardens(rng: Random) -> list[Patch]:
    """Houses among trees, beds in rows before them."""
    shapes = [land(rng, "far", 220, 22, 640), *grove(rng, "mid", 276, 15, 92), box("near", 0, 290, WIDTH, 110)]
    walls = ("white", "warm1", "mid")
    for number, x in enumerate(range(40, 1400, 228)):
        tall = rng.choice((58, 70, 84))
        shapes += house(walls[number % 3], "warm3", x + rng.uniform(0, 40), 306, 128, tall, 46)
    shapes += grove(rng, "front", 314, 9, 70)
    shapes += [box("white", x, 310, 7, 26) for x in range(0, WIDTH, 22)] + [box("white", 0, 318, WIDTH, 5)]
    for row, y in enumerate((346, 364, 384)):
        shapes.append(box(("deep", "front", "deep")[row], 0, y - 2, WIDTH, 12))
        shapes += [
            oval(("warm3", "warm2", "warm1")[row], x, y - 4, 7 + row, 6 + row, 8)
            for x in range(20 + row * 14, WIDTH, 54)
        ]
    return shapes


def dome(rng: Random) -> list[Patch]:
    """A dome on a wooded hill, terraces below it."""
    top = rng.choice((330, 380))
    hill = [
        (top - 620, HEIGHT),
        (top - 380, 286),
        (top - 210, 204),
        (top, 172),
        (top + 210, 206),
        (top + 380, 288),
        (top + 620, HEIGHT),
    ]
    shapes = [
        land(rng, "far", 226, 26, 640),
        *grove(rng, "mid", 288, 17, 76),
        land(rng, "mid", 280, 12, 500),
        polygon("near", *hill),
    ]
    shapes += [
        oval("warm3", top, 124, 74, 82, 28),
        box("warm1", top - 84, 124, 168, 56),
        box("warm2", top - 92, 118, 184, 10),
    ]
    shapes += [*windows("front", top - 70, 132, 140, 40, 5, 1), box("warm1", top - 190, 150, 380, 34)]
    shapes += [
        polygon("deep", (top + 6, 44), (top + 20, 47), (top + 44, 118), (top + 24, 118)),
        *grove(rng, "front", 216, 4, 50, top - 260, top - 110),
    ]
    shapes += grove(rng, "front", 216, 4, 50, top + 120, top + 270) + grove(
        rng, "front", 276, 8, 62, top - 380, top + 380
    )
    shapes += [
        polygon("warm1", (top - 300, 300), (top + 300, 300), (top + 360, 316), (top - 360, 316)),
        land(rng, "front", 340, 12, 560),
    ]
    for x in range(60, 1400, 170):
        shapes += house("white", "warm3", x + rng.uniform(-20, 20), 364, 96, 36, 32)
    return [*shapes, *grove(rng, "deep", 392, 11, 56)]
