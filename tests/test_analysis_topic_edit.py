"""Edits: what a person changed is kept where its texts remain, and everything is counted anew."""

from dataclasses import replace

import pytest

from analysis import extract
from analysis.corpus import Corpus, CorpusText
from analysis.edit import UNCLASSIFIED, TopicEdit, TopicEditKind, align, apply, next_number
from analysis.engine import analyse
from analysis.result import AnalysisMethod, AnalysisResult, TextTopic, read
from tests.corpora import three

RENAME, MERGE, SPLIT, MOVE = TopicEditKind


@pytest.fixture(scope="module")
def given_corpus() -> Corpus:
    nothing = [CorpusText(f"nothing-{at}", "", "RAS", author="silent") for at in range(2)]
    same = [
        CorpusText(f"same-{at}", "", "Des pistes cyclables et des vélos devant la gare !", f"s{at}") for at in range(4)
    ]
    return Corpus((*three().texts, *nothing, *same))


@pytest.fixture(scope="module")
def result(given_corpus: Corpus) -> AnalysisResult:
    return analyse(given_corpus, method=AnalysisMethod(topic_count=3))


def about(result: AnalysisResult, matter: str) -> TextTopic:
    return next(topic for topic in result.topics if topic.members[0].startswith(matter))


def by_number(result: AnalysisResult, number: int) -> TextTopic:
    return next(topic for topic in result.topics if topic.number == number)


def test_no_edit_of_the_whole_corpus_changes_nothing(result: AnalysisResult, given_corpus: Corpus) -> None:
    assert apply(result, [], given_corpus).result == result


def test_renamed_topic_has_the_name_and_says_so(result: AnalysisResult, given_corpus: Corpus) -> None:
    bikes = about(result, "bikes")
    edited = apply(result, [TopicEdit(RENAME, bikes.number, name="Se déplacer à vélo")], given_corpus)
    changed = by_number(edited.result, bikes.number)
    assert (changed.name, changed.is_edited, changed.members) == ("Se déplacer à vélo", True, bikes.members)
    assert edited.lost == ()


def test_merged_topics_have_the_texts_and_people_of_both(result: AnalysisResult, given_corpus: Corpus) -> None:
    bikes, trees = about(result, "bikes"), about(result, "trees")
    edited = apply(result, [TopicEdit(MERGE, bikes.number, other=trees.number)], given_corpus).result
    merged = by_number(edited, bikes.number)
    assert sorted(merged.members) == sorted(bikes.members + trees.members)
    assert merged.person_count == bikes.person_count + trees.person_count
    assert {term.word for term in merged.terms} == {term.word for term in bikes.terms + trees.terms}
    assert sorted(edited.ids) == sorted(result.ids)


def test_split_makes_a_topic_with_the_number_it_was_given(result: AnalysisResult, given_corpus: Corpus) -> None:
    bikes, number = about(result, "bikes"), next_number(result)
    ids = bikes.members[:5]
    edited = apply(result, [TopicEdit(SPLIT, bikes.number, other=number, name="Gare", ids=ids)], given_corpus).result
    assert set(by_number(edited, number).members) == set(ids)
    assert by_number(edited, number).terms == ()  # Those of all the others would be said to be its own.
    assert not set(ids) & set(by_number(edited, bikes.number).members)
    assert {quote.text_id for quote in by_number(edited, number).quotes} <= set(ids)
    assert sorted(edited.ids) == sorted(result.ids)


def test_text_is_moved_from_no_topic_to_one_and_back(result: AnalysisResult, given_corpus: Corpus) -> None:
    trees = about(result, "trees")
    moved = apply(result, [TopicEdit(MOVE, trees.number, ids=("nothing-0",))], given_corpus).result
    assert "nothing-0" in by_number(moved, trees.number).members
    assert moved.without_content == ("nothing-1",)
    back = apply(moved, [TopicEdit(MOVE, UNCLASSIFIED, ids=("nothing-0",))], given_corpus).result
    assert "nothing-0" in back.unclassified
    assert sorted(back.ids) == sorted(result.ids)


def test_gone_texts_drop_out_everywhere_and_counts_are_redone(result: AnalysisResult, given_corpus: Corpus) -> None:
    bikes = about(result, "bikes")
    gone = {bikes.quotes[0].text_id, "same-0", "same-1", "same-2", "nothing-0"}
    rest = Corpus(tuple(text for text in given_corpus.texts if text.id not in gone))
    left = apply(result, [], rest).result
    assert sorted(left.ids) == [text.id for text in rest.texts]
    assert left.text_count == len(rest.texts)
    assert left.person_count == rest.people_of(rest.by_id)
    changed = by_number(left, bikes.number)
    assert changed.person_count == len(changed.members) == len(set(bikes.members) - gone)
    assert not any(quote.text_id in gone for quote in changed.quotes)
    assert not any(gone & set(campaign.members) for campaign in left.campaigns)
    assert [len(campaign.members) for campaign in left.campaigns] == [1]
    assert left.representation is not None
    assert gone.isdisjoint(left.representation.shown)
    assert "TEXTS_WENT" in left.notes
    assert "TEXTS_WENT" not in result.notes


def test_campaigns_keep_their_numbers_when_texts_of_another_go(result: AnalysisResult, given_corpus: Corpus) -> None:
    [same] = result.campaigns
    two = replace(same, members=about(result, "trees").members[:2])
    rest = Corpus(tuple(text for text in given_corpus.texts if text.id not in same.members))
    left = apply(replace(result, campaigns=(same, two)), [], rest).result
    numbers = {place.text_id: place.campaign for place in extract.places(left) if place.campaign}
    assert numbers == dict.fromkeys(two.members, 2)
    assert [one["number"] for one in extract.told(left)["campaigns"]] == [1, 2]


def test_edits_of_what_is_not_there_are_told(result: AnalysisResult, given_corpus: Corpus) -> None:
    number = result.topics[0].number
    lost = [
        TopicEdit(RENAME, 99, name="Rien"),
        TopicEdit(RENAME, number, name=""),
        TopicEdit(MERGE, number, other=99),
        TopicEdit(MERGE, number, other=number),
        TopicEdit(SPLIT, number, other=98, name="Rien", ids=("gone",)),
        TopicEdit(SPLIT, number, other=number, name="Même", ids=result.topics[0].members[:1]),
        TopicEdit(MOVE, number, ids=("gone",)),
        TopicEdit(MOVE, 99, ids=result.topics[0].members[:1]),
    ]
    edited = apply(result, lost, given_corpus)
    assert edited.lost == tuple(lost)
    assert edited.result == result


def test_next_run_keeps_numbers_and_so_edits(result: AnalysisResult, given_corpus: Corpus) -> None:
    """The corpus lost texts, and topics were numbered otherwise by chance."""
    rest = Corpus(given_corpus.texts[3:])
    again = analyse(rest, method=AnalysisMethod(topic_count=3))
    shuffled = replace(again, topics=tuple(replace(one, number=10 - one.number) for one in again.topics))
    aligned = align(shuffled, result)
    for matter in ("bikes", "trees", "canteen"):
        assert about(aligned, matter).number == about(result, matter).number
    numbers = [topic.number for topic in aligned.topics]
    assert len(set(numbers)) == len(numbers)
    edited = apply(aligned, [TopicEdit(RENAME, about(result, "trees").number, name="Nature")], rest)
    assert about(edited.result, "trees").name == "Nature"


def test_new_topic_gets_a_number_that_none_had(result: AnalysisResult, given_corpus: Corpus) -> None:
    before = replace(result, topics=tuple(one for one in result.topics if one != about(result, "trees")))
    aligned = align(result, before)
    assert about(aligned, "trees").number == next_number(before)
    split = TopicEdit(SPLIT, 1, other=40, name="x")
    assert next_number(result, [split]) == 41


def test_edited_result_is_read_back(result: AnalysisResult, given_corpus: Corpus) -> None:
    edited = apply(result, [TopicEdit(RENAME, result.topics[0].number, name="« Été » – 5 €")], given_corpus).result
    assert read(edited.json()) == edited
