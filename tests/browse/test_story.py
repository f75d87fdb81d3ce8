"""A resident's way through the portal on a phone: with script, and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def phone(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone of 390 pixels; fails on a console error, and on a request to another host."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    page = context.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: hosts.add(asked.url.split("/")[2]))
    yield page
    assert errors == []
    assert len(hosts) == 1
    context.close()


def test_resident_finds_needs_publishes_an_offer_and_votes(
    phone: Page, home: str, request: pytest.FixtureRequest
) -> None:
    title = f"Un coup de main au jardin, {request.node.callspec.id}"
    phone.goto(home)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Que se passe-t-il près de chez vous\u202f?")
    phone.goto(f"{home}/annonces?cell=8818630a4bfffff&kinds=REQUEST")  # Around the Place de la République.
    phone.locator(".card-title a").first.click()
    expect(phone.locator("article .kind").first).to_have_text("Besoin")
    phone.get_by_role("link", name="Se connecter").click()
    phone.get_by_role("button", name="Une habitante").click()
    publish_offer(phone, home, title)
    expect(phone.get_by_text("C’est publié.")).to_be_visible()
    expect(phone.locator(".place .hexmap")).to_be_visible()
    phone.goto(f"{home}/annonces")
    expect(phone.get_by_role("link", name=title)).to_be_visible()
    expect(phone.locator(".map .cell").first).to_be_visible()
    vote(phone, home)


def publish_offer(phone: Page, home: str, title: str) -> None:
    phone.goto(f"{home}/publier")
    phone.get_by_role("link", name="Proposer mon aide").click()
    phone.get_by_label("Titre").fill(title)
    phone.get_by_label("Texte").fill("Deux heures samedi matin.")
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_label("Centre").check()
    phone.get_by_role("button", name="Continuer").click()
    expect(phone.get_by_role("heading", name=title)).to_be_visible()
    phone.get_by_role("button", name="Publier").click()


def vote(phone: Page, home: str) -> None:
    phone.goto(f"{home}/annonces?kinds=PROPOSAL&search=parking")
    phone.locator(".card-title a").first.click()
    pressed = phone.locator("#vote").get_by_role("button").first
    pressed.click()
    expect(phone.locator("#vote").get_by_role("button", name="Retirer ma voix")).to_be_visible()
