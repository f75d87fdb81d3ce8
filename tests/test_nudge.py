"""Nudges: asked on the days that they are for, answered once by whoever holds the link, and by no machine that follows it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import DateTime, Text, literal, select

from auth.nudge_link import NudgeLinks
from jobs import nudge
from tests.acting import ERRORS, close, refused
from tests.browser import Browser
from tests.conftest import SECRET, Portal
from tests.exchanging import Aid, accepted, confirm, proposed, status
from tests.given import Given, uuid_in
from tests.moderating import mails, with_address

ASK = "query($token: String!) { nudge(token: $token) { kind title isAnswerable answer } }"
ANSWER = f"""mutation($input: NudgeAnswerInput!) {{
  nudgeAnswer(input: $input) {{ nudge {{ answer }} {ERRORS} }} }}"""


class Asked(Aid):
    """Something that was published some time ago, and the links of the mails that asked about it."""

    def __init__(self, given: Given, town: Portal, kind: str = "REQUEST", age: str = "2 days 1 hour") -> None:
        super().__init__(given, town, kind)
        late = "UPDATE __tenant__.contribution SET expires_at = now() + interval '40 days' WHERE id = %s"
        given.sql(town, late, uuid_in(self.contribution))
        person = uuid_in(self.author.ask("{ viewer { id } }")["viewer"]["id"])
        self.address = f"{person.hex}@courriel.example"
        given.insert(town, "account", actor_id=person, email=self.address, created_at="now")
        self.grow(age)

    def grow(self, age: str) -> None:
        change = "UPDATE __tenant__.contribution SET published_at = published_at - %s::interval WHERE id = %s"
        self.given.sql(self.town, change, age, uuid_in(self.contribution))
        self.given.run(nudge.ask(self.given.database, self.town.number))

    @property
    def steps(self) -> list[int]:
        asked = "SELECT step FROM __tenant__.nudge WHERE contribution_id = %s ORDER BY step"
        return [step for (step,) in self.given.sql(self.town, asked, uuid_in(self.contribution))]

    @property
    def token(self) -> str:
        """The link of the last question."""
        last = "SELECT id FROM __tenant__.nudge WHERE contribution_id = %s ORDER BY step DESC LIMIT 1"
        [(id_,)] = self.given.sql(self.town, last, uuid_in(self.contribution))
        return NudgeLinks(SECRET).make(self.town.number, id_)

    def answer(self, answer: str, token: str | None = None) -> dict[str, Any]:
        """Answer as whoever holds the link, without signing in."""
        given = {"token": token or self.token, "answer": answer}
        return dict(self.town.ask(ANSWER, input=given)["nudgeAnswer"])

    def row(self) -> dict[str, Any]:
        return self.given.row(self.town, self.contribution)


@pytest.fixture
def asked(given: Given, town: Portal) -> Asked:
    return Asked(given, town)


# When -----------------------------------------------------------------------------------------------------------------


def test_author_of_a_request_is_asked_on_day_two_five_and_twelve_once_each(given: Given, town: Portal) -> None:
    asked = Asked(given, town, age="1 day 23 hours")
    assert asked.steps == []
    for more, steps in (
        ("2 hours", [2]),
        ("1 hour", [2]),
        ("3 days", [2, 5]),
        ("7 days", [2, 5, 12]),
        ("9 days", [2, 5, 12]),
    ):
        asked.grow(more)
        assert asked.steps == steps
    assert mails(given, town, asked.address) == ["HELP_ASKED"] * 3


def test_author_of_an_offer_is_asked_on_day_twenty_five(given: Given, town: Portal) -> None:
    asked = Asked(given, town, "OFFER", "24 days 23 hours")
    assert asked.steps == []
    asked.grow("2 hours")
    assert asked.steps == [25]


def test_what_is_closed_or_long_past_is_not_asked_about(given: Given, town: Portal) -> None:
    late = Asked(given, town, age="4 days 12 hours")
    assert late.steps == []
    closed = Asked(given, town, age="1 hour")
    close(closed.author, closed.contribution)
    closed.grow("2 days")
    assert closed.steps == []


@pytest.mark.parametrize(
    ("at", "mailed"),
    [
        ("2026-06-10T12:00:00Z", "2026-06-10T12:00:00Z"),  # 14 h in Paris.
        ("2026-06-10T06:59:00Z", "2026-06-10T07:00:00Z"),  # 8.59 h.
        ("2026-06-10T18:00:00Z", "2026-06-11T07:00:00Z"),  # 20 h.
        ("2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"),  # The night that has 23 hours.
        ("2026-10-24T21:00:00Z", "2026-10-25T08:00:00Z"),  # The night that has 25.
    ],
)
def test_what_is_asked_at_night_is_mailed_in_the_morning(given: Given, town: Portal, at: str, mailed: str) -> None:
    instant = literal(datetime.fromisoformat(at), DateTime(timezone=True))
    statement = select(nudge.awake(instant, literal("Europe/Paris", Text())).label("at"))
    [(found,)] = given.run(given.database.rows(statement, town.number))
    assert found.astimezone(UTC) == datetime.fromisoformat(mailed)


# The answer -----------------------------------------------------------------------------------------------------------


def test_yes_closes_the_request_and_its_helper_is_known_to_have_helped(given: Given, town: Portal) -> None:
    asked = Asked(given, town)
    helper = asked.neighbour()
    exchange = proposed(helper, asked.contribution)
    accepted(asked.author, exchange)
    assert asked.answer("YES") == {"nudge": {"answer": "YES"}, "userErrors": []}
    assert (asked.row()["status"], asked.row()["outcome"]) == ("CLOSED", "FULFILLED")
    assert confirm(helper, exchange)["exchange"]["status"] == "DONE"  # The author has said so.


def test_yes_tells_the_helper_as_if_the_author_had_said_so_of_the_exchange(given: Given, town: Portal) -> None:
    asked = Asked(given, town)
    helper, address = with_address(given, town)
    exchange = proposed(helper, asked.contribution)
    accepted(asked.author, exchange)
    given.sql(town, "DELETE FROM __tenant__.mail WHERE email = %s", address)
    assert asked.answer("YES")["userErrors"] == []
    assert mails(given, town, address) == ["EXCHANGE_CHANGED"]
    told = "SELECT kind FROM __tenant__.event WHERE subject_id = %s ORDER BY id DESC LIMIT 1"
    assert given.sql(town, told, uuid_in(exchange)) == [("EXCHANGE_DONE_SAID",)]


def test_not_yet_ends_a_request_no_sooner_than_before(asked: Asked) -> None:
    until = "2030-06-30T22:00:00Z"
    change = "UPDATE __tenant__.contribution SET expires_at = %s WHERE id = %s"
    asked.given.sql(asked.town, change, until, uuid_in(asked.contribution))
    assert asked.answer("NOT_YET")["userErrors"] == []
    assert datetime.fromisoformat(asked.row()["expires_at"]) == datetime.fromisoformat(until)


def test_not_yet_renews_the_request_for_fourteen_days(asked: Asked) -> None:
    soon = "UPDATE __tenant__.contribution SET expires_at = now() + interval '1 day' WHERE id = %s"
    asked.given.sql(asked.town, soon, uuid_in(asked.contribution))
    assert asked.answer("NOT_YET")["userErrors"] == []
    row = asked.row()
    assert row["status"] == "OPEN"
    days = "SELECT expires_at - now() BETWEEN interval '14 days' AND interval '15 days' FROM __tenant__.contribution WHERE id = %s"
    assert asked.given.sql(asked.town, days, uuid_in(asked.contribution)) == [(True,)]


def test_not_needed_takes_the_request_back_and_tells_who_still_asks(asked: Asked) -> None:
    helper = asked.neighbour()
    exchange = proposed(helper, asked.contribution)
    assert asked.answer("NOT_NEEDED")["userErrors"] == []
    assert (asked.row()["status"], asked.row()["outcome"]) == ("CLOSED", "WITHDRAWN")
    assert status(helper, exchange) == "DECLINED"


@pytest.mark.parametrize(("answer", "expected"), [("YES", "OPEN"), ("NOT_NEEDED", "CLOSED")])
def test_offer_is_renewed_or_taken_back(given: Given, town: Portal, answer: str, expected: str) -> None:
    asked = Asked(given, town, "OFFER", "25 days")
    assert asked.answer(answer)["userErrors"] == []
    assert asked.row()["status"] == expected


def test_link_serves_once(asked: Asked) -> None:
    asked.answer("NOT_YET")
    with asked.given.nothing_written(asked.town):
        assert asked.answer("NOT_NEEDED")["userErrors"] == refused("LINK_USED", "token")
    assert asked.row()["status"] == "OPEN"


def test_link_is_good_for_fourteen_days(asked: Asked) -> None:
    token = asked.token
    asked.given.sql(
        asked.town, "UPDATE __tenant__.nudge SET asked_at = now() - interval '14 days 1 minute' WHERE contribution_id = %s",
        uuid_in(asked.contribution),
    )  # fmt: skip
    assert asked.town.ask(ASK, token=token)["nudge"]["isAnswerable"] is False
    assert asked.answer("YES", token)["userErrors"] == refused("LINK_USED", "token")


def test_link_that_is_made_up_changed_or_another_tenants_is_none(asked: Asked, rennes: Portal) -> None:
    made_up = NudgeLinks("another secret").make(asked.town.number, uuid4())
    nobodys = NudgeLinks(SECRET).make(asked.town.number, uuid4())
    with asked.given.nothing_written(asked.town):
        for token in (made_up, nobodys, asked.token[:-1], asked.token + "a", "", "a" * 10_000):
            assert asked.town.ask(ASK, token=token) == {"nudge": None}
            assert asked.answer("YES", token or "x")["userErrors"] == refused("LINK_USED", "token")
    assert rennes.ask(ASK, token=asked.token) == {"nudge": None}


def test_scanner_that_follows_every_link_changes_nothing(asked: Asked) -> None:
    """A mail's link is fetched by GET and HEAD, with everything on the page that is a link."""
    browser = Browser(asked.town.client, asked.town.host)
    before = asked.row()
    for _ in range(3):
        page = browser.get(f"/suite/{asked.token}")
        assert page.status_code == 200
        assert "Avez-vous été aidé·e" in page.text
    assert asked.row() == before
    assert asked.town.ask(ASK, token=asked.token)["nudge"] == {
        "kind": "HELPED",
        "title": "Un banc sur la place",
        "isAnswerable": True,
        "answer": None,
    }


def test_press_on_the_page_answers_without_signing_in(asked: Asked) -> None:
    browser = Browser(asked.town.client, asked.town.host)
    path = f"/suite/{asked.token}"
    answer = browser.submit(path, {"form": "Answer", "token": asked.token, "answer": "YES"})
    assert answer.status_code == 303, answer.text
    assert asked.row()["outcome"] == "FULFILLED"
    assert "Merci de votre réponse" in browser.get(path).text


def test_second_press_with_another_answer_is_told_that_the_first_stays(asked: Asked) -> None:
    browser, path = Browser(asked.town.client, asked.town.host), f"/suite/{asked.token}"
    press = {"form": "Answer", "token": asked.token, "answer": "YES"}
    assert browser.submit(path, press).status_code == 303
    again = browser.submit(path, {**press, "answer": "NOT_NEEDED"})
    assert again.status_code == 422 and "votre première réponse reste" in again.text
    assert asked.row()["outcome"] == "FULFILLED"


def test_letter_has_the_link_and_no_words_of_the_request_in_its_subject(given: Given, town: Portal) -> None:
    asked = Asked(given, town)
    [kind] = mails(given, town, asked.address)
    assert kind == "HELP_ASKED"
    pause = "SELECT extract(hour FROM timezone('Europe/Paris', due_at)) FROM __tenant__.mail WHERE email = %s"
    waiting = given.sql(town, pause, asked.address)  # By day it may have gone already.
    assert all(nudge.MORNING <= hour < nudge.EVENING for (hour,) in waiting)
