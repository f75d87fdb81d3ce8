"""Article («article»): a part of a text that keeps its number through all versions, with its place in the tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MAX_ARTICLES, MAX_LEVEL, MAX_NUMBER = 500, 6, 100_000
HEADING_LENGTH, BODY_LENGTH, MAX_TEXT = (1, 255), (0, 20_000), 400_000
"""Characters of a heading, of an article's words, and of a whole text."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article, or a section that has no words of its own: `level` 1 is the highest of the tree."""

    number: int
    heading: str
    level: int
    body: str


@dataclass(frozen=True, slots=True)
class UnnumberedArticle:
    """An article as a source says it: `number` is the one that it names, if any."""

    number: int | None
    heading: str
    level: int
    body: str


def stored(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Articles as they are stored."""
    return [asdict(article) for article in articles]


def loaded(rows: Iterable[Mapping[str, Any]]) -> list[Article]:
    """Stored articles."""
    return [Article(row["number"], row["heading"], row["level"], row["body"]) for row in rows]


def numbered(said: Sequence[UnnumberedArticle], before: Sequence[Article], last: int) -> list[Article]:
    """Articles with the numbers that they keep: the one that is named, else that of the article before with the same
    heading, else with the same words; else a new one after `last`, the highest that was ever given."""
    taken = {one.number for one in said if one.number is not None}
    free = [one for one in before if one.number not in taken]
    given: list[int | None] = [one.number for one in said]
    for key in (_heading, _words):
        _match(said, free, given, key)
    whole: list[Article] = []
    for each, number in zip(said, given, strict=True):
        if number is None:
            last += 1
        whole.append(Article(last if number is None else number, each.heading, each.level, each.body))
    return whole


def _match(said: Sequence[UnnumberedArticle], free: list[Article], given: list[int | None], key: Any) -> None:
    """Give numbers of `free` articles to those that are the same by a key, in their order."""
    places: dict[str, list[Article]] = {}
    for one in free:
        places.setdefault(key(one), []).append(one)
    for place, each in enumerate(said):
        if given[place] is None and key(each) and (same := places.get(key(each))):
            match = same.pop(0)
            free.remove(match)
            given[place] = match.number


def _heading(one: Article | UnnumberedArticle) -> str:
    return " ".join(one.heading.casefold().split())


def _words(one: Article | UnnumberedArticle) -> str:
    return " ".join(one.body.split())
