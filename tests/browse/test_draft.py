"""What is typed over words that are there already: «Annuler» and the way back leave it in the browser, which offers it again;
without script they ask first."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acting import published
from tests.amending import consulted
from tests.browse.test_survey import look
from tests.browse.test_text import enter
from tests.conftest import Portal
from tests.given import Given
from tests.test_shop import me

TYPED = "Deux bancs, et une fontaine."


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, service_workers="block", bypass_csp=True)
    yield context.new_page()
    context.close()


def test_revision_that_was_cancelled_is_offered_again_and_forgotten_when_it_is_saved(
    phone: Page, home: str, given: Given, rennes: Portal, axe: str
) -> None:
    author = given.actor(rennes)
    proposal = published(author, given.activity(rennes), title="Un banc", body="À l'ombre.")
    enter(phone, author)
    page = f"{home}/contribution/{proposal}/modifier"
    phone.goto(page)
    expect(phone.locator(".draft")).to_be_hidden()
    phone.get_by_label("Texte", exact=True).fill(TYPED)
    phone.get_by_role("button", name="Annuler").click()
    phone.goto(page)
    expect(phone.get_by_label("Texte", exact=True)).to_have_value("À l'ombre.")
    expect(phone.get_by_text("Un brouillon est gardé dans ce navigateur.")).to_be_visible()
    look(phone, axe)
    phone.get_by_role("button", name="Le reprendre").click()
    expect(phone.get_by_label("Texte", exact=True)).to_have_value(TYPED)
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_text(TYPED)).to_be_visible()
    phone.goto(page)
    expect(phone.locator(".draft")).to_be_hidden()
    assert phone.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('parvis.draft'))") == []


def test_amendment_that_was_left_is_offered_again_and_may_be_thrown_away(
    phone: Page, home: str, given: Given, rennes: Portal
) -> None:
    activity = consulted(given, rennes, given.actor(rennes, role="ADMIN"))
    enter(phone, given.actor(rennes))
    page = f"{home}/texte/{activity}/article/2/amender"
    phone.goto(page)
    before = phone.get_by_label("L’article tel que vous le voulez").input_value()
    phone.get_by_label("Titre de votre amendement").fill("Ouvrir le samedi")
    phone.get_by_role("button", name="Revenir au texte").click()
    phone.goto(page)
    phone.get_by_role("button", name="Le reprendre").click()
    expect(phone.get_by_label("Titre de votre amendement")).to_have_value("Ouvrir le samedi")
    expect(phone.get_by_label("L’article tel que vous le voulez")).to_have_value(before)
    phone.goto(page)
    phone.get_by_role("button", name="L’effacer").click()
    phone.goto(page)
    expect(phone.locator(".draft")).to_be_hidden()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_shop_is_left_only_by_whoever_says_so(
    chromium: Browser, home: str, given: Given, rennes: Portal, axe: str, *, has_script: bool
) -> None:
    seller = given.actor(rennes, kind="MERCHANT")
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=has_script, bypass_csp=True
    )
    phone = context.new_page()
    enter(phone, seller)
    page = f"{home}/acteur/{me(seller)}/boutique"
    phone.goto(page)
    phone.get_by_label("Conditions de livraison").fill("Le samedi")
    phone.get_by_role("button", name="Annuler").click()
    expect(phone.get_by_text("Quitter sans enregistrer")).to_be_visible()
    expect(phone.get_by_label("Conditions de livraison")).to_have_value("Le samedi")
    if has_script:
        look(phone, axe)
    phone.get_by_role("link", name="Quitter et abandonner").click()
    expect(phone).to_have_url(f"{home}/acteur/{me(seller)}")
    phone.goto(page)
    expect(phone.get_by_label("Conditions de livraison")).to_have_value("")
    phone.get_by_role("button", name="Annuler").click()
    if has_script:
        expect(phone).to_have_url(f"{home}/acteur/{me(seller)}")
    context.close()
