"""Words: what is searched of a text is told apart alike whatever the cluster's locale, and stored rows by a migration."""

from pathlib import Path

import psycopg
import pytest

from models import word
from tests import hidden_word

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "evaluation"


@pytest.mark.parametrize("name", ["L'Étude", "l’étude", " L'ETUDE ", "L'e\u0301tude"])
def test_names_are_the_same_however_they_are_spelt(name: str) -> None:
    assert word.folded(name) == "l'etude"


def test_blanks_part_words_and_their_number_does_not_matter() -> None:
    assert word.folded("Cœur  de\u00a0ville") == "coeur de ville" != word.folded("Coeur deville")


FINDS = {
    "Le “hérisson” du parc": ("hérisson", "herisson", "HÉRISSON", "«hérisson»"),
    "Une loutre·": ("loutre", "loutres"),
    "Les habitant·e·s": ("habitants", "habitant", "habitantes", "habitant·e·s", "habitant.e.s", "habitant(e)s"),
    "Les habitant(e)s": ("habitants", "habitante", "habitant·e·s", "les habitants"),
    "Les habitant.e.s": ("habitants", "habitante", "habitant·e·s"),
    "Les habitant-e-s": ("habitants", "habitante", "habitant·e·s"),
    "Les agriculteur·rice·s": ("agriculteurs", "agricultrice", "agriculteur·trice·s"),
    "agriculteurs/trices": ("agriculteur", "agricultrices"),
    "Des conseiller·ère·s": ("conseillers", "conseillère"),
    "Tou·te·s ensemble": ("ensemble", "toutes"),
    "Nos école(s)": ("école", "écoles"),
    "Piétons/cyclistes": ("piéton", "cycliste", "Piétons/cyclistes", "piétons cyclistes"),
    "mairie@ville.fr": ("mairie", "ville", "mairie@ville.fr"),
    "Fin de la phrase.Début de l'autre": ("phrase", "début"),
    "fin.les gens": ("fin", "gens"),
    "Un vide-grenier": ("vide-grenier", "vide grenier", "vide-greniers", "videgrenier", "grenier"),
    "Un vide grenier": ("vide-grenier", "vide grenier"),
    "Un vide‑grenier": ("vide-grenier", "vide‐grenier"),
    "Du covoiturage": ("co-voiturage", "covoiturage"),
    "La vie privée": ("vie-privée", "vie privée"),
    "Rue du 8-Mai-1945": ("1945", "8-Mai-1945", "8 mai 1945", "mai"),
    "L’île d'Yeu": ("île", "l'île", "l’ile", "Yeu"),
    "Un cœur": ("coeur", "cœur", "CŒUR"),
    "Ex æquo": ("aequo", "ex-æquo"),
    "Une e\u0301cole": ("école", "e\u0301cole"),
    "10\u202f000 arbres": ("10000", "10\u00a0000", "10 000", "arbre"),
    "Pourquoi\u00a0? Parce\u202f!": ("pourquoi", "parce"),
    "Une lou\u200btre, un para\u00adpluie": ("loutre", "parapluie"),
    "Le (ré)emploi": ("réemploi", "emploi"),
    "Mot\u2028suivant": ("mot", "suivant"),
    "Привет, мир": ("привет", "МИР"),
    "東京都の公園": ("公園",),
    "Jørgensen, Łódź": ("jorgensen", "lodz"),
    "ʻOri Tahiti, c’hoar": ("ori", "c'hoar"),
}
HIDES = {
    "Un vide grenier": ("vide-ordures", "grenier-vide"),
    "Parvis™": ("parvistm",),
    "La vie très privée": ("vie-privée",),
}


def test_what_is_read_of_a_text_is_ascii_alone() -> None:
    everything = "".join(chr(number) for number in range(1, 0x30000) if not 0xD800 <= number < 0xE000)
    read = set(word.searchable(everything, " ".join(everything)))
    assert read <= set(" abcdefghijklmnopqrstuvwxyz0123456789")


@pytest.mark.parametrize("locale", hidden_word.LOCALES)
def test_answers_are_the_same_on_every_cluster(database_url: str, locale: str) -> None:
    try:
        with hidden_word.database(database_url, locale) as connection:
            missed = {
                (text, asked): word.searchable(text)
                for text, all_asked in FINDS.items()
                for asked in hidden_word.hidden(connection, text, all_asked)
            }
            found = {
                (text, asked): word.searchable(text)
                for text, all_asked in HIDES.items()
                for asked in set(all_asked) - set(hidden_word.hidden(connection, text, all_asked))
            }
    except hidden_word.NO_LOCALE as error:
        pytest.skip(f"no such locale here: {error}")
    assert (missed, found) == ({}, {})


@pytest.mark.parametrize("name", ["republique_numerique_2015", "republique_numerique_2015_arguments"])
def test_each_word_of_real_texts_finds_them(database_url: str, name: str) -> None:
    """A part of them; `python -m tests.hidden_word` reads all."""
    file = DATA / f"{name}.json"
    if not file.exists():
        pytest.skip("the evaluation's data are not here")
    texts = [text for text in hidden_word.texts(file)[::10] if text]
    with psycopg.connect(database_url) as connection:
        connection.execute("SET client_min_messages = warning")
        missed = {text: hidden_word.hidden(connection, text, hidden_word.typed(text)) for text in texts}
    assert {text: words for text, words in missed.items() if words} == {}
