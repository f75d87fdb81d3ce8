"""An administrator's first minutes: from the dashboard to an idea that a resident has published, counted in clicks."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Running

MOST_CLICKS, MOST_FIELDS = 3, 1
"""Somebody who reads what the pages say, at ten seconds a click and thirty a field, is done in one of the three
minutes."""

TITLE = "Vos idées pour la promenade"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(chromium: Browser, server: Running, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@dataclass
class Hand:
    """What somebody does, counted."""

    clicks: int = 0
    fields: int = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def fill(self, what: Locator, text: str) -> None:
        what.fill(text)
        self.fields += 1


def test_newcomer_opens_a_space_with_an_idea_box(page: Page, home: str, request: pytest.FixtureRequest) -> None:
    title, hand = f"{TITLE}, {request.node.callspec.id}", Hand()
    sign_in(page, home, "ADMIN")
    page.goto(f"{home}/gestion")
    hand.click(page.locator(".sections").get_by_role("link", name="Espaces"))
    hand.fill(page.get_by_label("Titre", exact=True), title)
    hand.click(page.get_by_role("button", name="Créer l’espace"))
    expect(page.get_by_text("Cet espace est un brouillon")).to_be_visible()
    hand.click(page.locator(".next-step").get_by_role("button"))
    a_resident_publishes_there(page, home, title)
    assert hand.clicks <= MOST_CLICKS
    assert hand.fields <= MOST_FIELDS


def sign_in(page: Page, home: str, role: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{home}/moi")
    page.locator(f"form:has(input[value={role}]) button").first.click()
    page.wait_for_load_state()


def a_resident_publishes_there(page: Page, home: str, title: str) -> None:
    sign_in(page, home, "MEMBER")
    page.goto(f"{home}/participer")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.locator("main").get_by_role("link", name="Boîte à idées").first.click()
    page.locator("main").get_by_role("link", name="Proposer").first.click()
    page.get_by_label("Titre", exact=True).fill("Des bancs face au fleuve")
    page.get_by_label("Texte", exact=True).fill("Pour regarder passer les bateaux.")
    for _ in range(2):
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()
