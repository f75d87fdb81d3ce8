"""Theme: a portal's palette and fonts as a style sheet, named by its digest and kept for good."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portal import asset, font
from portal.house import House
from portal.palette import palette

PATH = re.compile(r"/theme-([0-9a-f]{16})\.css")


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


def _properties(colors: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())
