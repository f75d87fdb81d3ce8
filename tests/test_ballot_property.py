"""Property, for each method: after any order of casts, changes and withdrawals, by whole ballots and by single votes, a
tally equals the count of what the rows say, folded or not, and each voter has the last ballot that the rule allowed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from jobs import vote_audit
from models.ballot import VoteRule
from models.refusal import Refusal
from models.vote import Choice, VoteMethod
from resolvers.vote_method import METHODS
from resolvers.vote_method.base import Voice
from tests.conftest import Portal
from tests.given import Given
from tests.test_ballot import CAST_ONE, WITHDRAW_ONE, Poll

PROJECTS, VOTERS = 4, 3
WHOLE = [name for name, method in METHODS.items() if not method.is_free]
RULES: dict[VoteMethod, dict[str, int]] = {
    VoteMethod.APPROVAL: {"vote_least": 1, "vote_most": 3},
    VoteMethod.POINTS: {"vote_least": 2, "vote_most": 7, "vote_most_each": 3},
    VoteMethod.RANKED: {"vote_least": 1, "vote_most": 3},
    VoteMethod.BUDGET: {"vote_least": 20, "vote_most": 100, "budget_euros": 100},
    VoteMethod.MAJORITY_JUDGEMENT: {"vote_least": 1, "vote_grades": 4},
}
COST = 20

Said = dict[int, tuple[str, int | None]]


@dataclass(frozen=True)
class Step:
    """What one voter does: cast a ballot, cast or withdraw a single vote, withdraw all, or a fold."""

    what: str
    voter: int = 0
    said: Said = field(default_factory=dict)
    place: int = 0


def steps(method: VoteMethod) -> st.SearchStrategy[list[Step]]:
    choices = [choice.value for choice in METHODS[method].choices]
    amounts = st.integers(1, 4) if method in (VoteMethod.POINTS, VoteMethod.RANKED) else st.none()
    voice = st.tuples(st.sampled_from(choices), amounts)
    voter, place = st.integers(0, VOTERS - 1), st.integers(0, PROJECTS - 1)
    ballots = st.dictionaries(place, voice, max_size=PROJECTS)
    ranks = st.permutations(range(PROJECTS)).flatmap(
        lambda order: st.integers(1, PROJECTS).map(
            lambda count: {place: (choices[0], rank) for rank, place in enumerate(order[:count], 1)}
        )
    )
    said = st.one_of(ballots, ranks) if method is VoteMethod.RANKED else ballots
    one = st.builds(lambda by, at, what: Step("one", by, {at: what}, at), voter, place, voice)
    return st.lists(
        st.one_of(
            st.builds(lambda by, what: Step("cast", by, what), voter, said),
            one,
            st.builds(lambda by, at: Step("none", by, place=at), voter, place),
            st.builds(lambda by: Step("withdraw", by), voter),
            st.builds(lambda by: Step("blank", by), voter),
            st.just(Step("fold")),
        ),
        max_size=12,
    )


class Model:
    """What should be kept: each voter's last ballot that the rule allowed."""

    def __init__(self, name: VoteMethod) -> None:
        self.method, rule = METHODS[name], RULES[name]
        self.rule = VoteRule(
            rule.get("vote_least"), rule.get("vote_most"), rule.get("vote_most_each"), rule.get("vote_grades"),
            rule.get("budget_euros"),
        )  # fmt: skip
        self.ballots: dict[int, dict[int, Voice] | None] = {}

    def do(self, step: Step) -> None:
        now = self.ballots.get(step.voter) or {}
        match step.what:
            case "withdraw":
                self.ballots.pop(step.voter, None)
            case "blank":
                self.ballots[step.voter] = None
            case "cast" if step.said:
                self._keep(step.voter, self._voices(step.said))
            case "one":
                self._keep(step.voter, now | self._voices(step.said))
            case "none" if step.place in now:
                left = {place: voice for place, voice in now.items() if place != step.place}
                if left:
                    self._keep(step.voter, left)
                else:
                    del self.ballots[step.voter]

    def _voices(self, said: Said) -> dict[int, Voice]:
        voices = {place: Voice(Choice(choice), amount) for place, (choice, amount) in said.items()}
        return {place: self.method.priced(voice, COST * (place + 1)) for place, voice in voices.items()}

    def _keep(self, voter: int, voices: dict[int, Voice]) -> None:
        try:
            self.method.check_ballot(self.rule, list(voices.values()))
        except Refusal:
            return
        self.ballots[voter] = voices

    def counts(self, place: int) -> dict[str, int]:
        found: Counter[str] = Counter()
        for ballot in self.ballots.values():
            if ballot and place in ballot:
                found.update(self.method.adds(ballot[place]))
        return {key: count for key, count in found.items() if count}


def do(poll: Poll, voters: list[Portal], step: Step) -> None:
    voter = voters[step.voter]
    match step.what:
        case "fold":
            poll.given.fold(poll.town)
        case "withdraw":
            poll.withdraw(voter)
        case "blank":
            poll.cast(voter, {}, isBlank=True)
        case "none":
            voter.ask(WITHDRAW_ONE, input={"contribution": poll.projects[step.place]})
        case "cast":
            said = {place: _vote(choice, amount) for place, (choice, amount) in step.said.items()}
            poll.cast(voter, said)
        case "one":
            choice, amount = step.said[step.place]
            voter.ask(CAST_ONE, input={"contribution": poll.projects[step.place], **_vote(choice, amount)})


def _vote(choice: str, amount: int | None) -> dict[str, Any]:
    return {"choice": choice} if amount is None else {"choice": choice, "amount": amount}


@pytest.mark.parametrize("method", WHOLE, ids=lambda method: method.value)
def test_tally_equals_a_recount_after_any_order_of_what_voters_do(
    given: Given, town: Portal, method: VoteMethod
) -> None:
    costs = COST if method is VoteMethod.BUDGET else 0

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @drawn(steps(method))
    def check(done: list[Step]) -> None:
        poll = Poll(given, town, method.value, PROJECTS, costs, **RULES[method])
        voters, model = given.citizens(town, VOTERS), Model(method)
        for step in done:
            do(poll, voters, step)
            model.do(step)
        expected = [model.counts(place) for place in range(PROJECTS)]
        assert [poll.counts(place) for place in range(PROJECTS)] == expected
        given.fold(town)
        assert [poll.counts(place) for place in range(PROJECTS)] == expected
        for number, voter in enumerate(voters):
            kept = {place: Voice(Choice(choice), amount) for place, (choice, amount) in poll.kept(voter).items()}
            assert kept == (model.ballots.get(number) or {})
        turnout = "query($id: ID!) { activity(id: $id) { turnout { ballotCount blankCount } } }"
        assert poll.town.ask(turnout, id=poll.activity)["activity"]["turnout"] == {
            "ballotCount": len(model.ballots),
            "blankCount": sum(ballot is None for ballot in model.ballots.values()),
        }

    check()


FREE = [name for name, method in METHODS.items() if method.is_free]


@pytest.mark.parametrize("name", FREE)
def test_tally_of_free_votes_equals_a_recount_after_any_order_of_acts(
    given: Given, town: Portal, name: VoteMethod
) -> None:
    """Each voter's last voice on each contribution counts, whatever came before it, folded or not."""
    choices = [choice.value for choice in METHODS[name].choices]
    voter, place = st.integers(0, VOTERS - 1), st.integers(0, 1)
    acts = st.one_of(
        st.builds(lambda by, at, said: Step("one", by, {at: (said, None)}, at), voter, place, st.sampled_from(choices)),
        st.builds(lambda by, at: Step("none", by, place=at), voter, place),
        st.just(Step("fold")),
    )

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @drawn(taken=st.lists(acts, max_size=12))
    def check(taken: list[Step]) -> None:
        poll, voters = Poll(given, town, name.value, projects=2), [given.actor(town) for _ in range(VOTERS)]
        kept: dict[tuple[int, int], str] = {}
        for step in taken:
            do(poll, voters, step)
            if step.what == "one":
                kept[step.voter, step.place] = step.said[step.place][0]
            elif step.what == "none":
                kept.pop((step.voter, step.place), None)
        for at in range(2):
            expected = Counter(said for (_, where), said in kept.items() if where == at)
            assert poll.counts(at) == expected
            given.fold(town)
            assert poll.counts(at) == expected

    check()


def test_votes_of_ballots_are_sealed_as_any_vote(given: Given, town: Portal) -> None:
    poll, voter = Poll(given, town, "RANKED", vote_least=1, vote_most=3), given.actor(town)
    poll.cast(voter, {0: _vote("RANK", 1), 1: _vote("RANK", 2)})
    given.fold(town)
    poll.cast(voter, {0: _vote("RANK", 2), 1: _vote("RANK", 1), 2: _vote("RANK", 3)})
    given.fold(town)
    poll.cast(voter, {2: _vote("RANK", 1)})
    given.fold(town)

    async def faults() -> list[str]:
        return [sentence async for sentence in vote_audit.faults(given.database, town.number)]

    assert given.run(faults()) == []
