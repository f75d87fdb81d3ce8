"""Comments: replies to what is open, read oldest first."""

from typing import Any

import pytest

from tests.acting import close, comment, published, refused
from tests.conftest import Portal
from tests.given import Given

READ = """
query($id: ID!, $first: Int!, $after: String) {
  contribution(id: $id) {
    commentCount
    comments(first: $first, after: $after) {
      totalCount nodes { body author { name } contribution { id } } pageInfo { hasNextPage endCursor }
    }
  }
}"""


def replied(given: Given, portal: Portal) -> str:
    """A new contribution to reply to."""
    return published(given.actor(portal), given.activity(portal))


def test_reply_is_in_the_answer_and_in_the_list(given: Given, town: Portal) -> None:
    contribution = replied(given, town)
    payload = comment(given.actor(town, name="Basile"), contribution, "  Bonne\u0007 idée !\r\n ")
    assert payload["userErrors"] == []
    assert payload["comment"]["body"] == "Bonne idée !"
    assert payload["comment"]["contribution"] == {"id": contribution, "commentCount": 1}
    assert town.ask(READ, id=contribution, first=20)["contribution"]["comments"]["nodes"] == [
        {"body": "Bonne idée !", "author": {"name": "Basile"}, "contribution": {"id": contribution}}
    ]


def test_replies_are_read_oldest_first_page_by_page(given: Given, town: Portal) -> None:
    contribution = replied(given, town)
    author = given.actor(town)
    for number in range(5):
        comment(author, contribution, f"Réponse {number}")
    bodies, after, has_next = [], None, True
    while has_next:
        page = town.ask(READ, id=contribution, first=2, after=after)["contribution"]
        assert (page["commentCount"], page["comments"]["totalCount"]) == (5, 5)
        bodies += [node["body"] for node in page["comments"]["nodes"]]
        has_next, after = page["comments"]["pageInfo"].values()
    assert bodies == [f"Réponse {number}" for number in range(5)]


def test_longest_reply_is_taken(given: Given, town: Portal) -> None:
    assert comment(given.actor(town), replied(given, town), "é" * 2000)["userErrors"] == []


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"body": ""}, "TOO_SHORT", "body"),
        ({"body": " \n\t"}, "TOO_SHORT", "body"),
        ({"body": "x" * 2001}, "TOO_LONG", "body"),
        ({"contribution": "x"}, "BAD_ID", "contribution"),
        ({"contribution": "contribution_999_0199aaaa-0000-7000-8000-000000000000"}, "NOT_FOUND", "contribution"),
        ({"idempotencyKey": "short"}, "BAD_INPUT", "idempotencyKey"),
    ],
)
def test_refused_reply_writes_nothing(
    given: Given, town: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    contribution, author = replied(given, town), given.actor(town)
    with given.nothing_written(town):
        payload = comment(author, **{"contribution": contribution, **fields})
    assert payload == {"comment": None, "userErrors": refused(code, field)}


def test_anonymous_visitor_may_not_reply(given: Given, town: Portal) -> None:
    contribution = replied(given, town)
    with given.nothing_written(town):
        assert comment(town, contribution)["userErrors"] == refused("UNAUTHENTICATED", None)


def test_reply_to_what_is_not_open_is_refused(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    closed, expired, open_ = (published(author, activity) for _ in range(3))
    close(author, closed)
    given.let_expire(town, expired)
    with given.nothing_written(town):
        assert comment(author, closed)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
        assert comment(author, expired)["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "contribution")
        given.close_activity(town, activity)
        assert comment(author, open_)["userErrors"] == refused("ACTIVITY_NOT_OPEN", "contribution")


def test_reply_where_one_may_not_look_is_not_found(given: Given, town: Portal, lehavre: Portal) -> None:
    draft = given.activity(town, space=given.space(town, visibility="DRAFT"))
    hidden = published(given.actor(town, role="ADMIN"), draft)
    shown = replied(given, town)
    member = given.actor(town)
    with given.nothing_written(town):
        assert comment(member, hidden)["userErrors"] == refused("NOT_FOUND", "contribution")
        assert comment(lehavre.member(), shown)["userErrors"] == refused("NOT_FOUND", "contribution")
    assert comment(given.actor(town, role="MODERATOR"), hidden)["userErrors"] == []
