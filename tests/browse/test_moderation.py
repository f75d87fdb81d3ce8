"""All of moderation by the keyboard alone: report, hold, decision, mail, appeal, reversal; everything is as it was."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import browser
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.moderating import case_about, reported, with_address
from tests.test_page_portal import activity
from tests.test_withholding import everything

FOCUSED = "(selector) => Boolean(document.activeElement?.matches(selector))"
STOPS = 250
PLACE = {"lat": 48.117266, "lng": -1.677792}
TITLE = "Un kiosque pour les fanfares"


@pytest.fixture
def people(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A browser each, of whoever takes part."""
    contexts: list[BrowserContext] = [chromium.new_context(service_workers="block") for _ in range(4)]
    yield dict(zip(("reporter", "moderator", "author", "administrator"), map(_page, contexts), strict=True))
    for context in contexts:
        context.close()


def _page(context: BrowserContext) -> Page:
    return context.new_page()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a link or a button by Tab and press a key; wait for the page that it leads to."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field by Tab and write."""
    tab_to(page, selector)
    page.keyboard.type(text)


def sign_in(page: Page, home: str, role: str) -> None:
    """As one of the demonstration's roles."""
    page.goto(f"{home}/auth/sign-in?next=/moi")
    press(page, f"form:has(input[value='{role}']) button")


def test_report_hold_decision_mail_appeal_and_reversal_by_keyboard_alone(
    people: dict[str, Page], home: str, given: Given, rennes: Portal
) -> None:
    author, email = with_address(given, rennes)
    box = activity(rennes, "IDEA_BOX")
    idea = published(author, box, title=TITLE, body="Le dimanche, sur le mail.", location=PLACE)
    before = everything(given, rennes, box, idea)
    _report(people["reporter"], home, given, rennes, idea)
    _decide(people["moderator"], home, rennes, idea)
    _appeal(people["author"], home, rennes, email)
    _answer(people["administrator"], home, rennes, idea)
    people["author"].goto(f"{home}/contribution/{idea}")
    expect(people["author"].get_by_role("heading", level=1)).to_have_text(TITLE)
    assert everything(given, rennes, box, idea) == before
    post = rennes.running.post
    browser.until(lambda: len(post.mails(email)) >= 4)
    subjects = " ".join(str(mail["Subject"]) for mail in post.mails(email))
    assert all(words in subjects for words in ("attend une relecture", "a été retiré", "Réponse à votre recours"))


def _report(page: Page, home: str, given: Given, rennes: Portal, idea: str) -> None:
    """Two have reported; the third makes it three, and it is held."""
    for _ in range(2):
        reported(given.actor(rennes), "PROTECTION_OF_MINORS", contribution=idea)
    sign_in(page, home, "MEMBER")
    page.goto(f"{home}/contribution/{idea}")
    press(page, ".report-link a")
    tab_to(page, "input[name=category]")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "PROTECTION_OF_MINORS"
    tab_to(page, "input[name=isGoodFaith]")
    page.keyboard.press("Space")
    press(page, "main form button.press")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Signalement")
    page.goto(f"{home}/contribution/{idea}")
    expect(page.get_by_role("heading", level=1)).to_have_text("En attente de vérification")


def _decide(page: Page, home: str, rennes: Portal, idea: str) -> None:
    case = case_about(rennes.moderator(), idea)["id"]
    sign_in(page, home, "MODERATOR")
    press(page, "header a[href$='/gestion']")
    press(page, "main a[href$='/gestion/moderation'], nav a[href$='/gestion/moderation']")
    press(page, f".cases a[href$='{case}']")
    tab_to(page, "input[name=action]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "HIDE"
    tab_to(page, "select[name=category]")
    page.keyboard.type("Danger")
    write(page, "input[name=rule]", "Charte : le respect des personnes")
    write(page, "textarea[name=facts]", "Le texte invite des enfants à venir seuls, le soir.")
    press(page, "#decider button.press")
    expect(page.locator("main")).to_contain_text("Retiré")


def _appeal(page: Page, home: str, rennes: Portal, email: str) -> None:
    """The author is told by mail, reads why, and contests."""
    visitor = browser.Browser(rennes.client, urlsplit(home).netloc)
    browser.until(lambda: any("retiré" in str(mail["Subject"]) for mail in rennes.running.post.mails(email)))
    visitor.sign_in(rennes.running.post, email)
    page.context.add_cookies([{"name": name, "value": value, "url": home} for name, value in visitor.cookies.items()])
    page.goto(f"{home}/moi")
    press(page, "#decisions a")
    expect(page.get_by_role("heading", name="Exposé des motifs")).to_be_visible()
    write(page, "textarea[name=reason]", "Mon texte parle d'une fanfare, et de personne.")
    press(page, "#recours button.press")
    expect(page.locator("#recours")).to_contain_text("Il attend la réponse")


def _answer(page: Page, home: str, rennes: Portal, idea: str) -> None:
    """Another moderator takes the decision back."""
    sign_in(page, home, "ADMIN")
    page.goto(f"{home}/gestion/moderation")
    press(page, ".chips a[href*='APPEALED']")
    press(page, f".cases a[href$='{case_about(rennes.moderator(), idea)['id']}']")
    tab_to(page, "input[name=outcome]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "REVERSED"
    write(page, "textarea[name=reply]", "En effet, le texte ne vise personne.")
    press(page, "#repondre button.press")
    expect(page.locator("main")).to_contain_text("La décision est annulée.")


def test_redacting_suspending_and_accepting_by_keyboard_alone(
    people: dict[str, Page], home: str, given: Given, rennes: Portal
) -> None:
    page, author = people["moderator"], given.actor(rennes)
    idea = published(author, activity(rennes, "IDEA_BOX"), title="Une haie", body="M. Untel, 3 rue des Lilas.")
    reported(given.actor(rennes), contribution=idea)
    sign_in(page, home, "MODERATOR")
    page.goto(f"{home}/gestion/moderation/{case_about(rennes.moderator(), idea)['id']}")
    expect(page.locator("[name=redactedBody]")).to_be_hidden()
    tab_to(page, "input[name=action]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=redactedBody]")).to_be_visible()
    tab_to(page, "textarea[name=redactedBody]")
    page.keyboard.press("Control+a")
    page.keyboard.type("M. […].")
    _reasons(page)
    press(page, "#decider button.press")
    expect(page.locator("main")).to_contain_text("Ce texte est caviardé")
    tab_to(page, "input[name=action]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=until]")).to_be_visible()
    _reasons(page)
    press(page, "#decider button.press")
    expect(page.get_by_role("heading", name="Ce qui pèse déjà sur cette personne")).to_be_visible()
    press(page, "form:has([value=LIFT]) button")
    expect(page.get_by_role("button", name="Lever la suspension")).to_have_count(0)


def _reasons(page: Page) -> None:
    tab_to(page, "select[name=category]")
    page.keyboard.type("Vie")
    write(page, "input[name=rule]", "Charte, article 3")
    write(page, "textarea[name=facts]", "Le texte dit où quelqu'un habite.")
