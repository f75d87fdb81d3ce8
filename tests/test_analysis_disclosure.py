"""Disclosures: names, numbers and addresses of people are seen in texts, those of places and offices are not."""

import pytest

from analysis.disclosure import Disclosure, DisclosureKind, disclosures, has_any

NAME, PHONE, EMAIL, IBAN, ADDRESS = DisclosureKind

SEEN = {
    "Demandez à Mme Lefèvre-Dupont.": [(NAME, "Lefèvre-Dupont")],
    "M. de La Tour gare sa voiture ici.": [],
    "Monsieur Jean-Marc Bertholon bruite la nuit": [(NAME, "Jean-Marc Bertholon")],
    "Mon voisin Karim Benali m'aide.": [(NAME, "Karim Benali")],
    "Le Dr Martin et Me DURAND": [(NAME, "Martin"), (NAME, "DURAND")],
    "Appelez le 06 12 34 56 78 ou +33 1 23 45 67 89": [(PHONE, "06 12 34 56 78"), (PHONE, "+33 1 23 45 67 89")],
    "Écrivez à jeanne.b@exemple.fr": [(EMAIL, "jeanne.b@exemple.fr")],
    "Versez sur FR76 3000 6000 0112 3456 7890 189": [(IBAN, "FR76 3000 6000 0112 3456 7890 189")],
    "J'habite au 12 bis, rue des Lilas et j'attends": [(ADDRESS, "12 bis, rue des Lilas")],
    "au 4 avenue Jean Jaurès, bâtiment B": [(ADDRESS, "4 avenue Jean Jaurès")],
}
UNSEEN = (
    "Madame la Maire et Monsieur le Préfet doivent agir.",
    "La rue Victor Hugo et l'école Louise Michel sont sombres.",
    "Le parc Marie Curie manque de bancs.",
    "Plus de bus en 2027, 300 places et 12 000 euros.",
    "Les 3 rues du centre sont à revoir.",
    "Paris Plage revient cet été.",
    "Demain, Claire ira au marché.",
)


def kinds(text: str) -> list[tuple[DisclosureKind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in disclosures(text, with_model=False)]


@pytest.mark.parametrize("text", SEEN)
def test_what_is_somebodys_is_seen_with_its_place(text: str) -> None:
    assert kinds(text) == SEEN[text]
    assert has_any(text) == bool(SEEN[text])


@pytest.mark.parametrize("text", UNSEEN)
def test_places_and_offices_are_nobodys(text: str) -> None:
    assert kinds(text) == []


def test_every_number_is_seen_not_the_first_alone() -> None:
    text = "06 12 34 56 78 puis 06 12 34 56 79"
    assert kinds(text) == [(PHONE, "06 12 34 56 78"), (PHONE, "06 12 34 56 79")]


def test_of_two_that_overlap_the_longer_counts() -> None:
    text = "Madame Jeanne Bertholon"
    assert disclosures(text, with_model=False) == [Disclosure(7, 23, NAME)]


def test_nothing_is_in_an_empty_text() -> None:
    assert (disclosures(""), has_any("")) == ([], False)
