"""Vote methods: a method is one module, and whatever it says of ballots, counts and changes holds from end to end."""

import ast
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import func, select

from jobs import vote_audit
from models.actor import Actor
from models.base import table
from models.refusal import ErrorCode, Refusal
from models.vote import Choice, Vote, VoteMethod
from planner.act import Act, value
from resolvers import vote_method
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Ballot, Method
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_layout import MODULES, TREES

CAST = """
mutation($input: VoteCastInput!) { voteCast(input: $input) {
  contribution { tally { totalCount supportCount counts { key count } } } vote { choice amount }
  userErrors { code field }
} }"""
WITHDRAW = """
mutation($input: VoteWithdrawInput!) { voteWithdraw(input: $input) {
  contribution { tally { totalCount counts { key count } } viewerVote { choice } } userErrors { code field }
} }"""

_vote, _actor = table(Vote), table(Actor)
LOCK = select(_actor.c.id).where(_actor.c.id == value(Actor, "id")).with_for_update()
SPENT = select(func.coalesce(func.sum(_vote.c.amount), 0).label("points")).where(
    _vote.c.actor_id == value(Vote, "actor_id"), _vote.c.contribution_id != value(Vote, "contribution_id")
)


class Points(Method):
    """A method of this test alone: one to three points for a contribution, four in all."""

    description = "Points."
    choices: ClassVar[dict[Choice, str]] = {Choice.SUPPORT: "Points for it."}
    supporting = frozenset({"POINTS"})
    is_free = False

    def check(self, ballot: Ballot) -> None:
        if ballot.choice is not Choice.SUPPORT:
            raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, "Points are given to what one supports.", "choice")
        if ballot.amount not in (1, 2, 3):
            raise Refusal(ErrorCode.BAD_INPUT, "One to three points.", "amount")

    async def admit(self, act: Act, contribution: UUID, ballot: Ballot) -> None:
        await act.execute(LOCK, id=act.actor)
        row = await act.transaction.one(SPENT, actor_id=act.actor, contribution_id=contribution)
        assert row is not None
        assert ballot.amount is not None
        if int(str(row[0])) + ballot.amount > 4:
            raise Refusal(ErrorCode.BAD_INPUT, "Four points in all.", "amount")

    def adds(self, ballot: Ballot) -> dict[str, int]:
        return super().adds(ballot) | {"POINTS": ballot.amount or 0}


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Activities of the method SUPPORT count points."""
    monkeypatch.setitem(METHODS, VoteMethod.SUPPORT, Points())


def cast(voter: Portal, contribution: str, **ballot: Any) -> dict[str, Any]:
    return dict(voter.ask(CAST, input={"contribution": contribution, "choice": "SUPPORT", **ballot})["voteCast"])


def counts(**by_key: int) -> list[dict[str, Any]]:
    return [{"key": key, "count": count} for key, count in by_key.items()]


@pytest.mark.usefixtures("points")
def test_method_with_amounts_and_a_limit_is_one_object(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town, vote_method="SUPPORT")
    first, second = published(author, activity), published(author, activity)
    voter, other = given.actor(town), given.actor(town)

    assert cast(voter, first, amount=3) == {
        "contribution": {"tally": {"totalCount": 1, "supportCount": 1, "counts": counts(POINTS=3, SUPPORT=1)}},
        "vote": {"choice": "SUPPORT", "amount": 3},
        "userErrors": [],
    }
    with given.nothing_written(town):
        assert cast(voter, second, amount=2)["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]
        assert cast(voter, second, amount=4)["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]
        assert cast(voter, second)["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]
    assert cast(voter, first, amount=2)["contribution"]["tally"]["counts"] == counts(POINTS=2, SUPPORT=1)
    given.fold(town)
    assert cast(voter, second, amount=2)["contribution"]["tally"]["counts"] == counts(POINTS=2, SUPPORT=1)
    assert cast(other, second, amount=3)["contribution"]["tally"]["counts"] == counts(POINTS=5, SUPPORT=2)
    given.fold(town)
    assert [given.row(town, found)["support_count"] for found in (first, second)] == [2, 5]

    withdrawn = voter.ask(WITHDRAW, input={"contribution": second})["voteWithdraw"]
    left = {"totalCount": 1, "counts": counts(POINTS=3, SUPPORT=1)}
    assert withdrawn == {"contribution": {"tally": left, "viewerVote": None}, "userErrors": []}
    assert cast(voter, first, amount=3)["contribution"]["tally"]["counts"] == counts(POINTS=3, SUPPORT=1)
    stored = "SELECT amount FROM __tenant__.vote WHERE contribution_id IN (%s, %s) ORDER BY 1"
    assert given.sql(town, stored, uuid_in(first), uuid_in(second)) == [(3,), (3,)]


class Ranks(Points):
    """Amounts that the tally does not count."""

    def adds(self, ballot: Ballot) -> dict[str, int]:
        return Method.adds(self, ballot)


def test_change_that_moves_no_count_is_sealed(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, VoteMethod.SUPPORT, Ranks())
    contribution = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    voter = given.actor(town)
    assert cast(voter, contribution, amount=1)["vote"] == {"choice": "SUPPORT", "amount": 1}
    given.fold(town)
    assert cast(voter, contribution, amount=2)["contribution"]["tally"]["counts"] == counts(SUPPORT=1)
    given.fold(town)

    async def faults() -> list[str]:
        return [sentence async for sentence in vote_audit.faults(given.database, town.number)]

    assert given.run(faults()) == []
    leaves = "SELECT count(*) FROM __tenant__.vote_seal WHERE replaces IN (SELECT position FROM __tenant__.vote_seal)"
    assert given.sql(town, leaves)[0][0] >= 1


@pytest.mark.parametrize("method", ["SUPPORT", "OPINION"])
def test_amount_is_refused_where_a_choice_says_all(given: Given, town: Portal, method: str) -> None:
    contribution = published(given.actor(town), given.activity(town, vote_method=method))
    [choice, *_] = METHODS[VoteMethod(method)].choices
    voter = given.actor(town)
    with given.nothing_written(town):
        answer = cast(voter, contribution, choice=choice.value, amount=1)
        assert answer["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]


@pytest.mark.parametrize("name", VoteMethod)
def test_method_is_a_module_of_its_name_that_says_all_of_it(name: VoteMethod) -> None:
    method = METHODS[name]
    assert type(method).__module__ == f"resolvers.vote_method.{name.value.lower()}"
    assert method.description
    assert all(method.choices.values())
    for choice in method.choices:
        assert method.accepts(Ballot(choice))
        added = method.adds(Ballot(choice))
        assert {key: added.get(key) for key in choices()} == {
            key: int(key == choice.value) or None for key in choices()
        }
    for other in METHODS.values():  # Folding does not know whose a key is.
        keys = {key for choice in other.choices for key in other.adds(Ballot(choice))}
        assert method.supporting & keys <= other.supporting


def choices() -> set[str]:
    return {choice.value for choice in Choice}


def test_every_choice_is_of_a_method_and_the_sort_counts_those_in_favour() -> None:
    assert {choice for method in METHODS.values() for choice in method.choices} == set(Choice)
    assert vote_method.supporting() == ["FOR", "SUPPORT"]


def test_nothing_else_tells_one_method_from_another() -> None:
    """A new method is a module, a row of `VoteMethod` and a migration: so nothing but tables of values and the pages'
    words names one."""
    tables = {Path("models/vote.py"), Path("models/activity.py"), Path("portal/word.py")}
    allowed = tables | {path for path in MODULES if path.parts[:2] == ("resolvers", "vote_method")}
    naming = {
        str(path)
        for path in MODULES
        for node in ast.walk(TREES[path])
        if path not in allowed
        and (
            (isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("VoteMethod"))
            or (isinstance(node, ast.Constant) and node.value == VoteMethod.OPINION.value)
        )
    }
    assert naming - {"demo/opinion.py", "demo/space.py"} == set()
