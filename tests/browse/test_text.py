"""A text in the browser, from its first words to the answer: an editor, three people and a moderator, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Portal
from tests.given import Given

SOURCE = "# Article 1\n\nLe jardin est ouvert le jeudi.\n\n# Article 2\n\nLes chiens sont tenus en laisse.\n"


@pytest.fixture
def people(chromium: Browser) -> Iterator[dict[str, Page]]:
    """A browser each, of whoever takes part; none has script."""
    names = ("editor", "first", "second", "third", "moderator")
    contexts: list[BrowserContext] = [
        chromium.new_context(service_workers="block", java_script_enabled=False) for _ in names
    ]
    yield dict(zip(names, (context.new_page() for context in contexts), strict=True))
    for context in contexts:
        context.close()


def enter(page: Page, portal: Portal) -> None:
    """As an actor of the tests: every request of the page carries the token."""
    page.set_extra_http_headers({"authorization": f"Bearer {portal.token}"})


def amend(page: Page, home: str, activity: str, article: str, wording: str, title: str) -> None:
    """By the link below an article and its form."""
    page.goto(f"{home}/texte/{activity}")
    page.get_by_role("link", name=f"Proposer un amendement – {article}").click()
    page.get_by_label("L’article tel que vous le voulez").fill(wording)
    page.get_by_label("Titre de votre amendement").fill(title)
    page.get_by_label("Vos raisons").fill("Cela conviendrait à plus de monde.")
    page.get_by_role("button", name="Publier l’amendement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def publish(page: Page, reason: str | None = None) -> None:
    """What is prepared is read, and published."""
    if reason:
        page.get_by_label("Pourquoi le texte change").fill(reason)
    page.get_by_role("button", name="Publier la version").click()


def test_text_goes_from_opening_to_the_answer(people: dict[str, Page], home: str, given: Given, rennes: Portal) -> None:
    activity = given.activity(rennes, kind="CONSULTATION", vote_method="OPINION")
    roles = {"editor": "ADMIN", "moderator": "MODERATOR"}
    for name, page in people.items():
        enter(page, given.actor(rennes, role=roles.get(name, "MEMBER")))
    editor, moderator = people["editor"], people["moderator"]
    editor.goto(f"{home}/gestion/activites/{activity}/texte")
    editor.get_by_label("Le texte", exact=True).fill(SOURCE)
    editor.get_by_role("button", name="Relire avant de publier").click()
    publish(editor)
    amend(people["first"], home, activity, "Article 1", "Le jardin est ouvert le samedi.", "Ouvrir le samedi")
    amend(
        people["second"], home, activity, "Article 1", "Le jardin est ouvert tous les jours.", "Ouvrir tous les jours"
    )
    third = people["third"]
    third.goto(f"{home}/texte/{activity}/amendements")
    third.get_by_role("link", name="Ouvrir le samedi").click()
    third.get_by_role("button", name="D’accord").first.click()
    expect(third.locator(".amends .compared del")).to_contain_text("jeudi")
    moderator.goto(f"{home}/texte/{activity}/amendements")
    moderator.get_by_role("link", name="Donner suite – Ouvrir le samedi").click()
    moderator.get_by_label("L’accepter tel quel").check()
    moderator.get_by_label("Motif").fill("Le samedi convient aux gardiens du jardin.")
    moderator.get_by_role("button", name="Publier cette suite").click()
    moderator.goto(f"{home}/texte/{activity}/amendements")
    moderator.get_by_role("link", name="Donner suite – Ouvrir tous les jours").click()
    moderator.get_by_label("L’accepter tel quel").check()
    moderator.get_by_label("Motif").fill("Tous les jours, ce serait mieux encore.")
    moderator.get_by_role("button", name="Publier cette suite").click()
    expect(moderator.locator("#refused")).to_contain_text("Ouvrir le samedi")
    expect(moderator.get_by_label("Motif")).to_have_value("Tous les jours, ce serait mieux encore.")
    editor.goto(f"{home}/gestion/activites/{activity}/texte")
    editor.get_by_role("button", name="Préparer la version 2").click()
    publish(editor, "Le conseil de quartier en a décidé ainsi.")
    third.goto(f"{home}/texte/{activity}")
    expect(third.locator("main")).to_contain_text("Le jardin est ouvert le samedi.")
    third.get_by_role("link", name="Ce qui a changé").click()
    expect(third.locator("ins").filter(has_text="samedi")).to_be_visible()
    third.goto(f"{home}/texte/{activity}/amendements")
    expect(third.get_by_role("row", name="Ouvrir le samedi")).to_contain_text("Accepté")
    expect(third.get_by_role("row", name="Ouvrir tous les jours")).to_contain_text("Caduc")
