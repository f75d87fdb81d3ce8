"""Engine: reads a corpus by a method, and says what it found and what it did not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack
from threadpoolctl import threadpool_limits

from analysis import (
    campaign,
    count,
    keyword,
    matrix,
    minority,
    naming,
    opinion,
    part,
    quote,
    representation,
    sentence,
    topic,
)
from analysis.corpus import Corpus, CorpusText, TextVote
from analysis.matrix import Matrix
from analysis.result import AnalysisMethod, AnalysisResult, Campaign, Representation, TextTopic, TopicTerm
from analysis.vocabulary import MOST_WORDS, TermReader
from models import language
from models.analysis import MAX_VOTES

LANGUAGE_SHARE = 0.05
"""From this share of texts in another language than most on, the result says that there are several."""

NOBODY = -1


@dataclass(frozen=True)
class ReadCorpus:
    """A corpus as it was read. `leads` are places in `texts` of the fullest text of each campaign, a text alone
    being its own; `rows` has a row for each text."""

    corpus: Corpus
    method: AnalysisMethod
    reader: TermReader
    texts: list[CorpusText]
    empty: list[str]
    campaigns: list[list[int]]
    leads: list[int]
    rows: csr_matrix | None
    stems: tuple[str, ...]
    terms: list[topic.Numbers]


def analyse(
    corpus: Corpus,
    *,
    method: AnalysisMethod | None = None,
    background: Iterable[str] = (),
    votes: Sequence[TextVote] = (),
) -> AnalysisResult:
    """What is in these texts. `background` are texts of the tenant's other spaces, against which keywords stand out;
    `votes` are those of people on texts of the corpus, none of which is read where there are more than `MAX_VOTES`. It
    computes on one core, so that the same texts and votes give the same result; 10,000 texts take some minutes and less
    than a gigabyte."""
    method = method or AnalysisMethod()
    with threadpool_limits(1):
        is_read = len(votes) <= MAX_VOTES
        own = [vote for vote in votes if vote.text_id in corpus.by_id] if is_read else []
        groups = opinion.opinions(own, method.seed)
        read = _read(corpus, method)
        labels, topics = _topics(read)
        notes = _notes(read) | (set() if is_read else {"TOO_MANY_VOTES"})
        unclassified = sorted(read.texts[place].id for place, label in enumerate(labels) if label == NOBODY)
        return AnalysisResult(
            corpus_digest=corpus.digest,
            method=method,
            text_count=len(corpus.texts),
            person_count=corpus.people_of(corpus.by_id),
            topics=topics,
            unclassified=tuple(unclassified),
            without_content=tuple(read.empty),
            campaigns=tuple(_campaigns(read)),
            keywords=keyword.keywords(
                _those(read, read.leads), background, read.reader, _those(read, _sample(read.leads, method))
            ),
            opinions=groups.result if groups else None,
            representation=_representation(read, topics, groups),
            notes=tuple(sorted(notes)),
        )


def _read(corpus: Corpus, method: AnalysisMethod) -> ReadCorpus:
    reader = TermReader()
    texts, empty = list[CorpusText](), list[str]()
    for text in corpus.texts:
        if reader.is_empty(text.words):
            empty.append(text.id)
        else:
            texts.append(text)
    campaigns = campaign.alike(texts)
    leads = [max(places, key=lambda place: (len(texts[place].words), -place)) for places in campaigns]
    learnt = _sample(leads, method) if len(leads) >= topic.LEAST_TEXTS else []
    learnt_matrix = matrix.learn([texts[place] for place in learnt], reader) if learnt else None
    if learnt_matrix is None:
        return ReadCorpus(corpus, method, reader, texts, empty, campaigns, leads, None, (), [])
    terms = topic.learn(learnt_matrix.rows, topic.count_for(len(leads), method), method.seed)
    rows = _rows(learnt_matrix, learnt, texts, reader)
    return ReadCorpus(corpus, method, reader, texts, empty, campaigns, leads, rows, learnt_matrix.stems, terms)


def _sample(leads: list[int], method: AnalysisMethod) -> list[int]:
    """Texts that topics are learnt from."""
    if len(leads) <= method.sampled_above:
        return leads
    chance = np.random.default_rng(method.seed)
    return sorted(int(place) for place in chance.choice(leads, method.sampled_above, replace=False))


def _rows(learnt: Matrix, places: list[int], texts: list[CorpusText], reader: TermReader) -> csr_matrix:
    """A row for each text, made a piece at a time: those that were learnt from are not read twice."""
    if len(places) == len(texts):
        return learnt.rows
    at_hand = {place: row for row, place in enumerate(places)}
    pieces = (range(first, min(first + topic.PIECE, len(texts))) for first in range(0, len(texts), topic.PIECE))
    return csr_matrix(vstack([_piece(learnt, at_hand, piece, texts, reader) for piece in pieces], format="csr"))


def _piece(
    learnt: Matrix, at_hand: dict[int, int], places: range, texts: list[CorpusText], reader: TermReader
) -> csr_matrix:
    own, others = [place for place in places if place in at_hand], [place for place in places if place not in at_hand]
    rows = [learnt.rows[[at_hand[place] for place in own]]] if own else []
    if others:
        rows.append(learnt.read((texts[place] for place in others), reader))
    return csr_matrix(vstack(rows, format="csr")[np.argsort([*own, *others])])


def _those(read: ReadCorpus, places: Iterable[int]) -> list[CorpusText]:
    return [read.texts[place] for place in places]


def _topics(read: ReadCorpus) -> tuple[list[int], tuple[TextTopic, ...]]:
    """The topic of each text (its row, or `NOBODY`), and topics, numbered by size."""
    labels = [NOBODY] * len(read.texts)
    if read.rows is None:
        return labels, ()
    agreed = topic.agreed(read.terms, read.rows, read.leads)
    terms, lead_labels = minority.with_minorities(agreed, read.rows, read.leads)
    sizes = Counter(label for label in lead_labels if label != NOBODY)
    kept = [label for label in sorted(sizes, key=lambda one: (-sizes[one], one)) if sizes[label] >= topic.LEAST_MEMBERS]
    members = defaultdict[int, list[int]](list)
    order = sorted(range(len(read.leads)), key=lambda at: (-agreed.closeness[at], read.leads[at]))
    for at in order:
        label = int(lead_labels[at])
        if label in kept:
            lead, places = read.leads[at], read.campaigns[at]
            members[label] += [lead, *(place for place in places if place != lead)]
            for place in places:
                labels[place] = label
    texts = [[read.texts[place] for place in members[label]] for label in kept]
    names = naming.names(terms[kept], read.stems, texts, read.reader)
    made = [
        _topic(read, number, name, members[label], terms[label])
        for number, (label, name) in enumerate(zip(kept, names, strict=True), start=1)
    ]
    return labels, tuple(sorted(made, key=count.rank))


def _topic(
    read: ReadCorpus, number: int, name: tuple[str, tuple[TopicTerm, ...]], places: list[int], weights: topic.Numbers
) -> TextTopic:
    leads = set(read.leads)
    own = [place for place in places if place in leads]
    texts = [read.texts[place] for place in own]
    assert read.rows is not None
    bare = TextTopic(
        number=number,
        name=name[0],
        terms=name[1],
        members=tuple(read.texts[place].id for place in places),
        person_count=0,
        zones=(),
        groups=(),
        sub_topics=part.parts(read.rows[own], texts, read.stems, read.reader, read.method)
        if read.rows is not None
        else (),
        quotes=quote.quotes(
            texts, dict(zip(read.stems, weights.tolist(), strict=True)), read.method.quote_count, read.reader
        ),
    )
    counted = count.counted(bare, read.corpus)
    return count.told(counted, len(own), len(read.leads), read.method)


def _campaigns(read: ReadCorpus) -> Iterable[Campaign]:
    for places, lead in zip(read.campaigns, read.leads, strict=True):
        if len(places) > 1:
            others = (place for place in places if place != lead)
            members = tuple(read.texts[place].id for place in (lead, *others))
            yield Campaign(
                members, read.corpus.people_of(members), campaign.is_exact(read.texts[place] for place in places)
            )


def _representation(
    read: ReadCorpus, topics: Iterable[TextTopic], groups: opinion.Opinions | None
) -> Representation | None:
    if read.rows is None:
        return None
    named = defaultdict[tuple[str, str], list[int]](list)
    topic_of = {id_: one.name for one in topics for id_ in one.members}
    for place, text in enumerate(read.texts):
        named["ALL", ""].append(place)
        for kind, name in (("GROUP", text.group), ("ZONE", text.zone), ("TOPIC", topic_of.get(text.id))):
            if name is not None:
                named[kind, name].append(place)
        for group in {groups.group_of[person] for person in text.people if person in groups.group_of} if groups else ():
            named["VOTERS", str(group)].append(place)
    people = {key: read.corpus.people_of(read.texts[place].id for place in places) for key, places in named.items()}
    crowds = representation.crowds(named, people)
    ids = [text.id for text in read.texts]
    return representation.represent(read.rows, ids, read.leads, crowds, read.method.shown_count, read.method.seed)


def _notes(read: ReadCorpus) -> set[str]:
    """What the method did not do, or cannot judge."""
    notes = {"IRONY_NOT_JUDGED"}
    if read.rows is None:
        notes.add("FEW_TEXTS")
    if len(read.leads) > read.method.sampled_above:
        notes.add("LEARNT_FROM_SAMPLE")
    if any(len(text.words) > MOST_WORDS and len(text.words.split()) > MOST_WORDS for text in read.texts):
        notes.add("LONG_TEXTS_CUT")
    if read.method.with_vectors and not sentence.is_installed():
        notes.add("VECTORS_MISSING")
    languages = Counter(tongue for text in read.texts if (tongue := language.of(text.words)))
    if languages and languages.total() - max(languages.values()) >= LANGUAGE_SHARE * len(read.texts):
        notes.add("SEVERAL_LANGUAGES")
    return notes
