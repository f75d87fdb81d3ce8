"""Signing a petition by the law in a browser, by keyboard alone, with script and without: refused, signed, taken back."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from models.tenant import Feature
from tests.browse.test_keyboard import press, tab_to
from tests.browse.test_vote import Look, is_sound, look, page, said, sign_in
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import opened, ruled

__all__ = ["look", "page"]  # Fixtures.

FREE = "DELETE FROM __tenant__.petition_signature WHERE actor_id IS NOT NULL"
SIGNED = "SELECT count(*) FROM __tenant__.petition_signature WHERE contribution_id = %s"


@pytest.fixture
def city(given: Given, rennes: Portal) -> Iterator[Portal]:
    """The city with petitions."""
    before = rennes.record.features
    given.features(rennes, before | {Feature.PETITION})
    yield rennes
    given.features(rennes, before)


def typed(page: Page, name: str, text: str) -> None:
    tab_to(page, "textbox", name)
    page.keyboard.type(text)


def test_elector_signs_by_the_keyboard_alone_reads_which_it_was_and_takes_it_back(
    page: Page, home: str, given: Given, city: Portal, axe: str, look: Look
) -> None:
    admin = given.actor(city, role="ADMIN")
    activity = ruled(given, city, admin, isByLaw=True)
    first, second = (opened(given.actor(city), admin, activity) for _ in range(2))
    given.sql(city, FREE)  # The account has signed in the test before, with another window.
    sign_in(page, home, "Une habitante")
    page.goto(f"{home}/contribution/{first}")
    is_sound(page, axe, look, "petition-to-sign")
    typed(page, "Prénoms", "Camille")
    typed(page, "Nom de famille", f"Électrice {uuid4().hex}")
    page.get_by_label("Date de naissance").fill("2015-04-01")
    tab_to(
        page, "checkbox", "Je déclare sur l’honneur être sur la liste électorale, et que ces informations sont exactes."
    )
    page.keyboard.press("Space")
    press(page, "button", "Je signe")
    expect(page.locator("#bornOn-problem")).to_be_visible()
    expect(page.get_by_label("Prénoms")).to_have_value("Camille")
    is_sound(page, axe, look, "petition-refused")
    page.get_by_label("Date de naissance").fill("1980-04-01")
    if not page.get_by_role("checkbox").is_checked():
        page.get_by_role("checkbox").check()
    press(page, "button", "Je signe")
    expect(page.get_by_role("button", name="Retirer ma signature")).to_be_visible()
    assert given.sql(city, SIGNED, uuid_in(first)) == [(1,)]
    page.goto(
        f"{home}/contribution/{first}"
    )  # Without the word that it is saved, which lies over the page for a moment.
    is_sound(page, axe, look, "petition-signed")
    page.goto(f"{home}/contribution/{second}")
    assert re.search(r"Ce trimestre, vous avez déjà signé", said(page))
    page.locator("#vote").get_by_role("link").first.click()
    page.wait_for_url(f"**/contribution/{first}")
    press(page, "button", "Retirer ma signature")
    expect(page.get_by_role("button", name="Je signe")).to_be_visible()
    assert given.sql(city, SIGNED, uuid_in(first)) == [(0,)]
