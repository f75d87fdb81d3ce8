"""Corpus («corpus»): the texts that an analysis reads, who stands behind them, and how people voted on them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class CorpusText:
    """One text that everybody may read, and who stands behind it.

    `id` is unique in the corpus and is what results cite. `author` and `supporters` are opaque keys of people: equal
    keys are one person, None is somebody of whom nothing is said and who counts as one person. `support_count` is how
    many supported it where only their number is at hand; where `supporters` are given, it is ignored. `zone` and
    `group` (a category, a heading, an opinion group) are names by which results are told apart; None belongs to none of
    them.
    """

    id: str
    title: str
    body: str
    author: str | None = None
    zone: str | None = None
    group: str | None = None
    supporters: tuple[str, ...] = ()
    support_count: int = 0

    @property
    def words(self) -> str:
        """What is read: the title, an empty line, the body. Quotes are cut from it, by characters."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body

    @property
    def people(self) -> frozenset[str]:
        """Keys of its author and supporters; an unknown author is nobody else."""
        return frozenset((self.author or f"?{self.id}", *self.supporters))

    @property
    def unnamed_count(self) -> int:
        """Supporters of whom only the number is at hand."""
        return 0 if self.supporters else self.support_count


@dataclass(frozen=True)
class Corpus:
    """Texts in the order of their ids, whatever order they were given in. Raises ValueError where two have one id."""

    texts: tuple[CorpusText, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.texts, key=lambda text: text.id))
        if len({text.id for text in ordered}) < len(ordered):
            raise ValueError("two texts of a corpus have one id")
        object.__setattr__(self, "texts", ordered)

    @cached_property
    def by_id(self) -> Mapping[str, CorpusText]:
        """Each text by its id."""
        return {text.id: text for text in self.texts}

    @cached_property
    def digest(self) -> str:
        """SHA-256 (64 hexadecimal digits) of ids and words: another one means other texts, not other supporters."""
        said = hashlib.sha256(b"[")
        for place, text in enumerate(self.texts):
            part = json.dumps([text.id, text.title, text.body], ensure_ascii=False)
            said.update(f"{', ' if place else ''}{part}".encode())
        said.update(b"]")
        return said.hexdigest()

    def people_of(self, ids: Iterable[str]) -> int:
        """How many people wrote or supported these texts: each once where they are keys, and those of whom only the
        number is at hand as often as they supported. Ids that are not in the corpus count for nothing."""
        people, unnamed = set[str](), 0
        for text in (self.by_id[id_] for id_ in ids if id_ in self.by_id):
            people |= text.people
            unnamed += text.unnamed_count
        return len(people) + unnamed


@dataclass(frozen=True, slots=True)
class TextVote:
    """How one person (an opaque key) voted on one text: 1 for it, -1 against it, 0 neither. No vote is no TextVote."""

    person: str
    text_id: str
    value: int
