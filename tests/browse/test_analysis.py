"""The report and the workbench of an analysis in a browser: axe on a phone and on a desk, by day and by night, with script
and without; and the report on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browse.state import Shown
from tests.browse.test_accessible import show, violations
from tests.conftest import Portal
from tests.given import Given
from tests.sample import analyses

NAMES = {"analysis", "analysis_texts", "analysis_votes", "desk_analysis", "desk_analysis_texts"}
NAMES |= {"desk_analysis_disclosures"}


@pytest.fixture(scope="module")
def shown(given: Given, town: Portal) -> dict[str, Shown]:
    """Each page of an analysis by the name of its screen."""
    return {one.screen.name: Shown(one.path, one.html) for one in analyses(given, town)}


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True, service_workers="block", reduced_motion="reduce")
    if not request.param:
        context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_on_any_page_of_an_analysis(page: Page, home: str, axe: str, shown: dict[str, Shown]) -> None:
    assert set(shown) == NAMES
    told: list[str] = []
    for name, one in shown.items():
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme="light", media="screen")
            show(page, home, one)
            page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            told += [f"{name} {width}: {rule} {nodes}" for rule, nodes in violations(page, axe)]
            page.emulate_media(color_scheme="dark")
            told += [
                f"{name} {width}, dark: {rule} {nodes}" for rule, nodes in violations(page, axe, ["color-contrast"])
            ]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                told.append(f"{name} is wider than {width} pixels")
    assert "\n".join(told) == ""


def test_report_on_paper_has_its_figures_and_no_way_on(page: Page, home: str, shown: dict[str, Shown]) -> None:
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch.
    show(page, home, shown["analysis"])
    page.emulate_media(media="print")
    for heading in ("Ce qui a été lu", "Les thèmes", "Familles d’opinion", "Qui est représenté"):
        assert page.get_by_role("heading", name=heading, exact=True).is_visible(), heading
    assert page.locator("main .on-screen:visible, main form:visible, .main:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
