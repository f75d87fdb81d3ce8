"""Debate and vote on a page of another origin by keyboard alone, in French and in English: under a strict policy, in a
browser that keeps no cookie of another site."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acting import published
from tests.browse.conftest import CHROMIUM
from tests.browse.host_site import HostSite, host_site, page
from tests.browse.test_accessible import violations
from tests.browse.test_widget import element, registered, script
from tests.conftest import Portal
from tests.given import Given

MOST_TABS = 60
DEEPEST = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.getAttribute("aria-label") ?? at?.textContent ?? "").replace(/\\s+/g, " ").trim();
}"""
"""What has the focus, inside shadow roots too, as it is called."""


@dataclass(frozen=True)
class Words:
    """What is read and pressed, in one language."""

    language: str
    agree: str
    agreed: str
    support: str
    supported: str
    resident: str
    go_on: str
    as_whom: str


WORDS = (
    Words(
        "fr",
        "D’accord",
        "Votre avis sur « Fermer la place » est enregistré.",
        "Je soutiens",
        "Votre soutien à « Une fontaine » est enregistré.",
        "Une habitante",
        "Continuer",
        "Vous participez en tant que",
    ),
    Words(
        "en",
        "Agree",
        "Your opinion on “Fermer la place” is recorded.",
        "I support this",
        "Your support for “Une fontaine” is recorded.",
        "A resident",
        "Continue",
        "You take part as",
    ),
)


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with host_site() as site:
        yield site


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Of a browser of its own, which keeps no cookie of another site."""
    arguments = ["--no-sandbox", "--test-third-party-cookie-phaseout"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    browser.close()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what begins with a name has the focus."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(DEEPEST))
        if passed[-1].startswith(name):
            return
    pytest.fail(f"no key leads to {name!r}, only to {passed}")


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.language)
def test_resident_signs_in_has_an_opinion_and_supports_by_keyboard(
    context: BrowserContext, site: HostSite, given: Given, rennes: Portal, home: str, axe: str, words: Words
) -> None:
    author = given.actor(rennes)
    talk = given.activity(rennes, kind="CONSULTATION", vote_method="OPINION", location_rule="NONE")
    question = published(author, talk, title="Fermer la place")
    published(author, talk, title="On y respire", kind="ARGUMENT", about=question, side="FOR")
    box = given.activity(rennes, kind="IDEA_BOX", vote_method="SUPPORT", location_rule="NONE")
    published(author, box, title="Une fontaine")
    widget = registered(given, rennes, site)
    both = element("debate", home, widget, f"contribution={question}") + element(
        "vote", home, widget, f"activity={box}"
    )
    site.pages["/"] = page(f"{script(home)}<main><h1>Ville</h1>{both}</main>", language=words.language)
    city = context.new_page()
    complaints: list[str] = []
    city.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    city.goto(f"{site.origin}/")
    debate, vote = city.locator("parvis-debate"), city.locator("parvis-vote")
    expect(debate.locator(".sides")).to_be_visible()
    expect(vote.get_by_text("Une fontaine").first).to_be_visible()
    tab_to(city, words.agree)
    with context.expect_page() as opened:
        city.keyboard.press("Enter")
    window = opened.value
    for name in (words.resident, words.go_on):
        expect(window.get_by_role("button", name=name)).to_be_visible()
        tab_to(window, name)
        window.keyboard.press("Enter")
    expect(debate.get_by_role("status")).to_have_text(words.agreed)
    pressed = debate.get_by_role("button", pressed=True)
    expect(pressed).to_have_count(1)
    expect(pressed).to_contain_text("1")
    expect(vote.get_by_text(words.as_whom)).to_be_visible()
    city.bring_to_front()
    assert city.evaluate(DEEPEST).startswith(words.agree)  # Whoever pressed a button is still there.
    tab_to(city, words.support)
    city.keyboard.press("Space")
    expect(vote.get_by_role("status")).to_have_text(words.supported)
    expect(vote.get_by_role("button", pressed=True)).to_have_count(1)
    assert city.evaluate(DEEPEST).endswith("Une fontaine")
    assert violations(city, axe) == []
    assert city.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
