"""A resident's way through the portal on a phone: with script, and without."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Running

CENTRE, IN_CENTRE = "8818630a4bfffff", "88186318bdfffff"
"""The hexagon of the Place de la République."""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def phone(chromium: Browser, server: Running, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone of 390 pixels; fails on a console error, and on a request to another server."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    page = context.new_page()
    errors: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    yield page
    assert errors == []
    port = urlsplit(server.url).port
    assert asked <= {f"localhost:{port}", f"rennes.localhost:{port}"}
    context.close()


def test_resident_finds_needs_publishes_an_offer_and_votes(
    phone: Page, home: str, request: pytest.FixtureRequest
) -> None:
    title = f"Un coup de main au jardin, {request.node.callspec.id}"
    choose_rennes(phone, home)
    need = find_needs_around_the_place(phone)
    phone.get_by_role("link", name=need, exact=True).click()
    expect(phone.locator("article .kind").first).to_have_text("Besoin")
    phone.get_by_role("link", name="Se connecter").click()
    phone.get_by_role("button", name="Une habitante").click()
    before = count_on_the_map(phone, home)
    publish_offer(phone, home, title)
    expect(phone.get_by_text("C’est publié.")).to_be_visible()
    expect(phone.locator(".place .hexmap .chosen")).to_be_visible()
    back_leads_to_no_form_again(phone)
    assert count_on_the_map(phone, home) == before + 1
    phone.goto(f"{home}/annonces?cell={IN_CENTRE}")
    expect(phone.get_by_role("link", name=title)).to_be_visible()
    vote(phone, home)


def choose_rennes(phone: Page, home: str) -> None:
    phone.goto(home.replace("rennes.", ""))
    phone.locator(f'a[href="{home}/"]').first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Que se passe-t-il près de chez vous\u202f?")


def find_needs_around_the_place(phone: Page) -> str:
    """From the map to the list of the hexagon, needs alone; the title of the first."""
    phone.locator(f'.hexmap a[href*="cell={CENTRE}"]').click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Près d’ici")
    phone.get_by_role("navigation", name="Types").get_by_role("link", name="Besoins").click()
    expect(phone.locator("#liste .kind").first).to_have_text("Besoin")
    assert set(phone.locator("#liste .kind").all_inner_texts()) == {"Besoin"}
    expect(phone.locator(".list-map .cell").first).to_be_visible()
    return phone.locator("#liste .card-title a").first.inner_text()


def count_on_the_map(phone: Page, home: str) -> int:
    """What the map says of offers in the hexagon that stands for the zone Centre."""
    phone.goto(f"{home}/annonces?kinds=OFFER")
    cell = phone.locator(f'.hexmap a[href*="cell={IN_CENTRE}"]')
    return int(cell.locator("text").text_content() or "") if cell.count() else 0


def publish_offer(phone: Page, home: str, title: str) -> None:
    phone.goto(f"{home}/publier")
    phone.get_by_role("link", name="Proposer mon aide").click()
    phone.get_by_label("Titre").fill(title)
    phone.get_by_label("Texte", exact=True).fill("Deux heures samedi matin.")
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_label("Centre").check()
    phone.get_by_role("button", name="Continuer").click()
    expect(phone.get_by_role("heading", name=title)).to_be_visible()
    phone.get_by_label("J’ai 15 ans ou plus").check()
    phone.get_by_role("button", name="Publier").click()


def back_leads_to_no_form_again(phone: Page) -> None:
    """The way back from what was published passes the steps and sends nothing a second time."""
    here = phone.url
    phone.reload()
    assert phone.url == here
    phone.go_back()
    phone.go_forward()
    expect(phone).to_have_url(re.compile(re.escape(here)))


def vote(phone: Page, home: str) -> None:
    phone.goto(f"{home}/annonces?kinds=PROPOSAL&search=parking")
    phone.locator(".card-title a").first.click()
    pressed = phone.locator("#vote").get_by_role("button").first
    pressed.click()
    expect(phone.locator("#vote").get_by_role("button", name="Retirer ma voix")).to_be_visible()


def test_back_after_signing_in_amid_a_form_is_a_page_of_the_portal(chromium: Browser, home: str) -> None:
    """Pages that answered a form, and signing in itself, are asked for again by Back; a browser has no error to show."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(f"{home}/annonces?kinds=PROPOSAL&search=parking")
    phone.locator(".card-title a").first.click()
    proposal = phone.url
    phone.locator("#vote").get_by_role("button").first.click()
    phone.get_by_role("button", name="Une habitante").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vous êtes connecté·e")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.locator("#vote").get_by_role("button", name="Retirer ma voix")).to_be_visible()
    for _ in range(3):
        answer = phone.go_back()
        assert answer is None or answer.status == 200
        expect(phone).to_have_url(re.compile(re.escape(proposal)))
    context.close()
