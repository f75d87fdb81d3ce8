"""A debate from its opening to its result, on a phone without script: arguments, votes, an expert's view, the close."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in

WIDTH = 390
PHASES = (
    '[{"kind": "DEBATE", "title": "Le débat", "startsAt": "2024-01-01T00:00:00+00:00"},'
    ' {"kind": "RESULT", "title": "La réponse", "startsAt": "%s"}]'
)
OPEN, OVER = "2090-01-01T00:00:00+00:00", "2024-06-01T00:00:00+00:00"


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone without script."""
    context = chromium.new_context(viewport={"width": WIDTH, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def phased(given: Given, rennes: Portal, activity: str, result_from: str) -> None:
    """The debate is open until then."""
    planned = "UPDATE __tenant__.activity SET phases = %s WHERE id = %s"
    given.sql(rennes, planned, PHASES % result_from, uuid_in(activity))


def sign_in(phone: Page, home: str, button: str) -> None:
    phone.context.clear_cookies()
    phone.goto(f"{home}/moi")
    phone.get_by_role("button", name=button).click()


def argue(phone: Page, side: str, title: str) -> None:
    phone.get_by_text("Donner un argument").click()
    phone.get_by_label(side, exact=True).check()
    phone.get_by_label("Votre argument en une phrase").fill(title)
    phone.get_by_label("Expliquez").fill("Je le vois tous les jours.")
    phone.get_by_role("button", name="Publier cet argument").click()


def test_debate_from_its_opening_to_its_result(phone: Page, home: str, given: Given, rennes: Portal) -> None:
    activity = given.activity(
        rennes, kind="CONSULTATION", vote_method="OPINION", location_rule="NONE", opens_at="2024-01-01"
    )
    phased(given, rennes, activity, OPEN)
    question = published(given.actor(rennes), activity, title="Fermer la place aux voitures")
    sign_in(phone, home, "Une habitante")
    phone.goto(f"{home}/contribution/{question}")
    argue(phone, "Pour", "On y respire mieux")
    argue(phone, "Contre", "Le bus n'y passe plus")
    titles = phone.locator(".pleadings .reason-title a")
    expect(titles).to_have_text(["On y respire mieux", "Le bus n'y passe plus"])
    phone.locator(".pleadings .for").get_by_role("button", name="D’accord").first.click()
    expect(phone.locator('.pleadings .for [aria-pressed="true"]')).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= WIDTH
    argument = titles.nth(1).get_attribute("href")
    sign_in(phone, home, "Un modérateur")
    phone.goto(f"{home.removesuffix('/')}{argument}")
    phone.get_by_role("link", name="Avis d’expert").click()
    phone.get_by_label("Nom de l’expert").fill("Ada Le Bris")
    phone.get_by_label("Fonction").fill("ingénieure en mobilité")
    phone.get_by_role("button", name="Épingler comme avis d’expert").click()
    phone.goto(f"{home}/contribution/{question}")
    expect(phone.locator(".pleadings .against .expert")).to_have_count(1)
    phased(given, rennes, activity, OVER)
    phone.goto(f"{home}/contribution/{question}")
    expect(phone.locator(".pleadings .reason-title a")).to_have_count(2)
    expect(phone.locator(".pleadings").get_by_role("button")).to_have_count(0)
    expect(phone.get_by_text("Donner un argument")).to_have_count(0)
    expect(phone.locator(".pleadings .for .said")).to_contain_text("100 %")
    phone.goto(f"{home}/activite/{activity}")
    expect(phone.locator('.phase[aria-current="step"] b')).to_have_text("La réponse")
