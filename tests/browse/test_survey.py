"""A survey in a browser, from its first question to what everybody reads, with script and without; axe on each page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.tenant import Feature
from tests.browse.test_accessible import violations
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import NO, said, sent


@pytest.fixture
def activity(given: Given, rennes: Portal) -> Iterator[str]:
    """A survey without a form, at a portal that has surveys for as long."""
    had = {Feature(name) for name in rennes.ask("{ portal { features } }")["portal"]["features"]}
    given.features(rennes, had | {Feature.SURVEY})
    yield given.activity(rennes, kind="SURVEY")
    given.features(rennes, had)


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def people(chromium: Browser, home: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Page]]:
    """An administrator at a desk and a resident with a phone, signed in; without script the portal's files do not come."""
    pages = []
    for name, width in (("L’administration", 1280), ("Une habitante", 390)):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, service_workers="block", bypass_csp=True
        )
        if not request.param:
            context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{home}/moi")
        page.get_by_role("button", name=name).click()
        pages.append(page)
    yield pages[0], pages[1]
    for page in pages:
        page.context.close()


def look(page: Page, axe: str) -> None:
    """It fits, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page, axe) == []


def ask(admin: Page, desk: str, kind: str, title: str, *options: str, after: str = "") -> None:
    """Add a question by its form."""
    admin.goto(f"{desk}/question")
    admin.get_by_label("Type de question").select_option(label=kind)
    admin.get_by_role("button", name="Montrer les champs de ce type").click()
    admin.get_by_label("Question", exact=True).fill(title)
    for place, option in enumerate(options, 1):
        admin.get_by_label(f"Réponses proposées – {place}", exact=True).fill(option)
    if after:
        admin.get_by_label(after, exact=True).check()
    admin.get_by_role("button", name="Garder cette question").click()
    expect(admin.get_by_role("link", name=title)).to_be_visible()


def test_survey_goes_from_its_first_question_to_its_results(
    given: Given, rennes: Portal, home: str, people: tuple[Page, Page], activity: str, axe: str
) -> None:
    admin, resident = people
    desk = f"{home}/gestion/enquetes/{activity}"
    ask(admin, desk, "Choix unique", "Venez-vous à vélo ?", "À vélo", "Autrement")
    ask(admin, desk, "Texte court", "Par quelle rue ?", after="À vélo")
    look(admin, axe)
    admin.get_by_role("button", name="Publier le questionnaire").click()

    resident.goto(f"{home}/activite/{activity}")
    resident.get_by_role("link", name="Répondre").click()
    look(resident, axe)
    resident.get_by_label("À vélo").check()
    resident.get_by_role("button", name="Continuer").click()
    resident.get_by_label("Par quelle rue ?").fill("Rue de la Soif")
    resident.get_by_role("button", name="Continuer").click()
    expect(resident.get_by_text("Rue de la Soif")).to_be_visible()
    look(resident, axe)
    resident.get_by_role("button", name="Envoyer ma réponse").click()
    expect(resident.get_by_text("votre réponse est envoyée")).to_be_visible()

    sent(given, rennes, activity, said("q1", options=[NO]), count=5)
    given.close_activity(rennes, activity)
    admin.goto(desk)
    admin.get_by_role("button", name="Compter les réponses").click()
    admin.get_by_label("Publier – Venez-vous à vélo ?").check()
    admin.get_by_role("button", name="Compter et publier ce qui est coché").click()
    look(admin, axe)
    resident.goto(f"{home}/enquete/{activity}/resultats")
    expect(resident.get_by_role("heading", name="Venez-vous à vélo ?")).to_be_visible()
    expect(resident.get_by_text("Par quelle rue ?")).to_have_count(0)
    look(resident, axe)
