"""Ballots: whole, judged by the activity's rule, changed and withdrawn until the close; a tally equals a recount."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import close, published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in

CAST = """
mutation($input: BallotCastInput!) { ballotCast(input: $input) {
  ballot { isBlank votes { choice amount contribution { id } } } activity { turnout { ballotCount blankCount } }
  userErrors { code field }
} }"""
WITHDRAW = """
mutation($input: BallotWithdrawInput!) { ballotWithdraw(input: $input) {
  activity { viewerBallot { id } turnout { ballotCount blankCount } } userErrors { code field }
} }"""
CAST_ONE = """
mutation($input: VoteCastInput!) { voteCast(input: $input) { vote { choice amount } userErrors { code field } } }"""
WITHDRAW_ONE = """
mutation($input: VoteWithdrawInput!) { voteWithdraw(input: $input) { userErrors { code field } } }"""
COUNTS = "query($id: ID!) { contribution(id: $id) { tally { counts { key count } } } }"

Votes = dict[str, tuple[str, int | None] | str]


class Poll:
    """An activity with projects to vote on."""

    opens_in = timedelta(days=-1)

    def __init__(self, given: Given, town: Portal, method: str, projects: int = 4, costs: int = 0, **rule: Any) -> None:
        self.given, self.town = given, town
        self.activity = given.activity(town)
        author = given.actor(town)
        self.projects = [published(author, self.activity) for _ in range(projects)]
        for place, project in enumerate(self.projects):
            change = "UPDATE __tenant__.contribution SET cost_euros = %s WHERE id = %s"
            given.sql(town, change, costs * (place + 1) if costs else None, uuid_in(project))
        # The worker publishes the rule of a vote that is open: it is one when all of it is there.
        columns = {"vote_method": method, **rule, "opens_at": datetime.now(UTC) + self.opens_in}
        change = ", ".join(f"{name} = %s" for name in columns)
        given.sql(
            town, f"UPDATE __tenant__.activity SET {change} WHERE id = %s", *columns.values(), uuid_in(self.activity)
        )

    def cast(self, voter: Portal, said: dict[int, Any], **fields: Any) -> dict[str, Any]:
        """Cast a ballot: by the project's place, a choice or an amount or both."""
        votes = [{"contribution": self.projects[place], **vote} for place, vote in said.items()]
        return dict(voter.ask(CAST, input={"activity": self.activity, "votes": votes, **fields})["ballotCast"])

    def withdraw(self, voter: Portal) -> dict[str, Any]:
        return dict(voter.ask(WITHDRAW, input={"activity": self.activity})["ballotWithdraw"])

    def counts(self, place: int) -> dict[str, int]:
        found = self.town.ask(COUNTS, id=self.projects[place])["contribution"]["tally"]["counts"]
        return {count["key"]: count["count"] for count in found}

    def kept(self, voter: Portal) -> dict[int, tuple[str, int | None]]:
        """What the voter's ballot says, by the project's place."""
        show = "query($id: ID!) { activity(id: $id) { viewerBallot { votes { choice amount contribution { id } } } } }"
        ballot = voter.ask(show, id=self.activity)["activity"]["viewerBallot"]
        votes = ballot["votes"] if ballot else []
        return {self.projects.index(vote["contribution"]["id"]): (vote["choice"], vote["amount"]) for vote in votes}


def chosen(*places: int) -> dict[int, dict[str, Any]]:
    return {place: {"choice": "SUPPORT"} for place in places}


def given_points(**by_place: int) -> dict[int, dict[str, Any]]:
    return {int(place[1:]): {"choice": "POINTS", "amount": amount} for place, amount in by_place.items()}


def ranked(*places: int) -> dict[int, dict[str, Any]]:
    return {place: {"choice": "RANK", "amount": rank} for rank, place in enumerate(places, 1)}


def graded(**by_place: str) -> dict[int, dict[str, Any]]:
    return {int(place[1:]): {"choice": grade} for place, grade in by_place.items()}


RULES: dict[str, dict[str, Any]] = {
    "APPROVAL": {"vote_least": 2, "vote_most": 3},
    "POINTS": {"vote_least": 2, "vote_most": 7, "vote_most_each": 3},
    "RANKED": {"vote_least": 2, "vote_most": 3},
    "BUDGET": {"vote_least": 30, "vote_most": 100, "budget_euros": 100, "costs": 20},
    "MAJORITY_JUDGEMENT": {"vote_least": 2, "vote_grades": 4},
}
"""Of a budget of 100 euros the projects cost 20, 40, 60 and 80."""


@pytest.mark.parametrize(
    ("method", "said", "kept", "counts"),
    [
        ("APPROVAL", chosen(0, 2), ("SUPPORT", None), {"SUPPORT": 1}),
        ("POINTS", given_points(p0=3, p1=2), ("POINTS", 3), {"POINTS": 1, "POINT_SUM": 3}),
        ("RANKED", ranked(0, 3, 1), ("RANK", 1), {"RANK": 1, "RANK_1": 1}),
        ("BUDGET", chosen(0, 3), ("SUPPORT", 20), {"SUPPORT": 1}),
        ("MAJORITY_JUDGEMENT", graded(p0="EXCELLENT", p1="REJECTED"), ("EXCELLENT", None), {"EXCELLENT": 1}),
    ],
)
def test_ballot_that_keeps_the_rule_is_cast_whole(
    given: Given, town: Portal, method: str, said: Any, kept: Any, counts: dict[str, int]
) -> None:
    poll, voter = Poll(given, town, method, **RULES[method]), given.actor(town)
    answer = poll.cast(voter, said)
    assert answer["userErrors"] == []
    assert answer["ballot"]["isBlank"] is False
    assert len(answer["ballot"]["votes"]) == len(said)
    assert answer["activity"]["turnout"] == {"ballotCount": 1, "blankCount": 0}
    assert poll.kept(voter)[0] == kept
    assert poll.counts(0) == counts
    given.fold(town)
    assert poll.counts(0) == counts
    assert given.row(town, poll.projects[0])["support_count"] == counts.get("POINT_SUM", 1)


@pytest.mark.parametrize(
    ("method", "said", "code", "field"),
    [
        ("APPROVAL", chosen(0), "BALLOT_TOO_SMALL", "votes"),
        ("APPROVAL", chosen(0, 1, 2, 3), "BALLOT_TOO_LARGE", "votes"),
        ("APPROVAL", {0: {"choice": "FOR"}}, "CHOICE_NOT_ACCEPTED", "votes.0.choice"),
        ("APPROVAL", {0: {"choice": "SUPPORT", "amount": 2}}, "BAD_INPUT", "votes.0.amount"),
        ("POINTS", given_points(p0=1), "BALLOT_TOO_SMALL", "votes"),
        ("POINTS", given_points(p0=4), "BALLOT_TOO_LARGE", "votes"),
        ("POINTS", given_points(p0=3, p1=3, p2=2), "BALLOT_TOO_LARGE", "votes"),
        ("POINTS", given_points(p0=3, p1=0), "BAD_INPUT", "votes.1.amount"),
        ("POINTS", given_points(p0=3, p1=-1), "BAD_INPUT", "votes.1.amount"),
        ("POINTS", {0: {"choice": "POINTS"}}, "BAD_INPUT", "votes.0.amount"),
        ("RANKED", ranked(0), "BALLOT_TOO_SMALL", "votes"),
        ("RANKED", ranked(0, 1, 2, 3), "BALLOT_TOO_LARGE", "votes"),
        ("RANKED", {0: {"choice": "RANK", "amount": 1}, 1: {"choice": "RANK", "amount": 3}}, "BAD_INPUT", "votes"),
        ("RANKED", {0: {"choice": "RANK", "amount": 1}, 1: {"choice": "RANK", "amount": 1}}, "BAD_INPUT", "votes"),
        ("BUDGET", chosen(0), "BALLOT_TOO_SMALL", "votes"),
        ("BUDGET", chosen(0, 1, 2), "BALLOT_TOO_LARGE", "votes"),
        ("MAJORITY_JUDGEMENT", graded(p0="GOOD"), "BALLOT_TOO_SMALL", "votes"),
        ("MAJORITY_JUDGEMENT", graded(p0="GOOD", p1="VERY_GOOD"), "CHOICE_NOT_ACCEPTED", "votes"),
    ],
)
def test_ballot_that_breaks_the_rule_is_refused_and_the_one_before_it_stays(
    given: Given, town: Portal, method: str, said: Any, code: str, field: str
) -> None:
    before = {
        "APPROVAL": chosen(1, 2),
        "POINTS": given_points(p1=3, p2=3),
        "RANKED": ranked(1, 2),
        "BUDGET": chosen(1),
        "MAJORITY_JUDGEMENT": graded(p1="GOOD", p2="PASSABLE"),
    }[method]
    poll, voter = Poll(given, town, method, **RULES[method]), given.actor(town)
    assert poll.cast(voter, before)["userErrors"] == []
    kept = poll.kept(voter)
    with given.nothing_written(town):
        answer = poll.cast(voter, said)
    assert answer == {"ballot": None, "activity": None, "userErrors": refused(code, field)}
    assert poll.kept(voter) == kept


def test_casting_again_puts_the_new_ballot_in_the_place_of_the_old_one(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    poll.cast(voter, chosen(0, 1))
    answer = poll.cast(voter, chosen(1, 2, 3))
    assert answer["activity"]["turnout"] == {"ballotCount": 1, "blankCount": 0}
    assert set(poll.kept(voter)) == {1, 2, 3}
    assert [poll.counts(place) for place in range(4)] == [{}, {"SUPPORT": 1}, {"SUPPORT": 1}, {"SUPPORT": 1}]


def test_blank_ballot_is_counted_as_blank_and_for_no_project(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    poll.cast(voter, chosen(0, 1))
    answer = poll.cast(voter, {}, isBlank=True)
    assert answer["ballot"] == {"isBlank": True, "votes": []}
    assert answer["activity"]["turnout"] == {"ballotCount": 1, "blankCount": 1}
    assert poll.counts(0) == {}
    with given.nothing_written(town):
        assert poll.cast(voter, chosen(0, 1), isBlank=True)["userErrors"] == refused("BAD_INPUT", "votes")
        assert poll.cast(voter, {})["userErrors"] == refused("BALLOT_TOO_SMALL", "votes")
    assert poll.cast(voter, chosen(0, 1))["activity"]["turnout"] == {"ballotCount": 1, "blankCount": 0}


def test_withdrawing_takes_the_whole_ballot_out_and_twice_is_no_error(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "POINTS", **RULES["POINTS"]), given.actor(town)
    poll.cast(voter, given_points(p0=3, p1=2))
    nothing = {"viewerBallot": None, "turnout": {"ballotCount": 0, "blankCount": 0}}
    for _ in range(2):
        assert poll.withdraw(voter) == {"activity": nothing, "userErrors": []}
    assert poll.counts(0) == {}
    assert poll.cast(voter, given_points(p0=1, p1=2))["userErrors"] == []
    assert poll.counts(0) == {"POINTS": 1, "POINT_SUM": 1}


def test_one_vote_is_put_into_the_ballot_and_taken_out_while_the_ballot_stays_whole(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)

    def one(place: int) -> list[dict[str, str]]:
        vote = {"contribution": poll.projects[place], "choice": "SUPPORT"}
        return list(voter.ask(CAST_ONE, input=vote)["voteCast"]["userErrors"])

    def none(place: int) -> list[dict[str, str]]:
        return list(voter.ask(WITHDRAW_ONE, input={"contribution": poll.projects[place]})["voteWithdraw"]["userErrors"])

    with given.nothing_written(town):
        assert one(0) == refused("BALLOT_TOO_SMALL", "contribution")
    poll.cast(voter, chosen(0, 1))
    assert one(2) == []
    with given.nothing_written(town):
        assert one(3) == refused("BALLOT_TOO_LARGE", "contribution")
    assert none(0) == []
    assert set(poll.kept(voter)) == {1, 2}
    with given.nothing_written(town):
        assert none(1) == refused("BALLOT_TOO_SMALL", "contribution")
        assert none(3) == []


def test_last_vote_that_is_taken_out_takes_the_ballot_along(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", vote_least=1, vote_most=3), given.actor(town)
    vote = {"contribution": poll.projects[0], "choice": "SUPPORT"}
    assert voter.ask(CAST_ONE, input=vote)["voteCast"] == {
        "vote": {"choice": "SUPPORT", "amount": None},
        "userErrors": [],
    }
    voter.ask(WITHDRAW_ONE, input={"contribution": poll.projects[0]})
    assert poll.withdraw(voter)["activity"]["turnout"] == {"ballotCount": 0, "blankCount": 0}


def test_ballots_are_taken_until_the_close_and_not_after_it(given: Given, town: Portal) -> None:
    poll, voter, other = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town), given.actor(town)
    poll.cast(voter, chosen(0, 1))
    given.close_activity(town, poll.activity)
    with given.nothing_written(town):
        assert poll.cast(voter, chosen(1, 2))["userErrors"] == refused("VOTING_NOT_OPEN", "activity")
        assert poll.cast(other, chosen(1, 2))["userErrors"] == refused("VOTING_NOT_OPEN", "activity")
        assert poll.withdraw(voter)["userErrors"] == refused("VOTING_NOT_OPEN", "activity")
    assert set(poll.kept(voter)) == {0, 1}


def test_project_that_is_withdrawn_stays_in_the_ballots_that_named_it_and_is_in_no_new_one(
    given: Given, town: Portal
) -> None:
    activity = given.activity(town, vote_method="APPROVAL", vote_least=1, vote_most=3)
    author, voter, other = (given.actor(town) for _ in range(3))
    poll = Poll(given, town, "APPROVAL", projects=0)
    poll.activity, poll.projects = activity, [published(author, activity) for _ in range(2)]
    poll.cast(voter, chosen(0))
    close(author, poll.projects[0], "WITHDRAWN")
    assert poll.cast(voter, chosen(0, 1))["userErrors"] == []
    with given.nothing_written(town):
        answer = poll.cast(other, chosen(1, 0))
        assert answer["userErrors"] == refused("CONTRIBUTION_NOT_OPEN", "votes.1.contribution")
    assert poll.counts(0) == {"SUPPORT": 1}


def test_ballot_names_projects_of_its_activity_alone_and_each_once(given: Given, town: Portal, lehavre: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    elsewhere = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    abroad = published(given.actor(lehavre), given.activity(lehavre, vote_method="SUPPORT"))
    absent = f"contribution_{town.number}_0199aaaa-0000-7000-8000-000000000000"
    with given.nothing_written(town):
        for contribution, code in [
            *((id_, "NOT_FOUND") for id_ in (elsewhere, abroad, absent)),
            (poll.projects[0], "BAD_INPUT"),
        ]:
            votes = [{"contribution": id_, "choice": "SUPPORT"} for id_ in (poll.projects[0], contribution)]
            answer = voter.ask(CAST, input={"activity": poll.activity, "votes": votes})["ballotCast"]
            assert answer["userErrors"] == refused(code, "votes.1.contribution")


def test_activity_without_ballots_takes_none(given: Given, town: Portal) -> None:
    voter = given.actor(town)
    for method in (None, "SUPPORT"):
        poll = Poll(given, town, "SUPPORT", projects=1)
        given.sql(town, "UPDATE __tenant__.activity SET vote_method = %s WHERE id = %s", method, uuid_in(poll.activity))
        with given.nothing_written(town):
            answer = poll.cast(voter, chosen(0))
            assert answer["userErrors"] == refused("VOTING_NOT_OPEN", "activity")


def test_cost_of_a_project_is_what_the_ballot_kept_when_it_was_cast(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "BUDGET", **RULES["BUDGET"]), given.actor(town)
    given.sql(town, "UPDATE __tenant__.contribution SET cost_euros = NULL WHERE id = %s", uuid_in(poll.projects[1]))
    with given.nothing_written(town):
        assert poll.cast(voter, chosen(0, 1))["userErrors"] == refused("BAD_INPUT", "votes.1.contribution")
    exactly = poll.cast(voter, chosen(0, 3))
    assert {vote["amount"] for vote in exactly["ballot"]["votes"]} == {20, 80}


def test_ballot_is_seen_by_its_actor_alone(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "APPROVAL", **RULES["APPROVAL"]), given.actor(town)
    poll.cast(voter, chosen(0, 1))
    assert set(poll.kept(voter)) == {0, 1}
    for other in (town, given.actor(town), given.actor(town, role="ADMIN")):
        assert poll.kept(other) == {}


def test_anonymous_visitor_casts_no_ballot(given: Given, town: Portal) -> None:
    poll = Poll(given, town, "APPROVAL", **RULES["APPROVAL"])
    with given.nothing_written(town):
        assert poll.cast(town, chosen(0, 1))["userErrors"] == refused("UNAUTHENTICATED", None)
        assert poll.withdraw(town)["userErrors"] == refused("UNAUTHENTICATED", None)
