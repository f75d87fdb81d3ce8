"""Edit: what a person changed of a result; it is kept when the texts are analysed anew, where its texts remain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from analysis import count
from analysis.corpus import Corpus
from analysis.result import AnalysisResult, TextTopic, TopicTerm

SAME_TOPIC = 0.5
"""From this share of common texts on (of the smaller of the two), a topic of a new result is the old one's."""

UNCLASSIFIED = 0
"""The number under which texts of no topic are moved."""


class TopicEditKind(Enum):
    """What a person does to a topic."""

    RENAME = "RENAME"
    MERGE = "MERGE"
    SPLIT = "SPLIT"
    MOVE = "MOVE"


@dataclass(frozen=True, slots=True)
class TopicEdit:
    """One change. RENAME gives `topic` the `name`; MERGE puts all of `other` into `topic`; SPLIT takes `ids` out of
    `topic` into a new one with the number `other` (`next_number`), the `name` and no terms; MOVE puts `ids` into
    `topic`, or into none where it is `UNCLASSIFIED`."""

    kind: TopicEditKind
    topic: int
    other: int | None = None
    name: str | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """The result with the edits, and the edits that found nothing left to change, in their order."""

    result: AnalysisResult
    lost: tuple[TopicEdit, ...]


def next_number(result: AnalysisResult, edits: Iterable[TopicEdit] = ()) -> int:
    """The number of a new topic: above all that are or were."""
    made = [edit.other for edit in edits if edit.kind is TopicEditKind.SPLIT and edit.other is not None]
    return max((*(topic.number for topic in result.topics), *made), default=0) + 1


def apply(result: AnalysisResult, edits: Sequence[TopicEdit], corpus: Corpus) -> Edited:
    """The result as people edited it, one after the other, of the texts that `corpus` still has: ids that went drop out
    and everything is counted anew. Texts that only the corpus has are not in it."""
    desk = _Desk(result, corpus)
    lost = tuple(edit for edit in edits if not desk.does(edit))
    return Edited(desk.result(), lost)


class _Desk:
    """A result while it is edited."""

    def __init__(self, result: AnalysisResult, corpus: Corpus) -> None:
        self._before, self._corpus = result, corpus
        self._topics = {topic.number: replace(topic, members=self._left(topic.members)) for topic in result.topics}
        self._unclassified = self._left(result.unclassified)
        self._empty = self._left(result.without_content)
        members = (topic.members for topic in self._topics.values())
        self._every = {id_ for ids in (*members, self._unclassified, self._empty) for id_ in ids}
        """All texts, which change their places and never go."""

    def _left(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(id_ for id_ in ids if id_ in self._corpus.by_id)

    def does(self, edit: TopicEdit) -> bool:
        """Do it; False where its topic or its texts are not there any more."""
        topic = self._topics.get(edit.topic)
        match edit.kind:
            case TopicEditKind.RENAME:
                return topic is not None and self._rename(topic, edit.name)
            case TopicEditKind.MERGE:
                return topic is not None and self._merge(topic, edit.other)
            case TopicEditKind.SPLIT:
                return topic is not None and self._split(topic, edit)
            case TopicEditKind.MOVE:
                return (topic is not None or edit.topic == UNCLASSIFIED) and self._move(edit.topic, edit.ids)

    def _rename(self, topic: TextTopic, name: str | None) -> bool:
        if name:
            self._topics[topic.number] = replace(topic, name=name, is_edited=True)
        return bool(name)

    def _merge(self, topic: TextTopic, other: int | None) -> bool:
        taken = self._topics.pop(other, None) if other is not None and other != topic.number else None
        if taken is not None:
            self._topics[topic.number] = replace(
                topic,
                terms=_heaviest(topic.terms + taken.terms),
                members=topic.members + taken.members,
                sub_topics=topic.sub_topics + taken.sub_topics,
                quotes=topic.quotes + taken.quotes,
                is_edited=True,
            )
        return taken is not None

    def _split(self, topic: TextTopic, edit: TopicEdit) -> bool:
        ids = set(edit.ids) & set(topic.members)
        if not ids or not edit.name or edit.other is None or edit.other in self._topics:
            return False
        made = replace(topic, number=edit.other, name=edit.name, terms=(), members=(), sub_topics=(), is_edited=True)
        self._topics[made.number] = made
        return self._move(made.number, edit.ids)

    def _move(self, number: int, moved: Iterable[str]) -> bool:
        """Those that are elsewhere leave their place, and stand last in the new one."""
        target = set(self._topics[number].members if number != UNCLASSIFIED else self._unclassified)
        ids = tuple(dict.fromkeys(id_ for id_ in moved if id_ in self._every and id_ not in target))
        if not ids:
            return False
        for one in self._topics.values():
            self._topics[one.number] = replace(one, members=_without(one.members, ids))
        self._unclassified, self._empty = _without(self._unclassified, ids), _without(self._empty, ids)
        if number == UNCLASSIFIED:
            self._unclassified = tuple(sorted((*self._unclassified, *ids)))
        else:
            topic = self._topics[number]
            self._topics[number] = replace(topic, members=topic.members + ids, is_edited=True)
        return True

    def result(self) -> AnalysisResult:
        """Counted anew; topics without texts are gone."""
        before, kept = self._before, self._every
        with_content = count.distinct(kept - set(self._empty), before.campaigns)
        topics = [self._counted(topic, with_content) for topic in self._topics.values() if topic.members]
        return replace(
            before,
            text_count=len(kept),
            person_count=self._corpus.people_of(kept),
            topics=tuple(sorted(topics, key=count.rank)),
            unclassified=self._unclassified,
            without_content=self._empty,
            **count.remaining(before, self._corpus, kept),
        )

    def _counted(self, topic: TextTopic, with_content: int) -> TextTopic:
        members = set(topic.members)
        sub_topics = (
            replace(one, members=tuple(id_ for id_ in one.members if id_ in members)) for one in topic.sub_topics
        )
        counted = replace(
            count.counted(topic, self._corpus),
            sub_topics=tuple(one for one in sub_topics if one.members),
            quotes=tuple(quote for quote in topic.quotes if quote.text_id in members),
        )
        different = count.distinct(members, self._before.campaigns)
        return count.told(counted, different, with_content, self._before.method)


def _heaviest(terms: Sequence[TopicTerm]) -> tuple[TopicTerm, ...]:
    """Each word once, the weightiest first."""
    heaviest = dict[str, TopicTerm]()
    for one in sorted(terms, key=lambda term: -term.weight):
        heaviest.setdefault(one.word, one)
    return tuple(heaviest.values())


def _without(ids: tuple[str, ...], gone: Iterable[str]) -> tuple[str, ...]:
    gone = set(gone)
    return tuple(id_ for id_ in ids if id_ not in gone) if not gone.isdisjoint(ids) else ids


def align(result: AnalysisResult, before: AnalysisResult) -> AnalysisResult:
    """The result with the numbers of an earlier one: a topic that shares most of its texts with one of then keeps its
    number, each other gets a new one, so that edits of then meet the same topics. `before` is as the machine made it.
    """
    olds, news = ([(topic.number, frozenset(topic.members)) for topic in one.topics] for one in (before, result))
    pairs = sorted(
        ((_shared(own, others), old, new) for old, own in olds for new, others in news),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    numbers, taken, fresh = dict[int, int](), set[int](), next_number(before)
    for share, old, new in pairs:
        if share >= SAME_TOPIC and new not in numbers and old not in taken:
            numbers[new] = old
            taken.add(old)
    for topic in result.topics:
        if topic.number not in numbers:
            numbers[topic.number], fresh = fresh, fresh + 1
    return replace(result, topics=tuple(replace(topic, number=numbers[topic.number]) for topic in result.topics))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))
