"""Two neighbours, each with a phone: a request, an answer, the place, the end; with script, and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

_numbers = count(1)


@dataclass(frozen=True)
class Neighbours:
    """Who asks, who helps, and where."""

    asking: Page
    helping: Page
    home: str

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.home}{path}")


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def neighbours(chromium: Browser, home: str, request: pytest.FixtureRequest) -> Iterator[Neighbours]:
    """Both are signed in; nothing may fail on the console."""
    pages, errors = [], []
    for name in ("Une habitante", "Un modérateur"):
        context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{home}/moi")
        page.get_by_role("button", name=name).click()
        pages.append(page)
    yield Neighbours(pages[0], pages[1], home)
    assert errors == []
    for page in pages:
        page.context.close()


def ask_for_help(them: Neighbours, title: str) -> str:
    """Publish a request as people do; where its page is."""
    page = them.asking
    them.go(page, "/publier")
    page.get_by_role("link", name="Demander de l’aide").first.click()
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Texte", exact=True).fill("Samedi matin, une petite heure.")
    page.get_by_text("Cette semaine").check()
    page.get_by_role("button", name="Continuer").click()
    page.locator("#location label, .places label").first.click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()
    return page.url.partition("?")[0]


def test_neighbours_find_each_other_meet_and_say_that_it_is_done(neighbours: Neighbours) -> None:
    them, title = neighbours, f"Monter une armoire n° {next(_numbers)}"
    address = ask_for_help(them, title)

    helper = them.helping
    helper.goto(address)
    helper.get_by_role("link", name="Proposer mon aide").click()
    helper.get_by_label("Votre message").fill("Je viens samedi. Mon numéro : 06 12 34 56 78.")
    helper.get_by_label("J’ai 15 ans ou plus").check()
    helper.get_by_role("button", name="Envoyer").click()
    expect(helper.get_by_text("C’est envoyé.")).to_be_visible()
    expect(helper.get_by_text("Vos coordonnées ne seront lues qu’une fois d’accord.")).to_be_visible()

    asking = them.asking
    them.go(asking, "/moi")
    asking.locator("#a-repondre").get_by_role("link", name=title).click()
    expect(asking.locator(".words").get_by_text("Mon numéro : […]")).to_be_visible()
    asking.get_by_text("Ma rue, telle que je l’écris").check()
    asking.get_by_label("Rue ou adresse").fill("Rue de Brest, au 12")
    asking.get_by_role("button", name="Oui, d’accord").click()
    expect(asking.get_by_role("heading", name="Vous êtes en relation")).to_be_visible()
    expect(asking.locator(".words").get_by_text("06 12 34 56 78")).to_be_visible()

    helper.reload()
    expect(helper.get_by_text("Rue de Brest, au 12")).to_be_visible()
    helper.get_by_label("Votre message").fill("À samedi !")
    helper.get_by_role("button", name="Envoyer").click()
    expect(helper.locator(".own-words").get_by_text("À samedi !")).to_be_visible()
    helper.get_by_role("button", name="C’est fait").click()
    expect(helper.get_by_role("heading", name="Vous avez dit que c’est fait")).to_be_visible()

    them.go(asking, "/moi")
    asking.locator("#a-repondre").get_by_role("link", name=title).click()
    asking.get_by_role("button", name="Oui, c’est fait").click()
    expect(asking.get_by_text("C’est fait, merci à vous deux")).to_be_visible()


def test_what_the_other_writes_appears_and_nothing_typed_is_lost(
    neighbours: Neighbours, request: pytest.FixtureRequest
) -> None:
    """With script at once; without, when the page is asked for again."""
    is_live = "no script" not in request.node.name
    them, title = neighbours, f"Porter un sac de terreau n° {next(_numbers)}"
    address = ask_for_help(them, title)
    helper, asking = them.helping, them.asking
    helper.goto(address)
    helper.get_by_role("link", name="Proposer mon aide").click()
    helper.get_by_label("Votre message").fill("Je passe demain.")
    helper.get_by_label("J’ai 15 ans ou plus").check()
    helper.get_by_role("button", name="Envoyer").click()
    expect(helper.get_by_text("C’est envoyé.")).to_be_visible()

    them.go(asking, "/moi")
    asking.locator("#a-repondre").get_by_role("link", name=title).click()
    asking.get_by_role("button", name="Oui, d’accord").click()
    expect(asking.get_by_role("heading", name="Vous êtes en relation")).to_be_visible()
    if not is_live:
        helper.reload()
    expect(helper.get_by_role("heading", name="Vous êtes en relation")).to_be_visible()
    helper.get_by_label("Votre message").fill("Je commence à écrire")
    asking.get_by_label("Votre message").fill("Le sac est au fond de la cour.")
    asking.get_by_role("button", name="Envoyer").click()
    if not is_live:
        helper.reload()
    expect(helper.locator(".other-words .words").get_by_text("au fond de la cour")).to_be_visible()
    if is_live:
        expect(helper.get_by_label("Votre message")).to_have_value("Je commence à écrire")
    asking.get_by_role("button", name="C’est fait").click()
    expect(asking.get_by_role("heading", name="Vous avez dit que c’est fait")).to_be_visible()
    if not is_live:
        helper.reload()
        helper.get_by_label("Votre message").fill("Je commence à écrire")
    expect(helper.get_by_role("heading", name="Est-ce bien fait ?")).to_be_visible()
    helper.get_by_role("button", name="Oui, c’est fait").click()
    expect(helper.get_by_text("C’est fait, merci à vous deux")).to_be_visible()
    expect(helper.get_by_label("Votre message")).to_have_value("Je commence à écrire")
    if is_live:
        expect(asking.get_by_text("C’est fait, merci à vous deux")).to_be_visible()
