"""Appeals: within six months, once, answered by another moderator; a reversal brings everything back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import ERRORS, Payload, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import assert_mailed, case_about, cases, decide, decided, reported, with_address

SUBMIT = (
    f"""mutation($input: AppealSubmitInput!) {{ appealSubmit(input: $input) {{ appeal {{ id outcome }} {ERRORS} }} }}"""
)
ANSWER = f"""mutation($input: AppealDecideInput!) {{
  appealDecide(input: $input) {{ appeal {{ id outcome reply }} {ERRORS} }} }}"""
LAST = "{ viewer { decisions { nodes { id action isAppealable appeal { id outcome reply } } } } }"
WHY = "Mon texte parle d'un banc, et de personne."
REPLY = "Le texte ne vise personne, en effet."


def appeal(who: Portal, **about: Any) -> Payload:
    return dict(who.ask(SUBMIT, input={"reason": WHY, **about})["appealSubmit"])


def appealed(who: Portal, **about: Any) -> str:
    payload = appeal(who, **about)
    assert payload["userErrors"] == [], payload
    return str(payload["appeal"]["id"])


def answer(moderator: Portal, id_: str, outcome: str, **fields: Any) -> Payload:
    return dict(
        moderator.ask(ANSWER, input={"appeal": id_, "outcome": outcome, "reply": REPLY, **fields})["appealDecide"]
    )


def last(author: Portal) -> dict[str, Any]:
    """The last decision about somebody's content."""
    return dict(author.ask(LAST)["viewer"]["decisions"]["nodes"][0])


class Affair:
    """Something that was hidden, its author, and two moderators."""

    def __init__(self, given: Given, town: Portal, action: str = "HIDE") -> None:
        self.author, self.address = with_address(given, town)
        self.reporter, self.its_address = with_address(given, town)
        self.first, self.second = (given.actor(town, role="MODERATOR") for _ in range(2))
        self.idea = published(self.author, given.activity(town))
        self.report = reported(self.reporter, contribution=self.idea)
        until = {"until": (datetime.now(UTC) + timedelta(days=7)).isoformat()} if action == "SUSPEND" else {}
        decided(self.first, self.idea, action, **until)
        self.decision = str(case_about(self.first, self.idea)["decisions"]["nodes"][0]["id"])


@pytest.fixture
def affair(given: Given, town: Portal) -> Affair:
    return Affair(given, town)


def is_public(town: Portal, contribution: str) -> bool:
    return bool(town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=contribution)["contribution"])


def test_author_appeals_another_moderator_reverses_and_it_is_shown_again(
    given: Given, town: Portal, affair: Affair
) -> None:
    assert last(affair.author)["isAppealable"] is True
    id_ = appealed(affair.author, decision=affair.decision)
    [waiting] = [found for found in cases(affair.second, "APPEALED") if found["contribution"]["id"] == affair.idea]
    assert waiting["shown"] == "HIDDEN"
    assert answer(affair.second, id_, "REVERSED")["appeal"] == {"id": id_, "outcome": "REVERSED", "reply": REPLY}
    assert is_public(town, affair.idea)
    told = affair.author.ask(LAST)["viewer"]["decisions"]["nodes"]
    assert [found["action"] for found in told] == ["RESTORE", "HIDE"]
    assert told[1]["appeal"] == {"id": id_, "outcome": "REVERSED", "reply": REPLY}
    assert_mailed(given, town, affair.address, "MODERATION_DECIDED", "APPEAL_DECIDED")


@pytest.mark.parametrize(
    ("action", "answer_then", "answer_now"), [("HIDE", "HIDE", "RESTORE"), ("SUSPEND", "SUSPEND", "LIFT"),
                                              ("WARN", "WARN", "NOTHING")]
)  # fmt: skip
def test_reporter_is_told_of_a_reversal_and_the_receipt_says_what_holds_now(
    given: Given, town: Portal, action: str, answer_then: str, answer_now: str
) -> None:
    affair = Affair(given, town, action)
    receipt = "query($id: ID!) { report(id: $id) { isAnswered answer } }"
    told = affair.reporter.ask(receipt, id=affair.report)["report"]
    assert told == {"isAnswered": True, "answer": answer_then}
    answer(affair.second, appealed(affair.author, decision=affair.decision), "REVERSED")
    told = affair.reporter.ask(receipt, id=affair.report)["report"]
    assert told == {"isAnswered": True, "answer": answer_now}
    assert_mailed(given, town, affair.its_address, "REPORT_RECEIVED", "REPORT_DECIDED", "REPORT_DECIDED")


def test_upheld_decision_stands_and_there_is_no_appeal_on_an_appeal(town: Portal, affair: Affair) -> None:
    id_ = appealed(affair.author, decision=affair.decision)
    assert answer(affair.second, id_, "UPHELD")["userErrors"] == []
    assert not is_public(town, affair.idea)
    assert last(affair.author)["isAppealable"] is False
    assert appeal(affair.author, decision=affair.decision)["userErrors"] == refused("APPEAL_NOT_POSSIBLE", None)
    assert answer(affair.second, id_, "REVERSED")["userErrors"] == refused("CONFLICT", "version")


def test_reporter_appeals_against_nothing_to_do_and_the_case_is_open_again(given: Given, town: Portal) -> None:
    affair = Affair(given, town, "NOTHING")
    assert appeal(affair.author, decision=affair.decision)["userErrors"] == refused("APPEAL_NOT_POSSIBLE", None)
    id_ = appealed(affair.reporter, report=affair.report)
    assert answer(affair.second, id_, "REVERSED")["userErrors"] == []
    assert case_about(affair.second, affair.idea)["state"] == "OPEN"
    assert_mailed(given, town, affair.its_address, "REPORT_RECEIVED", "REPORT_DECIDED", "APPEAL_DECIDED")
    assert decide(affair.second, case_about(affair.second, affair.idea), "HIDE")["userErrors"] == []
    assert last(affair.author)["isAppealable"] is True


def test_warning_that_is_taken_back_counts_against_nobody(given: Given, town: Portal) -> None:
    affair = Affair(given, town, "WARN")
    other = published(affair.author, given.activity(town))
    reported(given.actor(town), contribution=other)
    assert case_about(affair.second, other)["againstCount"] == 1
    assert answer(affair.second, appealed(affair.author, decision=affair.decision), "REVERSED")["userErrors"] == []
    assert case_about(affair.second, other)["againstCount"] == 0


def test_moderator_who_decided_does_not_answer(given: Given, town: Portal, affair: Affair) -> None:
    id_ = appealed(affair.author, decision=affair.decision)
    case = case_about(affair.second, affair.idea)["id"]
    asked = "query($id: ID!) { moderationCase(id: $id) { appeals { nodes { mayAnswer } } } }"
    told = [who.ask(asked, id=case)["moderationCase"]["appeals"]["nodes"] for who in (affair.first, affair.second)]
    assert told == [[{"mayAnswer": False}], [{"mayAnswer": True}]]
    with given.nothing_written(town):
        assert answer(affair.first, id_, "UPHELD")["userErrors"] == refused("OWN_DECISION", "appeal")


def test_case_that_is_contested_is_decided_by_its_appeal_alone(town: Portal, affair: Affair) -> None:
    appealed(affair.author, decision=affair.decision)
    [case] = [found for found in cases(affair.second, "APPEALED") if found["contribution"]["id"] == affair.idea]
    assert decide(affair.second, case, "RESTORE")["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")


def test_six_months_and_no_longer(given: Given, town: Portal, affair: Affair) -> None:
    change = "UPDATE __tenant__.moderation_decision SET decided_at = now() - interval '%s' WHERE id = %%s"
    given.sql(town, change % "185 days", uuid_in(affair.decision))
    assert last(affair.author)["isAppealable"] is False
    assert appeal(affair.author, decision=affair.decision)["userErrors"] == refused("APPEAL_NOT_POSSIBLE", None)
    given.sql(town, change % "183 days", uuid_in(affair.decision))
    appealed(affair.author, decision=affair.decision)


def test_nobody_else_appeals(given: Given, town: Portal, affair: Affair) -> None:
    stranger = given.actor(town)
    with given.nothing_written(town):
        assert appeal(stranger, decision=affair.decision)["userErrors"] == refused("NOT_FOUND", "decision")
        assert appeal(stranger, report=affair.report)["userErrors"] == refused("NOT_FOUND", "report")
        assert appeal(affair.reporter, report=affair.report)["userErrors"] == refused("APPEAL_NOT_POSSIBLE", None)
        assert appeal(affair.author)["userErrors"] == refused("BAD_INPUT", "decision")
        assert appeal(affair.author, decision=affair.decision, reason="Non")["userErrors"] == refused(
            "TOO_SHORT", "reason"
        )


def test_of_moderators_who_answer_at_once_one_does(given: Given, town: Portal, affair: Affair) -> None:
    id_ = appealed(affair.author, decision=affair.decision)
    others = [given.actor(town, role="MODERATOR") for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda who: answer(who, id_, "REVERSED")["userErrors"], others))
    assert sorted(answers, key=str) == [[], *[refused("CONFLICT", "version")] * 2]


def test_public_journal_says_what_was_hidden_and_whether_it_came_back(town: Portal, affair: Affair) -> None:
    ask = "{ moderationNotices(first: 1) { nodes { category ground rule reversedAt isAboutComment } } }"
    [line] = town.ask(ask)["moderationNotices"]["nodes"]
    assert (line["category"], line["ground"], line["reversedAt"]) == ("ILLEGAL_OR_HARMFUL_SPEECH", "TERMS", None)
    answer(affair.second, appealed(affair.author, decision=affair.decision), "REVERSED")
    [line] = town.ask(ask)["moderationNotices"]["nodes"]
    assert line["reversedAt"] is not None
