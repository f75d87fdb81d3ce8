"""A browser, and the demonstration's Rennes on a port of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import Running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parents[2] / "web" / "build" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium(server: Running) -> Iterator[Browser]:
    """Debian's Chromium, once there is a server to look at. Without it the stories are skipped, but in CI they fail."""
    if CHROMIUM is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("this story wants a browser: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(server: Running) -> str:
    """Where Rennes' portal is."""
    return server.url.replace("127.0.0.1", "rennes.localhost")


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checks, from the packages of web/build."""
    if not AXE.is_file():
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("this check wants axe-core: cd web/build && npm ci")
    return AXE.read_text("utf-8")
