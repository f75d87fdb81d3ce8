"""Likeness: PostgreSQL reads titles as Python does, and a hint gives what comparing with each one gives."""

import unicodedata
from random import Random

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some

from demo.text.idea import IDEAS
from demo.text.need import NEEDS
from models import likeness
from models.lineage import LIKE, LIKENESS_SCALE
from tests.acting import published
from tests.conftest import Own, Portal
from tests.given import Given

READ = """SELECT platform.plain(title), tsvector_to_array(platform.trigrams(title))
  FROM unnest(%s::text[]) WITH ORDINALITY AS given (title, place) ORDER BY place"""
LIKE_IT = """query($activity: ID!, $title: String!, $first: Int = 50, $after: String) {
  similarProposals(activity: $activity, title: $title, first: $first, after: $after) {
    nodes { id title } pageInfo { endCursor } } }"""
SIGNS = some.characters(min_codepoint=0x20, max_codepoint=0x36F) | some.sampled_from(
    "œŒæÞ½™º’«»·…–‑\u200b\u202f\ufe0f🚲ﬁ"
)
TITLES = tuple(title for story in (*IDEAS, *NEEDS) for title in story.titles)


def read(own: Own, titles: list[str]) -> list[tuple[str, list[str]]]:
    return [(plain, sorted(trigrams)) for plain, trigrams in own.rows(READ, titles)]


def reckoned(title: str) -> tuple[str, list[str]]:
    plain = likeness.normal(title)
    return plain, sorted(likeness.trigrams(plain))


@settings(max_examples=60, deadline=None)
@drawn(titles=some.lists(some.text(SIGNS, max_size=60), min_size=1, max_size=20))
def test_postgresql_reads_titles_as_python_does(own: Own, titles: list[str]) -> None:
    assert read(own, titles) == [reckoned(title) for title in titles]


def test_postgresql_reads_the_demonstrations_titles_as_python_does(own: Own) -> None:
    titles = [*TITLES, *(unicodedata.normalize("NFD", title) for title in TITLES), "", "é", "L’œuvre ─ d’Æneas"]
    assert read(own, titles) == [reckoned(title) for title in titles]


def share(one: str, other: str) -> int:
    trigrams = (likeness.trigrams(likeness.normal(title)) for title in (one, other))
    return int(likeness.similarity(*trigrams) * LIKENESS_SCALE + 1e-9)


def spelt(title: str, chance: Random) -> str:
    """Another way to say it: words left out, put elsewhere, cut or without accents, and one word that all have."""
    words = [word for word in title.split() if chance.random() < 0.8]
    if chance.random() < 0.3:
        chance.shuffle(words)
    said = " ".join(word[: chance.choice((4, 30))] for word in words)
    return "Banc " + (likeness.normal(said) if chance.random() < 0.5 else said)[:200]


def paged(who: Portal, box: str, typed: str) -> list[dict[str, str]]:
    """The first three and the rest."""
    first = who.ask(LIKE_IT, activity=box, title=typed, first=3)["similarProposals"]
    rest = who.ask(LIKE_IT, activity=box, title=typed, after=first["pageInfo"]["endCursor"])["similarProposals"]
    return [*first["nodes"], *rest["nodes"]]


def test_a_hint_shows_what_comparing_with_each_title_shows(given: Given, town: Portal) -> None:
    chance, box, author = Random(90), given.activity(town, kind="IDEA_BOX"), given.actor(town)
    titles = [spelt(title, chance) for title in chance.sample(TITLES, 4) for _ in range(9)]
    ids = {published(author, box, title=title): title for title in titles}
    told = []
    for typed in (*(spelt(title, chance) for title in titles[::3]), "Banc", "banc " * 50):
        nodes = town.ask(LIKE_IT, activity=box, title=typed)["similarProposals"]["nodes"]
        shares = [share(typed, node["title"]) for node in nodes]
        assert {node["id"] for node in nodes} == {id_ for id_, title in ids.items() if share(typed, title) >= LIKE}
        assert shares == sorted(shares, reverse=True)
        assert paged(town, box, typed) == nodes
        told.append(len(nodes))
    assert min(told) < max(told) > 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Un vélo à l’école", "Un velo a l’ecole"),
        ("Réparer nos vélos", "reparer un velo"),
        ("Étudiant·e·s d’ici", "Les étudiants d’ici"),
        ("Voisin(e)s", "VOISINS"),
        (unicodedata.normalize("NFD", "Piéton"), "Des piétons"),
        ("Cœur de ville", "coeur"),
    ],
)
def test_words_are_the_same_with_accents_or_without_in_the_plural_and_for_women_and_men(
    given: Given, town: Portal, one: str, other: str
) -> None:
    box, author = given.activity(town, kind="IDEA_BOX"), given.actor(town)
    for there, typed in ((one, other), (other, one)):
        proposed = published(author, box, title=there, body="Voilà.")
        nodes = town.ask(LIKE_IT, activity=box, title=typed)["similarProposals"]["nodes"]
        assert proposed in {node["id"] for node in nodes}
