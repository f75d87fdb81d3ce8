"""A webhook in a browser: an administrator makes one, tries it, changes its secret, stops and removes it; axe at each step."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browse.test_accessible import violations

URL = "https://outil.rennes.example/parvis"
"""Nobody answers there: names of this kind lead nowhere, and none is looked up."""


@pytest.fixture(params=[(1280, True), (320, False)], ids=["script", "no script, narrow"])
def admin(chromium: Browser, home: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, has_script = request.param
    viewport = {"width": width, "height": 844}
    context = chromium.new_context(viewport=viewport, service_workers="block", bypass_csp=True, reduced_motion="reduce")
    if not has_script:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{home}/moi")
    page.get_by_role("button", name="L’administration").click()
    yield page
    context.close()


def look(page: Page, axe: str) -> None:
    """It fits, and axe finds nothing, by day and by night."""
    page.evaluate("window.scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page, axe) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, axe, ["color-contrast"]) == []
    page.emulate_media(color_scheme="light")


def test_webhook_from_its_form_to_its_end(admin: Page, home: str, axe: str) -> None:
    admin.goto(f"{home}/gestion/webhooks")
    look(admin, axe)
    admin.get_by_label("Nom").fill("Outil des services")
    admin.get_by_label("Adresse").fill("http://10.0.0.1/")
    admin.get_by_role("button", name="Créer le webhook").click()
    expect(admin.get_by_label("Nom")).to_have_value("Outil des services")  # Nothing typed is lost.
    expect(admin.get_by_label("Adresse")).to_have_attribute("aria-invalid", "true")
    look(admin, axe)
    admin.get_by_label("Adresse").fill(URL)
    admin.get_by_role("button", name="Créer le webhook").click()
    secret = admin.locator("#secret input")
    expect(secret).to_have_value(re.compile("^whsec_"))
    first = secret.input_value()
    look(admin, axe)
    admin.get_by_role("link", name="Outil des services").click()
    expect(admin.get_by_role("heading", name="Outil des services")).to_be_visible()
    assert "whsec_" not in admin.content()
    look(admin, axe)
    admin.get_by_role("button", name="Envoyer un essai").click()
    expect(admin.locator(".lines .line-title", has_text="Essai")).to_have_count(1)
    look(admin, axe)
    admin.get_by_role("button", name="Changer le secret").click()
    expect(secret).to_have_value(re.compile("^whsec_"))
    expect(secret).not_to_have_value(first)
    look(admin, axe)
    admin.get_by_role("button", name="Arrêter le webhook").click()
    expect(admin.get_by_role("button", name="Remettre en marche")).to_be_visible()
    expect(admin.get_by_role("button", name="Envoyer un essai")).to_have_count(0)
    look(admin, axe)
    admin.get_by_text("Supprimer le webhook, son secret et ses envois").first.click()
    look(admin, axe)
    admin.get_by_role("button", name="Oui, pour de bon").click()
    expect(admin.get_by_text("Outil des services")).to_have_count(0)
    look(admin, axe)
