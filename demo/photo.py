"""Photos of steps: drawings of ours, made when the demonstration is written, in the place of what a city would send."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from models.response_photo import SHOWN, SMALL

Shape = tuple[str, tuple[float, ...], str]
"""A kind, its numbers on a sheet of 96 by 72, from the top left corner, and its colour."""

SHEET, FINE = (96, 72), 20
SKY, GRASS, EARTH, STONE, BRICK, WATER = "#cfe3ef", "#8fb573", "#b08d62", "#b9b6ae", "#b5563c", "#6d9fb8"
WOOD, DARK, LIGHT, SUN = "#8a6440", "#3d3a38", "#f4efe4", "#f2c14e"
_OUTSIDE: tuple[Shape, ...] = (("box", (0, 0, 96, 72), SKY), ("disc", (80, 13, 6), SUN))


def _bricks(left: float, top: float, rows: int, columns: int) -> tuple[Shape, ...]:
    """A wall of bricks, each row half a brick further."""
    places = [(left + 6 * column + 3 * (row % 2), top + 3 * row) for row in range(rows) for column in range(columns)]
    return tuple(("box", (x, y, x + 5.6, y + 2.6), BRICK) for x, y in places)


def _hive(left: float, top: float) -> tuple[Shape, ...]:
    return (
        ("box", (left, top, left + 11, top + 12), SUN),
        ("box", (left - 1, top - 2, left + 12, top), WOOD),
        ("box", (left + 3, top + 9, left + 8, top + 10.5), DARK),
    )


SCENES: Mapping[str, tuple[Shape, ...]] = {
    "stakes": (
        *_OUTSIDE,
        ("poly", (0, 34, 22, 22, 22, 48, 0, 48), STONE),
        ("poly", (74, 20, 96, 26, 96, 48, 74, 48), STONE),
        ("box", (0, 46, 96, 72), GRASS),
        ("poly", (28, 54, 68, 54, 78, 66, 18, 66), EARTH),
        *(("box", (x, y - 9, x + 1.4, y), WOOD) for x, y in ((28, 55), (67, 55), (18, 67), (77, 67))),
        ("poly", (18, 59, 78, 59, 78, 59.6, 18, 59.6), LIGHT),
    ),
    "oven": (
        *_OUTSIDE,
        ("box", (0, 48, 96, 72), GRASS),
        ("poly", (18, 54, 78, 54, 86, 66, 10, 66), STONE),
        *_bricks(29, 30, 8, 6),
        ("disc", (48, 46, 8.5), DARK),
        ("box", (38, 46, 58, 55), DARK),
        ("box", (70, 56, 84, 58), BRICK),
        ("box", (72, 53, 82, 55.4), BRICK),
        ("poly", (12, 40, 15, 40, 21, 60, 18, 60), WOOD),
    ),
    "pond": (
        *_OUTSIDE,
        ("box", (0, 34, 96, 72), GRASS),
        ("oval", (12, 38, 86, 66), WATER),
        ("oval", (24, 48, 40, 54), GRASS),
        ("oval", (58, 54, 72, 59), GRASS),
        ("disc", (32, 49.5, 1.8), LIGHT),
        *(("box", (x, 24, x + 1, 44), "#5c7d45") for x in (8, 11, 14, 84, 88)),
        *(("oval", (x - 0.6, 20, x + 1.6, 28), WOOD) for x in (8, 14, 88)),
    ),
    "hives": (
        *_OUTSIDE,
        ("poly", (0, 72, 0, 50, 96, 42, 96, 72), STONE),
        ("box", (6, 18, 26, 50), "#d9cdb8"),
        ("poly", (3, 19, 16, 8, 29, 19), "#7d8ea0"),
        *_hive(36, 38),
        *_hive(53, 36),
        *_hive(70, 35),
        *(("disc", (x, y, 0.9), DARK) for x, y in ((40, 28), (47, 24), (60, 26), (66, 21), (82, 27))),
    ),
    "relief": (
        ("box", (0, 0, 96, 72), LIGHT),
        ("box", (8, 8, 88, 64), "#dfe6ea"),
        ("poly", (14, 50, 34, 30, 60, 30, 82, 16, 82, 20, 62, 34, 36, 34, 17, 53), BRICK),
        ("poly", (16, 16, 40, 40, 80, 52, 79, 56, 38, 44, 13, 19), WATER),
        *(("disc", (x, y, 2.6), LIGHT) for x, y in ((34, 32), (60, 32), (24, 26), (62, 50), (78, 20))),
        *(("disc", (x, y, 1.5), DARK) for x, y in ((34, 32), (60, 32), (24, 26), (62, 50), (78, 20))),
        *(("disc", (14 + 3 * x, 58 + 2.4 * (x % 2), 0.7), DARK) for x in range(10)),
    ),
}
"""What each photo of the demonstration shows."""


def columns(scene: str | None, at: datetime) -> dict[str, Any]:
    """The photo's columns of a response, without what says in words what it shows."""
    if scene is None:
        return dict.fromkeys(("photo", "photo_small", "photo_digest", "photo_width", "photo_height", "photo_at"))
    large, small = drawn(scene)
    width, height = Image.open(BytesIO(large)).size
    digest = hashlib.sha256(large).hexdigest()
    sized = {"photo_width": width, "photo_height": height, "photo_at": at}
    return {"photo": large, "photo_small": small, "photo_digest": digest, **sized}


@cache
def drawn(scene: str) -> tuple[bytes, bytes]:
    """A scene as JPEGs, large and small. Cost: a tenth of a second."""
    sheet = Image.new("RGB", (SHEET[0] * FINE, SHEET[1] * FINE), LIGHT)
    pen = ImageDraw.Draw(sheet)
    for kind, numbers, color in SCENES[scene]:
        places = [number * FINE for number in numbers]
        if kind == "box":
            pen.rectangle(places, fill=color)
        elif kind == "oval":
            pen.ellipse(places, fill=color)
        elif kind == "disc":
            x, y, radius = places
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
        else:
            pen.polygon(places, fill=color)
    return _jpeg(sheet, SHOWN), _jpeg(sheet, SMALL)


def _jpeg(sheet: Image.Image, room: tuple[int, int]) -> bytes:
    fitted, written = sheet.copy(), BytesIO()
    fitted.thumbnail(room, Image.Resampling.LANCZOS)
    fitted.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()
