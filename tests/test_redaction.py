"""Redaction: the public reads a moderator's words, the author's are kept, and come back exactly."""

from typing import Any

import pytest

import resolvers.redaction
from tests.acting import comment, published, refused, revise
from tests.conftest import Portal
from tests.given import Given
from tests.moderating import REASONS, assert_mailed, case_about, decide, decided, reported, with_address
from tests.test_appeal import answer, appealed, last
from tests.test_withholding import everything

TITLE, BODY = "Un banc place du Marché", "Mon voisin M. Duval, 3 rue des Lilas, n'en veut pas."
SHOWN = {"redactedTitle": TITLE, "redactedBody": "Mon voisin […] n'en veut pas."}
READ = "query($id: ID!) { contribution(id: $id) { title body redaction { state category ground rule } } }"


@pytest.mark.parametrize(
    ("redacted", "is_cut"),
    [
        ("un deux trois", True),
        ("[…]", True),
        ("[…] trois", True),
        ("un […]", True),
        ("un [...] trois", True),
        ("un […]ux  trois", True),
        ("un […][…] trois", True),
        ("[…] deux […]", True),
        ("un trois", False),
        ("un deux", False),
        ("deux trois", False),
        ("un […] quatre", False),
        ("zéro […] trois", False),
        ("un […] zéro […] trois", False),
        ("[…] trois […] un […]", False),
        ("un deux trois […] trois", False),
        ("un deux trois quatre", False),
    ],
)
def test_redaction_is_the_text_but_for_its_marks(redacted: str, is_cut: bool) -> None:
    assert resolvers.redaction.is_cut(redacted, "un deux\ntrois") is is_cut


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


def read(town: Portal, id_: str) -> Any:
    return town.ask(READ, id=id_)["contribution"]


def test_public_reads_the_redacted_words_and_an_appeal_brings_everything_back(
    given: Given, town: Portal, moderator: Portal
) -> None:
    activity = given.activity(town)
    author, address = with_address(given, town)
    published(given.actor(town), activity, title="Une fontaine")
    idea = published(author, activity, title=TITLE, body=BODY, location={"lat": 48.117266, "lng": -1.677792})
    before = everything(given, town, activity, idea)
    assert read(town, idea)["redaction"] is None
    reported(given.actor(town), "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", contribution=idea)
    decided(moderator, idea, "REDACT", **SHOWN)
    redaction = {"state": "PUBLISHED", "category": REASONS["category"], "ground": "TERMS", "rule": REASONS["rule"]}
    assert read(town, idea) == {"title": TITLE, "body": SHOWN["redactedBody"], "redaction": redaction}
    assert "Duval" not in str(everything(given, town, activity, idea))

    query = "{ viewer { decisions { nodes { id action seenBody redactedBody isAppealable } } } }"
    [decision] = author.ask(query)["viewer"]["decisions"]["nodes"]
    assert (decision["action"], decision["seenBody"], decision["isAppealable"]) == ("REDACT", BODY, True)
    second = given.actor(town, role="MODERATOR")
    assert answer(second, appealed(author, decision=decision["id"]), "REVERSED")["userErrors"] == []
    assert everything(given, town, activity, idea) == before
    assert_mailed(given, town, address, "MODERATION_DECIDED", "APPEAL_DECIDED")


def test_author_does_not_write_redacted_words_anew_but_may_change_the_rest(
    given: Given, town: Portal, moderator: Portal
) -> None:
    author = given.actor(town)
    idea = published(author, given.activity(town), title=TITLE, body=BODY)
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "REDACT", **SHOWN)
    assert revise(author, idea, body=BODY)["userErrors"] == refused("CONTENT_REDACTED", "body")
    assert revise(author, idea, title=TITLE, body=SHOWN["redactedBody"], expiresAfterDays=20)["userErrors"] == []
    decided(moderator, idea, "RESTORE")
    assert read(town, idea) == {"title": TITLE, "body": BODY, "redaction": None}


def test_reply_is_redacted_and_given_back(given: Given, town: Portal, moderator: Portal) -> None:
    author = given.actor(town)
    idea = published(author, given.activity(town))
    reply = comment(author, idea, "Appelez-moi au 06 12 34 56 78.")["comment"]["id"]
    reported(given.actor(town), comment=reply)
    decided(moderator, idea, "REDACT", reply, redactedBody="Appelez-moi au […].")
    query = "query($id: ID!) { comment(id: $id) { body removal { state } redaction { category } } }"
    told = {"body": "Appelez-moi au […].", "removal": None, "redaction": {"category": REASONS["category"]}}
    assert town.ask(query, id=reply)["comment"] == told
    decided(moderator, idea, "RESTORE", reply)
    assert town.ask(query, id=reply)["comment"]["body"] == "Appelez-moi au 06 12 34 56 78."


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ({}, "TOO_SHORT", "redactedTitle"),
        ({"redactedTitle": TITLE, "redactedBody": " "}, "TOO_SHORT", "redactedBody"),
        ({"redactedTitle": TITLE, "redactedBody": BODY}, "BAD_INPUT", "redactedBody"),
        ({"redactedTitle": TITLE, "redactedBody": "x" * 20_001}, "TOO_LONG", "redactedBody"),
        ({"redactedTitle": TITLE, "redactedBody": "Vive la mairie !"}, "REDACTION_ADDS", "redactedBody"),
        ({"redactedTitle": f"[…] {TITLE} […] et un autre", "redactedBody": BODY}, "REDACTION_ADDS", "redactedTitle"),
    ],
)
def test_redaction_wants_words_of_its_own(
    given: Given, town: Portal, moderator: Portal, words: dict[str, str], code: str, field: str
) -> None:
    idea = published(given.actor(town), given.activity(town), title=TITLE, body=BODY)
    reported(given.actor(town), contribution=idea)
    with given.nothing_written(town):
        assert decide(moderator, case_about(moderator, idea), "REDACT", **words)["userErrors"] == refused(code, field)
    assert read(town, idea)["body"] == BODY


def test_redacted_and_then_hidden_comes_back_redacted(given: Given, town: Portal, moderator: Portal) -> None:
    author = given.actor(town)
    idea = published(author, given.activity(town), title=TITLE, body=BODY)
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "REDACT", **SHOWN)
    again = decide(moderator, case_about(moderator, idea), "REDACT", **SHOWN)
    assert again["userErrors"] == refused("ACTION_NOT_POSSIBLE", "action")
    decided(moderator, idea, "HIDE")
    assert read(town, idea) is None
    second = given.actor(town, role="MODERATOR")
    assert answer(second, appealed(author, decision=last(author)["id"]), "REVERSED")["userErrors"] == []
    assert read(town, idea)["body"] == SHOWN["redactedBody"]
    decided(moderator, idea, "RESTORE")
    assert read(town, idea)["body"] == BODY


def test_what_was_held_is_shown_redacted(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(given.actor(town), given.activity(town), title=TITLE, body=BODY)
    for _ in range(3):
        reported(given.actor(town), "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", contribution=idea)
    assert read(town, idea) is None
    decided(moderator, idea, "REDACT", **SHOWN)
    assert read(town, idea)["body"] == SHOWN["redactedBody"]
