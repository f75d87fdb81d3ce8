"""Newsfeed: publications as an Atom feed (RFC 4287), of the list, with its filters (a zone, a place), or of a space."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from portal.message import catalogue
from portal.visit import Visit

PATH, OF = "/annonces.atom", "/annonces"
"""The feed's address, and that of the page whose list it is."""

MEDIA_TYPE = "application/atom+xml"
SUMMARY = 400
"""Characters of a text that a feed shows; the rest is read at the portal, where it can still be withdrawn."""

ENTRIES = 30

ENTRY = """\
fragment Entry on Contribution {
  id
  title
  body
  publishedAt
  revisedAt
  author { name }
  category { name }
}
"""
ASKED = f"""\
query Newsfeed(
  $near: NearInput
  $kinds: [ContributionKind!]
  $categories: [ID!]
  $zone: ID
  $activity: ID
  $search: String
) {{
  contributions(
    near: $near
    kinds: $kinds
    categories: $categories
    zone: $zone
    activity: $activity
    search: $search
    order: NEWEST
    first: {ENTRIES}
  ) {{
    nodes {{ ...Entry }}
  }}
}}
{ENTRY}"""
ASKED_OF_SPACE = f"""\
query Newsfeed($slug: String!) {{
  space(slug: $slug) {{
    title
    activities {{ contributions(order: NEWEST, first: {ENTRIES}) {{ nodes {{ ...Entry }} }} }}
  }}
}}
{ENTRY}"""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""


def written(visit: Visit, data: Mapping[str, Any]) -> bytes:
    """The feed of the list."""
    title = catalogue(visit.language).gettext("Tout juste publié")
    return _feed(visit, title, data["contributions"]["nodes"], OF)


def written_of_space(visit: Visit, data: Mapping[str, Any]) -> bytes | None:
    """The feed of a space: the newest of all its activities; None where there is none."""
    space = data["space"]
    if space is None:
        return None
    nodes = [node for activity in space["activities"] for node in activity["contributions"]["nodes"]]
    newest = sorted(nodes, key=lambda node: (node["publishedAt"], node["id"]), reverse=True)[:ENTRIES]
    return _feed(visit, space["title"], newest, visit.path.removesuffix(PATH))


def _feed(visit: Visit, title: str, nodes: Sequence[Mapping[str, Any]], of: str) -> bytes:
    """The feed of publications. Its entries' names are their addresses, which never change."""
    query = urlencode(visit.query, doseq=True)
    here, page = (f"{visit.origin}{visit.address(path)}{f'?{query}' if query else ''}" for path in (visit.path, of))
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": visit.language})
    _text(feed, "id", here)
    _text(feed, "title", f"{visit.house.title} – {title}")
    _text(feed, "updated", max(map(_told_at, nodes), default="1970-01-01T00:00:00Z"))
    SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": here})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(SubElement(feed, "author"), "name", visit.house.collectivite)
    for node in nodes:
        _entry(feed, node, f"{visit.origin}{visit.address('/contribution/' + node['id'])}")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed)


def _entry(feed: Element, node: Mapping[str, Any], address: str) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", address)
    _text(entry, "title", node["title"])
    _text(entry, "updated", _told_at(node))
    _text(entry, "published", node["publishedAt"])
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    if name := (node.get("author") or {}).get("name"):
        _text(SubElement(entry, "author"), "name", name)
    if category := node.get("category"):
        SubElement(entry, "category", {"term": _FORBIDDEN.sub("", category["name"])})
    body = node["body"]
    _text(entry, "summary", body if len(body) <= SUMMARY else f"{body[:SUMMARY].rsplit(maxsplit=1)[0]}…")


def _told_at(node: Mapping[str, Any]) -> str:
    """When its author wrote it last."""
    return str(node["revisedAt"] or node["publishedAt"])


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _FORBIDDEN.sub("", text)
