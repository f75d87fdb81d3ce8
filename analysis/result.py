"""Result: what an analysis says, each part with the ids of the texts that it rests on.

Numbers are rounded to `DIGITS`, lists have one order, so that the same texts and method give the same JSON, byte for
byte.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter

DIGITS = 4
"""Decimals of weights, shares and distances: what differs below it is the machine's arithmetic."""

METHOD, VERSION = "parvis-lexical", 3
"""What was done; another version may give other results for the same texts."""


@dataclass(frozen=True, slots=True)
class AnalysisMethod:
    """How texts are read. The result names it, and it is all that a result depends on, beside the texts and votes."""

    name: str = METHOD
    version: int = VERSION
    seed: int = 20_150_926
    topic_count: int | None = None
    """Topics that are looked for, 2 to 40; None lets the texts say."""

    minority_share: float = 0.02
    """Of the texts with content: topics with less are kept apart, under «voix minoritaires»."""

    shown_count: int | None = None
    """How many texts the report shows; None: a tenth of them, 10 to 60."""

    quote_count: int = 3
    """Quotes of a topic, at most."""

    sampled_above: int = 20_000
    """From so many distinct texts on, topics are learnt from a sample of that size, and all texts are classed by them.
    """

    with_vectors: bool = False
    """Sub-topics and similarity by sentence vectors too, which the extra `analysis` installs."""


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A word as people write it, and its weight in the topic: 0 to 1, the topic's first has 1."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """Texts and people of a zone or a group. A person who is in two of them counts in both."""

    name: str
    text_count: int
    person_count: int


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact slice of one text: `words == corpus.by_id[text_id].words[start:end]`, in characters (code points)."""

    text_id: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class SubTopic:
    """A part of a topic; `members` are ids, the nearest to its middle first."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTopic:
    """A topic («thème»): what a group of texts has in common.

    `number` names it within a result (1 and up) and is kept by `edit.align` in the next one. `members` are ids, those
    that stand for it best first; `person_count` people wrote or supported them. `is_minority` says that it is small and
    kept apart («voix minoritaires»). `is_edited` says that a person named it or moved texts.
    """

    number: int
    name: str
    terms: tuple[TopicTerm, ...]
    members: tuple[str, ...]
    person_count: int
    zones: tuple[PeopleCount, ...]
    groups: tuple[PeopleCount, ...]
    sub_topics: tuple[SubTopic, ...]
    quotes: tuple[Quote, ...]
    is_minority: bool = False
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign («envoi groupé»): texts that are equal or nearly so. `members` are ids, that of the fullest text
    first; they are in the topic of that text and weigh there like one. `person_count` people wrote or supported them.
    """

    members: tuple[str, ...]
    person_count: int
    is_exact: bool
    """All have the same words, case and punctuation aside."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that these texts have more often than the tenant's others. `score` is the log-odds ratio in standard
    deviations (z): above 1.96 it is hardly chance. `members` are ids of texts that have it."""

    word: str
    score: float
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupVote:
    """How an opinion group voted on a text: `vote_count` of it voted, `for_count` for it, `against_count` against it;
    the rest said neither."""

    group: int
    vote_count: int
    for_count: int
    against_count: int


@dataclass(frozen=True, slots=True)
class VotedText:
    """How every opinion group voted on a text, in the order of their numbers; each cast `opinion.LEAST` or more."""

    text_id: str
    votes: tuple[GroupVote, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text that unites or divides the opinion groups. `score` is 0 to 1: for a consensus the product of the groups'
    shares of agreement (or disagreement, where `is_against`), for a divide the widest gap between two groups' shares.
    """

    text_id: str
    score: float
    is_against: bool


@dataclass(frozen=True, slots=True)
class OpinionGroup:
    """People who voted alike. `x` and `y` are where its middle is among all, on two axes that mean nothing by
    themselves; `stands_for` are ids of texts on which they differ most from all others. Who they are is in no result.
    """

    number: int
    person_count: int
    x: float
    y: float
    stands_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpinionResult:
    """Groups from votes: `person_count` people had voted often enough, `left_out_count` had not; they cast `vote_count`
    votes. A single group says that people differ no more than chance would have it. `silhouette`, -1 to 1, says how far
    apart the groups are. `texts` are those on which enough of every group voted, those with most votes first: all that
    is said rests on them."""

    groups: tuple[OpinionGroup, ...]
    texts: tuple[VotedText, ...]
    consensus: tuple[Agreement, ...]
    divide: tuple[Agreement, ...]
    person_count: int
    left_out_count: int
    vote_count: int
    silhouette: float


@dataclass(frozen=True, slots=True)
class ShownDistance:
    """How far what is shown stands from what a group said, beside a random sample of the same length.

    `kind` is ALL, GROUP, ZONE, TOPIC or VOTERS (texts by people of an opinion group). Distances are 0 (each text has
    its like among those shown) to 1 (nothing in common): the mean over the group's texts of one less the cosine to the
    nearest text that is shown. `random_distance` is the mean of `Representation.draw_count` seeded samples.
    """

    kind: str
    name: str
    text_count: int
    person_count: int
    distance: float
    random_distance: float

    @property
    def is_represented(self) -> bool:
        """At least as near as chance would be."""
        return self.distance <= self.random_distance


@dataclass(frozen=True, slots=True)
class Representation:
    """The texts that a report shows, in the order in which they were chosen, and how well they stand for all: for all
    together, and for each group, zone and topic with 30 people or more."""

    shown: tuple[str, ...]
    draw_count: int
    distances: tuple[ShownDistance, ...]


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """All that an analysis says. Each id of the corpus is in exactly one topic, or in `unclassified`, or in
    `without_content` («RAS», «idem»). `notes` are codes of what the method did not do or could not judge:

    `IRONY_NOT_JUDGED` always; `FEW_TEXTS` (too few for topics); `LEARNT_FROM_SAMPLE`; `LONG_TEXTS_CUT`;
    `VECTORS_MISSING` (asked for, not installed); `SEVERAL_LANGUAGES`; `TOO_MANY_VOTES` (for groups of opinion).
    """

    corpus_digest: str
    method: AnalysisMethod
    text_count: int
    person_count: int
    topics: tuple[TextTopic, ...]
    unclassified: tuple[str, ...]
    without_content: tuple[str, ...]
    campaigns: tuple[Campaign, ...]
    keywords: tuple[Keyword, ...]
    opinions: OpinionResult | None
    representation: Representation | None
    notes: tuple[str, ...]

    @property
    def classified_share(self) -> float:
        """Of all texts, those that a topic has: 0 to 1."""
        return sum(len(topic.members) for topic in self.topics) / self.text_count if self.text_count else 0.0

    @property
    def unclassified_share(self) -> float:
        """Of all texts, those that no topic has: 0 to 1."""
        return len(self.unclassified) / self.text_count if self.text_count else 0.0

    @property
    def ids(self) -> Iterator[str]:
        """Every id, once."""
        for topic in self.topics:
            yield from topic.members
        yield from self.unclassified
        yield from self.without_content

    def topic_of(self, text_id: str) -> TextTopic | None:
        """The topic that has it."""
        return next((topic for topic in self.topics if text_id in topic.members), None)

    def json(self) -> bytes:
        """Compact JSON (UTF-8); `read` reads it."""
        return _adapter().dump_json(self)

    @property
    def digest(self) -> str:
        """SHA-256 (64 hexadecimal digits) of its JSON."""
        return hashlib.sha256(self.json()).hexdigest()


@cache
def _adapter() -> TypeAdapter[AnalysisResult]:
    return TypeAdapter(AnalysisResult)


def read(json: bytes | str) -> AnalysisResult:
    """The result that `AnalysisResult.json` wrote. Raises pydantic.ValidationError for anything else."""
    return _adapter().validate_json(json)
