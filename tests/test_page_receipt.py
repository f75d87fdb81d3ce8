"""Receipts on pages: they stand in no address; once a vote is counted they say in words what their ballot says."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from counting import vote_result
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import hidden
from tests.test_page_vote import PICKED, RULES, Page
from tests.test_statement_count import statements
from tests.test_urn import Secret

SAYS = """query($id: ID!, $receipt: String!) { activity(id: $id) { publishedBallot(receipt: $receipt) {
  isBlank isSetAside votes { choice amount contribution { id title } } } } }"""
WORDS = {
    "APPROVAL": ["Projet A choisi", "Projet C choisi"],
    "POINTS": ["Projet A 3 points", "Projet B 1 point"],
    "RANKED": ["Projet B n° 1", "Projet A n° 2"],
    "BUDGET": ["Projet A 20 000 €", "Projet B 20 000 €"],
    "MAJORITY_JUDGEMENT": ["Projet A Excellent", "Projet D À rejeter"],
}


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own, with one member."""
    portal = given.tenant(rennes, "receipt-town", "commune-35238")
    given.actor(portal, name="Camille")
    return portal  # type: ignore[return-value]  # A fixture that has nothing to take down.


def count(given: Given, place: Portal, activity: str) -> None:
    given.close_activity(place, activity)
    given.run(vote_result.count(given.database, place.number))
    given.sql(place, "UPDATE __tenant__.vote_result SET counted_at = counted_at")


def plain(html: str) -> str:
    return unescape(html).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def checked(browser: Browser, activity: str, receipt: str) -> str:
    """What the page of receipts says of one."""
    path = f"/recepisse/{activity}"
    answer = browser.submit(path, hidden(browser.get(path).text, "Check") | {"receipt": receipt})
    assert answer.status_code == 200
    return plain(answer.text).partition('id="trouve"')[2].partition("</section>")[0]


@pytest.mark.parametrize("method", RULES)
def test_receipt_says_in_words_what_its_ballot_says_once_it_is_counted(
    given: Given, place: Portal, method: str
) -> None:
    page = Page(given, place, method, **RULES[method])
    _, draft = page.send(PICKED[method], "check")
    page.browser.submit(page.path, hidden(draft, "Cast"))
    shown = plain(page.browser.get(page.path).text)
    [receipt] = re.findall(r'<b class="receipt">([0-9A-F-]{29})</b>', shown)
    assert not re.search(rf'(?:href|action)="[^"]*{receipt.replace("-", "-?")}', shown)
    assert hidden(shown, "Check") == {"form": "Check", "receipt": receipt.replace("-", "")}
    assert f'action="/recepisse/{page.activity}#trouve"' in shown
    stranger = Browser(place.client, place.host)
    before = checked(stranger, page.activity, receipt.lower())
    assert "Un bulletin avec ce récépissé est dans l'urne." in before
    assert "sera publié, sans nom, après le dépouillement" in before
    assert "Projet" not in before
    assert "Aucun bulletin n'a ce récépissé." in checked(stranger, page.activity, "0" * 24)
    assert place.ask(SAYS, id=page.activity, receipt=receipt)["activity"] == {"publishedBallot": None}
    count(given, place, page.activity)
    after = checked(stranger, page.activity, receipt)
    assert "Il a été dépouillé et compté. Il dit :" in re.sub(r"\s+", " ", re.sub("<[^>]*>", "", after))
    lines = re.findall(r"<li><span>(.*?)</span> <b>(.*?)</b></li>", after)
    assert [" ".join(line) for line in lines] == WORDS[method]
    with statements(place, 1):
        told = given.actor(place).ask(SAYS, id=page.activity, receipt=receipt)["activity"]["publishedBallot"]
    assert (told["isBlank"], told["isSetAside"], len(told["votes"])) == (False, False, 2)


def test_receipt_in_an_address_is_not_read(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    _, draft = page.send({0: 0}, "check")
    page.browser.submit(page.path, hidden(draft, "Cast"))
    [receipt] = re.findall(r'<b class="receipt">([0-9A-F-]{29})</b>', page.shown())
    shown = plain(Browser(place.client, place.host).get(f"/recepisse/{page.activity}?receipt={receipt}").text)
    assert "dans l'urne" not in shown
    assert receipt not in shown
    other = Browser(place.client, place.host)
    assert other.submit(f"/recepisse/{page.activity}", {"form": "Cast", "receipt": receipt}).status_code == 404


def test_ballot_that_is_blank_or_set_aside_says_so(given: Given, place: Portal) -> None:
    page = Page(given, place, "APPROVAL", **RULES["APPROVAL"])
    page.browser.submit(page.path, {**hidden(page.browser.get(page.path).text, "Cast"), "isBlank": "true"})
    [receipt] = re.findall(r'<b class="receipt">([0-9A-F-]{29})</b>', page.shown())
    count(given, place, page.activity)
    assert "Il est blanc." in checked(page.browser, page.activity, receipt)
    rows = "SELECT id FROM __tenant__.ballot WHERE activity_id = %s"
    [(ballot,)] = given.sql(place, rows, uuid_in(page.activity))
    its: dict[str, Any] = {"activity_id": uuid_in(page.activity), "ballot_id": ballot, "sign": "MAILBOX"}
    given.insert(place, "set_aside", **its, explanation="Une seule boîte.", set_aside_at="now")
    assert "Il est mis de côté" in checked(page.browser, page.activity, receipt)


def test_receipt_of_a_secret_vote_proves_that_somebody_voted_and_nothing_else(given: Given, place: Portal) -> None:
    secret = Secret(given, place)
    voter = given.actor(place)
    secret.cast(voter, {0: {"choice": "SUPPORT"}})
    receipt = secret.receipt(voter)
    files = secret.counted()
    given.sql(place, "UPDATE __tenant__.vote_result SET counted_at = counted_at")
    browser = Browser(place.client, place.host)
    told = checked(browser, secret.activity, receipt)
    assert "prouve qu'une personne a voté" in told
    assert "envelopes.csv" in told
    assert place.ask(SAYS, id=secret.activity, receipt=receipt)["activity"] == {"publishedBallot": None}
    of_ballot = files["ballots.csv"].splitlines()[1].split(",")[0]
    assert place.ask(SAYS, id=secret.activity, receipt=of_ballot)["activity"] == {"publishedBallot": None}
