"""Work on a vote by the keyboard alone, with script and without: its rule is written and tried, doubtful ballots are
judged, and their voter answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browse.test_keyboard import STOPS, tab_to
from tests.browse.test_vote import Look, is_sound, look, page, said, sign_in
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import Poll, chosen

__all__ = ["look", "page"]

AFEW = 3
"""Stops until what was asked for: the page begins there."""


def open_(page: Page, words: str) -> None:
    """Reach what opens a part of the page by Tab, and open it."""
    wanted = page.locator("summary", has_text=words)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab never reaches {words!r} of {page.url}")


def stops_to(page: Page, name: str) -> int:
    """How many times Tab is pressed until the field of a name has the focus."""
    for count in range(1, STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return count
    pytest.fail(f"Tab never reaches {name!r} of {page.url}")


def typed(page: Page, text: str) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def submitted(page: Page) -> None:
    """Press Enter where the focus is, and wait for the page that answers."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, role: str, name: str) -> None:
    """Reach a link or button by Tab, and press it."""
    tab_to(page, role, name)
    submitted(page)


def test_rule_is_written_and_tried_by_the_keyboard_alone(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    activity = given.activity(rennes, kind="PARTICIPATORY_BUDGET")
    ahead = "UPDATE __tenant__.activity SET opens_at = now() + interval '9 days' WHERE id = %s"
    given.sql(rennes, ahead, uuid_in(activity))
    rule = (
        "SELECT title, vote_method, vote_most, award_rule, award_ceiling_euros FROM __tenant__.activity WHERE id = %s"
    )
    sign_in(page, home, "administra")
    page.goto(f"{home}/gestion/activites/{activity}")
    assert stops_to(page, "title")
    typed(page, "Vote au clavier")
    submitted(page)
    expect(page.get_by_text("C’est enregistré.")).to_be_in_viewport()  # Enter has pressed the button that is meant.
    assert given.sql(rennes, rule, uuid_in(activity))[0][0] == "Vote au clavier"
    stops_to(page, "voteMethod")
    page.keyboard.type("Points")
    press(page, "button", "Montrer la règle de ce vote")
    assert stops_to(page, "voteRule.least") <= AFEW
    stops_to(page, "voteRule.most")
    typed(page, "7")
    stops_to(page, "voteRule.mostEach")
    typed(page, "3")
    stops_to(page, "voteRule.budgetEuros")
    typed(page, "200000")
    stops_to(page, "awardRule")
    page.keyboard.type("Par cat")
    press(page, "button", "Montrer ce que cette règle demande")
    assert stops_to(page, "awardTerms.ceilingEuros") <= AFEW
    typed(page, "beaucoup")
    submitted(page)
    if look.has_script:
        expect(page.locator("#refused")).to_be_focused()
    else:
        expect(page.get_by_role("link", name="Ce n’est pas encore envoyé : voir pourquoi")).to_be_in_viewport()
    is_sound(page, axe, look, "rule-refused")
    tab_to(page, "link", "Plafond de chaque catégorie, en euros")
    page.keyboard.press("Enter")
    assert stops_to(page, "awardTerms.leastEach") == 1  # The link has led to the field before.
    page.keyboard.press("Shift+Tab")
    typed(page, "50000")
    submitted(page)
    assert page.locator("#refused").all_inner_texts() == []
    kept = ("Vote au clavier", "POINTS", 7, "BY_CATEGORY", 50_000)
    assert given.sql(rennes, rule, uuid_in(activity)) == [kept]
    press(page, "link", "Essayer une règle")
    press(page, "link", "Budget participatif, première édition")
    stops_to(page, "budgetEuros")
    typed(page, "20000")
    submitted(page)
    expect(page.get_by_role("heading", name="3. Ce que cela donne")).to_be_in_viewport()
    assert re.search(r"Dépensé sur 20 000 €", said(page))
    is_sound(page, axe, look, "rule-trial")


def test_doubtful_ballots_are_set_aside_contested_and_put_back_by_the_keyboard_alone(
    page: Page, home: str, given: Given, rennes: Portal, axe: str, look: Look
) -> None:
    poll = Poll(given, rennes, "APPROVAL", costs=20, vote_most=3, budget_euros=100)
    voters = [given.actor(rennes) for _ in range(2)]
    for place, voter in enumerate(voters):
        poll.cast(voter, chosen(place))
        actor = uuid_in(voter.ask("{ viewer { id } }")["viewer"]["id"])
        given.insert(rennes, "account", actor_id=actor, email=f"zo{look.width}+{place}@free.fr", created_at="now")
    aside = """SELECT explanation, appeal, reply, restored_at IS NOT NULL FROM __tenant__.set_aside
      WHERE activity_id = %s"""

    def go(who: Portal, path: str) -> None:
        page.set_extra_http_headers({"authorization": f"Bearer {who.token}"})
        page.goto(home + path)

    admin, desk = given.actor(rennes, role="ADMIN"), f"/gestion/votes/{poll.activity}"
    go(admin, desk)
    open_(page, "Mettre de côté")
    assert stops_to(page, "explanation") == 1
    page.keyboard.type("Trop")
    tab_to(page, "button", "Mettre de côté")
    page.evaluate("document.querySelector('textarea').removeAttribute('minlength')")
    submitted(page)
    assert given.sql(rennes, aside, uuid_in(poll.activity)) == []
    assert page.locator("#doutes textarea").input_value() == "Trop"
    is_sound(page, axe, look, "doubt-refused")
    stops_to(page, "explanation")
    typed(page, "Deux comptes, une seule boîte.")
    press(page, "button", "Mettre de côté")
    expect(page.get_by_text("C’est enregistré.")).to_be_in_viewport()
    assert given.sql(rennes, aside, uuid_in(poll.activity)) == [("Deux comptes, une seule boîte.", None, None, False)]
    go(voters[1], f"/voter/{poll.activity}")
    assert stops_to(page, "words")
    page.keyboard.type("Nous sommes deux sous ce toit.")
    press(page, "button", "Contester")
    expect(page.get_by_text("Un agent va répondre.")).to_be_in_viewport()
    is_sound(page, axe, look, "doubt-contested")
    go(admin, desk)
    assert "La personne répond : Nous sommes deux sous ce toit." in said(page)
    open_(page, "Remettre dans l’urne")
    assert stops_to(page, "reply") == 1
    page.keyboard.type("Deux personnes, vérifié.")
    press(page, "button", "Remettre dans l’urne")
    [(_, appeal, reply, is_restored)] = given.sql(rennes, aside, uuid_in(poll.activity))
    assert (appeal, reply, is_restored) == ("Nous sommes deux sous ce toit.", "Deux personnes, vérifié.", True)
    expect(page.locator("#cote .badge")).to_have_text("remis dans l’urne")
    is_sound(page, axe, look, "doubt-restored")
