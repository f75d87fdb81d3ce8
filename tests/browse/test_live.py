"""What the islands add: votes that answer at once, places while one types, drafts, and the portal without a line."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

CENTRE = "8818630a4bfffff"

SERVED = """() => navigator.serviceWorker.controller ? null : new Promise(
  done => navigator.serviceWorker.addEventListener("controllerchange", () => done(null)))"""
"""Waits until the worker serves the page."""

KEPT = """() => new Promise(done => {
  const look = () => Object.keys(localStorage).some(key => key.startsWith("parvis.draft"))
    ? done(null) : requestAnimationFrame(look);
  look();
})"""
"""Waits until a draft is kept."""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context(viewport={"width": 390, "height": 844})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    found = context.new_page()
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    yield found
    assert errors == []


def sign_in(page: Page, home: str) -> None:
    page.goto(f"{home}/auth/sign-in")
    page.get_by_role("button", name="Une habitante").click()


def open_activity(page: Page, home: str, title: str) -> None:
    """By the page of its space, wherever that stands by now among those that other tests have opened."""
    page.goto(f"{home}/espace/concertation")
    page.get_by_role("link", name=title).first.click()


def test_vote_answers_at_once_without_leaving_the_page(page: Page, home: str) -> None:
    sign_in(page, home)
    open_activity(page, home, "Nos rues, nos quartiers")
    page.evaluate("window.stays = true")
    row = page.locator("#propositions .row").first
    pressed = row.locator('.vote[aria-pressed="true"]')
    wanted = row.locator(
        ".vote.against" if pressed.count() and "for" in (pressed.get_attribute("class") or "") else ".vote.for"
    )
    id_ = wanted.get_attribute("id")
    before = int(re.sub(r"\D", "", wanted.locator("b").inner_text()))
    page.route("**/activite/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    wanted.click(no_wait_after=True)
    now = page.locator(f'[id="{id_}"]')
    expect(now).to_have_attribute("aria-pressed", "true")
    expect(now.locator("b")).to_have_text(str(before + 1))
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(now).to_have_attribute("aria-pressed", "true")
    expect(now).to_be_focused()
    expect(page.locator("#told")).not_to_be_empty()
    assert page.evaluate("window.stays") is True


def test_support_counts_at_once_and_can_be_taken_back(page: Page, home: str) -> None:
    sign_in(page, home)
    open_activity(page, home, "Boîte à idées")
    button = page.locator("#propositions .vote-press").first
    row = page.locator(f'.row:has([id="{button.get_attribute("id")}"])')
    before = int(row.locator(".rank .big").inner_text())
    page.route("**/activite/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    button.click(no_wait_after=True)
    expect(row.locator(".rank .big")).to_have_text(str(before + 1))
    expect(row.get_by_role("button", name="Retirer ma voix")).to_be_visible()
    row.get_by_role("button", name="Retirer ma voix").click()
    expect(row.locator(".rank .big")).to_have_text(str(before))


def test_vote_of_a_stranger_goes_through_signing_in(page: Page, home: str) -> None:
    open_activity(page, home, "Boîte à idées")
    page.locator("#propositions .vote-press").first.click()
    expect(page.get_by_text("Ce que vous avez écrit ou choisi est gardé")).to_be_visible()


def test_places_are_offered_while_one_types_and_remembered_here_alone(page: Page, home: str) -> None:
    page.goto(home)
    field = page.locator("#find")
    field.press_sequentially("saint-gr", delay=20)
    first = page.locator(".suggestions a").first
    expect(first).to_contain_text("Saint-Grégoire")
    field.press("ArrowDown")
    expect(first).to_be_focused()
    first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Près de Saint-Grégoire")
    page.goto(home)
    expect(page.locator("a.again")).to_have_text("Saint-Grégoire")
    page.get_by_role("button", name="Oublier ce lieu").click()
    expect(page.locator("a.again")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('parvis.place')") is None


def test_position_leaves_the_browser_rounded_and_only_when_asked(
    context: BrowserContext, page: Page, home: str
) -> None:
    context.grant_permissions(["geolocation"], origin=home)
    context.set_geolocation({"latitude": 48.11134, "longitude": -1.68001})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(home)
    assert not any("autour" in url for url in asked)
    page.get_by_role("button", name="Autour de ma position").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Près d’ici")
    assert f"{home}/annonces?autour=48.11,-1.68" in asked
    assert not any("48.1113" in url for url in asked)


def start(page: Page, home: str) -> None:
    page.goto(f"{home}/publier")
    page.get_by_role("link", name="Proposer mon aide").click()


def test_draft_is_offered_again_and_gone_when_it_was_published(page: Page, home: str) -> None:
    sign_in(page, home)
    start(page, home)
    page.get_by_label("Titre").press_sequentially("Un brouillon")
    page.evaluate(KEPT)
    start(page, home)
    page.get_by_role("button", name="Le reprendre").click()
    expect(page.get_by_label("Titre")).to_have_value("Un brouillon")
    page.get_by_label("Texte", exact=True).fill("Deux heures.")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Centre", exact=True).check()
    expect(page.locator("#ou .chosen")).to_be_attached()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.locator("#publish").click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('parvis.draft')).length") == 0


def test_publication_without_a_line_waits_and_is_sent_once(context: BrowserContext, page: Page, home: str) -> None:
    sign_in(page, home)
    page.goto(home)
    page.evaluate(SERVED)
    start(page, home)
    page.get_by_label("Titre").fill("Sans réseau")
    page.get_by_label("Texte", exact=True).fill("Envoyé plus tard.")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Centre", exact=True).check()
    expect(page.locator("#ou .chosen")).to_be_attached()
    page.get_by_role("button", name="Continuer").click()
    context.set_offline(True)
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.locator("#publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de connexion")
    expect(page.locator(".queue")).to_contain_text("Sans réseau")
    context.set_offline(False)
    expect(page.locator(".sent")).to_be_visible()
    page.goto(f"{home}/moi")
    expect(page.get_by_role("link", name="Sans réseau")).to_have_count(1)


def test_home_is_there_without_a_line_as_strangers_see_it(context: BrowserContext, page: Page, home: str) -> None:
    page.goto(home)
    page.evaluate(SERVED)
    page.goto(home)
    sign_in(page, home)
    page.goto(home)
    context.set_offline(True)
    page.goto(home)
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    page.goto(f"{home}/annonces")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de connexion")
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(cache => cache.keys()))))"
        ".then(lists => lists.flat().map(request => new URL(request.url).pathname))"
    )
    assert "/moi" not in kept
    assert {"/", "/hors-ligne"} <= set(kept)


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_pages_of_places_posters_and_without_a_line(
    chromium: Browser, home: str, axe: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in (
        "/chercher?search=centre",
        f"/annonces?cell={CENTRE}&lieu=Centre",
        "/espace/entraide/affiche",
        "/hors-ligne",
    ):
        page.goto(home + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found] == [], path
    context.close()
