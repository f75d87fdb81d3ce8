"""The detailed map: nothing of it is there without the setting; with it one other host is asked, after the press."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from server.settings import SettingsError, read
from tests.browse.test_accessible import violations
from tests.conftest import Running, serve

SQUARE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


class Squares:
    """A service of squares on a port of its own, which remembers what it was asked."""

    def __init__(self) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.send_header("content-type", "image/png")
                self.send_header("access-control-allow-origin", "*")
                self.send_header("content-length", str(len(SQUARE)))
                self.end_headers()
                self.wfile.write(SQUARE)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def squares() -> Iterator[Squares]:
    service = Squares()
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.fixture(scope="module")
def mapped(
    server: Running, database_url: str, squares: Squares, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where Rennes' portal is on a server that has a detailed map."""
    settings = {"tile_url": f"{squares.origin}/{{z}}/{{x}}/{{y}}.png", "tile_credit": "© Cartographe"}
    for running in serve(database_url, tmp_path_factory.mktemp("data"), **settings):
        yield running.url.replace("127.0.0.1", "rennes.localhost")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))  # type: ignore[attr-defined]
    yield page
    assert page.faults == []  # type: ignore[attr-defined]
    context.close()


def test_without_the_setting_there_is_no_button_and_no_other_host_may_be_asked(page: Page, home: str) -> None:
    answer = page.goto(home)
    assert answer is not None and "http" not in answer.headers["content-security-policy"]
    assert "data-tiles" not in answer.text()
    expect(page.get_by_role("button", name="Plan détaillé")).to_have_count(0)


def test_detailed_map_is_asked_for_by_its_button_alone(page: Page, mapped: str, squares: Squares) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(mapped, wait_until="networkidle")
    assert answer is not None
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ") if " " in part)
    assert {name for name, text in policy.items() if squares.origin in text} == {"img-src", "connect-src"}
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(mapped).netloc}
    assert [url for url in asked if "/plan-" in url or "/worker-" in url or "/sheet-" in url] == []
    expect(page.locator(".credit")).to_be_hidden()
    button = page.get_by_role("button", name="Plan détaillé")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".plan-cell").first).to_be_visible()
    expect(page.locator(".credit")).to_have_text("Plan : © Cartographe")
    assert squares.asked and all(path.endswith(".png") for path in squares.asked)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(mapped).netloc, urlsplit(squares.origin).netloc}


def test_detailed_map_has_the_same_cells_in_the_same_places(page: Page, mapped: str, axe: str) -> None:
    page.goto(mapped)
    before = cells(page, ".cell path")
    page.get_by_role("button", name="Plan détaillé").click()
    expect(page.locator(".plan-cell").first).to_be_visible()
    after = cells(page, ".plan-cell")
    assert after.keys() == before.keys()
    for href, (x, y) in after.items():
        assert (x, y) == pytest.approx(before[href], abs=2), href
    page.evaluate(axe)
    assert violations(page, axe) == []


def test_detailed_map_is_one_tab_stop_and_goes_away_again(page: Page, mapped: str) -> None:
    page.goto(mapped)
    button = page.get_by_role("button", name="Plan détaillé")
    button.click()
    expect(page.locator(".plan-cell").first).to_be_visible()
    assert page.locator('.plan-cell[tabindex="0"]').count() == 1
    page.locator('.plan-cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowLeft")
    here = page.evaluate("document.activeElement.getAttribute('href')")
    assert "cell=" in here
    page.get_by_role("button", name="Agrandir la carte").click()
    button.click()
    expect(page.locator(".plan-cell").first).to_be_hidden()
    expect(page.locator(".cell").first).to_be_visible()
    button.click()
    expect(page.locator(".plan-cell").first).to_be_visible()
    page.locator(f'.plan-cell[href="{here}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{here}")


def test_setting_wants_the_places_of_three_numbers_and_https(tmp_path: Path) -> None:
    wanted = {"PARVIS_DATA": str(tmp_path), "PARVIS_TILE_URL": "https://maps.example/{z}/{x}/{y}.png"}
    assert read(wanted).tile_url == "https://maps.example/{z}/{x}/{y}.png"
    assert read({"PARVIS_DATA": str(tmp_path)}).tile_url is None
    for wrong in ("https://maps.example/{z}/{x}", "http://maps.example/{z}/{x}/{y}", "https://a.b;x/{z}/{x}/{y}"):
        with pytest.raises(SettingsError, match="PARVIS_TILE_URL"):
            read(wanted | {"PARVIS_TILE_URL": wrong})


def cells(page: Page, selector: str) -> dict[str, tuple[float, float]]:
    """The middles of cells on the screen by their addresses."""
    found = page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].map((each) => {
          const box = each.getBoundingClientRect();
          return [each.closest("a").getAttribute("href"), [box.x + box.width / 2, box.y + box.height / 2]];
        })""",
        selector,
    )
    return {href: (x, y) for href, (x, y) in found}
