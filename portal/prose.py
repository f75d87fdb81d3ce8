"""Prose: a city's running texts, CommonMark in, HTML out: headings, lists, emphasis and links, and nothing else.

HTML is shown as it was typed, pictures are left out, and links lead to web pages, mail addresses and telephones alone.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TOP, LOWEST = 2, 6
"""The page's own heading is the first; a text's begin below it."""

_LINK = re.compile(r"https?://|mailto:|tel:|/(?![/\\])|#", re.IGNORECASE)


class _Prose(MarkdownIt):
    """CommonMark without HTML, pictures and code."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "typographer": False})
        self.disable(["html_block", "html_inline", "image", "code", "fence", "backticks"])

    def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
        """Where links may lead."""
        return bool(_LINK.match(url))


_prose = _Prose()


@lru_cache(maxsize=64)
def html(text: str) -> Markup:
    """A text as HTML; headings follow each other without a gap, whatever was typed."""
    tokens = _prose.parse(text)
    _outline(tokens)
    return Markup(_prose.renderer.render(tokens, _prose.options, {}))  # noqa: S704  # the library escapes what was typed


def _outline(tokens: Sequence[Token]) -> None:
    """The first heading is of the second level; each next one is at most one level below the one before."""
    given: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
            given = [above for above in given if above < level] + [level]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(TOP - 1 + len(given), LOWEST)}"
