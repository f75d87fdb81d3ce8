"""Merging («fusion»): passages that stand for others are put into a text, and positions found again in the new one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.wording.comparison import ComparedWords, Passage, WordFate


def overlap(one: Passage, other: Passage) -> bool:
    """Whether two passages cannot both be changed: they share words, one adds words inside the other, or both add words
    at the same place, where nobody says which come first."""
    if one.start == one.end == other.start == other.end:
        return True
    return one.start < other.end and other.start < one.end


def merged(text: str, changes: Iterable[Passage]) -> str:
    """The text with all of these changes, whatever their order. Raises ValueError where two overlap."""
    parts, at, last = [], 0, None
    for change in _ordered(changes):
        if last is not None and overlap(last, change):
            raise ValueError("Two changes overlap.")
        parts += [text[at : change.start], change.words]
        at, last = change.end, change
    return "".join((*parts, text[at:]))


def carried(passage: Passage, changes: Sequence[Passage]) -> Passage | None:
    """Where a passage is once changes that do not overlap each other are merged; None where one overlaps it."""
    shift = 0
    for change in _ordered(changes):
        if overlap(change, passage):
            return None
        if (change.start, change.end) < (passage.start, passage.end):
            shift += len(change.words) - (change.end - change.start)
    return replace(passage, start=passage.start + shift, end=passage.end + shift)


def found_again(passage: Passage, comparison: Sequence[ComparedWords]) -> Passage | None:
    """Where a passage is in a text that was compared with the one that it is of; None unless all of its words are
    kept together, or for words that are only added, one of those beside them."""
    old = new = 0
    for part in comparison:
        length = len(part.words)
        if part.fate is WordFate.KEPT:
            if old <= passage.start and passage.end <= old + length:
                return replace(passage, start=passage.start + new - old, end=passage.end + new - old)
            old, new = old + length, new + length
        elif part.fate is WordFate.REMOVED:
            old += length
        else:
            new += length
    return None


def _ordered(changes: Iterable[Passage]) -> list[Passage]:
    return sorted(changes, key=lambda change: (change.start, change.end))
