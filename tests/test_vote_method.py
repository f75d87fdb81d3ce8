"""Vote methods: a method is one module, and whatever it says of ballots, counts and changes holds from end to end."""

import ast
from pathlib import Path
from typing import Any, ClassVar

import pytest

from jobs import vote_audit
from models.refusal import ErrorCode, Refusal
from models.vote import Choice, VoteMethod
from resolvers import vote_method
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Method, Voice
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
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


def cast(voter: Portal, contribution: str, **ballot: Any) -> dict[str, Any]:
    return dict(voter.ask(CAST, input={"contribution": contribution, "choice": "SUPPORT", **ballot})["voteCast"])


def counts(**by_key: int) -> list[dict[str, Any]]:
    return [{"key": key, "count": count} for key, count in by_key.items()]


class Weights(Method):
    """A free method of this test alone: a weight for a contribution, which the tally adds up or does not."""

    description = "Weights."
    choices: ClassVar[dict[Choice, str]] = {Choice.SUPPORT: "A weight for it."}
    supporting = frozenset({"WEIGHT"})

    def __init__(self, *, adds_up: bool) -> None:
        self._adds_up = adds_up

    def check(self, voice: Voice) -> None:
        if voice.amount not in (1, 2, 3):
            raise Refusal(ErrorCode.BAD_INPUT, "One to three.", "amount")

    def adds(self, voice: Voice) -> dict[str, int]:
        return super().adds(voice) | ({"WEIGHT": voice.amount or 0} if self._adds_up else {})


def test_method_with_amounts_is_one_object(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, VoteMethod.SUPPORT, Weights(adds_up=True))
    contribution = published(given.actor(town), given.activity(town, vote_method="SUPPORT"))
    voter, other = given.actor(town), given.actor(town)
    assert cast(voter, contribution, amount=3) == {
        "contribution": {"tally": {"totalCount": 1, "supportCount": 1, "counts": counts(SUPPORT=1, WEIGHT=3)}},
        "vote": {"choice": "SUPPORT", "amount": 3},
        "userErrors": [],
    }
    with given.nothing_written(town):
        assert cast(voter, contribution, amount=4)["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]
        assert cast(voter, contribution)["userErrors"] == [{"code": "BAD_INPUT", "field": "amount"}]
    assert cast(voter, contribution, amount=2)["contribution"]["tally"]["counts"] == counts(SUPPORT=1, WEIGHT=2)
    given.fold(town)
    assert cast(other, contribution, amount=3)["contribution"]["tally"]["counts"] == counts(SUPPORT=2, WEIGHT=5)
    given.fold(town)
    withdrawn = voter.ask(WITHDRAW, input={"contribution": contribution})["voteWithdraw"]
    left = {"totalCount": 1, "counts": counts(SUPPORT=1, WEIGHT=3)}
    assert withdrawn == {"contribution": {"tally": left, "viewerVote": None}, "userErrors": []}


def test_change_that_moves_no_count_is_sealed(given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, VoteMethod.SUPPORT, Weights(adds_up=False))
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
        assert any(method.accepts(voice) for voice in voices(choice))
        for added in map(method.adds, voices(choice)):
            assert {key: added.get(key) for key in choices()} == {
                key: int(key == choice.value) or None for key in choices()
            }
    for other in METHODS.values():  # Folding does not know whose a key is.
        keys = {key for choice in other.choices for voice in voices(choice) for key in other.adds(voice)}
        assert method.supporting & keys <= other.supporting


def voices(choice: Choice) -> list[Voice]:
    return [Voice(choice), Voice(choice, 1)]


def choices() -> set[str]:
    return {choice.value for choice in Choice}


def test_every_choice_is_of_a_method_and_the_sort_counts_those_in_favour() -> None:
    assert {choice for method in METHODS.values() for choice in method.choices} == set(Choice)
    assert vote_method.supporting() == ["EXCELLENT", "FOR", "GOOD", "POINT_SUM", "RANK", "SUPPORT", "VERY_GOOD"]


def test_nothing_else_tells_one_method_from_another() -> None:
    """A new method is a module, a row of `VoteMethod` and a migration: so nothing but tables of values and the pages'
    words names one."""
    tables = {Path("models/vote.py"), Path("models/activity.py"), Path("portal/word.py"), Path("transfer/vote_type.py")}
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
