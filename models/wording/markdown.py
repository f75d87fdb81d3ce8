"""Markdown: the source of a text, whose headings are its articles and keep their numbers as `{#12}` at their end."""

import re
from collections.abc import Sequence

from models.wording.article import (
    BODY_LENGTH,
    HEADING_LENGTH,
    MAX_ARTICLES,
    MAX_NUMBER,
    MAX_TEXT,
    Article,
    UnnumberedArticle,
)

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*(?:\{#(\d{1,6})\})?[ \t]*#*[ \t]*$")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ESCAPED = re.compile(r"^( {0,3})\\(?=#)", re.MULTILINE)
_HASH = re.compile(r"^( {0,3})(?=#)", re.MULTILINE)
PREAMBLE = "Préambule"
"""The heading of words that stand before the first."""


class SourceError(ValueError):
    """A source that is no text of articles: `line` counts from 1; `problem` is the name of what is wrong."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"{problem} at line {line}")
        self.problem, self.line = problem, line


def read(source: str) -> list[UnnumberedArticle]:
    """The articles of a source. Raises SourceError."""
    if len(source) > MAX_TEXT:
        raise SourceError("TOO_LONG", 1)
    articles: list[UnnumberedArticle] = []
    open_: tuple[int | None, str, int, int] | None = None
    lines: list[str] = []
    for place, line in enumerate(source.split("\n"), 1):
        heading = _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        _close(articles, open_, lines)
        open_ = _opened(heading, place)
        lines = []
    _close(articles, open_, lines)
    _require_whole(articles)
    return articles


def written(articles: Sequence[Article]) -> str:
    """The source of articles, with their numbers: `read` gives them back."""
    parts = (f"{'#' * one.level} {one.heading} {{#{one.number}}}\n\n{_marked(one.body)}".strip() for one in articles)
    return "\n\n".join(parts) + "\n"


def paragraph(words: str) -> str:
    """The source of words that are no heading."""
    return _marked(words)


def _marked(body: str) -> str:
    """Words whose lines are no headings."""
    return _HASH.sub(r"\1\\", body)


def _opened(heading: "re.Match[str]", line: int) -> tuple[int | None, str, int, int]:
    words = _STRONG.sub(r"\2", heading[2]).strip()
    if not HEADING_LENGTH[0] <= len(words) <= HEADING_LENGTH[1]:
        raise SourceError("HEADING_LENGTH", line)
    number = int(heading[3]) if heading[3] else None
    if number is not None and not 1 <= number <= MAX_NUMBER:
        raise SourceError("BAD_NUMBER", line)
    return number, words, len(heading[1]), line


def _close(articles: list[UnnumberedArticle], open_: tuple[int | None, str, int, int] | None, lines: list[str]) -> None:
    """Add the article whose heading and lines were read; words before the first heading are a preamble."""
    body = _ESCAPED.sub(r"\1", "\n".join(lines)).strip()
    if open_ is None:
        if not body:
            return
        open_ = (None, PREAMBLE, 1, 1)
    number, heading, level, line = open_
    if len(body) > BODY_LENGTH[1]:
        raise SourceError("BODY_LENGTH", line)
    if number is not None and any(one.number == number for one in articles):
        raise SourceError("REPEATED_NUMBER", line)
    if len(articles) >= MAX_ARTICLES:
        raise SourceError("TOO_MANY", line)
    articles.append(UnnumberedArticle(number, heading, level, body))


def _require_whole(articles: Sequence[UnnumberedArticle]) -> None:
    if not articles:
        raise SourceError("EMPTY", 1)
