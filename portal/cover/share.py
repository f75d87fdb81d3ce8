"""Sharing images: what other sites show of a portal's pages, as PNG."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

import web
from portal import asset, font, palette
from portal.cover import drawing
from portal.cover.drawing import Outline
from portal.cover.shape import HEIGHT, WIDTH, Patch
from portal.house import House

SIZE = (1200, 630)
"""What sites that show a page's image ask for."""

FINER = 2
"""Drawn so many times larger and then made smaller: Pillow's own edges are steps."""

MARGIN, TITLE, SMALLEST, UNDER = 64, 76, 40, 34
"""In pixels: from the edges, of the title at most and at least, of the line below it."""

COLORS = 128
"""A flat drawing needs no more, and is a third of the size."""


def png(house: House, outline: Outline | None) -> bytes:
    """The cover with the portal's title above it, some 40 kB. Cost: some 150 ms of a core."""
    scene = palette.scene(house.primary_color, house.secondary_color).light
    look = palette.palette(house.primary_color, house.secondary_color).light
    picture = Image.new("RGB", (SIZE[0] * FINER, SIZE[1] * FINER), look["paper"])
    draw = ImageDraw.Draw(picture)
    for shape in (*drawing.territory(outline), *drawing.ground(house.slug, house.cover)):
        draw.polygon(_placed(shape), fill=scene[shape.fill])
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    _say(ImageDraw.Draw(small), house, look["ink"], look["soft"])
    written = BytesIO()
    small.quantize(COLORS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _placed(shape: Patch) -> list[tuple[float, float]]:
    """The middle of the cover, over the image's whole width, its ground at the bottom."""
    scale = SIZE[0] * FINER / WIDTH * 1.12
    left, top = (SIZE[0] * FINER - WIDTH * scale) / 2, SIZE[1] * FINER - HEIGHT * scale
    return [(left + x * scale, top + y * scale) for x, y in shape.points]


def _say(draw: ImageDraw.ImageDraw, house: House, ink: str, soft: str) -> None:
    """The title, as large as fits on one line, and whose portal it is."""
    pair, room = font.of(house.font), SIZE[0] - 2 * MARGIN
    size = TITLE
    while size > SMALLEST and _face(pair.title, size, 700).getlength(house.title) > room:
        size -= 4
    draw.text((MARGIN, MARGIN - 10), house.title, fill=ink, font=_face(pair.title, size, 700))
    draw.text((MARGIN, MARGIN + size + 8), house.collectivite, fill=soft, font=_face(pair.text, UNDER, 450))


def _face(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """A shipped font at a size and weight; the usual one where the build does not have it."""
    file = f"{name}.woff2" if asset.built(f"{name}.woff2") else "text.woff2"
    face = ImageFont.truetype(str(web.STATIC / "portal" / asset.file(file)), size)
    face.set_variation_by_axes([weight])
    return face
