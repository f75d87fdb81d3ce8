"""Extract: what of a result is told at once, and where each text is in it. Words stay in the texts."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from analysis.result import AnalysisResult, OpinionResult, TextTopic

TOLD_TERMS, TOLD_KEYWORDS, TOLD_CAMPAIGNS, TOLD_VOTED = 8, 20, 20, 200
"""So many of them at most; all are in the result."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where a text is. `topic` is None where it is `unclassified` or without content; `sub_topic` counts from 1 within
    its topic, `campaign` from 1 within the result."""

    text_id: str
    topic: int | None
    sub_topic: int | None
    campaign: int | None
    has_content: bool


def places(result: AnalysisResult) -> Iterator[TextPlace]:
    """Every text once: those of a topic together, the most typical first."""
    campaign = {id_: number for number, one in enumerate(result.campaigns, 1) for id_ in one.members}
    for topic in result.topics:
        part = {id_: number for number, one in enumerate(topic.sub_topics, 1) for id_ in one.members}
        for id_ in topic.members:
            yield TextPlace(id_, topic.number, part.get(id_), campaign.get(id_), has_content=True)
    for id_ in result.unclassified:
        yield TextPlace(id_, None, None, campaign.get(id_), has_content=True)
    for id_ in result.without_content:
        yield TextPlace(id_, None, None, campaign.get(id_), has_content=False)


def wordless(result: AnalysisResult) -> AnalysisResult:
    """The result as it is stored: where quotes stand, and not their words, which stay in the texts."""
    return replace(
        result,
        topics=tuple(
            replace(topic, quotes=tuple(replace(one, words="") for one in topic.quotes)) for topic in result.topics
        ),
    )


def told(result: AnalysisResult) -> dict[str, Any]:
    """The result without words of anybody and without lists of members, as JSON: quotes are slices of texts that are
    named by their ids."""
    representation = result.representation
    return {
        "method": {"name": result.method.name, "version": result.method.version, "seed": result.method.seed},
        "text_count": result.text_count,
        "person_count": result.person_count,
        "topics": [_topic(topic) for topic in result.topics],
        "campaigns": [
            {"number": number, "is_exact": one.is_exact, "person_count": one.person_count}
            for number, one in enumerate(result.campaigns[:TOLD_CAMPAIGNS], 1)
        ],
        "keywords": [
            {"word": one.word, "score": one.score, "text_count": len(one.members)}
            for one in result.keywords[:TOLD_KEYWORDS]
        ],
        "representation": None if representation is None else asdict(representation),
        "opinions": result.opinions and _opinions(result.opinions),
        "notes": list(result.notes),
    }


def _opinions(opinions: OpinionResult) -> dict[str, Any]:
    """With the votes on all texts that are cited, and on those with most votes."""
    cited = {one.text_id for one in (*opinions.consensus, *opinions.divide)}
    cited |= {id_ for group in opinions.groups for id_ in group.stands_for}
    texts = (one for place, one in enumerate(opinions.texts) if one.text_id in cited or place < TOLD_VOTED)
    return asdict(replace(opinions, texts=tuple(texts)))


def _topic(topic: TextTopic) -> dict[str, Any]:
    return {
        "number": topic.number,
        "name": topic.name,
        "terms": [term.word for term in topic.terms[:TOLD_TERMS]],
        "person_count": topic.person_count,
        "is_minority": topic.is_minority,
        "is_edited": topic.is_edited,
        "sub_topics": [{"number": number, "name": one.name} for number, one in enumerate(topic.sub_topics, 1)],
        "quotes": [{"text_id": one.text_id, "start": one.start, "end": one.end} for one in topic.quotes],
        "zones": [asdict(one) for one in topic.zones],
        "groups": [asdict(one) for one in topic.groups],
    }
