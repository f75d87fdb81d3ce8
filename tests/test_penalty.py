"""Penalties: a suspension takes the word and not the vote, ends by itself or is lifted, and is seen by moderators."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import sentence
from models.refusal import ErrorCode
from tests.acting import ERRORS, cast, close, comment, publish, published, refused, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import assert_mailed, case_about, decide, decided, reported, submit, with_address
from tests.test_appeal import answer, appealed, last

UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
PENALTIES = "query($id: ID!) { moderationCase(id: $id) { penalties { id action suspendedUntil } } }"
EXPLAINED = f"""mutation($input: CommentPublishInput!) {{
  commentPublish(input: $input) {{ comment {{ id }} userErrors {{ code explanation }} }} }} # {ERRORS}"""


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def suspended(given: Given, moderator: Portal, author: Portal, activity: str, until: datetime = UNTIL) -> str:
    """A contribution whose author was suspended for it."""
    idea = published(author, activity)
    reported(given.actor(moderator), contribution=idea)
    decided(moderator, idea, "SUSPEND", until=until.isoformat())
    return idea


def penalties(moderator: Portal, contribution: str) -> list[dict[str, Any]]:
    case = case_about(moderator, contribution)["id"]
    return list(moderator.ask(PENALTIES, id=case)["moderationCase"]["penalties"])


def test_suspended_actor_says_nothing_but_votes_closes_and_contests(
    given: Given, town: Portal, moderator: Portal
) -> None:
    activity = given.activity(town, vote_method="SUPPORT")
    author, address = with_address(given, town)
    other = published(given.actor(town), activity)
    idea = suspended(given, moderator, author, activity)
    assert town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=idea)["contribution"] is not None
    with given.nothing_written(town):
        assert publish(author, activity)["userErrors"] == refused("SUSPENDED", None)
        assert comment(author, other)["userErrors"] == refused("SUSPENDED", None)
        assert revise(author, idea, body="Autre chose.")["userErrors"] == refused("SUSPENDED", None)
    assert submit(author, "PROTECTION_OF_MINORS", contribution=other)["userErrors"] == []
    assert cast(author, other, "SUPPORT")["userErrors"] == []
    assert close(author, idea)["userErrors"] == []
    assert last(author)["isAppealable"] is True
    told = author.ask("{ viewer { suspendedUntil } }")["viewer"]["suspendedUntil"]
    assert datetime.fromisoformat(told) == UNTIL
    assert_mailed(given, town, address, "MODERATION_DECIDED", "REPORT_RECEIVED")


def test_refusal_says_until_when_by_the_portals_clock(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    idea = suspended(given, moderator, author, activity)
    [error] = author.ask(EXPLAINED, input={"contribution": idea, "body": "Oui."})["commentPublish"]["userErrors"]
    assert sentence.moment(UNTIL, "fr", "Europe/Paris") in error["explanation"]
    assert error["explanation"] == sentence.explanation(ErrorCode.SUSPENDED, "fr", UNTIL, "Europe/Paris")


def test_suspension_ends_by_itself(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    idea = suspended(given, moderator, author, activity)
    assert publish(author, activity)["userErrors"] == refused("SUSPENDED", None)
    given.sql(
        town,
        "UPDATE __tenant__.moderation_decision SET suspended_until = now() WHERE author_id = %s",
        uuid_in(author.ask("{ viewer { id } }")["viewer"]["id"]),
    )
    assert publish(author, activity)["userErrors"] == []
    assert penalties(moderator, idea) == []


def test_lifting_one_suspension_leaves_that_of_another_case(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    ideas = [published(author, activity) for _ in range(2)]
    for idea, days in zip(ideas, (3, 5), strict=True):
        reported(given.actor(town), contribution=idea)
        decided(moderator, idea, "SUSPEND", until=(UNTIL + timedelta(days=days)).isoformat())
    assert [penalty["id"] for penalty in penalties(moderator, ideas[0])] == [
        case_about(moderator, idea)["decisions"]["nodes"][0]["id"] for idea in reversed(ideas)
    ]
    decided(moderator, ideas[1], "LIFT")
    assert publish(author, activity)["userErrors"] == refused("SUSPENDED", None)
    nothing = decide(moderator, case_about(moderator, ideas[1]), "LIFT")
    assert nothing["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")
    decided(moderator, ideas[0], "LIFT")
    assert publish(author, activity)["userErrors"] == []


def test_appeal_lifts_a_suspension_and_leaves_the_removal_contestable(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author, activity = given.actor(town), given.activity(town)
    idea = published(author, activity)
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "HIDE")
    decided(moderator, idea, "SUSPEND", until=UNTIL.isoformat())
    query = "{ viewer { decisions { nodes { id action isAppealable } } } }"
    suspension, removal = author.ask(query)["viewer"]["decisions"]["nodes"]
    assert (suspension["action"], removal["action"]) == ("SUSPEND", "HIDE")
    assert (suspension["isAppealable"], removal["isAppealable"]) == (True, True)
    both = [appealed(author, decision=each["id"]) for each in (suspension, removal)]
    second = given.actor(town, role="MODERATOR")
    assert answer(second, both[0], "REVERSED")["userErrors"] == []
    assert case_about(second, idea)["state"] == "APPEALED"
    assert publish(author, activity)["userErrors"] == []
    assert town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=idea)["contribution"] is None
    assert answer(second, both[1], "REVERSED")["userErrors"] == []
    assert case_about(second, idea)["state"] == "DECIDED"
    assert town.ask("query($id: ID!) { contribution(id: $id) { id } }", id=idea)["contribution"] is not None


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, "REQUIRED"),
        (datetime.now(UTC) - timedelta(minutes=1), "BAD_INPUT"),
        (datetime.now(UTC) + timedelta(days=400), "BAD_INPUT"),
    ],
)
def test_suspension_has_an_end_within_a_year(
    given: Given, town: Portal, moderator: Portal, until: datetime | None, code: str
) -> None:
    idea = published(given.actor(town), given.activity(town))
    reported(given.actor(town), contribution=idea)
    fields = {"until": until.isoformat()} if until else {}
    with given.nothing_written(town):
        payload = decide(moderator, case_about(moderator, idea), "SUSPEND", **fields)
        assert payload["userErrors"] == refused(code, "until")


def test_content_that_is_held_is_decided_before_its_author(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(given.actor(town), given.activity(town))
    for _ in range(3):
        reported(given.actor(town), "PROTECTION_OF_MINORS", contribution=idea)
    payload = decide(moderator, case_about(moderator, idea), "SUSPEND", until=UNTIL.isoformat())
    assert payload["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")


def test_warning_counts_as_a_penalty_until_it_is_taken_back(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    idea = published(author, activity)
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "WARN")
    assert [penalty["action"] for penalty in penalties(moderator, idea)] == ["WARN"]
    second = given.actor(town, role="MODERATOR")
    assert answer(second, appealed(author, decision=last(author)["id"]), "REVERSED")["userErrors"] == []
    assert penalties(moderator, idea) == []


def test_nobody_else_sees_that_somebody_is_suspended(given: Given, town: Portal, moderator: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    suspended(given, moderator, author, activity)
    id_ = author.ask("{ viewer { id } }")["viewer"]["id"]
    query = "query($id: ID!) { actor(id: $id) { suspendedUntil } }"
    assert moderator.ask(query, id=id_)["actor"]["suspendedUntil"] is not None
    for who in (town, given.actor(town)):
        assert who.ask(query, id=id_)["actor"]["suspendedUntil"] is None
