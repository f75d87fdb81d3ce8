"""Analysis: every text has one place, topics are what people wrote about, and the same texts give the same result."""

import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corpus import Corpus, CorpusText
from analysis.engine import analyse
from analysis.result import AnalysisMethod, AnalysisResult, read
from tests.corpora import MATTERS, corpus, texts, three


def placed(result: AnalysisResult, given_corpus: Corpus) -> None:
    """Each id stands in one place, and each quote in its text."""
    assert sorted(result.ids) == [text.id for text in given_corpus.texts]
    for topic in result.topics:
        for quote in topic.quotes:
            assert quote.text_id in topic.members
            assert given_corpus.by_id[quote.text_id].words[quote.start : quote.end] == quote.words
        for part in topic.sub_topics:
            assert set(part.members) <= set(topic.members)


@pytest.fixture(scope="module")
def whole() -> tuple[Corpus, AnalysisResult]:
    matters = three()
    return matters, analyse(matters, method=AnalysisMethod(topic_count=3))


def test_topics_are_the_matters_people_wrote_about(whole: tuple[Corpus, AnalysisResult]) -> None:
    matters, result = whole
    placed(result, matters)
    main = [topic for topic in result.topics if not topic.is_minority][:3]
    inside = [{id_.partition("-")[0] for id_ in topic.members} for topic in main]
    assert sorted(map(sorted, inside)) == [["bikes"], ["canteen"], ["trees"]]
    assert result.classified_share > 0.8


def test_topics_are_named_by_words_as_people_write_them(whole: tuple[Corpus, AnalysisResult]) -> None:
    matters, result = whole
    said = " ".join(text.words for text in matters.texts).lower()
    for topic in result.topics:
        assert topic.name
        assert all(part.lower() in said for part in topic.name.split(", "))
        assert topic.terms[0].weight == 1.0


def test_people_and_zones_of_a_topic_are_counted_once() -> None:
    twice = [replace(text, author="one", supporters=("a", "b")) for text in texts("bikes", 10)]
    result = analyse(corpus(twice, texts("trees", 20)), method=AnalysisMethod(topic_count=2))
    [topic] = [topic for topic in result.topics if topic.members[0].startswith("bikes")]
    assert topic.person_count == 3
    assert sum(zone.text_count for zone in topic.zones) == len(topic.members)


def test_supporters_of_whom_only_the_number_is_known_count_with_the_author() -> None:
    pair = corpus([CorpusText("1", "", "Des arbres", support_count=7), CorpusText("2", "", "Des vélos", author="a")])
    assert pair.people_of(["1", "2", "gone"]) == 9


def test_same_texts_in_another_order_give_the_same_bytes(whole: tuple[Corpus, AnalysisResult]) -> None:
    matters, result = whole
    mixed = list(matters.texts)
    Random(3).shuffle(mixed)
    again = analyse(Corpus(tuple(mixed)), method=AnalysisMethod(topic_count=3))
    assert again.json() == result.json()
    assert read(result.json()) == result


def test_another_process_gives_the_same_digest(whole: tuple[Corpus, AnalysisResult]) -> None:
    """Sets and hashes of words have another order in each process."""
    program = (
        "from tests.corpora import three; from analysis.engine import analyse;"
        "from analysis.result import AnalysisMethod;"
        "print(analyse(three(), method=AnalysisMethod(topic_count=3)).digest)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == whole[1].digest


def test_corpus_digest_changes_with_a_word_and_not_with_a_supporter() -> None:
    one = corpus(texts("bikes", 3))
    supported = Corpus(tuple(replace(text, supporters=("x",)) for text in one.texts))
    edited = Corpus((replace(one.texts[0], body="Autre chose"), *one.texts[1:]))
    assert supported.digest == one.digest != edited.digest


def test_two_texts_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="one id"):
        corpus(texts("bikes", 1), texts("bikes", 1))


# What people also send


def test_texts_that_say_nothing_are_without_content_and_no_topic() -> None:
    nothing = ["RAS", "R.A.S.", "idem", "Rien à signaler", "Vélo", "!!!", "", "Bonne idée, merci !", "12"]
    empty = [CorpusText(f"empty-{at}", "", words) for at, words in enumerate(nothing)]
    matters = corpus(empty, [CorpusText("kept", "", "Suppression de l'article")], texts("bikes", 20))
    result = analyse(matters)
    placed(result, matters)
    assert list(result.without_content) == sorted(text.id for text in empty)
    assert "kept" in result.unclassified


def test_five_hundred_equal_texts_are_one_campaign_and_no_topic_of_their_own() -> None:
    same = [
        CorpusText(f"same-{at:03}", "", "Non au projet de rocade nord, oui à nos champs !", f"p{at}")
        for at in range(500)
    ]
    matters = corpus(same, texts("bikes", 20), texts("trees", 20))
    result = analyse(matters, method=AnalysisMethod(topic_count=2))
    placed(result, matters)
    [campaign] = [campaign for campaign in result.campaigns if "same-000" in campaign.members]
    assert (len(campaign.members), campaign.person_count, campaign.is_exact) == (500, 500, True)
    assert (
        result.unclassified_share > 0.9
    )  # One text of three hundred words says nothing of what others have in common.
    assert not any("same-000" in topic.members for topic in result.topics)


def test_ten_texts_have_no_topics_and_the_result_says_so() -> None:
    matters = corpus(texts("bikes", 10))
    result = analyse(matters)
    placed(result, matters)
    assert (result.topics, result.representation, len(result.unclassified)) == ((), None, 10)
    assert result.notes == ("FEW_TEXTS", "IRONY_NOT_JUDGED")


def test_texts_of_one_word_each_are_without_content() -> None:
    words = [CorpusText(f"{at:02}", "", word) for at, word in enumerate(["Vélos", "arbres", "Cantine !", "bus"] * 6)]
    result = analyse(Corpus(tuple(words)))
    assert (len(result.without_content), result.topics, result.unclassified) == (24, (), ())


def test_no_text_at_all_is_an_empty_result() -> None:
    result = analyse(Corpus(()))
    assert (list(result.ids), result.classified_share, result.person_count) == ([], 0.0, 0)


def test_text_of_thirteen_thousand_words_is_read_in_part_and_said_so() -> None:
    long = CorpusText("long", "", "Les pistes cyclables et les vélos. " * 2_200)
    assert len(long.words.split()) > 13_000
    matters = corpus([long], texts("bikes", 20), texts("trees", 20))
    result = analyse(matters, method=AnalysisMethod(topic_count=2))
    placed(result, matters)
    assert "LONG_TEXTS_CUT" in result.notes


def test_second_language_is_noted() -> None:
    english = [
        CorpusText(
            f"en-{at}", "", f"We would like more buses in the evening and on Sundays, because line {at} stops early."
        )
        for at in range(8)
    ]
    assert "SEVERAL_LANGUAGES" in analyse(corpus(english, texts("bikes", 30))).notes
    assert "SEVERAL_LANGUAGES" not in analyse(corpus(texts("bikes", 30))).notes


def test_other_scripts_have_their_place() -> None:
    arabic = [CorpusText(f"ar-{at}", "", f"نريد المزيد من الحدائق في المدينة {'نعم ' * at}") for at in range(3)]
    matters = corpus(arabic, texts("bikes", 20))
    placed(analyse(matters), matters)


def test_irony_is_not_judged_and_every_result_says_so(whole: tuple[Corpus, AnalysisResult]) -> None:
    """Praise that is meant as blame has the topic of what it is about, as all others: nothing is said for or against."""
    ironic = [
        replace(text, id=f"ironic-{at}", body=f"Bravo, quelle merveille ! {text.body} Merci mille fois, quel génie.")
        for at, text in enumerate(texts("bikes", 6, seed=2))
    ]
    result = analyse(corpus(ironic, three().texts), method=AnalysisMethod(topic_count=3))
    [topic] = [one for one in result.topics if any(id_.startswith("bikes") for id_ in one.members)]
    assert {text.id for text in ironic} <= set(topic.members)
    assert not {"bravo", "merveille", "génie"} & {word for one in result.topics for word in one.name.split(", ")}
    assert "IRONY_NOT_JUDGED" in result.notes and "IRONY_NOT_JUDGED" in whole[1].notes


def test_insult_names_no_topic_and_is_in_no_quote() -> None:
    rude = [
        replace(text, body=f"Bande de connards ! {text.body} Ces connards de la mairie.") for text in texts("bikes", 24)
    ]
    result = analyse(corpus(rude, texts("trees", 24), texts("canteen", 24)), method=AnalysisMethod(topic_count=3))
    said = [topic.name for topic in result.topics]
    said += [term.word for topic in result.topics for term in topic.terms]
    said += [quote.words for topic in result.topics for quote in topic.quotes]
    said += [part.name for topic in result.topics for part in topic.sub_topics]
    assert len(said) > 10
    assert not any("connard" in words.lower() for words in said)


def test_name_of_a_person_names_no_topic_and_is_in_no_quote() -> None:
    named = [
        replace(text, body=f"{text.body} Madame Bertholon le sait. Mme Bertholon aussi.") for text in texts("bikes", 24)
    ]
    result = analyse(corpus(named, texts("trees", 24), texts("canteen", 24)), method=AnalysisMethod(topic_count=3))
    said = [term.word for topic in result.topics for term in topic.terms]
    said += [quote.words for topic in result.topics for quote in topic.quotes]
    assert len(said) > 10
    assert not any("bertholon" in words.lower() for words in said)


def test_topic_of_one_person_is_kept_apart() -> None:
    alone = [replace(text, author="one") for text in texts("canteen", 20)]
    result = analyse(corpus(alone, texts("bikes", 30)), method=AnalysisMethod(topic_count=2))
    [topic] = [topic for topic in result.topics if topic.members[0].startswith("canteen")]
    assert (topic.person_count, topic.is_minority) == (1, True)
    assert result.topics[-1] == topic


def test_small_topic_is_a_minority_voice_and_is_not_dropped() -> None:
    few = [
        CorpusText(f"few-{at}", "", f"Ouvrir la piscine municipale le dimanche matin{more}", f"few-{at}")
        for at, more in enumerate(
            (" aux bébés nageurs", ", bassin chauffé", " pour les clubs de natation", " : bassin sportif")
        )
    ]
    matters = corpus(few, texts("bikes", 150), texts("trees", 150))
    result = analyse(matters, method=AnalysisMethod(topic_count=2))
    placed(result, matters)
    [topic] = [topic for topic in result.topics if "few-0" in topic.members]
    assert topic.is_minority
    assert set(topic.members) == {text.id for text in few}
    assert "piscine" in topic.name


def test_many_texts_are_learnt_from_a_sample_and_all_have_their_place() -> None:
    matters = three(40)
    result = analyse(matters, method=AnalysisMethod(topic_count=3, sampled_above=60))
    placed(result, matters)
    assert "LEARNT_FROM_SAMPLE" in result.notes
    assert result.classified_share > 0.7


def test_sentence_vectors_that_are_not_installed_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.sentence.is_installed", lambda: False)
    result = analyse(corpus(texts("bikes", 20)), method=AnalysisMethod(with_vectors=True))
    assert "VECTORS_MISSING" in result.notes


WORDS = [word for words, *_ in MATTERS.values() for word in words] + [
    "RAS",
    "…",
    "Ça va.",
    "M. Durand",
    "\n",
    "«",
    "12 rue",
]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12), max_size=30), st.randoms(use_true_random=False))
def test_every_text_has_one_place_whatever_is_sent(said: list[list[str]], chance: Random) -> None:
    given_texts = [CorpusText(f"{at}", "", " ".join(words), author=f"{at % 5}") for at, words in enumerate(said)]
    result = analyse(Corpus(tuple(given_texts)))
    placed(result, Corpus(tuple(given_texts)))
    chance.shuffle(given_texts)
    assert analyse(Corpus(tuple(given_texts))).json() == result.json()


def test_server_starts_without_the_libraries_of_analysis() -> None:
    program = (
        "import sys, server.app, server.process;"
        "print([name for name in ('sklearn', 'scipy', 'numpy', 'datasketch', 'rapidfuzz') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
