"""Amending: headings as well as words, and what authors are told of articles that are split or removed meanwhile."""

from typing import Any

import pytest

from tests.acting import refused
from tests.administering import do
from tests.amending import ONE, SOURCE, THREE, TWO, amendment, body, consulted, decide, propose, proposed, publish, text
from tests.conftest import Portal
from tests.given import Given
from tests.telling import person, told


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def activity(given: Given, town: Portal, admin: Portal) -> str:
    return consulted(given, town, admin)


def heading(who: Portal, activity: str, article: int) -> str:
    articles = text(who, activity)["version"]["articles"]
    return next(str(one["heading"]) for one in articles if one["number"] == article)


def retitle(who: Portal, activity: str, article: int, wording: str, **fields: Any) -> str:
    """The id of an amendment of a heading."""
    payload = propose(who, activity, article, wording, isOnHeading=True, **fields)
    assert payload["userErrors"] == [], payload
    return str(payload["contribution"]["id"])


def test_heading_is_amended_beside_the_words_below_it_and_keeps_its_number(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    people = [given.actor(town) for _ in range(4)]
    title = retitle(people[0], activity, ONE, "Article 1 – Des jardins")
    again = retitle(people[1], activity, ONE, "Article 1 – Des potagers")
    words = proposed(people[2], activity, ONE, "Les jardins", "Tous les jardins")
    section = retitle(people[3], activity, 1, "Titre premier – Les lieux")
    there = amendment(town, title)
    assert (there["heading"], there["oldWords"], there["newWords"]) == ("Article 1", "", " – Des jardins")
    assert [one["words"] for one in there["comparison"]] == ["Article 1", " – Des jardins"]
    assert [one["contribution"]["id"] for one in there["onSameWords"]["nodes"]] == [again]
    assert [decide(admin, one) for one in (title, words, section)] == [[], [], []]
    assert decide(admin, again) == refused("AMENDMENTS_OVERLAP", "decision")
    publish(admin, activity, 1)
    assert (heading(town, activity, ONE), heading(town, activity, 1)) == (
        "Article 1 – Des jardins",
        "Titre premier – Les lieux",
    )
    assert body(town, activity, ONE) == "Tous les jardins sont ouverts à tous les habitants."
    assert [amendment(town, one)["mergedIn"] for one in (title, words, section)] == [2, 2, 2]
    assert amendment(town, again)["state"] == "OUTDATED"


def test_heading_never_goes_and_is_one_line(given: Given, town: Portal, admin: Portal, activity: str) -> None:
    who = given.actor(town)
    for wording in (None, "", "  "):
        assert propose(who, activity, ONE, wording, isOnHeading=True)["userErrors"] == refused("TOO_SHORT", "wording")
    assert propose(who, activity, ONE, "x" * 256, isOnHeading=True)["userErrors"] == refused("TOO_LONG", "wording")
    assert propose(who, activity, ONE, "Article 1", isOnHeading=True)["userErrors"] == refused(
        "WORDING_UNCHANGED", "wording"
    )
    first = retitle(who, activity, ONE, f"{'x' * 200} Article 1")
    other = retitle(given.actor(town), activity, ONE, f"Article 1 {'y' * 200}")
    assert decide(admin, first, "ACCEPTED_IN_PART", words="deux\nlignes") == refused("BAD_INPUT", "words")
    assert [decide(admin, one) for one in (first, other)] == [[], []]
    assert do(admin, "textVersionPrepare", activity=activity, version=1)["userErrors"] == refused(
        "ACTION_NOT_POSSIBLE", "version"
    ), "both together are too long"
    assert decide(admin, other, "REJECTED") == []
    publish(admin, activity, 1)
    assert heading(town, activity, ONE) == f"{'x' * 200} Article 1"


def test_heading_amendment_goes_on_where_the_words_below_change_and_is_outdated_by_another_heading(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    author = given.actor(town)
    kept = retitle(author, activity, TWO, "Article 2 – De l'eau")
    lost = retitle(given.actor(town), activity, THREE, "Article 3 – Des outils")
    changed = SOURCE.replace("le soir", "la nuit").replace("## Article 3", "## Outillage {#5}")
    publish(admin, activity, 1, changed)
    assert [amendment(town, one)["state"] for one in (kept, lost)] == ["OPEN", "OUTDATED"]
    assert (amendment(town, kept)["version"], heading(town, activity, THREE)) == (2, "Outillage")
    assert decide(admin, kept) == []
    publish(admin, activity, 2)
    assert heading(town, activity, TWO) == "Article 2 – De l'eau"


def test_author_is_told_that_an_article_was_split_or_removed_under_an_open_amendment(
    given: Given, town: Portal, admin: Portal, activity: str
) -> None:
    people = [person(given, town) for _ in range(3)]
    morning = proposed(people[0], activity, TWO, "interdit", "permis")
    gone = proposed(people[1], activity, THREE, "outils", "arrosoirs")
    proposed(people[2], activity, ONE, "habitants", "voisins")
    split = SOURCE.replace(" Le matin, il est interdit.", "\n\n## Article 2 bis\n\nLe matin, il est interdit.")
    publish(admin, activity, 1, split[: split.index("## Article 3")])
    assert [amendment(town, one)["state"] for one in (morning, gone)] == ["OUTDATED", "OUTDATED"]

    moved = [[of for kind, of in told(given, who) if kind == "AMENDMENT_MOVED"] for who in people]
    assert moved == [[morning], [gone], []]
