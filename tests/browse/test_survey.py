"""A survey in a browser, from its first question to what everybody reads, with script and without; axe on each page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from models.tenant import Feature
from tests.administering import done
from tests.browse.test_accessible import violations
from tests.conftest import Portal
from tests.given import Given
from tests.surveying import NO, said, sent
from tests.test_phase import put


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
    """It fits, and axe finds nothing, from the top: half of what is scrolled below the head is too small for it."""
    page.evaluate("window.scrollTo(0, 0)")
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
    with admin.expect_navigation():
        admin.get_by_role("button", name="Compter et publier ce qui est coché").click()
    look(admin, axe)
    resident.goto(f"{home}/enquete/{activity}/resultats")
    expect(resident.get_by_role("heading", name="Venez-vous à vélo ?")).to_be_visible()
    expect(resident.get_by_text("Par quelle rue ?")).to_have_count(0)
    look(resident, axe)


def test_file_goes_with_the_answer_and_a_proof_is_asked_before_it_is_sent(
    given: Given, rennes: Portal, home: str, people: tuple[Page, Page], activity: str, axe: str, tmp_path: Path
) -> None:
    admin, resident = people
    office = given.actor(rennes, role="ADMIN")
    form = [
        {"kind": "FILE", "title": "Une pièce ?", "help": "Un plan, par exemple."},
        {"kind": "TEXT", "title": "Un mot ?"},
    ]
    done(office, "surveyFormSave", activity=activity, edition=0, questions=form)
    done(office, "surveyFormPublish", activity=activity, edition=1)
    admin.goto(f"{home}/gestion/enquetes/{activity}")
    admin.get_by_text("Changer qui peut répondre").click()
    admin.get_by_label("Une déclaration sur l’honneur").check()
    look(admin, axe)
    admin.locator("#qui").get_by_role("button", name="Enregistrer").click()
    expect(admin.get_by_text("Cette enquête demande")).to_be_visible()

    page = f"{home}/enquete/{activity}"
    resident.set_viewport_size({"width": 320, "height": 800})
    resident.goto(page)
    look(resident, axe)
    program = tmp_path / "facture.pdf"
    program.write_bytes(b"MZ\x90\x00\x03\x00\x00\x00")
    resident.get_by_label("Une pièce ?").set_input_files(program)
    resident.get_by_role("button", name="Continuer").click()
    expect(resident.get_by_role("alert")).to_contain_text("pas accepté")
    look(resident, axe)
    plan = tmp_path / "plan.txt"
    plan.write_text("Entre le 12 et le 20.", "utf-8")
    resident.get_by_label("Une pièce ?").set_input_files(plan)
    resident.get_by_role("button", name="Continuer").click()
    resident.get_by_label("Un mot ?").fill("Merci")
    resident.get_by_role("button", name="Page précédente").click()
    expect(resident.get_by_text("plan.txt")).to_be_visible()
    look(resident, axe)
    resident.get_by_role("button", name="Continuer").click()
    resident.get_by_role("button", name="Continuer").click()
    expect(resident.get_by_role("heading", name="Qui peut répondre")).to_be_visible()
    look(resident, axe)
    put(given, rennes, activity, "EXAMINE")
    resident.goto(page)
    expect(resident.get_by_text("On ne répond pas à cette étape.")).to_be_visible()
    look(resident, axe)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_stranger_answers_an_open_survey_once_in_a_browser(
    given: Given, rennes: Portal, home: str, chromium: Browser, activity: str, axe: str, has_script: bool
) -> None:
    office = given.actor(rennes, role="ADMIN")
    form = [{"kind": "ONE", "title": "Venez-vous à vélo ?", "options": [{"label": "Oui"}, {"label": "Non"}]}]
    done(office, "surveyFormSave", activity=activity, edition=0, questions=form)
    done(office, "surveyFormPublish", activity=activity, edition=1)
    done(office, "proofRuleSet", activity=activity, isWithoutAccount=True)
    context = chromium.new_context(viewport={"width": 320, "height": 800}, service_workers="block", bypass_csp=True)
    if not has_script:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{home}/enquete/{activity}")
    look(page, axe)
    assert context.cookies() == []
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Continuer").click()
    look(page, axe)
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_text("votre réponse est envoyée")).to_be_visible()
    look(page, axe)
    page.goto(f"{home}/enquete/{activity}")
    expect(page.get_by_text("votre réponse est envoyée")).to_be_visible()
    assert [cookie["httpOnly"] for cookie in context.cookies()] == [True]
    context.close()
    given.close_activity(rennes, activity)
    done(office, "surveyResultPublish", activity=activity, questions=["q1"])
    reader = chromium.new_context(viewport={"width": 320, "height": 800}, bypass_csp=True).new_page()
    reader.goto(f"{home}/enquete/{activity}/resultats")
    reader.get_by_text("Qui a répondu, et comment").click()
    look(reader, axe)
    reader.context.close()
