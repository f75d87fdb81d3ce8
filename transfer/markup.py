"""Markup: HTML that other systems store as texts, as the plain text that it shows."""

import re
from html import unescape
from html.parser import HTMLParser

_LOOKS_LIKE = re.compile(r"</[a-z]|<(?:p|br|div|ul|li|h\d)\b|&(?:nbsp|amp|eacute|#\d+);", re.IGNORECASE)
_ESCAPED = re.compile(r"&lt;/?[a-z]", re.IGNORECASE)
_MARKED = re.compile(r"<[a-z/!]|&(?:[a-z]+\d*|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_BLOCKS = frozenset(("p", "div", "br", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))
_SILENT = frozenset(("script", "style"))
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n– ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(text: str) -> str:
    """What a text shows; a text without markup as it is."""
    return _read(text) if _LOOKS_LIKE.search(text) else text


def shown(text: str) -> str:
    """The same of a source that writes HTML, and often the entities of its tags."""
    once = unescape(text) if _ESCAPED.search(text) else text
    return _read(once) if _MARKED.search(once) else once


def _read(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    reader.close()
    return _EMPTY_LINES.sub("\n\n", unescape("".join(reader.parts)).replace("\xa0", " ")).strip()
