"""Difference: the articles of two versions of a text, compared one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.wording.article import Article
from models.wording.comparison import ComparedWords, compared


@dataclass(frozen=True, slots=True)
class ArticleDifference:
    """An article in two versions: its heading and level in the newer one, else in the older."""

    number: int
    heading: str
    old_heading: str | None
    level: int
    is_added: bool
    is_removed: bool
    parts: list[ComparedWords]


def compared_articles(old: Sequence[Article], new: Sequence[Article]) -> list[ArticleDifference]:
    """All articles of the newer version in their order; each that is gone behind the one that it followed."""
    before, after = {one.number: one for one in old}, {one.number: one for one in new}
    gone: dict[int | None, list[Article]] = {}
    last: int | None = None
    for one in old:
        if one.number in after:
            last = one.number
        else:
            gone.setdefault(last, []).append(one)
    told = [_removed(one) for one in gone.get(None, ())]
    for one in new:
        told.append(_compared(before.get(one.number), one))
        told += [_removed(each) for each in gone.get(one.number, ())]
    return told


def _compared(old: Article | None, new: Article) -> ArticleDifference:
    was = old.heading if old is not None and old.heading != new.heading else None
    parts = compared("" if old is None else old.body, new.body)
    return ArticleDifference(new.number, new.heading, was, new.level, old is None, False, parts)


def _removed(one: Article) -> ArticleDifference:
    return ArticleDifference(one.number, one.heading, None, one.level, False, True, compared(one.body, ""))
