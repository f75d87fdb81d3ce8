"""Wording («rédaction»): sentences that a language model wrote from evidence, judged one by one. Pure.

A sentence is kept where each of its numbers and quotations stands in what it cites, and refused otherwise. What it
means is not judged: whether people are for or against is no number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain

from analysis import disclosure
from analysis.figure import Bound, Figure, FigureKind, figures

MAX_SENTENCE = 320
"""Characters; two lines of a page."""

MAX_SENTENCES = 40
MAX_IDS = 20
WHOLE = "A"
"""The id of all texts together."""

_ABOUT = 2.5
"""Hundredths by which « environ la moitié » may be beside it."""

_QUOTED = re.compile(r"«([^«»]*)»|“([^“”]*)”|„([^„“”]*)[“”]|\"([^\"]*)\"|‘([^‘’]*)’|‹([^‹›]*)›|(?<!\w)'([^']+)'(?!\w)")
_MARKS = re.compile(r"[«»“”„\"‘‹›‟❝❞〝〞「」＂]|(?<!\w)'")
_LINK = re.compile(r"https?:|www\.|[^\s@]@[^\s@]|\b[\w-]+\.(?:fr|com|org|net|eu|io)\b", re.IGNORECASE)
_SPACES = " \u00a0\u202f"


class WordingReason(Enum):
    """Why a sentence is refused."""

    NO_ID = "NO_ID"
    UNKNOWN_ID = "UNKNOWN_ID"
    NUMBER = "NUMBER"
    QUOTE = "QUOTE"
    DISCLOSURE = "DISCLOSURE"
    TOO_LONG = "TOO_LONG"
    FORM = "FORM"
    """It is empty, or has signs that are not seen."""


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """What a model is told of a topic: `T<number>`; its quotes are `T<number>.1` and up, each of a text."""

    number: int
    name: str
    text_count: int
    author_count: int
    support_count: int
    quotes: tuple[tuple[str, str], ...] = ()
    """The id of a text, and exact words of it."""

    @property
    def id(self) -> str:
        """How a sentence cites it."""
        return f"T{self.number}"


@dataclass(frozen=True, slots=True)
class WordingEvidence:
    """All that a model is told: counts of all texts, and the topics."""

    text_count: int
    author_count: int
    unclassified_count: int
    without_content_count: int
    topics: tuple[TopicEvidence, ...]

    def told(self) -> dict[str, object]:
        """What is sent, as JSON."""
        return {
            "id": WHOLE,
            "texts": self.text_count,
            "people": self.author_count,
            "unclassified": self.unclassified_count,
            "without_content": self.without_content_count,
            "topics": [
                {
                    "id": topic.id,
                    "name": topic.name,
                    "texts": topic.text_count,
                    "percent": percent(topic.text_count, self.text_count),
                    "people": topic.author_count,
                    "supports": topic.support_count,
                    "quotes": [
                        {"id": f"{topic.id}.{place}", "words": words}
                        for place, (_, words) in enumerate(topic.quotes, 1)
                    ],
                }
                for topic in self.topics
            ],
        }


@dataclass(frozen=True, slots=True)
class WordedSentence:
    """A sentence with what it rests on: numbers of topics, ids of texts; `is_whole`: on counts of all texts, too."""

    words: str
    topics: tuple[int, ...]
    texts: tuple[str, ...]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class JudgedWording:
    """The sentences that are kept, and how many are refused by the first reason of each."""

    sentences: tuple[WordedSentence, ...]
    refused: Mapping[WordingReason, int]


@dataclass(frozen=True, slots=True)
class _Cited:
    topics: list[TopicEvidence] = field(default_factory=list)
    quotes: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = False


def percent(part: int, whole: int) -> int:
    """Hundredths, rounded as the report rounds them."""
    return round(100 * part / whole) if whole else 0


def judge(evidence: WordingEvidence, said: Iterable[tuple[str, Sequence[str]]]) -> JudgedWording:
    """Keep of the sentences, each with its ids, those that the evidence bears."""
    kept, refused = list[WordedSentence](), Counter[WordingReason]()
    for words, ids in said:
        told = judged(evidence, words.strip(), ids)
        if isinstance(told, WordingReason):
            refused[told] += 1
        else:
            kept.append(told)
    return JudgedWording(tuple(kept), dict(refused))


def judged(evidence: WordingEvidence, words: str, ids: Sequence[str]) -> WordedSentence | WordingReason:
    """A sentence as it is kept, or why it is refused."""
    if len(words) > MAX_SENTENCE or len(ids) > MAX_IDS:
        return WordingReason.TOO_LONG
    if not any(map(str.isalpha, words)) or any(unicodedata.category(one) in _UNSEEN for one in words):
        return WordingReason.FORM
    if not ids:
        return WordingReason.NO_ID
    cited = _cited(evidence, ids)
    if cited is None:
        return WordingReason.UNKNOWN_ID
    if _LINK.search(words) or disclosure.disclosures(words):
        return WordingReason.DISCLOSURE
    rest = _unquoted(words, cited)
    if rest is None:
        return WordingReason.QUOTE
    if not all(_stands(one, evidence, cited) for one in figures(_unnamed(rest, cited))):
        return WordingReason.NUMBER
    return WordedSentence(words, tuple(one.number for one in cited.topics), tuple(cited.quotes), cited.is_whole)


_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Kinds of characters (Unicode) that show nothing, with which numbers or marks could be hidden."""


def _cited(evidence: WordingEvidence, ids: Sequence[str]) -> _Cited | None:
    """What the ids name; None where one names nothing."""
    topics = {topic.id: topic for topic in evidence.topics}
    chosen, quotes, is_whole = dict[int, TopicEvidence](), dict[str, list[str]](), False
    for id_ in ids:
        name, _, place = id_.partition(".")
        if id_ == WHOLE:
            is_whole = True
            continue
        topic = topics.get(name)
        if topic is None or ("." in id_ and place not in [str(at) for at in range(1, len(topic.quotes) + 1)]):
            return None
        chosen[topic.number] = topic
        if place:
            text, words = topic.quotes[int(place) - 1]
            quotes.setdefault(text, []).append(words)
    return _Cited(list(chosen.values()), quotes, is_whole)


# Quotations -----------------------------------------------------------------------------------------------------------


def _unquoted(words: str, cited: _Cited) -> str | None:
    """The sentence without its quotations; None where one stands in no cited text, or a mark is alone. The name of a
    cited topic may stand in marks, too."""
    names, quotes = {topic.name for topic in cited.topics}, list(chain.from_iterable(cited.quotes.values()))
    for match in _QUOTED.finditer(words):
        quoted = next(part for part in match.groups() if part is not None)
        inner = quoted.strip(_SPACES)
        if not inner or not (inner in names or any(_is_in(inner, quote) for quote in quotes)):
            return None
    rest = _QUOTED.sub(" … ", words)
    return None if _MARKS.search(rest) else rest


def _is_in(inner: str, quote: str) -> bool:
    """Byte by byte, and not a part of a word: « faire » is no quotation of « défaire »."""
    return re.search(rf"(?<!\w){re.escape(inner)}(?!\w)", quote) is not None


def _unnamed(words: str, cited: _Cited) -> str:
    """Without names of cited topics: « la rue du 8 mai »."""
    for topic in cited.topics:
        if any(map(str.isalpha, topic.name)) and next(figures(topic.name), None) is not None:
            words = re.sub(rf"(?<!\w){re.escape(topic.name)}(?!\w)", "…", words)
    return words


# Numbers --------------------------------------------------------------------------------------------------------------


def _stands(figure: Figure, evidence: WordingEvidence, cited: _Cited) -> bool:
    """Whether a number is one of what is cited: of a topic, of all topics together, or of all texts."""
    shares = [one.text_count for one in cited.topics]
    shares += [sum(shares)] if len(shares) > 1 else []
    shares += [evidence.unclassified_count, evidence.without_content_count] if cited.is_whole else []
    if figure.kind is FigureKind.PERCENT:
        rounded = (percent(one, evidence.text_count) for one in shares)
        return any(_is_bound(figure, share, 0.0) for share in rounded)
    if figure.kind is FigureKind.FRACTION:
        exact = (100 * one / evidence.text_count for one in shares if evidence.text_count)
        return any(_is_bound(figure, share, 0.5) for share in exact)
    return figure.kind is not FigureKind.UNREADABLE and any(
        _is_bound(figure, number, 0.0, about=0.05 * number) for number in _counts(figure.kind, evidence, cited)
    )


def _is_bound(figure: Figure, number: float, exactly: float, about: float = _ABOUT) -> bool:
    match figure.bound:
        case Bound.ABOVE:
            return figure.number < number
        case Bound.BELOW:
            return figure.number > number
        case Bound.ABOUT:
            return abs(figure.number - number) <= about
    return abs(figure.number - number) <= exactly


def _counts(kind: FigureKind, evidence: WordingEvidence, cited: _Cited) -> set[int]:
    """The numbers that something may be counted by. People of two topics may be the same, so they are not added."""
    topics = cited.topics
    texts, people = [one.text_count for one in topics], [one.author_count for one in topics]
    supports = [one.support_count for one in topics]
    if cited.is_whole:
        texts += [evidence.text_count, evidence.unclassified_count, evidence.without_content_count]
        people.append(evidence.author_count)
    by_kind: dict[FigureKind, set[int]] = {
        FigureKind.TEXT: {*texts, *([sum(one.text_count for one in topics)] if topics else [])},
        FigureKind.PERSON: set(people),
        FigureKind.SUPPORT: {*supports, *([sum(supports)] if topics else [])},
        FigureKind.TOPIC: {len(topics), *([len(evidence.topics)] if cited.is_whole else [])},
    }
    return by_kind[kind] if kind in by_kind else set(chain(*(by_kind[one] for one in list(by_kind)[:3])))
