"""axe on every page, light and dark, on a phone, on a desk and at 320 pixels."""

import pytest
from playwright.sync_api import Browser

PAGES = (
    "/",
    "/annonces",
    "/participer",
    "/espace/entraide",
    "/a-propos",
    "/accessibilite",
    "/vie-privee",
    "/auth/sign-in",
    "/nowhere",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(chromium: Browser, home: str, axe: str, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    paths = list(PAGES)
    page.goto(f"{home}/participer")
    paths += page.locator(".face .card-title a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    page.goto(f"{home}/annonces")
    paths += page.locator(".card-title a").evaluate_all(
        "links => links.slice(0, 2).map(link => link.getAttribute('href'))"
    )
    for path in paths:
        page.goto(home + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        told = [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found]
        assert told == [], path
    context.close()


IMPORTED = "id;titre;texte;date\n1;Un banc;Ici;31/01/2024\n2;X;Là;31/02/2024\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_files_come_and_go(
    chromium: Browser, home: str, axe: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{home}/gestion/imports")
    page.locator("button", has_text="administration").first.click()
    page.goto(f"{home}/gestion/imports")
    page.set_input_files("#file", {"name": "idées.csv", "mimeType": "text/csv", "buffer": IMPORTED.encode()})
    page.fill("#source", f"axe {width} {scheme}")
    page.locator(".upload button").click()
    page.wait_for_url("**/gestion/imports/importrun_*")
    for path in (page.url.removeprefix(home), "/gestion/imports", "/gestion/exports", "/donnees"):
        page.goto(home + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found] == [], path
    context.close()
