"""Gallery: a portal's pictures by their addresses, drawn when they are first asked for: cover, icon, sharing image."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.cover import drawing, picture, share
from portal.cover.drawing import Outline
from portal.house import House

PATH = re.compile(r"/(couverture|icone|partage)-([0-9a-f]{16})\.(svg|png)")
KINDS: Mapping[str, tuple[str, str]] = {
    "cover": ("couverture", "svg"),
    "icon": ("icone", "svg"),
    "share": ("partage", "png"),
}
"""What templates call a picture, its name in its address, and its format."""

TYPES: Mapping[str, str] = {"svg": "image/svg+xml", "png": "image/png"}
OUTLINE = "query Outline { portal { collectivite { outline } } }"
"""What is asked of the contract for a picture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as it is sent."""

    content: bytes
    media_type: str


def path(house: House, kind: str) -> str:
    """The address of a picture, which changes with what the portal looks like."""
    name, ending = KINDS[kind]
    return f"/{name}-{_digest(house)}.{ending}"


def is_known(text: str) -> bool:
    """Whether an address is that of a picture, of today's look or of another."""
    match = PATH.fullmatch(text)
    return match is not None and (match[1], match[3]) in KINDS.values()


def is_today(house: House, text: str) -> bool:
    """Whether an address is of what the portal looks like now."""
    return text in (path(house, kind) for kind in KINDS)


def draw(house: House, text: str, outline: Outline | None) -> Drawing:
    """The picture of an address that `is_known`."""
    name, ending = text.removeprefix("/").partition("-")[0], text.rpartition(".")[2]
    content = {
        "couverture": lambda: picture.cover(house, outline).encode(),
        "icone": lambda: picture.icon(house).encode(),
        "partage": lambda: share.png(house, outline),
    }[name]()
    return Drawing(content, TYPES[ending])


def _digest(house: House) -> str:
    look = (house.title, house.collectivite, house.primary_color, house.secondary_color, house.font, house.cover)
    return hashlib.sha256(repr((drawing.VERSION, house.slug, look)).encode()).hexdigest()[:16]
