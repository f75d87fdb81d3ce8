"""Reports: with a receipt and a limit, once at a time; three never hide anything, but some hold it."""

import re

import pytest

from models import report
from tests.acting import comment, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import case_about, decided, mails, reported, submit, with_address
from tests.test_life import events

MINE = "{ viewer { reports { totalCount nodes { receipt category quote explanation isAnswered isAboutComment } } } }"
SEEN = "query($id: ID!) { contribution(id: $id) { id } }"


@pytest.fixture
def idea(given: Given, town: Portal) -> str:
    return published(given.actor(town), given.activity(town))


def is_public(town: Portal, contribution: str) -> bool:
    return bool(town.ask(SEEN, id=contribution)["contribution"])


def test_reporter_gets_a_receipt_by_mail_and_finds_the_report_again(given: Given, town: Portal, idea: str) -> None:
    reporter, address = with_address(given, town)
    payload = submit(reporter, "SCAMS_AND_FRAUD", contribution=idea, quote="un banc", explanation="Il n'existe pas.")
    assert payload["userErrors"] == []
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", payload["report"]["receipt"])
    assert mails(given, town, address) == ["REPORT_RECEIVED"]
    [mine] = reporter.ask(MINE)["viewer"]["reports"]["nodes"]
    assert mine == {
        "receipt": payload["report"]["receipt"],
        "category": "SCAMS_AND_FRAUD",
        "quote": "un banc",
        "explanation": "Il n'existe pas.",
        "isAnswered": False,
        "isAboutComment": False,
    }


def test_report_is_seen_by_its_sender_and_by_moderators_alone(given: Given, town: Portal, idea: str) -> None:
    reporter = given.actor(town)
    sent = reported(reporter, contribution=idea)
    ask = "query($id: ID!) { report(id: $id) { id } }"
    seen = [reporter, given.actor(town, role="MODERATOR")]
    assert [who.ask(ask, id=sent)["report"] for who in seen] == [{"id": sent}] * 2
    assert [who.ask(ask, id=sent)["report"] for who in (town, given.actor(town))] == [None] * 2
    other = given.actor(town)
    actor = reporter.ask("{ viewer { id } }")["viewer"]["id"]
    spy = "query($id: ID!) { actor(id: $id) { reports { totalCount } decisions { totalCount } } }"
    nothing = {"reports": {"totalCount": 0}, "decisions": {"totalCount": 0}}
    for who in (other, town, given.actor(town, role="ADMIN")):
        assert who.ask(spy, id=actor)["actor"] == nothing


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"isGoodFaith": False}, "REQUIRED", "isGoodFaith"),
        ({"contribution": None}, "BAD_INPUT", "contribution"),
        ({"quote": "a" * 501}, "TOO_LONG", "quote"),
        ({"explanation": "a" * 2_001}, "TOO_LONG", "explanation"),
        ({"quote": "\u2800"}, "TOO_SHORT", "quote"),
    ],
)
def test_report_that_cannot_be_taken_is_refused(
    given: Given, town: Portal, idea: str, fields: dict[str, object], code: str, field: str
) -> None:
    reporter = given.actor(town)
    with given.nothing_written(town):
        answer = submit(reporter, **{"contribution": idea, **fields})  # type: ignore[arg-type]
        assert answer["userErrors"] == refused(code, field)


def test_nobody_reports_the_same_twice_before_the_answer(given: Given, town: Portal, idea: str) -> None:
    reporter = given.actor(town)
    reported(reporter, contribution=idea)
    with given.nothing_written(town):
        assert submit(reporter, "VIOLENCE", contribution=idea)["userErrors"] == refused("ALREADY_REPORTED", None)
    moderator = given.actor(town, role="MODERATOR")
    assert case_about(moderator, idea)["reportCount"] == 1
    assert case_about(moderator, idea)["isUrgent"] is False


def test_so_many_reports_a_day_and_no_more(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.report.A_DAY", 2)
    reporter, activity = given.actor(town), given.activity(town)
    things = [published(given.actor(town), activity) for _ in range(3)]
    for contribution in things[:2]:
        reported(reporter, contribution=contribution)
    assert submit(reporter, contribution=things[2])["userErrors"] == refused("TOO_MANY_REPORTS", None)
    reported(given.actor(town), contribution=things[2])


@pytest.mark.parametrize("role", ["MODERATOR", "ADMIN", "FLAGGER"])
def test_whose_task_it_is_has_a_bound_of_their_own(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr("resolvers.report.A_DAY", 1)
    monkeypatch.setattr("resolvers.report.A_DAY_BY_OFFICE", 3)
    reporter, activity = given.actor(town, role="MEMBER" if role == "FLAGGER" else role), given.activity(town)
    if role == "FLAGGER":
        actor = uuid_in(reporter.ask("{ viewer { id } }")["viewer"]["id"])
        given.sql(town, "UPDATE __tenant__.actor SET is_trusted_flagger = true WHERE id = %s", actor)
    things = [published(given.actor(town), activity) for _ in range(4)]
    for contribution in things[:3]:
        reported(reporter, "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", contribution=contribution)
    assert submit(reporter, contribution=things[3])["userErrors"] == refused("TOO_MANY_REPORTS", None)


def test_three_reports_hide_nothing(given: Given, town: Portal, idea: str) -> None:
    for _ in range(5):
        reported(given.actor(town), "ILLEGAL_OR_HARMFUL_SPEECH", contribution=idea)
    assert is_public(town, idea)


@pytest.mark.parametrize("category", report.HOLDING)
def test_three_reporters_hold_what_endangers_children_or_tells_personal_data(
    given: Given, town: Portal, idea: str, category: report.ReportCategory
) -> None:
    for _ in range(2):
        reported(given.actor(town), category.value, contribution=idea)
    assert is_public(town, idea)
    reported(given.actor(town), category.value, contribution=idea)
    assert not is_public(town, idea)
    moderator = given.actor(town, role="MODERATOR")
    assert (case_about(moderator, idea)["state"], case_about(moderator, idea)["shown"]) == ("OPEN", "HELD")
    held = [(kind, actor) for kind, actor, _ in events(given, town, idea)]
    assert held[-1] == ("CONTRIBUTION_HELD", None)
    removal = town.ask("query($id: ID!) { withheldContribution(id: $id) { removal { state rule } } }", id=idea)
    assert removal["withheldContribution"] == {"removal": {"state": "HELD", "rule": None}}
    decided(moderator, idea, "NOTHING")
    assert is_public(town, idea)


def test_words_that_a_moderator_left_are_not_held_again(given: Given, town: Portal, idea: str) -> None:
    moderator = given.actor(town, role="MODERATOR")
    reported(given.actor(town), "PROTECTION_OF_MINORS", contribution=idea)
    decided(moderator, idea, "NOTHING")
    for _ in range(4):
        reported(given.actor(town), "PROTECTION_OF_MINORS", contribution=idea)
    assert is_public(town, idea)


def test_comment_is_reported_for_itself(given: Given, town: Portal, idea: str) -> None:
    reply = comment(given.actor(town), idea, "Un mot de trop.")["comment"]["id"]
    reported(given.actor(town), comment=reply)
    reported(given.actor(town), contribution=idea)
    moderator = given.actor(town, role="MODERATOR")
    assert case_about(moderator, idea, reply)["comment"]["body"] == "Un mot de trop."
    assert case_about(moderator, idea)["comment"] is None
