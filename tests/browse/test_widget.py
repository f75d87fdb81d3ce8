"""Widgets on a page of another origin, under a strict policy and without third-party cookies: read, sign in, vote."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import web
from portal import asset
from tests.acting import published
from tests.browse.conftest import CHROMIUM
from tests.browse.host_site import HostSite, host_site, page
from tests.conftest import Portal
from tests.given import Given, uuid_in

MAX_KB = 25
"""Of the whole script, packed, before a map library, of which there is none."""

REGISTER = """mutation($input: WidgetRegisterInput!) {
  widgetRegister(input: $input) { widget { id } userErrors { code } } }"""
BLOCKED = """for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
window.BroadcastChannel = class { constructor() { throw new DOMException("blocked", "SecurityError"); } };"""
"""As a browser does that keeps nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with host_site() as site:
        yield site


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 900, "height": 900})
    yield context
    context.close()


@pytest.fixture
def city(context: BrowserContext) -> Page:
    """The city's page, which complains of nothing."""
    page = context.new_page()
    page.on("console", lambda said: said.type != "error" or pytest.fail(said.text))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


@pytest.fixture(scope="module")
def box(given: Given, rennes: Portal) -> str:
    """An idea box with two ideas."""
    activity = given.activity(rennes, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    given.sql(rennes, "UPDATE __tenant__.activity SET title = 'Idées' WHERE id = %s", uuid_in(activity))
    author = given.actor(rennes)
    for title in ("Des bancs <b>à l'ombre</b>", "Une fontaine"):
        published(author, activity, title=title)
    return activity


def registered(given: Given, portal: Portal, site: HostSite, **fields: object) -> str:
    admin = given.actor(portal, role="ADMIN")
    wanted = {"name": "Accueil", "origins": [site.origin], "isTrustedOnly": True, **fields}
    answer = admin.ask(REGISTER, input=wanted)["widgetRegister"]
    assert answer["userErrors"] == []
    return str(answer["widget"]["id"])


def element(kind: str, home: str, widget: str, attributes: str = "") -> str:
    return f'<parvis-{kind} portal="{home}" widget="{widget}" {attributes}><a href="{home}">Le portail</a></parvis-{kind}>'


def script(home: str) -> str:
    return f'<script src="{home}/widget.js" async></script>'


def sign_in(window: Page) -> None:
    """As a resident of the demonstration, in the portal's window."""
    window.get_by_role("button", name="Une habitante").click()
    window.get_by_role("button", name="Continuer").click()


def test_script_weighs_at_most_25_kb() -> None:
    path: Path = web.STATIC / "portal" / asset.file("widget.js")
    packed = len(gzip.compress(path.read_bytes(), 9))
    print(f"widget.js: {packed / 1000:.1f} kB packed")
    assert packed <= MAX_KB * 1000


def test_resident_reads_signs_in_and_votes(
    city: Page, context: BrowserContext, site: HostSite, given: Given, rennes: Portal, home: str, box: str
) -> None:
    widget = registered(given, rennes, site, activity=box)
    site.pages["/"] = page(script(home) + element("list", home, widget) + element("vote", home, widget))
    city.goto(f"{site.origin}/")
    list_, vote = city.locator("parvis-list"), city.locator("parvis-vote")
    expect(list_.get_by_role("heading", name="Idées")).to_be_visible()
    expect(list_.get_by_role("link", name="Des bancs <b>à l'ombre</b>")).to_be_visible()
    button = vote.get_by_role("button", name="Je soutiens – Une fontaine")
    with context.expect_page() as opened:
        button.click()
    sign_in(opened.value)
    pressed = vote.get_by_role("button", name="Je ne soutiens plus – Une fontaine")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(vote.get_by_text("1 soutien", exact=True)).to_be_visible()
    expect(vote.get_by_text("Vous participez en tant que")).to_be_visible()
    assert opened.value.is_closed()
    city.reload()  # The tab remembers who signed in.
    pressed.click()
    expect(vote.get_by_text("0 soutien").first).to_be_visible()
    vote.get_by_role("button", name="Me déconnecter d’ici").click()
    expect(vote.get_by_role("button", name="Se connecter pour voter")).to_be_visible()
    assert {cookie["domain"] for cookie in context.cookies()} == {"rennes.localhost"}
