"""Equal shares («parts égales»): each ballot has the same share of the budget, and pays for what it is for.

The Method of Equal Shares of Peters and Skowron (https://equalshares.net) in exact fractions. In each round the project
that asks its supporters for the least for each of their points is paid by them: each gives that price for each point,
or all that is left of its share. Shares are raised in steps while what is paid stays within the budget; what is left
then goes to the next projects by their scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush

from resolvers.award.base import Award, Contender, Group, Key, Verdict, by_score, totals

STEP_PERCENT = 1
"""By how much of the first share shares are raised, time after time."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A project that its supporters pay: at which price for each of their points, in which round."""

    key: Key
    price: Fraction
    round: int


@dataclass(slots=True)
class Purses:
    """What is left of each group's shares, and who is for which project."""

    groups: Sequence[Group]
    left: list[Fraction]
    supporters: Mapping[Key, Sequence[tuple[int, int]]]
    """By project: the places of its groups, and how many points each ballot of them gives."""

    def held(self, key: Key) -> Fraction:
        """What a project's supporters have left together."""
        return sum((self.left[place] * self.groups[place].count for place, _ in self.supporters[key]), Fraction(0))

    def price(self, key: Key, cost: int) -> Fraction | None:
        """The least price for a point at which the supporters pay the cost; None where they cannot."""
        if self.held(key) < cost:
            return None
        open_, points = Fraction(cost), self._points(key)
        for place, each in sorted(self.supporters[key], key=lambda item: self.left[item[0]] / item[1]):
            count = self.groups[place].count
            if self.left[place] * points >= open_ * each:
                return open_ / points
            open_ -= self.left[place] * count
            points -= each * count
        return None

    def pay(self, key: Key, price: Fraction) -> None:
        """The supporters pay, each for its points or all that it has."""
        for place, each in self.supporters[key]:
            self.left[place] -= min(self.left[place], price * each)

    def _points(self, key: Key) -> int:
        return sum(each * self.groups[place].count for place, each in self.supporters[key])


def purses(groups: Sequence[Group], contenders: Sequence[Contender], share: Fraction) -> Purses:
    """Full ones."""
    keys = {one.key for one in contenders}
    supporters: dict[Key, list[tuple[int, int]]] = {key: [] for key in keys}
    for place, group in enumerate(groups):
        for key, score in group.scores:
            if key in keys and score > 0:
                supporters[key].append((place, score))
    return Purses(groups, [share] * len(groups), supporters)


def paid(groups: Sequence[Group], contenders: Sequence[Contender], share: Fraction) -> tuple[list[Paid], Purses]:
    """What is paid with one share for each ballot, and what is left of the shares.

    A project's price only rises as shares are spent: so prices are reckoned anew for the one that seems cheapest alone.
    """
    shares, score = purses(groups, contenders, share), totals(groups)
    cost = {one.key: one.cost for one in contenders}
    tie = {one.key: (one.cost, -score[one.key], one.reference) for one in contenders}
    heap: list[tuple[Fraction, tuple[int, int, int], int]] = []
    keys = [one.key for one in contenders]
    for place, key in enumerate(keys):
        if (price := shares.price(key, cost[key])) is not None and shares.supporters[key]:
            heappush(heap, (price, tie[key], place))
    rounds: list[Paid] = []
    while heap:
        _, _, place = heappop(heap)
        key = keys[place]
        price = shares.price(key, cost[key])
        if price is None:
            continue
        if heap and (price, tie[key]) > heap[0][:2]:
            heappush(heap, (price, tie[key], place))
            continue
        shares.pay(key, price)
        rounds.append(Paid(key, price, len(rounds) + 1))
    return rounds, shares


def equal_shares(
    groups: Sequence[Group], contenders: Sequence[Contender], budget: int, *, is_completed: bool = True
) -> Award:
    """Who is paid. `is_completed`: shares are raised in steps, and what is left goes to the next by score."""
    voters = sum(group.count for group in groups)
    cost, score = {one.key: one.cost for one in contenders}, totals(groups)
    if not voters:
        return _award([], Purses(groups, [], {one.key: [] for one in contenders}), contenders, score, budget, [])
    first = Fraction(budget, voters)
    best = paid(groups, contenders, first)
    share = first
    while is_completed and len(best[0]) < len(contenders) and share < budget:
        share += first * STEP_PERCENT / 100
        raised = paid(groups, contenders, share)
        if sum(cost[one.key] for one in raised[0]) > budget:
            break
        best = raised
    rounds, left = best
    spent = sum(cost[one.key] for one in rounds)
    completed = _completed(rounds, contenders, score, budget - spent) if is_completed else []
    return _award(rounds, left, contenders, score, budget, completed)


def _completed(
    rounds: Sequence[Paid], contenders: Sequence[Contender], score: Mapping[Key, int], left: int
) -> list[Contender]:
    """The next by score that what is left pays."""
    done, more = {one.key for one in rounds}, list[Contender]()
    for one in by_score((one for one in contenders if one.key not in done), score):
        if one.cost <= left and score.get(one.key, 0) > 0:
            left -= one.cost
            more.append(one)
    return more


def _award(
    rounds: Sequence[Paid],
    left: Purses,
    contenders: Sequence[Contender],
    score: Mapping[Key, int],
    budget: int,
    completed: Sequence[Contender],
) -> Award:
    verdicts = [
        Verdict(one.key, is_winner=True, score=score.get(one.key, 0), round=one.round, lacking=Fraction(0))
        for one in rounds
    ]
    for one in completed:
        verdicts.append(
            Verdict(
                one.key,
                is_winner=True,
                score=score.get(one.key, 0),
                round=len(verdicts) + 1,
                lacking=Fraction(0),
                by_completion=True,
            )
        )
    winners = {verdict.key for verdict in verdicts}
    losers = by_score((one for one in contenders if one.key not in winners), score)
    for one in losers:
        lacking = max(Fraction(0), one.cost - left.held(one.key)) if left.left else Fraction(one.cost)
        verdicts.append(Verdict(one.key, is_winner=False, score=score.get(one.key, 0), round=0, lacking=lacking))
    spent = sum(one.cost for one in contenders if one.key in winners)
    return Award(verdicts, spent)
