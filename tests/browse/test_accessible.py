"""axe on every page that there is, in light and dark, at 320 and 1280 pixels, with script and without.

Screens are found by themselves (tests/sample.py); what only a form leads to stands in `states`. Pages are fetched as
whoever may see them and shown to the browser at their own address, so that one browser sees every role's pages.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browse.state import Shown, states
from tests.conftest import Portal
from tests.given import Given
from tests.sample import samples

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4")
ALSO = ("identical-links-same-purpose", "label-content-name-mismatch", "target-size")
TREE = Path(".parvis/browse/accessibility.txt")
"""What a screen reader is told of each page: to be read by people who change it."""

SAME = r"""() => {
  const said = new Map();
  for (const button of document.querySelectorAll("main button")) {
    if (!button.checkVisibility()) continue;
    const name = [button.closest("[role=group]")?.ariaLabel, button.ariaLabel ?? button.textContent].join(": ");
    const sent = [...(button.form?.querySelectorAll("input[type=hidden]") ?? [])].map((field) => field.value);
    const does = [button.value, ...sent].join(" ");
    said.set(name, (said.get(name) ?? new Set()).add(does));
  }
  return [...said].filter(([, does]) => does.size > 1).map(([name]) => name.replace(/\s+/g, " ").trim());
}"""
"""Buttons that are called alike, in groups that are called alike, and do different things."""

RUN = """async ([tags, also, only]) => {
  const rules = Object.fromEntries(also.map((rule) => [rule, { enabled: true }]));
  const found = await axe.run(only.length ? { runOnly: only } : { runOnly: { type: "tag", values: tags }, rules });
  return found.violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((node) => node.html.slice(0, 140))]);
}"""


@pytest.fixture(scope="module")
def shown(rennes: Portal, given: Given, town: Portal) -> list[Shown]:
    """Every page, as HTML."""
    pages = [Shown(found.path, found.html) for found in samples(rennes, given, town)]
    return [*pages, *states(rennes)]


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Where script is off the browser still runs axe: the portal's own files do not come."""
    context = chromium.new_context(bypass_csp=True, service_workers="block", reduced_motion="reduce")
    if not request.param:
        context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


AWAY = re.compile(r"/popup[^/]*\.js")
"""The script that leads the pop-up back to the page that opened it."""


def show(page: Page, home: str, one: Shown) -> None:
    """Have the browser show a page at its address; everything that it asks for comes from the server."""
    address = home + one.path

    def answer(route: Route) -> None:
        route.fulfill(body=one.html, content_type="text/html; charset=utf-8")

    page.route(address, answer)
    page.route(AWAY, lambda route: route.abort())
    page.goto(address)
    page.unroute(address)


def violations(page: Page, axe: str, only: Sequence[str] = ()) -> Any:
    """What axe finds: rules, each with some of the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    return page.evaluate(RUN, [list(TAGS), list(ALSO), list(only)])


def test_axe_finds_nothing(page: Page, home: str, axe: str, shown: list[Shown], request: pytest.FixtureRequest) -> None:
    is_narrow = "no script" in request.node.name
    told: list[str] = []
    for one in shown:
        page.set_viewport_size({"width": 320 if is_narrow else 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        show(page, home, one)
        told += [f"{one.name}: {rule} {nodes}" for rule, nodes in violations(page, axe)]
        page.emulate_media(color_scheme="dark")
        told += [f"{one.name}, dark: {rule} {nodes}" for rule, nodes in violations(page, axe, ["color-contrast"])]
        for width in (320,) if is_narrow else (640, 1280):  # 640 is what 200 % leave of 1280.
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                told.append(f"{one.name} is wider than {width} pixels")
    assert "\n".join(told) == ""


def test_what_a_screen_reader_is_told_is_written_down(chromium: Browser, home: str, shown: list[Shown]) -> None:
    """Every link and button has a name, and no two buttons the same one; the rest is for people to read."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    page = context.new_page()
    texts, alike = [], []
    for one in shown:
        show(page, home, one)
        tree = page.locator("body").aria_snapshot()
        nameless = re.findall(r"(?m)^\s*- (?:link|button|textbox|combobox|checkbox|radio|searchbox)(?::|$)", tree)
        assert nameless == [], one.name
        alike += [f"{one.name}: {name}" for name in page.evaluate(SAME)]
        texts.append(f"# {one.name}\n\n{tree}\n")
    context.close()
    TREE.parent.mkdir(parents=True, exist_ok=True)
    TREE.write_text("\n".join(texts), "utf-8")
    assert "\n".join(alike) == ""
