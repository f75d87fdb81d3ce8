"""Messages that are reported: a moderator decides, and reads the thread through the report alone, which the journal says."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acting import ERRORS, refused
from tests.conftest import Portal
from tests.exchanging import accepted, read
from tests.given import Given, uuid_in
from tests.moderating import decide, reported, submit
from tests.test_thread import Talk, sent, thread

CASES = """query($after: String) { moderationCases(state: OPEN, first: 100, after: $after) { nodes {
  id version messageBody shown author { name } contribution { id } thread { body isReported isOfReported } }
  pageInfo { hasNextPage endCursor } } }"""
LOOK = f"mutation($input: ThreadInspectInput!) {{ threadInspect(input: $input) {{ case {{ thread {{ body }} }} {ERRORS} }} }}"


def cases(moderator: Portal) -> Iterator[dict[str, Any]]:
    """All that wait, on however many pages: other tests leave theirs."""
    after, is_last = None, False
    while not is_last:
        page = moderator.ask(CASES, after=after)["moderationCases"]
        yield from page["nodes"]
        after, is_last = page["pageInfo"]["endCursor"], not page["pageInfo"]["hasNextPage"]


def case_of(moderator: Portal, words: str) -> dict[str, Any]:
    """The case of the message that says this."""
    [case] = [one for one in cases(moderator) if one["messageBody"] == words]
    return case


def look(moderator: Portal, case: dict[str, Any]) -> dict[str, Any]:
    return dict(moderator.ask(LOOK, input={"case": case["id"]})["threadInspect"])


@pytest.fixture
def affair(given: Given, town: Portal) -> tuple[Talk, str, str]:
    """A threat in a thread, its words, and its id."""
    talk = Talk(given, town)
    accepted(talk.author, talk.exchange)
    words = f"Je sais où vous habitez, {uuid_in(talk.exchange).hex[-8:]}."
    sent(talk.helper, talk.exchange, "Bonjour.")
    sent(talk.helper, talk.exchange, words)
    return talk, words, str(thread(talk.author, talk.exchange)[-1]["id"])


def test_message_is_reported_hidden_and_shown_again(given: Given, town: Portal, affair: tuple[Talk, str, str]) -> None:
    talk, words, message = affair
    reported(talk.author, "VIOLENCE", message=message)
    moderator = given.actor(town, role="MODERATOR")
    case = case_of(moderator, words)
    assert (case["shown"], case["author"]["name"]) == ("PUBLISHED", "Camille")
    assert decide(moderator, case, "HIDE")["userErrors"] == []
    last = thread(talk.author, talk.exchange)[-1]
    assert (last["body"], last["isWithheld"]) == ("", True)
    assert thread(talk.helper, talk.exchange)[-1]["body"] == words  # Its author sees what was withheld.


def test_moderator_reads_a_thread_through_a_report_alone_and_the_journal_says_so(
    given: Given, town: Portal, affair: tuple[Talk, str, str]
) -> None:
    talk, words, message = affair
    moderator, other = (given.actor(town, role="MODERATOR") for _ in range(2))
    reported(talk.author, message=message)
    case = case_of(moderator, words)
    assert case["thread"] == []
    assert read(moderator, talk.exchange) is None
    assert [one["body"] for one in look(moderator, case)["case"]["thread"]][-1] == words
    assert [one["isReported"] for one in case_of(moderator, words)["thread"]] == [False, False, True]
    assert case_of(other, words)["thread"] == []  # Whoever looks says so.
    told = "SELECT actor_id FROM __tenant__.event WHERE kind = 'THREAD_INSPECTED' AND subject_id = %s"
    person = uuid_in(moderator.ask("{ viewer { id } }")["viewer"]["id"])
    assert given.sql(town, told, uuid_in(case["id"])) == [(person,)]


def test_look_ends_after_an_hour_and_with_the_decision(
    given: Given, town: Portal, affair: tuple[Talk, str, str]
) -> None:
    talk, words, message = affair
    moderator = given.actor(town, role="MODERATOR")
    reported(talk.author, message=message)
    case = case_of(moderator, words)
    look(moderator, case)
    past = "UPDATE __tenant__.event SET at = at - interval '61 minutes' WHERE kind = 'THREAD_INSPECTED' AND subject_id = %s"
    given.sql(town, past, uuid_in(case["id"]))
    assert case_of(moderator, words)["thread"] == []
    assert decide(moderator, case, "NOTHING")["userErrors"] == []
    assert look(moderator, case)["userErrors"] == refused("NOT_FOUND", "case")


def test_thread_of_what_is_public_cannot_be_looked_at(given: Given, town: Portal) -> None:
    talk = Talk(given, town)
    reported(talk.helper, contribution=talk.contribution)
    moderator = given.actor(town, role="MODERATOR")
    [case] = [one for one in cases(moderator) if (one["contribution"] or {}).get("id") == talk.contribution]
    assert look(moderator, case)["userErrors"] == refused("NOT_FOUND", "case")


def test_nobody_reports_a_message_of_others_nor_the_own(
    given: Given, town: Portal, affair: tuple[Talk, str, str]
) -> None:
    talk, _, message = affair
    with given.nothing_written(town):
        for who in (talk.neighbour, lambda: given.actor(town, role="ADMIN"), lambda: talk.helper):
            stranger = who()
            assert submit(stranger, message=message)["userErrors"] == refused("NOT_FOUND", "message")
            if stranger is not talk.helper:
                given.sql(town, "DELETE FROM __tenant__.consent WHERE actor_id = %s",
                          uuid_in(stranger.ask("{ viewer { id } }")["viewer"]["id"]))  # fmt: skip
                given.sql(town, "DELETE FROM __tenant__.actor WHERE id = %s",
                          uuid_in(stranger.ask("{ viewer { id } }")["viewer"]["id"]))  # fmt: skip


def test_message_is_not_redacted(given: Given, town: Portal, affair: tuple[Talk, str, str]) -> None:
    talk, words, message = affair
    reported(talk.author, message=message)
    moderator = given.actor(town, role="MODERATOR")
    reasons = {"category": "VIOLENCE", "ground": "TERMS", "rule": "Charte, article 3", "facts": "Une menace précise."}
    payload = decide(moderator, case_of(moderator, words), "REDACT", redactedBody="[…]", **reasons)
    assert payload["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")
