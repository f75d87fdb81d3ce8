"""Full-text search as French people type it: without accents, in any form of a word, « ou », quotes and minus."""

import pytest

from tests import acting
from tests.conftest import Portal
from tests.given import Given

TEXTS = {
    "pharmacie": ("Aller chercher des MÉDICAMENTS", "Ma voisine ne peut plus se déplacer jusqu'à la pharmacie."),
    "jardin": ("Prêt d'une tondeuse à gazon", "Je prête aussi des outils de jardinage, le week-end."),
    "œufs": ("Œufs frais du poulailler", "Douze œufs par semaine, pris dans l’Île de Nantes."),
    "vélo": ("Réparation de vélos", "Crevaisons, freins et pédales. Pas de trottinettes."),
    "chat": ("Garde d'un chat", "Je cherche quelqu'un pour nourrir mon chat pendant les vacances d'été."),
    "lecture": ("Lire le journal à voix haute", "Une heure de lecture par semaine, à domicile."),
}

FIND = "query ($activity: ID!, $search: String) { contributions(activity: $activity, search: $search) { totalCount nodes { id } } }"


@pytest.fixture(scope="module")
def activity(given: Given, town: Portal) -> str:
    return given.activity(town, kind="IDEA_BOX", location_rule="OPTIONAL")


@pytest.fixture(scope="module")
def names(given: Given, town: Portal, activity: str) -> dict[str, str]:
    """What is published, by id."""
    author = given.actor(town)
    return {acting.published(author, activity, title=title, body=body): name for name, (title, body) in TEXTS.items()}


def found(portal: Portal, activity: str, names: dict[str, str], search: str | None) -> set[str]:
    answer = portal.ask(FIND, activity=activity, search=search)["contributions"]
    assert answer["totalCount"] == len(answer["nodes"])
    return {names[node["id"]] for node in answer["nodes"]}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("médicament", {"pharmacie"}),
        ("medicaments", {"pharmacie"}),
        ("MEDICAMENT", {"pharmacie"}),
        ("Médicaments", {"pharmacie"}),
        ("tondeuses", {"jardin"}),
        ("jardinages", {"jardin"}),
        ("oeuf", {"œufs"}),
        ("œufs", {"œufs"}),
        ("OEUFS", {"œufs"}),
        ("ile", {"œufs"}),
        ("l'île", {"œufs"}),
        ("l’Ile de nantes", {"œufs"}),
        ("reparer velo", {"vélo"}),
        ("vélos", {"vélo"}),
        ("un vélo à réparer", {"vélo"}),
        ("les vacances", {"chat"}),
        ("réparations vélo", {"vélo"}),
        ("chats", {"chat"}),
        ("ete", {"chat"}),
        ("lectures", {"lecture"}),
        ("introuvable", set()),
        ("week-end", {"jardin"}),
        ("week end", {"jardin"}),
        ("weekend", {"jardin"}),
        ("l'été", {"chat"}),
        ("sans vélo", set()),
        ("trottinette/vélo", {"vélo"}),
    ],
)
def test_words_are_found_in_any_form_case_and_accent(
    town: Portal, activity: str, names: dict[str, str], search: str, expected: set[str]
) -> None:
    assert found(town, activity, names, search) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("semaine", {"œufs", "lecture"}),
        ("semaine oeufs", {"œufs"}),
        ("semaine -oeufs", {"lecture"}),
        ("semaine -œufs -lecture", set()),
        ("chat ou vélo", {"chat", "vélo"}),
        ("chat OU vélo ou lecture", {"chat", "vélo", "lecture"}),
        ("chat or vélo", {"chat", "vélo"}),
        ("chat où vélo", set()),
        ("ou chat", {"chat"}),
        ("chat ou", {"chat"}),
        ("-chat", {"pharmacie", "jardin", "œufs", "vélo", "lecture"}),
        ('"journal à voix"', {"lecture"}),
        ('"voix journal"', set()),
        ('"outils de jardinage" ou "un chat"', {"jardin", "chat"}),
        ('chat -"vacances d\'été"', set()),
    ],
)
def test_operators_of_a_search(
    town: Portal, activity: str, names: dict[str, str], search: str, expected: set[str]
) -> None:
    assert found(town, activity, names, search) == expected


BEGUN = """query ($activity: ID!, $search: String!) {
  contributions(activity: $activity, search: $search, match: BEGINNING) { totalCount nodes { id } }
}"""


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("tond", {"jardin"}),
        ("tondeuse", {"jardin"}),
        ("tondeuses", {"jardin"}),
        ("répar", {"vélo"}),
        ("REPARATI", {"vélo"}),
        ("réparation", {"vélo"}),
        ("œuf", {"œufs"}),
        ("semaine lect", {"lecture"}),
        ("lect semaine", set()),  # The last word alone may be only begun.
        ("chat ou tond", {"chat", "jardin"}),
        ("l’île", {"œufs"}),
        ("week-en", {"jardin"}),
        ("-trottin", {"pharmacie", "jardin", "œufs", "vélo", "chat", "lecture"}),  # No such word is there.
        ('"à voix hau', set()),
        ("tond ", set()),
        ("to", set()),
        ("tondre", set()),
        ("", set()),
    ],
)
def test_the_last_word_may_be_only_begun(
    town: Portal, activity: str, names: dict[str, str], search: str, expected: set[str]
) -> None:
    answer = town.ask(BEGUN, activity=activity, search=search)["contributions"]
    assert answer["totalCount"] == len(answer["nodes"])
    assert {names[node["id"]] for node in answer["nodes"]} == expected


def test_every_beginning_of_a_word_finds_it(town: Portal, given: Given) -> None:
    activity = given.activity(town, kind="IDEA_BOX")
    words = "boulangerie nationalement foyer canaux habitations heureuse croyais"
    acting.published(given.actor(town), activity, title="Des mots", body=words)
    begun = [word[:size] for word in words.split() for size in range(3, len(word) + 1)]
    asked = {word: town.ask(BEGUN, activity=activity, search=word)["contributions"]["totalCount"] for word in begun}
    assert asked == dict.fromkeys(begun, 1)


@pytest.mark.parametrize("search", ["", "   ", "le la les de", "!!! ???"])
def test_search_without_a_word_finds_nothing(town: Portal, activity: str, names: dict[str, str], search: str) -> None:
    assert found(town, activity, names, search) == set()


def test_null_search_is_no_search(town: Portal, activity: str, names: dict[str, str]) -> None:
    assert found(town, activity, names, None) == set(TEXTS)


def test_revised_text_is_found_and_the_former_is_not(given: Given, town: Portal) -> None:
    activity, author = given.activity(town, kind="IDEA_BOX"), given.actor(town)
    id_ = acting.published(author, activity, title="Un banc public", body="Devant l'école")
    acting.revise(author, id_, title="Une fontaine")
    names = {id_: "it"}
    assert found(town, activity, names, "banc") == set()
    assert found(town, activity, names, "fontaine école") == {"it"}


def test_search_with_place_kind_zone_and_order(rennes: Portal) -> None:
    """Each filter alone and all together hold for every row, and nothing that holds is left out."""
    near = {"lat": 48.1113, "lng": -1.68, "radiusM": 1_500}
    zone = rennes.ask("{ zones { id name } }")["zones"][0]
    query = """query ($near: NearInput, $kinds: [ContributionKind!], $zone: ID, $search: String, $order: ContributionOrder! = NEWEST) {
      contributions(near: $near, kinds: $kinds, zone: $zone, search: $search, order: $order, first: 100) { totalCount nodes { id } } }"""

    def ids(**variables: object) -> set[str]:
        answer = rennes.ask(query, **variables)["contributions"]
        assert answer["totalCount"] == len(answer["nodes"])
        return {node["id"] for node in answer["nodes"]}

    here, inside, found = ids(near=near), ids(zone=zone["id"]), ids(search="aide ou jardin")
    offers = ids(kinds=["OFFER"], search="aide ou jardin")
    for some in (here & found, here - found, found - here, inside & found, found - inside, offers, found - offers):
        assert some, "the filters tell nothing apart"
    for order in ("NEWEST", "NEAREST", "MOST_SUPPORTED"):
        assert ids(near=near, search="aide ou jardin", order=order) == here & found
        assert ids(near=near, kinds=["OFFER"], search="aide ou jardin", order=order) == here & offers
    assert ids(zone=zone["id"], search="aide ou jardin") == inside & found
    assert ids(zone=zone["id"], near=near, search="aide ou jardin") == inside & here & found
