"""Votes: one actor, one voice, changed or withdrawn while the activity is open; the same answer shows the new tally."""

from typing import Any

import pytest

from tests.acting import cast, close, published, refused, withdraw
from tests.conftest import Portal
from tests.given import Given, uuid_in

COUNTS = {"SUPPORT": "supportCount", "FOR": "forCount", "MIXED": "mixedCount", "AGAINST": "againstCount"}


def tally(*choices: str) -> dict[str, int]:
    """The tally of these votes."""
    return {"totalCount": len(choices), **{name: choices.count(choice) for choice, name in COUNTS.items()}}


def voted(given: Given, portal: Portal, vote_method: str | None, **activity: Any) -> tuple[str, str]:
    """A new activity and a proposal in it, by somebody who does not vote."""
    id_ = given.activity(portal, vote_method=vote_method, **activity)
    return id_, published(given.actor(portal), id_)


def refusal(code: str, field: str | None = "contribution") -> dict[str, Any]:
    """The payload of a vote that was refused."""
    return {"contribution": None, "vote": None, "userErrors": refused(code, field)}


def test_support_shows_in_the_answer_that_cast_it(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    assert cast(given.actor(town), contribution, "SUPPORT") == {
        "contribution": {"tally": tally("SUPPORT"), "viewerVote": {"choice": "SUPPORT"}},
        "vote": {"choice": "SUPPORT"},
        "userErrors": [],
    }
    assert cast(given.actor(town), contribution, "SUPPORT")["contribution"]["tally"] == tally("SUPPORT", "SUPPORT")


@pytest.mark.parametrize("choice", ["FOR", "MIXED", "AGAINST"])
def test_opinion_is_counted_under_its_choice(given: Given, town: Portal, choice: str) -> None:
    _, contribution = voted(given, town, "OPINION", kind="CONSULTATION")
    assert cast(given.actor(town), contribution, choice)["contribution"]["tally"] == tally(choice)


@pytest.mark.parametrize(
    ("method", "choice"), [("SUPPORT", "FOR"), ("SUPPORT", "MIXED"), ("SUPPORT", "AGAINST"), ("OPINION", "SUPPORT")]
)
def test_choice_of_another_method_is_refused(given: Given, town: Portal, method: str, choice: str) -> None:
    _, contribution = voted(given, town, method)
    voter = given.actor(town)
    with given.nothing_written(town):
        assert cast(voter, contribution, choice) == refusal("CHOICE_NOT_ACCEPTED", "choice")


def test_casting_again_changes_the_vote(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "OPINION")
    voter = given.actor(town)
    cast(voter, contribution, "FOR")
    changed = cast(voter, contribution, "AGAINST")
    assert changed["contribution"] == {"tally": tally("AGAINST"), "viewerVote": {"choice": "AGAINST"}}


def test_casting_the_same_choice_again_changes_nothing(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "OPINION")
    voter = given.actor(town)
    first = cast(voter, contribution, "MIXED")
    with given.nothing_written(town):
        assert cast(voter, contribution, "MIXED") == first


def test_withdrawing_takes_the_vote_out_of_the_tally_and_twice_is_no_error(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    voter = given.actor(town)
    cast(given.actor(town), contribution, "SUPPORT")
    cast(voter, contribution, "SUPPORT")
    left = {"contribution": {"tally": tally("SUPPORT"), "viewerVote": None}, "userErrors": []}
    assert withdraw(voter, contribution) == left
    assert withdraw(voter, contribution) == left
    assert cast(voter, contribution, "SUPPORT")["contribution"]["tally"] == tally("SUPPORT", "SUPPORT")


def test_withdrawing_leaves_the_votes_of_others_alone(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    cast(given.actor(town), contribution, "SUPPORT")
    assert withdraw(given.actor(town), contribution)["contribution"]["tally"] == tally("SUPPORT")


def test_vote_is_seen_by_its_actor_alone(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    voter = given.actor(town)
    cast(voter, contribution, "SUPPORT")
    query = "query($id: ID!) { contribution(id: $id) { viewerVote { choice } } }"
    assert voter.ask(query, id=contribution)["contribution"] == {"viewerVote": {"choice": "SUPPORT"}}
    for other in (town, given.actor(town), given.actor(town, role="MODERATOR"), given.actor(town, role="ADMIN")):
        assert other.ask(query, id=contribution)["contribution"] == {"viewerVote": None}


def test_vote_after_the_activity_closed_is_refused(given: Given, town: Portal) -> None:
    activity, contribution = voted(given, town, "SUPPORT")
    voter = given.actor(town)
    cast(voter, contribution, "SUPPORT")
    given.close_activity(town, activity)
    other = given.actor(town)
    with given.nothing_written(town):
        assert cast(other, contribution, "SUPPORT") == refusal("VOTING_NOT_OPEN")
        assert cast(voter, contribution, "SUPPORT") == refusal("VOTING_NOT_OPEN")
        assert withdraw(voter, contribution) == {
            "contribution": None,
            "userErrors": refused("VOTING_NOT_OPEN", "contribution"),
        }
    read = town.ask("query($id: ID!) { contribution(id: $id) { tally { supportCount } } }", id=contribution)
    assert read["contribution"]["tally"]["supportCount"] == 1


@pytest.mark.parametrize("period", [{"opens_at": "tomorrow"}, {"closes_at": "today"}])
def test_vote_outside_of_the_spaces_period_is_refused(given: Given, town: Portal, period: dict[str, str]) -> None:
    space = given.space(town)
    _, contribution = voted(given, town, "SUPPORT", space=space)
    for column, value in period.items():
        change = f"UPDATE __tenant__.participatory_space SET {column} = %s WHERE id = %s"
        given.sql(town, change, value, uuid_in(space))
    voter = given.actor(town)
    with given.nothing_written(town):
        assert cast(voter, contribution, "SUPPORT") == refusal("VOTING_NOT_OPEN")


def test_vote_where_there_is_none_is_refused(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, None)
    voter = given.actor(town)
    with given.nothing_written(town):
        assert cast(voter, contribution, "SUPPORT") == refusal("VOTING_NOT_OPEN")


def test_vote_on_a_closed_or_expired_contribution_is_refused(given: Given, town: Portal) -> None:
    activity = given.activity(town, vote_method="SUPPORT")
    author = given.actor(town)
    closed, expired = published(author, activity), published(author, activity)
    close(author, closed, "WITHDRAWN")
    given.let_expire(town, expired)
    voter = given.actor(town)
    with given.nothing_written(town):
        assert cast(voter, closed, "SUPPORT") == refusal("CONTRIBUTION_NOT_OPEN")
        assert cast(voter, expired, "SUPPORT") == refusal("CONTRIBUTION_NOT_OPEN")


def test_vote_on_a_closed_contribution_can_be_withdrawn_until_the_activity_closes(given: Given, town: Portal) -> None:
    author, voter = given.actor(town), given.actor(town)
    contribution = published(author, given.activity(town, vote_method="SUPPORT"))
    cast(voter, contribution, "SUPPORT")
    close(author, contribution, "FULFILLED")
    payload = withdraw(voter, contribution)
    assert payload["userErrors"] == []
    assert payload["contribution"]["tally"]["supportCount"] == 0


def test_anonymous_visitor_may_not_vote(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    with given.nothing_written(town):
        assert cast(town, contribution, "SUPPORT") == refusal("UNAUTHENTICATED", None)
        assert withdraw(town, contribution)["userErrors"] == refused("UNAUTHENTICATED", None)


def test_contribution_of_another_tenant_is_not_found(given: Given, town: Portal, lehavre: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    with given.nothing_written(town), given.nothing_written(lehavre):
        assert cast(lehavre.member(), contribution, "SUPPORT") == refusal("NOT_FOUND")
        assert withdraw(lehavre.member(), contribution)["userErrors"] == refused("NOT_FOUND", "contribution")


def test_contribution_that_does_not_exist_is_not_found(given: Given, town: Portal) -> None:
    absent = f"contribution_{town.number}_0199aaaa-0000-7000-8000-000000000000"
    assert cast(given.actor(town), absent, "SUPPORT") == refusal("NOT_FOUND")


@pytest.mark.parametrize(
    "broken", ["", "x", "contribution_1_", "contribution_0_0199aaaa-0000-7000-8000-000000000000", "é" * 300]
)
def test_broken_id_is_refused_with_its_field(given: Given, town: Portal, broken: str) -> None:
    assert cast(given.actor(town), broken, "SUPPORT") == refusal("BAD_ID")
    assert withdraw(given.actor(town), broken)["userErrors"] == refused("BAD_ID", "contribution")


def test_id_of_another_type_is_not_found(given: Given, town: Portal) -> None:
    activity, _ = voted(given, town, "SUPPORT")
    assert cast(given.actor(town), activity, "SUPPORT") == refusal("NOT_FOUND")


@pytest.mark.parametrize(
    ("visibility", "roles"), [("DRAFT", ["MODERATOR", "ADMIN"]), ("MEMBERS", ["MEMBER", "MODERATOR", "ADMIN"])]
)
def test_vote_in_a_space_that_one_may_not_see_is_not_found(
    given: Given, town: Portal, visibility: str, roles: list[str]
) -> None:
    space = given.space(town, visibility=visibility)
    activity = given.activity(town, vote_method="SUPPORT", space=space)
    contribution = published(given.actor(town, role="ADMIN"), activity)
    for role in ("MEMBER", "MODERATOR", "ADMIN"):
        answer = cast(given.actor(town, role=role), contribution, "SUPPORT")
        expected = [] if role in roles else refused("NOT_FOUND", "contribution")
        assert (role, answer["userErrors"]) == (role, expected)
    assert cast(town, contribution, "SUPPORT") == refusal("UNAUTHENTICATED", None)


def test_refused_payload_arguments_refuse_the_operation_before_anything_is_written(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "SUPPORT")
    operation = """
    mutation($id: ID!, $first: Int!, $after: String) {
      voteCast(input: {contribution: $id, choice: SUPPORT}) {
        contribution { comments(first: $first, after: $after) { nodes { id } } }
      }
    }"""
    voter = given.actor(town)
    with given.nothing_written(town):
        assert voter.codes(operation, id=contribution, first=101) == ["BAD_PAGE_SIZE"]
        assert voter.codes(operation, id=contribution, first=1, after="x") == ["BAD_CURSOR"]


def test_votes_of_one_operation_are_each_committed_in_their_order(given: Given, town: Portal) -> None:
    _, contribution = voted(given, town, "OPINION")
    operation = """
    mutation($id: ID!) {
      first: voteCast(input: {contribution: $id, choice: FOR}) { contribution { tally { forCount } } }
      refused: voteCast(input: {contribution: $id, choice: SUPPORT}) { userErrors { code } }
      last: voteCast(input: {contribution: $id, choice: MIXED}) {
        contribution { tally { forCount mixedCount } } __typename
      }
    }"""
    assert given.actor(town).ask(operation, id=contribution) == {
        "first": {"contribution": {"tally": {"forCount": 1}}},
        "refused": {"userErrors": [{"code": "CHOICE_NOT_ACCEPTED"}]},
        "last": {"contribution": {"tally": {"forCount": 0, "mixedCount": 1}}, "__typename": "VoteCastPayload"},
    }
