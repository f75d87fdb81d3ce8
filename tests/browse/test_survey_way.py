"""A survey in the browser, from the dashboard to its figures: an administrator, three people and a moderator.

What is answered is published as counts alone, so a moderator has nothing to judge there: what they judge is the idea
that somebody publishes beside it, in an idea box where moderators read first."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from models.tenant import Feature
from tests.browse.test_debate_way import people, space_of, with_roles
from tests.browse.test_survey import ask, look
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import said, sent

__all__ = ["people"]  # A fixture.

HOW, WHY = "Comment venez-vous au marché ?", "Pourquoi ?"
BIKE, BUS, FOOT = "o1", "o2", "o3"
IDEA = "Un abri à vélos devant la halle"


@pytest.fixture
def city(given: Given, rennes: Portal) -> Iterator[Portal]:
    """The city with surveys."""
    before = rennes.record.features
    given.features(rennes, before | {Feature.SURVEY})
    yield rennes
    given.features(rennes, before)


def add(admin: Page, space: str, kind: str, title: str) -> str:
    """The desk's page of a new activity of a space."""
    admin.goto(space)
    summary = admin.get_by_text("Ajouter une activité")
    if not admin.get_by_label("Que fait-on").is_visible():
        summary.click()
    admin.get_by_label("Que fait-on").select_option(kind)
    admin.locator("#new-title").fill(title)
    admin.get_by_role("button", name="Ajouter", exact=True).click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(title)
    return admin.url.partition("?")[0].partition("#")[0]


def answer(person: Page, home: str, activity: str, how: str, why: str) -> None:
    """A survey of one page, and the look at what one sends."""
    person.goto(f"{home}/activite/{activity}")
    person.get_by_role("link", name="Répondre").click()
    person.get_by_label(how).check()
    person.get_by_label(WHY).fill(why)
    person.get_by_role("button", name="Continuer").click()
    person.get_by_role("button", name="Envoyer ma réponse").click()
    expect(person.get_by_text("votre réponse est envoyée")).to_be_visible()
    assert person.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def propose(person: Page, home: str, activity: str) -> str:
    """The page of an idea that waits for a moderator."""
    person.goto(f"{home}/publier/{activity}?kind=PROPOSAL")
    person.get_by_label("Titre", exact=True).fill(IDEA)
    person.get_by_label("Texte", exact=True).fill("Pour venir par tous les temps.")
    person.get_by_role("button", name="Continuer").click()
    person.get_by_role("button", name="Publier").click()
    waiting = person.locator("#relecture").get_by_role("link", name=IDEA)
    return home + str(waiting.get_attribute("href")).removesuffix("/retiree")


def exported(admin: Page) -> list[list[Any]]:
    """The rows of the workbook that the administrator fetches, without the day of each answer."""
    with admin.expect_download() as fetched:
        admin.get_by_role("link", name="Excel (XLSX)").click()
    book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()), read_only=True)
    return [
        [cell for place, cell in enumerate(row) if place != 2] for row in book["Réponses"].iter_rows(values_only=True)
    ]


def test_survey_goes_from_the_dashboard_to_its_figures(
    people: dict[str, Page], home: str, given: Given, city: Portal, axe: str
) -> None:
    with_roles(people, given, city)
    admin, first, second, third, moderator = people.values()
    space_of(admin, home, "Venir au marché", "BLANK")
    space = admin.url.partition("?")[0]
    box = add(admin, space, "IDEA_BOX", "Vos idées pour le marché").rpartition("/")[2]
    admin.locator("input[name=locationRule][value=NONE]").check()
    admin.locator("input[name=reviewRule][value=BEFORE_PUBLICATION]").check()
    admin.get_by_role("button", name="Enregistrer", exact=True).first.click()
    activity = add(admin, space, "SURVEY", "Vos trajets").rpartition("/")[2]
    look(admin, axe)
    admin.get_by_role("link", name="Questionnaire et résultats").click()
    desk = admin.url
    ask(admin, desk, "Choix unique", HOW, "À vélo", "En bus", "À pied")
    ask(admin, desk, "Texte court", WHY)
    admin.get_by_role("button", name="Publier le questionnaire").click()

    answer(first, home, activity, "À vélo", "=1+1")
    answer(second, home, activity, "À vélo", "C'est le plus court.")
    answer(third, home, activity, "À pied", "J'habite en face.")
    sent(given, city, activity, said("q1", options=[BUS]), count=5)
    sent(given, city, activity, said("q1", options=[FOOT]), count=5)

    idea = propose(third, home, box)
    assert first.goto(idea).status == 404  # type: ignore[union-attr]  # A page of the portal.
    moderator.goto(f"{home}/gestion/moderation")
    moderator.get_by_role("link", name=IDEA).click()
    moderator.get_by_role("button", name="Accepter et publier").click()
    first.goto(idea)
    expect(first.get_by_role("heading", level=1)).to_have_text(IDEA)

    given.close_activity(city, activity)
    admin.goto(desk)
    admin.get_by_role("button", name="Compter les réponses").click()
    admin.get_by_label(f"Publier – {HOW}").check()
    admin.get_by_role("button", name="Compter et publier ce qui est coché").click()
    expect(admin.get_by_text("Les résultats ont été publiés")).to_be_visible()
    look(admin, axe)
    rows = exported(admin)
    assert rows[0] == ["answer", "version", "channel", "proof", "is_double", "q1", "q2"]
    assert rows[1:4] == [
        [1, 1, "ACCOUNT", None, 0, BIKE, "'=1+1"],
        [2, 1, "ACCOUNT", None, 0, BIKE, "C'est le plus court."],
        [3, 1, "ACCOUNT", None, 0, FOOT, "J'habite en face."],
    ]
    assert sorted(str(row[5]) for row in rows[4:]) == [BUS] * 5 + [FOOT] * 5

    for person in (first, second):
        person.goto(f"{home}/activite/{activity}")
        person.get_by_role("link", name="Voir les résultats").click()
        expect(person.get_by_role("heading", name=HOW)).to_be_visible()
        expect(person.get_by_role("row", name="À vélo")).to_contain_text("masqué")
        expect(person.get_by_role("row", name="En bus")).to_contain_text("masqué")
        expect(person.get_by_role("row", name="À pied")).to_contain_text("6")
        expect(person.get_by_text(WHY)).to_have_count(0)
        assert person.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    look(second, axe)
