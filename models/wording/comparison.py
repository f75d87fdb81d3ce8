"""Comparison («comparaison»): two texts word by word, and the smallest passage in which they differ."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

_SIGN = re.compile(r"\w+|\s+|[^\w\s]")
"""The smallest parts between which a passage may begin or end: words, blanks, and signs one by one."""

_WORD = re.compile(r"\w+(?:['’]|\s+)?|[^\w\s]\s*|\s+")
"""Words with what parts them from the next, so that blanks alone are never what two texts share."""

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
MAX_PAIRS = 4_000_000
"""Pairs of words that are looked at; longer texts are compared line by line first."""


class WordFate(Enum):
    """What became of words between two versions of a text."""

    KEPT = "KEPT"
    REMOVED = "REMOVED"
    ADDED = "ADDED"


@dataclass(frozen=True, slots=True)
class ComparedWords:
    """Words of the same fate that follow each other."""

    fate: WordFate
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text that others stand for: characters from `start` up to `end`; equal where words are only added."""

    start: int
    end: int
    words: str


def changed_passage(old: str, new: str) -> Passage | None:
    """The smallest passage, from one word to another, whose change makes the new text of the old; None: none."""
    if old == new:
        return None
    before, after = _SIGN.findall(old), _SIGN.findall(new)
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    start = sum(map(len, before[:first]))
    end = len(old) - sum(map(len, before[len(before) - last :]))
    return Passage(start, end, "".join(after[first : len(after) - last]))


def compared(old: str, new: str) -> list[ComparedWords]:
    """What of two texts is kept, removed and added, in the order in which it is read."""
    return list(joined(_compared(old, new)))


def _compared(old: str, new: str) -> Iterator[ComparedWords]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    ends = len(before) - last, len(after) - last
    yield ComparedWords(WordFate.KEPT, "".join(before[:first]))
    yield from _middle(before[first : ends[0]], after[first : ends[1]])
    yield ComparedWords(WordFate.KEPT, "".join(before[ends[0] :]))


def _middle(before: list[str], after: list[str]) -> Iterator[ComparedWords]:
    if len(before) * len(after) <= MAX_PAIRS:
        yield from _matched(before, after)
        return
    lines = _LINE.findall("".join(before)), _LINE.findall("".join(after))
    if len(lines[0]) * len(lines[1]) > MAX_PAIRS:
        yield from _replaced(before, after)
        return
    for tag, *places in SequenceMatcher(None, *lines).get_opcodes():
        old, new = "".join(lines[0][places[0] : places[1]]), "".join(lines[1][places[2] : places[3]])
        words = _WORD.findall(old), _WORD.findall(new)
        if tag == "equal":
            yield ComparedWords(WordFate.KEPT, old)
        elif len(words[0]) * len(words[1]) <= MAX_PAIRS:
            yield from _matched(*words)
        else:
            yield from _replaced(*words)


def _matched(before: list[str], after: list[str]) -> Iterator[ComparedWords]:
    for tag, *places in SequenceMatcher(None, before, after).get_opcodes():
        old, new = before[places[0] : places[1]], after[places[2] : places[3]]
        if tag == "equal":
            yield ComparedWords(WordFate.KEPT, "".join(old))
        else:
            yield from _replaced(old, new)


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[ComparedWords]:
    yield ComparedWords(WordFate.REMOVED, "".join(before))
    yield ComparedWords(WordFate.ADDED, "".join(after))


def joined(parts: Iterable[ComparedWords]) -> Iterator[ComparedWords]:
    """The same without empty parts, and with those of one fate in one."""
    waiting: ComparedWords | None = None
    for part in parts:
        if not part.words:
            continue
        if waiting is not None and waiting.fate is part.fate:
            waiting = ComparedWords(part.fate, waiting.words + part.words)
            continue
        if waiting is not None:
            yield waiting
        waiting = part
    if waiting is not None:
        yield waiting


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first are the same in both."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
