"""Theme: a portal's palette and fonts as a style sheet, named by its digest and kept for good."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal import asset, font
from portal.house import House
from portal.palette import contrast, palette, sound

PATH = re.compile(r"/theme-([0-9a-f]{16})\.css")
PREVIEW = re.compile(r"/theme-apercu-([0-9a-f]{6})-([0-9a-f]{6})-(\w{1,40})\.css", re.ASCII)
"""Of a look that is being tried: both colours, and the font with _ for blanks."""

USES = ("link", "accent")
"""What a portal's main colour is used for: links and small text, buttons with text on them."""


@dataclass(frozen=True, slots=True)
class ThemeSheet:
    """The sheet, and its address; and those of its fonts, of which a page wants that of titles first."""

    path: str
    css: str
    title_font: str | None
    text_font: str | None


@lru_cache(maxsize=1_024)
def _theme(primary: str, secondary: str, family: str) -> ThemeSheet:
    colors, pair = palette(primary, secondary), font.of(family)
    css = (
        f"{font.faces(pair, asset.built)}"
        f":root{{color-scheme:light dark;{_properties(colors.light)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{_properties(colors.dark)}}}}}"
        f"@media print{{:root{{{_properties(colors.light)}}}}}\n"
    )
    digest = hashlib.sha256(css.encode()).hexdigest()[:16]
    title, text = (asset.built(f"{name}.woff2") for name in (pair.title, pair.text))
    return ThemeSheet(f"/theme-{digest}.css", css, title, text)


def of(house: House) -> ThemeSheet:
    """The theme of a portal, made once."""
    return _theme(house.primary_color, house.secondary_color, house.font)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a colour is used, by day or by night: the shade that pages show, and its contrast with what it stands on."""

    use: str
    is_night: bool
    shade: str
    contrast: float
    is_given: bool
    """Whether the shade is the colour itself, which has the contrast that WCAG AA wants."""


def judged(primary: str, secondary: str) -> Sequence[Judged]:
    """What becomes of a main colour: shades of it stand in for it where it would be hard to read."""
    colors = palette(primary, secondary)
    return [
        Judged(use, is_night, named[use], contrast(named[use], named[ground]), named[use] == primary)
        for is_night, named in ((False, colors.light), (True, colors.dark))
        for use, ground in zip(USES, ("paper", "on-accent"), strict=True)
    ]


def preview_path(primary: str, secondary: str, family: str) -> str:
    """The address of the sheet of a look that is being tried; that of the usual colours for what is no colour."""
    first, second = (sound(color.lower()).removeprefix("#") for color in (primary, secondary))
    return f"/theme-apercu-{first}-{second}-{re.sub('[^A-Za-z]', '_', family)[:40] or '_'}.css"


@lru_cache(maxsize=256)
def preview(path: str) -> str | None:
    """The sheet of such an address: the look of everything inside `.look`, by night with `.night`; None for others."""
    parts = PREVIEW.fullmatch(path)
    if parts is None:
        return None
    colors, pair = palette(f"#{parts[1]}", f"#{parts[2]}"), font.of(parts[3].replace("_", " "))
    faces = font.faces(pair, asset.built).replace("Title", "LookTitle").replace("Text", "LookText")
    rules = faces.replace(":root{", ".look{")
    return f"{rules}.look{{{_properties(colors.light)}}}.look.night{{{_properties(colors.dark)}}}\n"


def _properties(colors: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())
