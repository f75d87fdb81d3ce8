"""Motifs of towns: bridges, quays, harbours, roofs, towers; each draws the whole ground of a cover."""

from random import Random

from portal.cover.element import arches, church, gable, grove, house, land, water, windows
from portal.cover.shape import WIDTH, Patch, box, oval, polygon


def bridge(rng: Random) -> list[Patch]:
    """A bridge of arches over a broad river, a cathedral with two towers behind."""
    at = rng.choice((230, 330))
    shapes = [land(rng, "far", 216, 16, 800), *grove(rng, "mid", 270, 18, 56)]
    for x in range(-20, WIDTH, 92):
        shapes += house(rng.choice(("white", "warm1", "warm1")), "mid", x, 290, 88, rng.choice((52, 64, 78)), 28)
    for x in (at, at + 92):
        shapes += [box("mid", x, 110, 52, 180), *windows("near", x, 120, 52, 90, 2, 2), box("near", x - 4, 106, 60, 8)]
        shapes += [polygon("mid", (x + at_, 106), (x + at_ + 5, 84), (x + at_ + 10, 106)) for at_ in (0, 14, 28, 42)]
    shapes += [
        box("mid", at + 50, 170, 46, 120),
        oval("warm3", at + 73, 200, 15, 15),
        box("mid", at + 140, 206, 150, 84),
    ]
    shapes += [polygon("near", (at + 136, 206), (at + 160, 172), (at + 286, 172), (at + 294, 206))]
    shapes += [box("near", 0, 284, WIDTH, 12), *water("water", 294, lines=9, seed=rng.randrange(99))]
    shapes += arches("warm2", "water", 296, 350, 8)
    return [*shapes, box("warm3", 0, 286, WIDTH, 5), polygon("warm1", (0, 400), (0, 388), (360, 382), (560, 400))]


def quays(rng: Random) -> list[Patch]:
    """Tall houses with slate roofs on a quay, a dome among them, barges below."""
    shapes = [land(rng, "far", 190, 10, 900)]
    shapes += [box("mid", 1016, 116, 108, 60), oval("mid", 1070, 118, 54, 66, 24), box("mid", 1064, 28, 12, 40)]
    x = -30.0
    while x < WIDTH:
        wide, tall = rng.choice((92, 110, 128, 146)), rng.choice((104, 116, 128))
        top = 304 - tall
        wall = rng.choice(("white", "warm1", "white"))
        shapes += [box("front", x + wide * at, top - 62, 14, 36) for at in (0.06, 0.82)]
        shapes += [polygon("near", (x, top), (x + 12, top - 42), (x + wide - 12, top - 42), (x + wide, top))]
        shapes += windows("lamp", x + 10, top - 36, wide - 20, 34, max(2, round(wide / 44)), 1)
        shapes += [
            box(wall, x, top, wide, tall),
            *windows("near", x + 4, top + 4, wide - 8, tall - 30, round(wide / 26), 3),
        ]
        shapes += [box("warm3", x + 6, 280, wide - 12, 8)] if rng.random() < 0.5 else []
        x += wide
    shapes += [box("warm2", 0, 304, WIDTH, 30), box("warm1", 0, 300, WIDTH, 7), *grove(rng, "front", 306, 13, 46)]
    shapes += [*water("water", 332, lines=10, seed=rng.randrange(99))]
    shapes += arches("warm1", "water", 306, 352, 3, 930, 420)
    for x in (160, 520):
        shapes += [
            polygon("deep", (x, 352), (x + 250, 352), (x + 232, 376), (x + 22, 376)),
            box("warm3", x + 150, 334, 66, 18),
        ]
        shapes += windows("lamp", x + 152, 336, 62, 14, 4, 1)
    return shapes


def harbour(rng: Random) -> list[Patch]:
    """A harbour: cranes and a ship of many boxes, a lantern tower over straight houses."""
    shapes = [land(rng, "far", 232, 8, 900)]
    for x in range(20, 620, 104):
        tall = rng.choice((64, 84, 104))
        shapes += [
            box(rng.choice(("white", "warm1")), x, 290 - tall, 96, tall),
            *windows("near", x, 294 - tall, 96, tall - 10, 5, round(tall / 22)),
        ]
    shapes += [
        polygon("mid", (286, 290), (292, 120), (306, 60), (314, 60), (328, 120), (334, 290)),
        box("mid", 262, 236, 96, 54),
    ]
    shapes += windows("lamp", 294, 110, 32, 160, 2, 7)
    shapes += [box("near", 0, 288, WIDTH, 16), *water("water", 302, lines=10, seed=rng.randrange(99))]
    for x in (720, 900, 1250):
        shapes += _crane(x)
    shapes += [
        polygon("deep", (640, 316), (1300, 316), (1340, 296), (1384, 296), (1352, 372), (690, 372)),
        box("warm3", 676, 362, 680, 10),
    ]
    colors = ("warm3", "near", "warm2", "white", "front", "warm1")
    for column in range(13):
        for row in range(rng.choice((1, 2, 3))):
            shapes.append(box(rng.choice(colors), 800 + column * 37, 294 - row * 22, 34, 20))
    shapes += [box("white", 694, 238, 76, 78), *windows("near", 698, 244, 68, 50, 4, 2), box("warm3", 716, 208, 24, 30)]
    return [
        *shapes,
        polygon("warm3", (120, 352), (270, 352), (250, 376), (140, 376)),
        box("white", 170, 330, 46, 22),
        box("deep", 200, 300, 4, 30),
    ]


def _crane(x: float) -> list[Patch]:
    legs = [polygon("front", (x + at, 296), (x + at + 10, 296), (x + at + 10, 170), (x + at, 170)) for at in (0, 62)]
    beam = [
        box("front", x - 90, 160, 190, 10),
        box("front", x, 210, 72, 8),
        polygon("front", (x + 28, 162), (x + 36, 104), (x + 44, 162)),
    ]
    ropes = [
        polygon("front", (x + 36, 106), (x - 88, 160), (x - 80, 160)),
        polygon("front", (x + 36, 106), (x + 98, 160), (x + 90, 160)),
    ]
    return [*legs, *beam, *ropes, box("front", x - 64, 168, 3, 60), box("warm3", x - 78, 228, 30, 16)]


def roofs(rng: Random) -> list[Patch]:
    """The steep roofs of an old town, timber in its walls."""
    shapes = [land(rng, "far", 214, 18, 700)]
    for x in range(-30, WIDTH, 96):
        shapes += gable("mid", "near", x, 300, 92, rng.choice((70, 96, 118)), 66)
    shapes += church("white", "near", rng.choice((420, 900)), 296, 150)
    start = -40.0
    while start < WIDTH:
        wide, tall = rng.choice((104, 122, 140)), rng.choice((96, 120, 150))
        shapes += _timbered(rng, start, wide, tall)
        start += wide + 4
    return [*shapes, box("deep", 0, 388, WIDTH, 12)]


def _timbered(rng: Random, x: float, wide: float, tall: float) -> list[Patch]:
    top, wall = 392 - tall, rng.choice(("white", "warm1", "white", "warm2"))
    beam = rng.choice(("front", "warm3"))
    shapes = [
        box(wall, x, top, wide, tall),
        polygon("front", (x - 4, top), (x + wide / 2, top - 88), (x + wide + 4, top)),
    ]
    shapes += windows("lamp", x + wide * 0.12, top + 4, wide * 0.82, tall - 20, 2, max(1, round(tall / 46)))
    for y in range(round(top), 380, 46):
        shapes.append(box(beam, x, y, wide, 6))
        shapes += [
            polygon(
                beam,
                (x + wide * at, y),
                (x + wide * at + 6, y),
                (x + wide * (at + 0.14) + 6, y + 46),
                (x + wide * (at + 0.14), y + 46),
            )
            for at in (0.02, 0.44)
        ]
    return [*shapes, *(box(beam, x + wide * at - 3, top, 6, tall) for at in (0.02, 0.5, 0.98))]


def gables(rng: Random) -> list[Patch]:
    """Stepped gables in a row before a belfry."""
    at = rng.choice((330, 410))
    shapes = [land(rng, "far", 236, 8, 900), box("mid", at, 90, 84, 240), *windows("lamp", at + 10, 110, 64, 60, 2, 1)]
    shapes += [
        box("mid", at - 8, 82, 100, 12),
        box("near", at + 18, 48, 48, 36),
        polygon("near", (at + 12, 48), (at + 42, 2), (at + 72, 48)),
        oval("white", at + 42, 200, 26, 26, 20),
        box("deep", at + 40, 182, 4, 20),
        box("deep", at + 40, 198, 16, 4),
    ]
    x = -24.0
    walls = ("warm2", "mid", "front", "warm1", "near", "warm3")
    turn = rng.randrange(6)
    while x < WIDTH:
        wide, tall = rng.choice((96, 112, 128)), rng.choice((92, 112, 132))
        wall = walls[turn % 6]
        top, step = 384 - tall, wide / 8
        shapes += [box(wall, x + step * row, top - 22 * row, wide - 2 * step * row, 24) for row in range(4)]
        shapes += [
            box(wall, x, top, wide, tall),
            *windows(
                "lamp" if wall in ("front", "near", "warm3") else "near", x + 8, top + 2, wide - 16, tall - 44, 3, 2
            ),
        ]
        shapes += [
            box("lamp" if wall == "front" else "deep", x + wide * 0.4, top - 36, wide * 0.2, 22),
            box("deep", x + 10, 346, wide - 20, 38),
        ]
        shapes += windows("lamp", x + 12, 348, wide - 24, 36, 2, 1)
        x += wide + 3
        turn += rng.choice((1, 1, 2))
    return [*shapes, box("warm1", 0, 384, WIDTH, 16)]


def towers(rng: Random) -> list[Patch]:
    """High towers and a great square arch, trees and an esplanade below."""
    shapes = [land(rng, "far", 250, 10, 900)]
    for x in range(10, WIDTH, 120):
        tall = rng.uniform(110, 220)
        shapes.append(
            box("far" if rng.random() < 0.4 else "mid", x + rng.uniform(-10, 30), 320 - tall, rng.uniform(56, 84), tall)
        )
    shapes += [
        box("white", 640, 150, 190, 180),
        box("mid", 676, 186, 118, 144),
        polygon("warm1", (640, 150), (676, 186), (676, 330), (640, 330)),
    ]
    for x in (120, 300, 470, 900, 1060, 1220, 1350):
        wide, tall, wall = rng.uniform(76, 108), rng.uniform(150, 262), rng.choice(("near", "front", "near", "warm2"))
        shapes += [
            box(wall, x, 334 - tall, wide, tall),
            *windows("lamp", x + 4, 338 - tall, wide - 8, tall - 20, 5, round(tall / 24)),
        ]
        if rng.random() < 0.5:
            shapes.append(polygon(wall, (x, 335 - tall), (x + wide, 335 - tall), (x + wide, 335 - tall - wide * 0.34)))
    shapes += [
        box("warm1", 0, 332, WIDTH, 68),
        polygon("white", (560, 400), (690, 332), (780, 332), (910, 400)),
        *grove(rng, "front", 352, 8, 58, 0, 540),
    ]
    return [*shapes, *grove(rng, "front", 352, 8, 58, 930, WIDTH), box("near", 0, 386, WIDTH, 14)]


def factory(rng: Random) -> list[Patch]:
    """Workshops with saw-tooth roofs, chimneys and their smoke, hills behind and a canal before."""
    shapes = [land(rng, "far", 190, 44, 620), land(rng, "mid", 250, 16, 500)]
    for x, tall in ((240, 190), (330, 150), (1120, 210)):
        shapes += [
            polygon("warm3", (x, 320), (x + 8, 320 - tall), (x + 30, 320 - tall), (x + 38, 320)),
            box("warm1", x + 6, 330 - tall, 26, 9),
        ]
        shapes += [
            oval("white", x + 20 + 26 * puff, 300 - tall - 17 * puff, 14 + 8 * puff, 10 + 5 * puff, 12)
            for puff in range(3)
        ]
    start = rng.randrange(2)
    for number, x in enumerate(range(-40, WIDTH, 118)):
        wall = ("warm2", "warm3")[(number // 3 + start) % 2]
        shapes += [
            box(wall, x, 278, 120, 72),
            polygon("front", (x, 280), (x, 226), (x + 120, 280)),
            polygon("lamp", (x + 7, 276), (x + 7, 240), (x + 36, 254), (x + 36, 276)),
        ]
        shapes += windows("lamp", x + 4, 286, 112, 56, 4, 1)
    shapes += (
        house("white", "near", 560, 352, 130, 96, 44)
        + house("warm1", "near", 694, 352, 108, 76, 40)
        + house("white", "near", 806, 352, 120, 90, 46)
    )
    shapes += [
        box("near", 0, 348, WIDTH, 12),
        *grove(rng, "front", 352, 7, 50, 0, 540),
        *grove(rng, "front", 352, 6, 50, 940, WIDTH),
    ]
    return [*shapes, *water("water", 358, lines=8, seed=rng.randrange(99))]


def citadel(rng: Random) -> list[Patch]:
    """A fortress on its rock, a river and a town at its foot."""
    at = rng.choice((290, 340))
    shapes = [land(rng, "far", 206, 34, 680), land(rng, "mid", 258, 18, 520), *_rock(at), *_fortress(at)]
    for x in range(-10, WIDTH, 88):
        shapes += house(rng.choice(("white", "warm1", "warm2")), "warm3", x, 340, 82, rng.choice((40, 52, 64)), 30)
    shapes += [
        *church("white", "deep", 720, 338, 96),
        box("near", 0, 336, WIDTH, 10),
        *water("water", 344, lines=9, seed=rng.randrange(99)),
    ]
    return [*shapes, *arches("warm2", "water", 330, 362, 5, 560, 420)]


def _rock(at: int) -> list[Patch]:
    west = [(at - 330, 330), (at - 250, 236), (at - 190, 176), (at - 120, 150)]
    east = [(at + 170, 142), (at + 250, 190), (at + 310, 262), (at + 380, 330)]
    return [
        polygon("near", *west, *east),
        polygon("front", (at - 250, 236), (at - 120, 150), (at - 60, 330), (at - 330, 330)),
        polygon("front", (at + 60, 330), (at + 130, 190), (at + 170, 330)),
    ]


def _fortress(at: int) -> list[Patch]:
    west, east = [(at - 200, 180), (at - 176, 112)], [(at + 190, 104), (at + 226, 176)]
    shapes = [polygon("warm1", *west, *east, (at + 160, 150), (at - 110, 160))]
    for x, wide, tall in ((at - 184, 58, 66), (at + 136, 58, 66), (at - 40, 74, 92)):
        shapes += [
            box("warm1", x, 130 - tall + 20, wide, tall),
            polygon("warm3", (x - 6, 150 - tall), (x + wide / 2, 108 - tall), (x + wide + 6, 150 - tall)),
        ]
        shapes += windows("lamp", x, 156 - tall, wide, tall - 24, 2, 1)
    return [*shapes, *(box("warm1", at - 130 + 26 * number, 104, 15, 14) for number in range(10))]
