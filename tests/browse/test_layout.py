"""Layout: what people really write, long words, Arabic, emoji, lines without end, breaks no page at 320 pixels."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as visitor
from tests.conftest import Portal
from tests.sample import PUBLISH, activities
from tests.test_page_portal import signed_in

TITLES = {
    "long word": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkundenbeglaubigungsstelle à donner",
    "right to left": "مساعدة في التسوق للجيران كبار السن يوم السبت صباحا 24",
    "emoji": "👩🏽‍🦽👨‍👩‍👧‍👦🏳️‍🌈" * 6,
    "markup": "<b>Gras</b><img src=x onerror=alert(1)><script>alert(1)</script>",
}
BODY = "https://exemple.fr/" + "a/" * 400 + "\n" + "م" * 300 + "\n" + "🎈" * 200


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A narrow phone that fails on an error of the page's script."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_odd_words_break_no_page(page: Page, home: str, rennes: Portal, title: str) -> None:
    member = signed_in(visitor.Browser(rennes.client, rennes.host))
    given = {"activity": activities(rennes, "MUTUAL_AID")[0], "kind": "OFFER", "title": title[:120], "body": BODY}
    given |= {"location": {"lat": 48.1, "lng": -1.68}, "isOldEnough": True}  # type: ignore[dict-item]
    answer = member.post("/graphql", {"query": PUBLISH, "variables": {"input": given}}).json()["data"]
    assert answer["contributionPublish"]["userErrors"] == []
    id_ = answer["contributionPublish"]["contribution"]["id"]
    for path in ("/", "/annonces", f"/contribution/{id_}", f"/activite/{given['activity']}"):
        page.goto(home + path)
        expect(page.get_by_text(title[:120]).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        outside = page.locator("main *:not(svg *):not(.hidden):not(.past)").evaluate_all(
            "all => all.filter((each) => each.getClientRects().length && each.getBoundingClientRect().right > 321)"
            ".map((each) => each.outerHTML.slice(0, 80))"
        )
        assert outside == [], path


def test_text_at_twice_its_size_still_fits(chromium: Browser, home: str) -> None:
    context = chromium.new_context(viewport={"width": 640, "height": 800}, bypass_csp=True)
    page = context.new_page()
    for path in ("/", "/annonces", "/participer", "/auth/sign-in"):
        page.goto(home + path)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
    context.close()


@pytest.mark.parametrize("width", [970, 1_100, 1_280])
def test_words_of_the_menu_stay_on_one_line(chromium: Browser, home: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{home}/auth/sign-in?next=/")
    page.locator("button", has_text="L’administration").click()
    expect(page.locator(".main .manage")).to_be_visible()
    heights = page.locator(".main a span").evaluate_all("all => all.map((each) => each.getBoundingClientRect().height)")
    assert max(heights) < 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
