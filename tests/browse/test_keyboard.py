"""Everything by the keyboard alone: each stop can be seen and lies in the order of the page, and the main ways work."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Portal
from tests.test_page_portal import activity, newest

STOPS = 200
"""No page of the portal has so many."""

STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const drawn = [here, here.closest(".find-row")].filter(Boolean)
    .flatMap((each) => [getComputedStyle(each), getComputedStyle(each, "::after")]);
  const isRing = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const path = here.matches(".cell") && here.querySelector("path");
  const box = here.getClientRects()[0] ?? here.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, innerHeight / 2));
  const order = window.last ? window.last.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING : 1;
  window.last = here;
  return {
    what: here.outerHTML.slice(0, 120),
    isSeen: drawn.some(isRing) || (path && parseFloat(getComputedStyle(path).strokeWidth) >= 4),
    isFree: Boolean(at && (here.contains(at) || at.contains(here) || at.closest("label")?.contains(here))),
    isNext: Boolean(order),
  };
}"""


@pytest.fixture(params=[(390, 844), (1280, 800)], ids=["phone", "desk"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, service_workers="block")
    yield context.new_page()
    context.close()


def paths(rennes: Portal) -> list[str]:
    """Pages of every build."""
    return [
        "/",
        "/annonces",
        "/participer",
        f"/contribution/{newest(rennes, 'OFFER')}",
        f"/contribution/{newest(rennes, 'PROPOSAL')}",
        f"/activite/{activity(rennes, 'IDEA_BOX')}",
        f"/publier/{activity(rennes, 'MUTUAL_AID')}?kind=OFFER",
        "/auth/sign-in",
    ]


def next_stop(page: Page) -> dict[str, Any] | None:
    """What Tab leads to; None at the end of the page."""
    page.keyboard.press("Tab")
    found: dict[str, Any] | None = page.evaluate(STOP)
    return found


def test_every_stop_is_seen_uncovered_and_in_order(page: Page, home: str, rennes: Portal) -> None:
    told = []
    for path in paths(rennes):
        page.goto(home + path)
        stops, first = 0, ""
        while (stop := next_stop(page)) is not None and stop["what"] != first:  # Some ends lead to the beginning again.
            stops, first = stops + 1, first or stop["what"]
            assert stops < STOPS, f"{path} holds the focus"
            wrong = [name for name in ("isSeen", "isFree", "isNext") if not stop[name]]
            told += [f"{path}: {', '.join(wrong)}: {stop['what']}"] if wrong else []
        assert stops > 8, path
    assert told == []


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until something has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
    pytest.fail(f"Tab never reaches {role} {name!r} of {page.url}")


def press(page: Page, role: str, name: str) -> None:
    """Reach a link or button by Tab, and press it."""
    tab_to(page, role, name)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_main_ways_by_the_keyboard_alone(page: Page, home: str, rennes: Portal, request: pytest.FixtureRequest) -> None:
    title = f"Prêt d'une échelle ({request.node.callspec.id})"
    page.goto(home)
    press(page, "link", "Aller au contenu")
    tab_to(page, "searchbox", "Un quartier, une commune, un code postal, ou ce que vous cherchez")
    page.keyboard.type("jardin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("«\u202fjardin\u202f»")
    first = page.locator(".card-title a").first.inner_text()
    press(page, "link", first)
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    press(page, "link", "Se connecter")
    expect(page.get_by_role("button", name="Une habitante")).to_be_visible()
    press(page, "button", "Une habitante")
    expect(page.get_by_role("heading", level=1)).to_have_text("Karim E.")
    publish(page, home, rennes, title)
    comment(page, title)
    vote(page, home, rennes)


def publish(page: Page, home: str, rennes: Portal, title: str) -> None:
    page.goto(f"{home}/publier/{activity(rennes, 'MUTUAL_AID')}?kind=OFFER")
    tab_to(page, "textbox", "Titre")
    page.keyboard.type(title)
    tab_to(page, "textbox", "Texte")
    page.keyboard.type("Trois mètres, à rendre le soir.")
    press(page, "button", "Continuer")
    expect(page.get_by_role("heading", name="Où cela se passe-t-il")).to_be_visible()
    tab_to(page, "radio", "Bréquigny")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Centre", exact=True)).to_be_checked()
    expect(page.locator("#ou .chosen")).to_be_attached()
    expect(page.get_by_role("radio", name="Centre", exact=True)).to_be_focused()
    press(page, "button", "Continuer")
    expect(page.get_by_role("heading", name="Voici ce que les autres verront")).to_be_visible()
    tab_to(page, "checkbox", "J’ai 15 ans ou plus")
    page.keyboard.press("Space")
    press(page, "button", "Publier")
    expect(page.get_by_text("C’est publié.")).to_be_visible()


def comment(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title.replace("'", "’") if "’" in title else title)
    tab_to(page, "textbox", "Votre réponse")
    page.keyboard.type("Elle est libre samedi.")
    press(page, "button", "Répondre")
    expect(page.locator(".comments").get_by_text("Elle est libre samedi.", exact=True)).to_be_visible()


def vote(page: Page, home: str, rennes: Portal) -> None:
    ideas = rennes.ask(
        "query ($id: ID!) { activity(id: $id) { contributions(first: 1) { nodes { id } } } }",
        id=activity(rennes, "IDEA_BOX"),
    )
    page.goto(f"{home}/contribution/{ideas['activity']['contributions']['nodes'][0]['id']}")
    if page.get_by_role("button", name="Retirer ma voix").count():
        press(page, "button", "Retirer ma voix")
    press(page, "button", "Je soutiens")
    expect(page.locator("p.mine", has_text="Vous soutenez cette proposition.")).to_be_visible()
    press(page, "button", "Retirer ma voix")
    expect(page.get_by_role("button", name="Je soutiens")).to_be_visible()
