"""The pages of proofs: what a vote asks and why, refused beside its field with all that was typed, and who set it."""

from html import unescape

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import hidden
from tests.test_page_vote import Page
from tests.test_proof import LATER, OPENED

TYPED = {
    "givenNames": "Zélie <b>",
    "familyName": "du Puy",
    "bornOn": "2020-05-04",
    "address": "12 rue du Puits, 35000 Rennes",
    "isOnHonour": "true",
}


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Portal:
    portal = given.tenant(rennes, "proof-town", "commune-35238")
    given.actor(portal, name="Camille")
    given.actor(portal, role="ADMIN", name="Mairie")
    return portal


def asking(page: Page, levels: str, age: int | None = None) -> Page:
    """A vote that asks."""
    change = "UPDATE __tenant__.activity SET proof_levels = %s, proof_least_age = %s WHERE id = %s"
    page.given.sql(page.place, change, levels, age, uuid_in(page.activity))
    return page


def test_page_says_what_is_asked_and_loses_nothing_that_was_typed(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "APPROVAL", vote_least=1, vote_most=3), "{DECLARATION}", 16)
    shown = page.shown()
    assert "Qui peut voter" in shown
    assert "avoir 16 ans le jour du vote" in shown
    refused = page.browser.submit(page.path, hidden(page.browser.get(page.path).text, "Declare") | TYPED)
    assert refused.status_code == 422
    text = unescape(refused.text)
    assert "L’âge demandé pour ce vote n’est pas atteint" in text.replace("'", "’")
    assert 'id="bornOn-problem"' in refused.text
    assert "Zélie &lt;b&gt;" in refused.text
    for said in ("du Puy", "2020-05-04", "12 rue du Puits, 35000 Rennes"):
        assert f'value="{said}"' in text
    fields = hidden(refused.text, "Declare") | TYPED | {"bornOn": "1990-05-04"}
    done = page.browser.submit(page.path, fields)
    assert (done.status_code, done.headers["location"]) == (303, f"/voter/{page.activity}#bulletin")
    assert "Vous pouvez voter" in page.shown()


def test_page_of_a_vote_without_ballots_takes_the_proof_too(given: Given, place: Portal) -> None:
    page = asking(Page(given, place, "SUPPORT"), "{DECLARATION}")
    activity = unescape(page.browser.get(f"/activite/{page.activity}").text)
    assert f'href="/voter/{page.activity}#justificatif"' in activity
    assert "Voter projet par projet" in page.shown()
    fields = hidden(page.browser.get(page.path).text, "Declare") | TYPED | {"givenNames": "Ada"}
    assert page.browser.submit(page.path, fields).status_code == 303
    assert "Vous pouvez voter" in page.shown()


def test_administrator_says_who_may_vote_before_it_opens(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", vote_least=1, vote_most=3)
    admin = Browser(place.client, place.host)
    assert admin.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    path = f"/gestion/votes/{page.activity}"
    assert "Cela se décide avant l'ouverture du vote" in unescape(admin.get(path).text).replace("’", "'")
    given.sql(place, LATER, uuid_in(page.activity))
    said = {"levels": "DECLARATION", "leastAge": "0", "ageOn": "2027-01-01"}
    refused = admin.submit(path, hidden(admin.get(path).text, "SetProof") | said)
    assert refused.status_code == 422
    assert 'id="leastAge-problem"' in refused.text
    assert 'value="2027-01-01"' in refused.text
    done = admin.submit(path, hidden(refused.text, "SetProof") | said | {"leastAge": "18"})
    assert done.status_code == 303
    given.sql(place, OPENED, uuid_in(page.activity))
    shown = page.shown()
    assert "avoir 18 ans au 1" in shown
