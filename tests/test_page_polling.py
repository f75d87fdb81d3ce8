"""The desk's pages without script: set up, marked, counted, corrected; what is refused stands beside its field."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_page_portal import hidden
from tests.test_paper_ballot import Typing
from tests.test_polling_desk import Polling

COUNTS = "SELECT valid, version, reason FROM __tenant__.polling_record WHERE desk_id = %s ORDER BY version"


@pytest.fixture(scope="module")
def place(given: Given, rennes: Portal) -> Iterator[Portal]:
    """A tenant of this module's own."""
    return given.tenant(rennes, "desk-town", "commune-35238")  # type: ignore[return-value]  # Nothing to take down.


@pytest.fixture
def polling(given: Given, place: Portal) -> Polling:
    return Polling(given, place)


@pytest.fixture
def browser(polling: Polling, place: Portal) -> Browser:
    """An administrator's."""
    entered = Browser(place.client, place.host)
    assert entered.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303
    return entered


def test_desk_is_set_up_and_gets_an_agent(polling: Polling, browser: Browser) -> None:
    path = f"/gestion/votes/{polling.activity}/bureaux"
    _, email = polling.voter()
    fields = hidden(browser.get(path).text, "Open") | {"name": "Salle Ravel", "channel": "PAPER"}
    assert browser.submit(path, fields).status_code == 303
    shown = unescape(browser.get(path).text)
    assert "Salle Ravel" in shown
    added = hidden(shown, "AddAgent") | {"email": email}
    assert browser.submit(path, added).status_code == 303
    assert "Retirer" in unescape(browser.get(path).text)
    refused = browser.submit(
        path, hidden(browser.get(path).text, "AddAgent") | {"email": "personne@nulle-part.example"}
    )
    assert refused.status_code == 422


def test_agent_marks_who_votes_and_is_told_who_may_not(polling: Polling, browser: Browser) -> None:
    path, (_, email) = f"/bureau/{polling.desk}", polling.voter()

    def mark(**said: str) -> str:
        fields = {key: text for key, text in hidden(browser.get(path).text, "Sign").items() if key != "isInBox"}
        answer = browser.submit(path, fields | said)
        if answer.status_code == 303:
            return unescape(browser.get(answer.headers["location"]).text)
        return unescape(answer.text)

    assert "remettez un bulletin" in mark(email=email)
    assert "rien n’a changé" in mark(email=email)
    assert "remettez un bulletin" in mark(givenNames="Ana", familyName="Vidal", bornOn="1990-05-17")
    polling.sign(polling.other, name="Vidal Ana", bornOn="1991-05-17")
    assert "déjà voté" in mark(givenNames="Ana", familyName="Vidal", bornOn="1991-05-17")
    assert "double est compté" in mark(givenNames="Ana", familyName="Vidal", bornOn="1991-05-17", isInBox="true")


def test_record_is_typed_refused_with_what_was_typed_and_corrected(
    given: Given, place: Portal, polling: Polling, browser: Browser
) -> None:
    path = f"/bureau/{polling.desk}/proces-verbal"
    form = hidden(browser.get(path).text, "Write")
    mine = next(key for key, text in form.items() if text == polling.projects[0]).removesuffix(".contribution")
    numbers = {"signatures": "7", "envelopes": "7", "valid": "5", "blank": "1", "spoilt": "0", f"{mine}.count": "5"}
    wrong = browser.submit(path, form | numbers)
    assert wrong.status_code == 422
    assert 'value="7"' in wrong.text
    assert given.sql(place, COUNTS, uuid_in(polling.desk)) == []
    assert browser.submit(path, form | numbers | {"spoilt": "1"}).status_code == 303
    again = hidden(browser.get(path).text, "Write")
    assert browser.submit(path, again | numbers | {"spoilt": "1"}).status_code == 422
    fixed = numbers | {"valid": "6", f"{mine}.count": "6", "reason": "Un bulletin oublié."}
    assert browser.submit(path, again | fixed).status_code == 303
    assert given.sql(place, COUNTS, uuid_in(polling.desk)) == [(5, 1, None), (6, 2, "Un bulletin oublié.")]


def test_desk_of_others_is_no_page(given: Given, place: Portal, polling: Polling) -> None:
    member = Browser(place.client, place.host)
    given.actor(place, name="Camille")
    member.submit("/auth/demo", {"role": "MEMBER", "next": "/"})
    for path in (f"/bureau/{polling.desk}", f"/bureau/{polling.desk}/proces-verbal"):
        assert member.get(path).status_code == 404


def test_ballots_are_typed_by_two_people_and_what_differs_stands_side_by_side(
    given: Given, place: Portal, browser: Browser
) -> None:
    typing = Typing(given, place)
    path = f"/bureau/{typing.desk}/depouillement"
    assert "Saisir les bulletins" in browser.get(f"/bureau/{typing.desk}").text
    form = hidden(browser.get(path).text, "Type")
    lines = {"ballots.0.text": "1 2", "ballots.1.text": "9", "ballots.2.text": "b"}
    wrong = browser.submit(path, form | lines)
    assert wrong.status_code == 422
    assert 'value="1 2"' in wrong.text
    assert 'id="ballot-1-problem"' in wrong.text
    done = browser.submit(path, form | lines | {"ballots.1.text": "3"})
    assert done.headers["location"] == f"{path}?batch=1&issue=TYPED_ONCE"
    assert typing.type(typing.first, "1 2", "4", "b") == []
    shown = unescape(browser.get(f"{path}?batch=1").text)
    [row] = re.findall(r'<tr><th scope="row"><a href="#ballot-1">2</a></th><td>(.*?)</td><td>(.*?)</td></tr>', shown)
    assert sorted(row) == ["3", "4"]
    again = hidden(browser.get(f"{path}?batch=1").text, "Type")
    fixed = browser.submit(path, again | lines | {"ballots.1.text": "4"})
    assert fixed.headers["location"] == f"{path}?batch=1&issue=AGREED"
    record = browser.get(f"/bureau/{typing.desk}/proces-verbal").text
    numbers = {"signatures": "3", "envelopes": "3", "valid": "2", "blank": "1", "spoilt": "0"}
    assert 'name="valid" type="text"' in record
    assert browser.submit(f"/bureau/{typing.desk}/proces-verbal", hidden(record, "Write") | numbers).status_code == 303
    assert given.sql(place, COUNTS, uuid_in(typing.desk)) == [(2, 1, None)]


def test_paper_that_waits_is_told_where_the_vote_is_watched(given: Given, place: Portal) -> None:
    typing = Typing(given, place)
    browser = Browser(place.client, place.host)
    assert browser.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303

    def waits() -> str:
        shown = unescape(browser.get(f"/gestion/votes/{typing.activity}").text).replace("\xa0", " ")
        return shown.replace("\u202f", " ").partition('id="papier"')[2].partition("</section>")[0]

    assert waits() == ""
    assert typing.type(typing.first, "1") == []
    assert "1 lot pas encore concordant" in waits()
    assert f'href="/bureau/{typing.desk}/depouillement"' in waits()
    assert typing.type(typing.second, "1") == []
    assert waits() == ""
    _, email = typing.voter()
    assert typing.sign(typing.desk, email=email) == "SIGNED"
    assert "1 émargement, pas de procès-verbal" in waits()


def test_enter_after_the_first_ballot_saves_no_batch_without_script(
    given: Given, place: Portal, browser: Browser
) -> None:
    typing = Typing(given, place)
    path = f"/bureau/{typing.desk}/depouillement"
    page = browser.get(path).text
    pressed = page.partition('id="lot"')[2].partition("<button")[2].partition(">")[0]
    assert pressed == ' class="hidden" tabindex="-1" aria-hidden="true" name="step" value="more"'
    shown = browser.submit(path, hidden(page, "Type") | {"ballots.0.text": "1 2", "step": "more"})
    assert shown.status_code == 200 and 'value="1 2"' in shown.text
    typed = "SELECT count(*) FROM __tenant__.polling_typing WHERE desk_id = %s"
    assert given.sql(place, typed, uuid_in(typing.desk)) == [(0,)]


def test_typing_opens_on_the_batch_that_waits_for_this_typist(given: Given, place: Portal, browser: Browser) -> None:
    typing = Typing(given, place)
    path = f"/bureau/{typing.desk}/depouillement"

    def opened() -> tuple[str, str]:
        shown = unescape(browser.get(path).text).replace("\xa0", " ")
        [batch] = re.findall(r'name="batch" value="(\d+)"', shown)
        return batch, " ".join(re.sub("<[^>]*>", "", shown).partition("Concordants :")[2].split("Procès")[0].split())

    assert opened() == ("1", "")
    typing.both("1", "b", "n")
    assert opened() == ("2", "1 valable, 1 blanc, 1 nul.")
    typing.both("1", "2", batch=2)
    assert opened() == ("3", "3 valables, 1 blanc, 1 nul.")
    assert typing.type(typing.first, "1", batch=3) == []
    assert typing.type(typing.first, "1", batch=4) == []
    assert opened()[0] == "3"
    form = hidden(browser.get(path).text, "Type")
    assert browser.submit(path, form | {"ballots.0.text": "2"}).status_code == 303
    assert opened()[0] == "4"
    assert "à comparer" in unescape(browser.get(path).text)


def test_desk_asks_first_for_what_finds_the_voter(given: Given, place: Portal, polling: Polling) -> None:
    browser = Browser(place.client, place.host)
    assert browser.submit("/auth/demo", {"role": "ADMIN", "next": "/"}).status_code == 303

    def fields() -> list[str]:
        form = browser.get(f"/bureau/{polling.desk}").text.partition('id="emarger"')[2].partition("</form>")[0]
        assert "facultatif" not in form
        return re.findall(r'<input id="(\w+)"', form)

    assert fields() == ["email", "familyName", "givenNames", "bornOn"]
    change = "UPDATE __tenant__.activity SET proof_levels = '{DECLARATION}' WHERE id = %s"
    given.sql(place, change, uuid_in(polling.activity))
    assert fields() == ["familyName", "givenNames", "bornOn", "email"]


def test_mark_of_paper_that_is_in_the_box_hands_out_no_other(
    given: Given, place: Portal, polling: Polling, browser: Browser
) -> None:
    given.close_activity(place, polling.activity)
    path = f"/bureau/{polling.desk}"
    fields = hidden(browser.get(path).text, "Sign") | {
        "familyName": "Le Goff",
        "givenNames": "Yves",
        "bornOn": "1950-01-02",
    }
    done = browser.submit(path, fields)
    shown = unescape(browser.get(done.headers["location"]).text).replace("’", "'")
    assert "son bulletin est déjà dans l'urne" in shown
    assert "remettez un bulletin</span>" not in shown


def test_page_of_a_desk_without_network_is_nobody_s_and_is_kept_by_the_worker(
    place: Portal, polling: Polling, browser: Browser
) -> None:
    stranger = Browser(place.client, place.host)
    answer = stranger.get("/bureau/hors-ligne")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert polling.desk not in answer.text
    assert "Mairie" not in answer.text
    assert 'name="isInBox" value="true"' in answer.text
    assert stranger.get(f"/bureau/{polling.desk}").status_code in (303, 401)
    worker = browser.get("/sw.js").text
    assert '"/bureau/hors-ligne"' in worker
    assert 'credentials: "omit"' in worker
