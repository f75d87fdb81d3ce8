"""Fonts: the families that ship, by the name that a theme has; a page loads two of their files at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """The family of titles and that of running text, by their files' names in the build; one file may do for both."""

    title: str
    text: str


SANS, LEGIBLE = "figtree", "text"
"""What running text is set in beside a family for titles: a light file, or the one made for weak eyes."""

DEFAULT = Pair("title", LEGIBLE)
FONTS: Mapping[str, Pair] = {
    "Bricolage Grotesque": DEFAULT,
    "Atkinson Hyperlegible": Pair(LEGIBLE, LEGIBLE),
    "Figtree": Pair("figtree", "figtree"),
    "Archivo": Pair("archivo", SANS),
    "Bitter": Pair("bitter", SANS),
    "Fraunces": Pair("fraunces", SANS),
    "Lora": Pair("lora", SANS),
    "Nunito": Pair("nunito", "nunito"),
    "Outfit": Pair("outfit", SANS),
    "Space Grotesk": Pair("space-grotesk", SANS),
}
"""By the name of a theme's font; any other name is set in the default pair."""


DISPLAY: Mapping[str, str] = {"Title": "swap", "Text": "optional"}
"""Titles take their font whenever it comes; running text that is being read is not set anew by a slow line."""


def of(name: str) -> Pair:
    """The pair of a theme's font."""
    return FONTS.get(name, DEFAULT)


def faces(pair: Pair, file: Callable[[str], str | None]) -> str:
    """The rules that load a pair; `file` gives the address of a file by name, None for one that is not built."""
    names = {"Title": pair.title, "Text": pair.text}
    files = {face: address for face, name in names.items() if (address := file(f"{name}.woff2"))}
    rules = "".join(
        f'@font-face{{font-family:{face};src:url("{address}")format("woff2");font-weight:100 900;'
        f"font-display:{DISPLAY[face]}}}"
        for face, address in files.items()
    )
    families = {"Title": ("title", '"Avenir Next",system-ui,sans-serif'), "Text": ("text", "system-ui,sans-serif")}
    return rules + ":root{" + "".join(f"--{name}:{face},{rest};" for face, (name, rest) in families.items()) + "}"
