"""Steps of an analysis whose cost must grow with the number of texts alone, and the texts that stay in their file."""

from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest

from analysis import campaign, keyword
from analysis.corpus import Corpus, CorpusText
from analysis.engine import analyse
from analysis.result import AnalysisMethod
from analysis.vocabulary import TermReader
from bench import statement as statements
from database import statement
from jobs.filed_text import filed
from models.tenant import Feature
from office import corpus as corpora
from tests.administering import done
from tests.analysing import compute, proposals, quickly, read, start
from tests.conftest import Portal
from tests.corpora import corpus, texts, three
from tests.given import Given
from tests.test_access_path import nodes_of

COMMON = (
    "Madame la Maire je vous demande de garder notre maternité ouverte et de ne plus fermer de lits dans cette vallée"
)
"""What everybody has sent; each has added words of his own, too many to be alike."""


def letters(count: int, own: int, seed: int = 1) -> list[CorpusText]:
    chance = Random(seed)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(own * count)]
    return [
        CorpusText(f"{at:05}", "", f"{COMMON} {' '.join(words[own * at : own * (at + 1)])}", f"p{at}")
        for at in range(count)
    ]


def copies() -> list[CorpusText]:
    """A campaign's."""
    return [CorpusText(f"copy-{at:02}", "", COMMON + "." * at, author=f"c{at}", zone="Zone 1") for at in range(20)]


def test_a_letter_with_holes_is_not_compared_with_all_that_are_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ratio, compared = campaign.fuzz.ratio, list[float]()

    def counted(*args: Any, **kwargs: Any) -> float:
        compared.append(float(ratio(*args, **kwargs)))
        return compared[-1]

    monkeypatch.setattr(campaign.fuzz, "ratio", counted)
    sent = letters(400, own=4)
    assert len(campaign.alike(sent)) == len(sent)
    assert len(sent) < len(compared) <= campaign.LIKELIEST * len(sent) < len(sent) ** 2 / 4


def test_near_repeat_is_found_among_many_that_are_likely() -> None:
    sent = letters(300, own=4)
    again = CorpusText("99999", "", sent[250].body + " Merci.")
    assert [250, 300] in campaign.alike([*sent, again])


def test_words_are_summed_once_and_not_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    sums: list[int] = []

    class Summed(keyword.Counter[str]):
        def total(self) -> int:
            sums.append(1)
            return super().total()

    monkeypatch.setattr(keyword, "Counter", Summed)
    words = keyword.keywords(texts("bikes", 30), [text.words for text in texts("trees", 60)], TermReader())
    assert len(words) > 3 and len(sums) == 2


def test_keywords_that_are_counted_in_a_part_cite_all_texts() -> None:
    about, others = texts("bikes", 30), [text.words for text in texts("trees", 60)]
    every = keyword.keywords(about, others, TermReader())
    part = keyword.keywords(about, others, TermReader(), about[:12])
    for word in part:
        assert set(word.members) >= {text.id for text in about[12:] if word.word in text.words.lower()}
    assert {word.word for word in part} & {word.word for word in every}


def test_texts_in_their_file_give_the_same_result(tmp_path: Path) -> None:
    made = [*three().texts, *copies(), CorpusText("long", "Titre", "Des pistes cyclables. " * 50, group="x")]
    names = ("id", "title", "body", "author", "zone", "group", "supporters", "support_count")
    lines = [orjson.dumps({name: getattr(text, name) for name in names}) + b"\n" for text in made]
    (tmp_path / "text.jsonl").write_bytes(b"".join(lines))
    with filed(tmp_path / "text.jsonl") as read:
        filed_ = Corpus(tuple(read))
        assert [text.words for text in filed_.texts] == [text.words for text in Corpus(tuple(made)).texts]
        assert analyse(filed_).json() == analyse(Corpus(tuple(made))).json()


def test_pieces_of_any_size_give_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    matters, others = corpus(three(40).texts, copies()), [text.words for text in texts("trees", 80, seed=3)]
    method = AnalysisMethod(topic_count=3, sampled_above=60)
    whole = analyse(matters, method=method, background=others)
    for piece in ("analysis.topic.PIECE", "analysis.representation.PIECE"):
        monkeypatch.setattr(piece, 37)
    again = analyse(matters, method=method, background=others)
    assert whole.topics and whole.campaigns and whole.keywords
    assert again.json() == whole.json()


EVERY = frozenset(Feature)


@pytest.mark.parametrize("clause", [corpora.pieces(EVERY, None), corpora.left(EVERY), corpora.votes(EVERY)])
def test_piece_finds_its_own_texts_and_reads_no_others(given: Given, town: Portal, clause: Any) -> None:
    text = statement.cached(clause).text_for(town.number)
    with psycopg.connect(given.url) as connection:
        connection.execute("SET enable_seqscan = off")
        [(plan,)] = psycopg.RawCursor(connection).execute("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + text).fetchall()
    found = [node.get("Index Cond", node.get("Recheck Cond", "")) for node in nodes_of(plan[0]["Plan"])]
    assert any("(id = ANY" in one or "(contribution_id = ANY" in one for one in found)


def test_campaigns_are_counted_together_and_not_one_after_the_other(town: Portal) -> None:
    asked = "query ($id: ID!) { analysis(id: $id) { campaigns { number textCount } } }"
    planned = statements.Planner().read(asked, {"id": f"analysis_{town.number}_{UUID(int=0)}"}, town.number)
    assert planned.text.count(f"t_{town.number}.analysis_text AS") == 1


def test_texts_are_read_and_counted_anew_over_several_pieces(
    given: Given, town: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, box = given.actor(town, role="ADMIN"), given.activity(town, kind="IDEA_BOX")
    sent = proposals(given, town, box)
    count = sum(len(ids) for ids in sent.values())
    monkeypatch.setattr(corpora, "PIECE", 4)
    with quickly():
        analysis = start(admin, activity=box)
        compute(given, town, tmp_path)
    found = read(admin, analysis)
    assert (found["readCount"], found["personCount"]) == (count, count)
    before = {one["number"]: one["authorCount"] for one in found["topics"]}
    done(admin, "analysisTopicRename", analysis=analysis, topic=1, name="Relu")
    assert {one["number"]: one["authorCount"] for one in read(admin, analysis)["topics"]} == before
