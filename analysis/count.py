"""Count: texts and people of topics, zones and groups, and what is left of a result when texts go."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypedDict

from analysis.corpus import Corpus, CorpusText
from analysis.result import (
    AnalysisMethod,
    AnalysisResult,
    Campaign,
    Keyword,
    OpinionResult,
    PeopleCount,
    Representation,
    TextTopic,
)

TEXTS_WENT = "TEXTS_WENT"
"""The note of a result that has lost texts since its distances were measured."""


class Remaining(TypedDict):
    """The parts of a result that stand beside its topics."""

    campaigns: tuple[Campaign, ...]
    keywords: tuple[Keyword, ...]
    opinions: OpinionResult | None
    representation: Representation | None
    notes: tuple[str, ...]


def rank(topic: TextTopic) -> tuple[bool, int, int]:
    """The order of topics: those of minorities last, the largest first."""
    return topic.is_minority, -len(topic.members), topic.number


def told(topic: TextTopic, distinct: int, of: int, method: AnalysisMethod) -> TextTopic:
    """The topic, kept apart where it has a small share of the `of` different texts (a campaign counts as one), or where
    one person is behind all of them."""
    is_small = distinct < method.minority_share * of
    return replace(topic, is_minority=is_small or topic.person_count <= 1)


def distinct(ids: Collection[str], campaigns: Iterable[Campaign]) -> int:
    """How many different texts these are: those of one campaign are one."""
    inside = (sum(id_ in ids for id_ in campaign.members) for campaign in campaigns)
    return len(ids) - sum(max(0, among - 1) for among in inside)


def by_zone(corpus: Corpus, ids: Iterable[str]) -> tuple[PeopleCount, ...]:
    """Texts and people of each zone, the one with most people first."""
    return _told_apart(corpus, ((text.zone, text) for text in _texts(corpus, ids)))


def by_group(corpus: Corpus, ids: Iterable[str]) -> tuple[PeopleCount, ...]:
    """Texts and people of each group, the one with most people first."""
    return _told_apart(corpus, ((text.group, text) for text in _texts(corpus, ids)))


def _texts(corpus: Corpus, ids: Iterable[str]) -> Iterable[CorpusText]:
    return (corpus.by_id[id_] for id_ in ids if id_ in corpus.by_id)


def _told_apart(corpus: Corpus, named: Iterable[tuple[str | None, CorpusText]]) -> tuple[PeopleCount, ...]:
    ids = defaultdict[str, list[str]](list)
    for name, text in named:
        if name is not None:
            ids[name].append(text.id)
    counts = (PeopleCount(name, len(of), corpus.people_of(of)) for name, of in ids.items())
    return tuple(sorted(counts, key=lambda one: (-one.person_count, -one.text_count, one.name)))


def counted(topic: TextTopic, corpus: Corpus) -> TextTopic:
    """The topic with the people, zones and groups of its members."""
    return replace(
        topic,
        person_count=corpus.people_of(topic.members),
        zones=by_zone(corpus, topic.members),
        groups=by_group(corpus, topic.members),
    )


def remaining(result: AnalysisResult, corpus: Corpus, kept: Collection[str]) -> Remaining:
    """What is left beside the topics when only `kept` ids are. Campaigns keep their places, by which they are numbered;
    distances stay as they were measured, and a note says so."""
    notes = dict.fromkeys(result.notes)
    if len(kept) < result.text_count:
        notes[TEXTS_WENT] = None
    return Remaining(
        campaigns=tuple(_campaigns(result.campaigns, corpus, kept)),
        keywords=tuple(
            replace(keyword, members=members)
            for keyword in result.keywords
            if (members := _kept(keyword.members, kept))
        ),
        opinions=_opinions(result.opinions, kept),
        representation=result.representation
        and replace(result.representation, shown=_kept(result.representation.shown, kept)),
        notes=tuple(sorted(notes)),
    )


def _kept(ids: Iterable[str], kept: Collection[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ in kept)


def _campaigns(campaigns: Iterable[Campaign], corpus: Corpus, kept: Collection[str]) -> Iterable[Campaign]:
    for campaign in campaigns:
        members = _kept(campaign.members, kept)
        yield replace(campaign, members=members, person_count=corpus.people_of(members))


def _opinions(opinions: OpinionResult | None, kept: Collection[str]) -> OpinionResult | None:
    return opinions and replace(
        opinions,
        groups=tuple(replace(group, stands_for=_kept(group.stands_for, kept)) for group in opinions.groups),
        texts=tuple(one for one in opinions.texts if one.text_id in kept),
        consensus=tuple(one for one in opinions.consensus if one.text_id in kept),
        divide=tuple(one for one in opinions.divide if one.text_id in kept),
    )
