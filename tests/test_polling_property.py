"""Property: after any order of casts, changes, withdrawals, signatures, ballots set aside and put back, records and their
corrections, open or secret, the published result equals a stranger's recount and what a plain model counts."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from counting import vote_result
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_ballot import chosen, given_points, graded, ranked
from tests.test_polling_desk import Polling
from tests.test_polling_record import SUPPORT, newest, results, write
from tests.test_urn import Secret
from tests.test_vote_file import recount

VOTERS, PROJECTS = 3, 4
Step = tuple[str, int, tuple[int, ...]]
ACTS = st.tuples(
    st.sampled_from(["cast", "cast", "withdraw", "blank", "sign", "box", "aside", "back", "record", "record"]),
    st.integers(0, VOTERS - 1),
    st.lists(st.integers(0, PROJECTS - 1), min_size=1, max_size=3, unique=True).map(tuple),
)


class Model:
    """What should count: each voter's ballot online, unless paper or an agent took it out, and each desk's last record."""

    def __init__(self) -> None:
        self.cast: dict[int, tuple[int, ...]] = {}
        self.signed: set[int] = set()
        self.aside: set[int] = set()
        self.records: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.versions: dict[int, int] = {}

    def scores(self) -> list[int]:
        counted = [said for voter, said in self.cast.items() if voter not in self.aside]
        online = [sum(place in said for said in counted) for place in range(PROJECTS)]
        paper = [sum(valid for valid, said in self.records.values() if place in said) for place in range(PROJECTS)]
        return [one + other for one, other in zip(online, paper, strict=True)]

    def ballots(self) -> int:
        online = sum(voter not in self.aside for voter in self.cast)
        return online + sum(valid for valid, _ in self.records.values())


class Play:
    """The portal and the model, step by step."""

    def __init__(self, given: Given, polling: Polling, *, is_secret: bool) -> None:
        self.given, self.polling, self.is_secret, self.model = given, polling, is_secret, Model()
        self.voters = [polling.voter() for _ in range(VOTERS)]
        self.desks = (polling.desk, polling.other)

    def do(self, step: Step) -> None:
        what, who, places = step
        getattr(self, what)(who, places)

    def cast(self, who: int, places: tuple[int, ...]) -> None:
        told = self.polling.cast(self.voters[who][0], chosen(*places))["userErrors"]
        assert bool(told) == (who in self.model.signed)
        if not told:
            self.model.cast[who] = places

    def blank(self, who: int, _places: tuple[int, ...]) -> None:
        told = self.polling.cast(self.voters[who][0], {}, isBlank=True)["userErrors"]
        if not told:
            self.model.cast[who] = ()

    def withdraw(self, who: int, _places: tuple[int, ...]) -> None:
        if not self.polling.withdraw(self.voters[who][0])["userErrors"]:
            self.model.cast.pop(who, None)
            self.model.aside.discard(who)

    def sign(self, who: int, places: tuple[int, ...]) -> None:
        told = self.polling.sign(self.desks[places[0] % 2], email=self.voters[who][1])
        if told == "SIGNED":
            assert who not in self.model.cast or who in self.model.aside
            self.model.signed.add(who)

    def box(self, who: int, places: tuple[int, ...]) -> None:
        told = self.polling.sign(self.desks[places[0] % 2], email=self.voters[who][1], isInBox=True)
        assert told in ("SIGNED", "REPEATED", "PAPER_FIRST", "DOUBLE")
        self.model.signed.add(who)
        if told == "PAPER_FIRST":
            if self.is_secret:
                self.model.cast.pop(who)
            else:
                self.model.aside.add(who)

    def aside(self, who: int, _places: tuple[int, ...]) -> None:
        """An agent's judgement, written as the API writes it: signs of doubt need many accounts."""
        if who in self.model.cast and who not in self.model.aside and not self.is_secret:
            self.given.sql(self.polling.town, ASIDE, *self._ballot(who))
            self.model.aside.add(who)

    def back(self, who: int, _places: tuple[int, ...]) -> None:
        if who in self.model.cast and who in self.model.aside and who not in self.model.signed:
            self.given.sql(self.polling.town, BACK, *self._ballot(who))
            self.model.aside.discard(who)

    def _ballot(self, who: int) -> tuple[Any, ...]:
        actor = uuid_in(self.voters[who][0].ask("{ viewer { id } }")["viewer"]["id"])
        return (uuid_in(self.polling.activity), actor)

    def record(self, who: int, places: tuple[int, ...]) -> None:
        desk = who % 2
        version = self.model.versions.get(desk, 0)
        valid = who + 1
        said = [(place, SUPPORT, valid) for place in places]
        reason = {"reason": "Recompté en public."} if version else {}
        told = write(self.polling, self.desks[desk], said, valid=valid, blank=0, spoilt=0, version=version, **reason)
        assert told["userErrors"] == []
        self.model.records[desk], self.model.versions[desk] = (valid, places), version + 1

    def count(self) -> None:
        self.given.run(vote_result.count(self.given.database, self.polling.town.number))

    def check(self) -> None:
        """What is published, what a stranger recounts, and what the model says."""
        told = results(self.polling)[0]
        assert told["ballotCount"] == self.model.ballots()
        scores = {award["contribution"]["id"]: award["score"] for award in told["awards"]}
        assert [scores.get(project, 0) for project in self.polling.projects] == self.model.scores()
        with tempfile.TemporaryDirectory() as folder:
            code, said = recount(Path(folder), newest(self.polling))
        assert code == 0, said


ASIDE = """INSERT INTO __tenant__.set_aside (id, activity_id, ballot_id, sign, explanation, set_aside_at)
  SELECT gen_random_uuid(), activity_id, id, 'DOMAIN', 'Une raison qui suffit.', now() FROM __tenant__.ballot
  WHERE activity_id = %s AND actor_id = %s
  ON CONFLICT ON CONSTRAINT set_aside_once DO UPDATE SET restored_at = NULL, set_aside_at = now()"""
BACK = """UPDATE __tenant__.set_aside SET reply = 'Une raison.', restored_at = now() WHERE ballot_id IN (
  SELECT id FROM __tenant__.ballot WHERE activity_id = %s AND actor_id = %s)"""


@pytest.mark.parametrize("is_secret", [False, True], ids=["open", "secret"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(
    before=st.lists(ACTS, max_size=10),
    after=st.lists(ACTS.filter(lambda act: act[0] in ("record", "back", "aside")), max_size=3),
)
def test_result_equals_recount_after_any_order(
    given: Given, town: Portal, is_secret: bool, before: list[Step], after: list[Step]
) -> None:
    polling = (Secret if is_secret else Polling)(given, town, budget_euros=500)
    play = Play(given, polling, is_secret=is_secret)
    for step in before:
        play.do(step)
    given.close_activity(town, polling.activity)
    if isinstance(polling, Secret):
        assert polling.open() == []
    play.count()
    play.check()
    for step in after:
        play.do(step)
    play.count()
    play.check()


# Each method that has paper -------------------------------------------------------------------------------------------
#
# SUPPORT and OPINION have none: each vote is cast by itself, and no desk opens for them (tests/test_polling_desk.py).

METHODS: dict[str, dict[str, Any]] = {
    "POINTS": {"vote_least": 1, "vote_most": 6, "vote_most_each": 3},
    "RANKED": {"vote_least": 1, "vote_most": 3},
    "BUDGET": {"vote_least": 0, "vote_most": 100, "budget_euros": 110},
    "MAJORITY_JUDGEMENT": {"vote_least": 1, "vote_most": None, "vote_grades": 4},
}
GRADES = ["EXCELLENT", "GOOD", "PASSABLE", "REJECTED"]
PAIRS = st.tuples(
    st.sampled_from([(0, 1), (1, 0), (0, 2), (2, 0), (0, 3), (3, 0), (1, 2), (2, 1)]),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
"""Two projects, which a budget of 110 euros pays together, and what is said of each."""

Pair = tuple[tuple[int, int], tuple[int, int]]


def said(method: str, pair: Pair) -> dict[int, dict[str, Any]]:
    """A ballot of a method."""
    (first, second), (one, other) = pair
    match method:
        case "POINTS":
            return given_points(**{f"p{first}": max(1, one), f"p{second}": max(1, other)})
        case "RANKED":
            return ranked(first, second)
        case "MAJORITY_JUDGEMENT":
            return graded(**{f"p{first}": GRADES[one], f"p{second}": GRADES[other]})
    return chosen(first, second)


def worth(method: str, voice: dict[str, Any]) -> int:
    """What a voice gives, plainly."""
    if method == "MAJORITY_JUDGEMENT":
        return len(GRADES) - 1 - GRADES.index(voice["choice"])
    return {"POINTS": voice.get("amount"), "RANKED": 4 - voice.get("amount", 0)}.get(method) or 1


def totals(method: str, ballots: list[Pair]) -> list[tuple[int, dict[str, Any], int]]:
    """What a desk's sheet says of so many ballots."""
    counted = Counter(
        (place, voice["choice"], voice.get("amount")) for pair in ballots for place, voice in said(method, pair).items()
    )
    return [
        (place, {"choice": choice} | ({} if amount is None else {"amount": amount}), count)
        for (place, choice, amount), count in counted.items()
    ]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(
    online=st.lists(PAIRS, max_size=3),
    sheets=st.lists(st.tuples(st.integers(0, 1), st.lists(PAIRS, min_size=1, max_size=4)), max_size=4),
    late=st.lists(PAIRS, min_size=1, max_size=4),
)
def test_paper_of_each_method_counts_as_ballots_do(
    given: Given, town: Portal, method: str, online: list[Pair], sheets: list[tuple[int, list[Pair]]], late: list[Pair]
) -> None:
    polling = Polling(given, town, method, **METHODS[method])
    desks, last, versions = (polling.desk, polling.other), dict[int, list[Pair]](), Counter[int]()

    def sheet(desk: int, ballots: list[Pair]) -> None:
        reason = {"reason": "Recompté en public."} if versions[desk] else {}
        numbers = {"valid": len(ballots), "blank": 0, "spoilt": 0, "version": versions[desk], **reason}
        assert write(polling, desks[desk], totals(method, ballots), **numbers)["userErrors"] == []
        last[desk] = ballots
        versions[desk] += 1

    def check() -> None:
        given.run(vote_result.count(given.database, town.number))
        every = [said(method, pair) for pair in (*online, *(pair for sheet in last.values() for pair in sheet))]
        told = results(polling)[0]
        assert told["ballotCount"] == len(every)
        scores = {award["contribution"]["id"]: award["score"] for award in told["awards"]}
        for place, project in enumerate(polling.projects):
            assert scores[project] == sum(worth(method, one[place]) for one in every if place in one), place
        if method == "MAJORITY_JUDGEMENT":
            profiles = {award["contribution"]["id"]: award["profile"] for award in told["awards"]}
            for place, project in enumerate(polling.projects):
                grades = Counter(one[place]["choice"] if place in one else GRADES[-1] for one in every)
                assert profiles[project] == [grades[grade] for grade in GRADES]
        with tempfile.TemporaryDirectory() as folder:
            code, printed = recount(Path(folder), newest(polling))
        assert code == 0, printed

    for pair in online:
        assert polling.cast(given.actor(town), said(method, pair))["userErrors"] == []
    for desk, ballots in sheets:
        sheet(desk, ballots)
    given.close_activity(town, polling.activity)
    check()
    sheet(0, late)
    check()
