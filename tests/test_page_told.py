"""What a page says once a form has run: each form is sent under its own key, and what happened is said once."""

from urllib.parse import quote

import pytest

from models.phase import ALLOWED, Doing
from portal import phase
from portal.visit import ONCE
from tests.browser import Browser
from tests.conftest import Portal
from tests.exchanging import proposed
from tests.given import Given
from tests.test_page_form import WORDS, filled, member
from tests.test_page_portal import hidden
from tests.test_page_vote import RULES, Page


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Portal:
    """A tenant of this module's own, with one member."""
    portal = given.tenant(rennes, "told-town", "commune-35238")
    given.actor(portal, name="Camille")
    return portal


def agreed(given: Given, place: Portal, visitor: Browser) -> str:
    """The page of an exchange that the visitor has agreed to."""
    activity, helper = given.activity(place, kind="MUTUAL_AID"), given.actor(place, name="Maryse")
    path = visitor.submit(f"/publier/{activity}?kind=REQUEST", filled(visitor, activity)).headers["location"]
    page = f"/echange/{proposed(helper, path.split('/')[2].split('?')[0])}"
    assert (
        visitor.submit(page, hidden(visitor.get(page).text, "Accept") | {"placePrecision": "CELL"}).status_code == 303
    )
    return page


def test_message_that_was_sent_keeps_no_other_form_of_the_page_from_being_sent(given: Given, place: Portal) -> None:
    visitor = member(place)
    page = agreed(given, place, visitor)
    shown = visitor.get(page).text
    assert visitor.submit(page, hidden(shown, "Write") | {"body": WORDS}).status_code == 303
    ended = visitor.submit(page, hidden(shown, "Cancel") | {"reason": "DID_NOT_COME"})
    assert ended.status_code == 303, ended.text


def test_form_that_is_sent_again_with_other_words_is_told_and_can_be_sent(given: Given, place: Portal) -> None:
    visitor = member(place)
    page = agreed(given, place, visitor)
    sent = hidden(visitor.get(page).text, "Write")
    assert visitor.submit(page, sent | {"body": WORDS}).status_code == 303
    gone_back = visitor.submit(page, sent | {"body": "Autre chose."})
    assert gone_back.status_code == 422 and "déjà enregistré, avec un autre contenu" in gone_back.text
    assert visitor.submit(page, hidden(gone_back.text, "Write") | {"body": "Autre chose."}).status_code == 303


def test_what_happened_is_not_said_again_behind_the_next_form(given: Given, place: Portal) -> None:
    visitor, activity = member(place), given.activity(place, kind="MUTUAL_AID")
    there = visitor.submit(f"/publier/{activity}?kind=OFFER", filled(visitor, activity)).headers["location"]
    shown = visitor.get(there).text
    assert "publie" in ONCE and "C’est publié." in shown
    paused = visitor.submit(there, hidden(shown, "Pause")).headers["location"]
    assert paused == there.partition("?")[0]


def test_withdrawn_ballot_is_said_to_be_withdrawn(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    _, checked = page.send({0: 0}, "check")
    page.browser.submit(page.path, hidden(checked, "Cast"))
    done = page.browser.submit(page.path, hidden(page.browser.get(page.path).text, "Withdraw"))
    assert "Votre bulletin est retiré." in page.browser.get(done.headers["location"].partition("#")[0]).text
    assert "Votre bulletin est retiré." not in page.shown()


def test_ballot_is_not_offered_in_a_phase_without_votes(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    change = "UPDATE __tenant__.activity SET phases = %s::jsonb WHERE id = %s"
    told = '[{"kind": "EXAMINE", "title": "La ville étudie", "startsAt": "2020-01-01T00:00:00+00:00"}]'
    given.sql(place, change, told, page.activity.rsplit("_", 1)[1])
    shown = page.shown()
    assert "On ne vote pas à cette étape." in shown and "La ville étudie" in shown
    assert "Vérifier</button>" not in shown and "Vous n’avez pas encore voté" not in shown


COLLECT = {"kind": "COLLECT", "startsAt": "2026-01-01", "isOver": False}
EXAMINE = {"kind": "EXAMINE", "startsAt": "2026-02-01", "isOver": False}


@pytest.mark.parametrize(
    ("phases", "doings", "ends"),
    [
        ((), ("VOTE",), "2026-03-01"),
        ((COLLECT, EXAMINE), ("ANSWER",), "2026-02-01"),
        ((COLLECT, {**COLLECT, "kind": "DEBATE"}), ("ANSWER",), "2026-03-01"),
        ((EXAMINE | {"isOver": True}, COLLECT), ("PUBLISH",), "2026-03-01"),
        ((COLLECT, EXAMINE), ("PUBLISH", "COMMENT"), "2026-03-01"),
    ],
)
def test_end_of_a_doing_is_that_of_the_last_phase_that_allows_it(
    phases: tuple[dict[str, object], ...], doings: tuple[str, ...], ends: str
) -> None:
    assert phase.until({"closesAt": "2026-03-01", "phases": phases}, *doings) == ends


def test_phases_allow_what_the_server_says() -> None:
    said = {doing.value: {kind.value for kind, allowed in ALLOWED.items() if doing in allowed} for doing in Doing}
    assert {doing: set(kinds) for doing, kinds in phase.ALLOWED.items()} == said


@pytest.mark.parametrize(
    ("next_", "language"), [("/en/moi", "en"), ("/en", "en"), ("/en?x=1", "en"), ("/moi", "fr"), ("/enquete/x", "fr")]
)
def test_signing_in_speaks_the_language_of_the_page_that_it_leads_to(rennes: Portal, next_: str, language: str) -> None:
    visitor = Browser(rennes.client, rennes.host)
    page = visitor.get(f"/auth/sign-in?next={quote(next_)}").text
    assert f'<html lang="{language}">' in page
    asked = visitor.submit("/auth/email", {"email": "nobody", "next": next_}).text
    assert f'<html lang="{language}">' in asked
