"""What tests of analyses start from: an activity with proposals about three things, and the job run at once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

import jobs.analysis
from analysis import count, extract, opinion
from analysis.corpus import Corpus, CorpusText, TextVote
from analysis.result import (
    Agreement,
    AnalysisMethod,
    AnalysisResult,
    GroupVote,
    OpinionGroup,
    OpinionResult,
    Quote,
    Representation,
    ShownDistance,
    SubTopic,
    TextTopic,
    TopicTerm,
    VotedText,
)
from jobs import analysis_child
from models.tenant import Feature
from tests.acting import published
from tests.administering import done
from tests.conftest import Portal
from tests.given import Given, uuid_in

ABOUT = {"vélo": 6, "arbre": 4, "banc": 2}
"""How many proposals are about what."""

NOTHING = "RAS"
PATIENCE_S = 60.0
READ = """query($id: ID!, $topic: Int) { analysis(id: $id) {
  id state problem publishedAt edition method corpusDigest readCount personCount notes question questionTitle
  space { id } activity { id } askedBy { id }
  coverage { textCount goneCount authorCount classifiedCount unclassifiedCount withoutContentCount }
  topics { number name terms textCount authorCount supportCount personCount isMinority isEdited
    parts { number name textCount } zones { name textCount }
    quotes { words start end contribution { id title body } } }
  representation { drawCount contributions { id } distances { kind name distance randomDistance isRepresented } }
  texts(topic: $topic, first: 100) { totalCount nodes { id topic place answer contribution { id title } } } } }"""


def proposals(given: Given, town: Portal, activity: str) -> dict[str, list[str]]:
    """Proposals by what they are about, each of another person; the last says nothing."""
    every = {
        word: [
            published(
                given.actor(town),
                activity,
                title=f"Un {word} de plus, rue {number}",
                body=f"Il faudrait un {word} de plus ici, parce que la rue {number} en manque.",
            )
            for number in range(count)
        ]
        for word, count in ABOUT.items()
    }
    return every | {NOTHING: [published(given.actor(town), activity, title="Rien à dire", body=NOTHING)]}


def by_words(corpus: Corpus, *, background: Sequence[str] = (), votes: Sequence[TextVote] = ()) -> AnalysisResult:
    """Topics as these texts have them, in the place of what takes seconds: tests/test_analysis_process.py runs that."""
    left, topics = dict.fromkeys(text.id for text in corpus.texts), list[TextTopic]()
    for number, word in enumerate(ABOUT, 1):
        ids = tuple(id_ for id_ in left if word in corpus.by_id[id_].words)
        starts = [(id_, corpus.by_id[id_].words.index(word)) for id_ in ids[:2]]
        quotes = tuple(Quote(id_, at, at + len(word), word) for id_, at in starts)
        left = {id_: None for id_ in left if id_ not in ids}
        if ids:
            parts = tuple(SubTopic(name, of) for name, of in (("près", ids[:4]), ("loin", ids[4:])) if len(ids) > 4)
            made = TextTopic(number, word, (TopicTerm(word, 1.0),), ids, 0, (), (), parts, quotes)
            topics.append(count.counted(made, corpus))
    empty = tuple(id_ for id_ in left if corpus.by_id[id_].body == NOTHING)
    distance = ShownDistance("ALL", "", len(corpus.texts), corpus.people_of(corpus.by_id), 0.4, 0.5)
    shown = Representation(tuple(topic.members[0] for topic in topics), 20, (distance,))
    return AnalysisResult(
        corpus.digest,
        AnalysisMethod(),
        len(corpus.texts),
        corpus.people_of(corpus.by_id),
        tuple(sorted(topics, key=count.rank)),
        tuple(id_ for id_ in left if id_ not in empty),
        empty,
        (),
        (),
        groups.result if (groups := opinion.opinions(votes, AnalysisMethod().seed)) else None,
        shown,
        ("IRONY_NOT_JUDGED",),
    )


@contextmanager
def quickly() -> Iterator[None]:
    """Every computation of this process reads by `by_words`, at once, and starts no process of its own."""

    async def compute_here(folder: Path, _keep: Any) -> None:
        analysis_child.compute(folder, by_words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs.analysis, "run_process", compute_here)
        yield


def compute(given: Given, town: Portal, folder: Path) -> None:
    """Compute what waits; the server's own job may have begun it."""
    left = "SELECT count(*) FROM __tenant__.analysis WHERE state IN ('QUEUED', 'RUNNING')"
    deadline = monotonic() + PATIENCE_S
    while given.sql(town, left) != [(0,)]:
        assert monotonic() < deadline, "the analysis is not computed"
        given.run(jobs.analysis.work(given.database, town.number, frozenset(Feature), folder))
    given.sql(town, "UPDATE __tenant__.analysis SET edition = edition WHERE false")  # The server forgets what it keeps.


def start(admin: Portal, **subject: Any) -> str:
    """Ask for an analysis."""
    return str(done(admin, "analysisStart", "analysis { id }", **subject)["analysis"]["id"])


def read(who: Portal, analysis: str, topic: int | None = None) -> dict[str, Any]:
    """What somebody reads of an analysis."""
    return dict(who.ask(READ, id=analysis, topic=topic)["analysis"])


WORDING = {
    "model": "matrix", "made_at": "2026-11-30T12:00:00+00:00", "edition": 1, "left_count": 1,
    "sentences": [{"words": "Un texte.", "topics": [1], "texts": [], "is_whole": True}],
}  # fmt: skip
"""What a language model wrote of `analysed`."""


def analysed(given: Given, portal: Portal, space: str, activity: str, contribution: str) -> dict[str, str]:
    """A published analysis of one text, which somebody changed; another to be removed."""
    id_ = str(uuid_in(contribution))
    corpus = Corpus((CorpusText(id_, "Une matrice", "Un texte."),))
    quote = Quote(id_, 0, 3, "Une")
    topics = tuple(
        TextTopic(number, name, (TopicTerm(name, 1.0),), members, len(members), (), (), (), (quote,) * len(members))
        for number, name, members in ((1, "matrice", (id_,)), (2, "autre", ()))
    )
    shown = Representation((id_,), 20, (ShownDistance("ALL", "", 1, 1, 0.4, 0.5),))
    votes = (VotedText(id_, (GroupVote(1, 5, 4, 1),)),)
    group = OpinionGroup(1, 12, 0.0, 0.0, (id_,))
    opinions = OpinionResult((group,), votes, (Agreement(id_, 0.7, False),), (), 12, 0, 84, 0.0)
    result = AnalysisResult(corpus.digest, AnalysisMethod(), 1, 1, topics, (), (), (), (), opinions, shown, ())
    told = {"result": result.json().decode(), "shown": json.dumps(extract.told(result))}
    where = {"space_id": uuid_in(space), "activity_id": uuid_in(activity), "asked_at": "now", "ended_at": "now"}
    counts = {
        "attempts": 1,
        "edition": 1,
        "text_count": 1,
        "corpus_digest": corpus.digest,
        "method": "parvis-lexical 1",
    }
    asker = uuid_in(portal.ask("{ viewer { id } }")["viewer"]["id"])
    told |= {"wording": json.dumps(WORDING), "wording_state": "DONE"}
    told |= {"state": "DONE", "published_at": "now", "asked_by_id": asker}
    ids = [given.insert(portal, "analysis", **where, **counts, **told) for _ in range(2)]
    at = {"analysis_id": ids[0], "contribution_id": uuid_in(contribution)}
    seen = json.dumps([{"kind": "NAME", "start": 0, "end": 3}])
    text = given.insert(portal, "analysis_text", rank=1, place="TOPIC", topic=1, digest="0", disclosures=seen, **at)
    given.sql(portal, "UPDATE __tenant__.analysis_text t SET digest = md5(c.title || E'\\n\\n' || c.body)"
              " FROM __tenant__.contribution c WHERE c.id = t.contribution_id AND t.id = %s", text)  # fmt: skip
    change = json.dumps({"kind": "RENAME", "topic": 1, "other": None, "name": "matrice", "ids": []})
    edit = given.insert(portal, "analysis_edit", analysis_id=ids[0], number=1, change=change, made_at="now")
    return {
        "Analysis": f"analysis_{portal.number}_{ids[0]}",
        "analysisRemove.analysis": f"analysis_{portal.number}_{ids[1]}",
        "AnalysisText": f"analysistext_{portal.number}_{text}",
        "AnalysisEdit": f"analysisedit_{portal.number}_{edit}",
    }


AGAIN = (
    "DELETE FROM __tenant__.analysis_edit WHERE number > 1",
    "UPDATE __tenant__.analysis_edit SET undone_at = NULL, is_lost = false WHERE undone_at IS NOT NULL OR is_lost",
    "UPDATE __tenant__.analysis SET edition = 1, published_at = now() WHERE state = 'DONE'",
    "UPDATE __tenant__.analysis SET wording_state = 'DONE', wording_problem = NULL, wording_published_at = NULL,"
    f" wording = '{json.dumps(WORDING)}' WHERE state = 'DONE' AND question IS NULL AND method = 'parvis-lexical 1'",
    "UPDATE __tenant__.analysis_text SET topic = 1, place = 'TOPIC' WHERE topic IS DISTINCT FROM 1",
)
"""For the next caller who changes an analysis, or publishes it."""
