"""Campaigns: equal and nearly equal texts are one, texts that only share words are not."""

from random import Random

from analysis import campaign
from analysis.corpus import CorpusText

LETTER = (
    "Madame la Maire, je vous demande de renoncer à la fermeture de la maternité de l'hôpital, qui met en danger les"
    " femmes de notre vallée et leurs enfants à naître, et d'écouter enfin les soignants."
)


def groups(*said: str) -> list[list[int]]:
    return campaign.alike([CorpusText(f"{at:03}", "", words) for at, words in enumerate(said)])


def test_case_punctuation_and_accents_make_no_other_text() -> None:
    assert groups("Oui aux vélos !", "oui, aux VELOS", "Oui aux voitures") == [[0, 1], [2]]


def test_a_letter_with_own_words_is_the_campaigns() -> None:
    mine = LETTER.replace("notre vallée", "la vallée de l'Ubaye") + " Merci. Jeanne."
    assert groups(LETTER, mine, "Je demande un bus le soir vers l'hôpital et la maternité.") == [[0, 1], [2]]


def test_answer_to_a_letter_is_not_the_campaigns() -> None:
    against = "La fermeture de la maternité est raisonnable : peu d'enfants y naissent, et les soignants manquent."
    assert groups(LETTER, against) == [[0], [1]]


def test_short_texts_are_alike_only_where_equal() -> None:
    assert groups("Plus de bus", "Plus de bancs", "plus de bus.") == [[0, 2], [1]]


def test_texts_in_other_scripts_are_told_apart() -> None:
    assert groups("المزيد من الحدائق", "المزيد من الحافلات", "المزيد من الحدائق") == [[0, 2], [1]]


def test_places_are_each_in_one_group_whatever_the_order() -> None:
    said = [LETTER, LETTER + " Merci.", LETTER.upper(), "Des arbres devant la gare et sur la place.", "RAS", "Ras", ""]
    Random(5).shuffle(said)
    made = groups(*said)
    assert sorted(place for places in made for place in places) == list(range(7))
    assert sorted(map(len, made)) == [1, 1, 2, 3]


def test_campaign_is_exact_where_only_signs_differ() -> None:
    one, other = CorpusText("1", "", LETTER), CorpusText("2", "", LETTER + "!!")
    assert campaign.is_exact([one, other])
    assert not campaign.is_exact([one, CorpusText("3", "", LETTER + " Merci.")])
