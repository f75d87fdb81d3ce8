"""Theme: a portal's palette as a style sheet of custom properties, named by its digest and kept for good."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portal.house import House
from portal.palette import palette

PATH = re.compile(r"/theme-([0-9a-f]{16})\.css")


@dataclass(frozen=True, slots=True)
class ThemeSheet:
    """The sheet, and its address."""

    path: str
    css: str


@lru_cache(maxsize=1_024)
def _theme(primary: str, secondary: str) -> ThemeSheet:
    found = palette(primary, secondary)
    css = (
        f":root{{color-scheme:light dark;{_properties(found.light)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{_properties(found.dark)}}}}}"
        f"@media print{{:root{{{_properties(found.light)}}}}}\n"
    )
    digest = hashlib.sha256(css.encode()).hexdigest()[:16]
    return ThemeSheet(f"/theme-{digest}.css", css)


def of(house: House) -> ThemeSheet:
    """The theme of a portal, made once."""
    return _theme(house.primary_color, house.secondary_color)


def _properties(colors: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())
