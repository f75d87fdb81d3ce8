"""The oEmbed answer (1.0): from a page's address to the frame that shows it on sites where no script may run."""

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from portal import screen
from portal.visit import Visit

PATH = "/oembed"
MEDIA_TYPE = "application/json"
WIDTH, HEIGHT = 600, 640
"""Pixels, unless whoever asks has less."""

CACHED_S = 3_600

OF_ACTIVITY = """\
query OEmbed($id: ID!) {
  activity(id: $id) {
    id
    title
    voteMethod
  }
}
"""
OF_CONTRIBUTION = """\
query OEmbed($id: ID!) {
  contribution(id: $id) {
    id
    title
    kind
  }
}
"""
_ASKED = {
    **dict.fromkeys(("activity", "vote", "embed_list", "embed_vote", "embed_map"), OF_ACTIVITY),
    **dict.fromkeys(("contribution", "embed_debate"), OF_CONTRIBUTION),
}
"""Which document tells of the page of a screen."""

_FRAME = Markup('<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>')


def asked(visit: Visit) -> tuple[str, Mapping[str, str]] | None:
    """The document that tells of the page whose address is asked, and its variables; None for a page that has no frame,
    of another site, or in another format than JSON."""
    place = _place(visit)
    if place is None or visit.asked("format") not in ("", "json"):
        return None
    name, parts, _ = place
    return (_ASKED[name], parts) if name in _ASKED else None


def written(visit: Visit, data: Mapping[str, Any]) -> bytes | None:
    """The answer; None where there is no such thing, or one that is not shown in a frame."""
    place, shown = _place(visit), data.get("activity") or data.get("contribution")
    if place is None or shown is None or shown.get("kind", "PROPOSAL") != "PROPOSAL":
        return None
    name, _, there = place
    width, height = _least(visit, "maxwidth", WIDTH), _least(visit, "maxheight", HEIGHT)
    address = visit.origin + there.address(f"/embed/{_kind(name, shown)}/{shown['id']}")
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": shown["title"],
        "provider_name": visit.house.title,
        "provider_url": visit.origin,
        "cache_age": CACHED_S,
        "width": width,
        "height": height,
        "html": str(_FRAME.format(address, width, height, shown["title"])),
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def _place(visit: Visit) -> tuple[str, dict[str, str], Visit] | None:
    """The screen's name and path parts of the address that is asked, and a visit there in its language."""
    url = visit.asked("url")
    if not url.startswith(f"{visit.origin}/"):
        return None
    there = visit.within(re.split("[?#]", url.removeprefix(visit.origin), maxsplit=1)[0])
    at = screen.at(there.path)
    return None if at is None else (at[0].name, at[1], there)


def _kind(name: str, shown: Mapping[str, Any]) -> str:
    """Which frame shows the page of a screen."""
    if name.startswith("embed_"):
        return name.removeprefix("embed_")
    if "kind" in shown:
        return "debate"
    return "vote" if name == "vote" or shown["voteMethod"] else "list"


def _least(visit: Visit, name: str, usual: int) -> int:
    """Pixels: the usual number, or what there is where that is less."""
    text = visit.asked(name)
    return min(usual, int(text)) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else usual
