"""Equal shares («parts égales»): each ballot has the same share of the budget, and pays for what it is for.

The Method of Equal Shares of Peters and Skowron (https://equalshares.net), exactly. In each round the project that asks
its supporters for the least for each of their points is paid by them: each gives that price for each point, or all that
is left of its share. Shares are raised in steps until one more would spend too much or nothing is left that could still
be paid; what is left then goes to the next projects by their scores.

Money is whole numbers over one denominator, which grows where a price wants it: that is as exact as fractions, and
much faster. Equal ballots are one purse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from math import gcd, lcm
from operator import mul

from award.base import Award, Contender, Group, Key, Shares, Verdict, by_score

STEP_PERCENT = 1
"""By how much of the first share shares are raised, time after time."""


@dataclass(frozen=True, slots=True)
class Backed:
    """A project and its supporters: the places of their groups, how many ballots each is, and the points of each.

    `points` are those of all; `least` is the price for a point while nobody has spent anything: it only rises. Of equal
    prices that with the lower `tie` is paid first: the cheaper project, then that with more points, then the lower
    reference. A purse times its scale is `whole` times what it holds for each point: whole numbers compare faster than
    fractions.
    """

    project: Contender
    places: Sequence[int]
    counts: Sequence[int]
    each: Sequence[int]
    scales: Sequence[int]
    whole: int
    points: int
    least: Fraction
    tie: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Price:
    """What supporters give for each of their points: `money` over `points`, in parts of a euro that `Purses` tells."""

    money: int
    points: int


class Purses:
    """What is left of each group's shares: whole numbers of which `unit` are one euro.

    A purse was written in the unit of its day, after so many payments, and is brought up to date when it is looked at.
    """

    def __init__(self, groups: int, share: Fraction) -> None:
        self.unit = share.denominator
        self._left = [share.numerator] * groups
        self._days = [0] * groups
        self._factors = [1]
        """How many of today's units one of each day is."""

    def left(self, backed: Backed) -> list[int]:
        """What a ballot of each of a project's groups has left."""
        days, today, fresh = self._days, len(self._factors) - 1, self._fresh
        left = self._left
        return [left[place] if days[place] == today else fresh(place) for place in backed.places]

    def _fresh(self, place: int) -> int:
        left = self._left[place] = self._left[place] * self._factors[self._days[place]]
        self._days[place] = len(self._factors) - 1
        return left

    def held(self, backed: Backed) -> int:
        """What a project's supporters have left together."""
        return sum(map(mul, self.left(backed), backed.counts))

    def price(self, backed: Backed) -> Price | None:
        """The least price for a point at which the supporters pay the cost; None where they cannot."""
        open_, points, whole, left = backed.project.cost * self.unit, backed.points, backed.whole, self.left(backed)
        for_each = left if whole == 1 else list(map(mul, left, backed.scales))
        if min(for_each) * points >= open_ * whole:
            return Price(open_, points)
        if sum(map(mul, left, backed.counts)) < open_:
            return None
        for poorest, held, count, each in sorted(zip(for_each, left, backed.counts, backed.each, strict=True)):
            if poorest * points >= open_ * whole:
                return Price(open_, points)
            open_ -= held * count
            points -= each * count
        return None

    def pay(self, backed: Backed, price: Price) -> None:
        """The supporters pay, each for its points or all that it has."""
        finer = price.points // gcd(price.money, price.points)
        if finer != 1:
            self.unit *= finer
            self._factors = [*(factor * finer for factor in self._factors), 1]
        each_point = price.money * finer // price.points
        payments = [each_point * points for points in range(max(backed.each) + 1)]
        for place, held, each in zip(backed.places, self.left(backed), backed.each, strict=True):
            payment = payments[each]
            self._left[place] = held - payment if held > payment else 0


def all_backed(groups: Sequence[Group], contenders: Sequence[Contender]) -> list[Backed]:
    """Each project with its supporters."""
    supporters: dict[Key, list[tuple[int, int, int]]] = {one.key: [] for one in contenders}
    for place, group in enumerate(groups):
        for key, score in group.scores:
            if score > 0 and key in supporters:
                supporters[key].append((place, group.count, score))
    return [_side(one, supporters[one.key]) for one in contenders]


def _side(project: Contender, supporters: Sequence[tuple[int, int, int]]) -> Backed:
    places, counts, each = ([one[part] for one in supporters] for part in range(3))
    points, whole = sum(map(mul, counts, each)), lcm(*each)
    tie, least = (project.cost, -points, project.reference), Fraction(project.cost, points or 1)
    return Backed(project, places, counts, each, [whole // one for one in each], whole, points, least, tie)


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid with one share for each ballot, in this order, for which price a point, and what is left of the
    shares."""

    all_backed: Sequence[Backed]
    purses: Purses
    spent: int
    shares: Shares


def paid(given: Sequence[Backed], groups: int, share: Fraction, most: int) -> Paid | None:
    """Who is paid; None where that is more than `most`.

    A project's price only rises as shares are spent: so prices are reckoned anew for the one that seems cheapest alone.
    """
    purses, rounds, spent = Purses(groups, share), list[Backed](), 0
    prices: list[tuple[Key, Fraction]] = []
    heap = [(backed.least, backed.tie, place) for place, backed in enumerate(given) if backed.points]
    heapify(heap)
    while heap:
        seemed, tie, place = heap[0]
        backed = given[place]
        price = purses.price(backed)
        if price is None:
            heappop(heap)
            continue
        now = Fraction(price.money, price.points * purses.unit)
        if now > seemed:
            heapreplace(heap, (now, tie, place))
            if heap[0][2] != place:
                continue
        heappop(heap)
        purses.pay(backed, price)
        prices.append((backed.project.key, now))
        rounds.append(backed)
        spent += backed.project.cost
        if spent > most:
            return None
    return Paid(rounds, purses, spent, Shares(share, prices))


def equal_shares(
    groups: Sequence[Group],
    contenders: Sequence[Contender],
    budget: int,
    *,
    is_completed: bool = True,
    check: Callable[[], None] = lambda: None,
) -> Award:
    """Who is paid. `is_completed`: shares are raised in steps, and what is left goes to the next by score. `check` is
    called before each step, and may raise."""
    given = all_backed(groups, contenders)
    share = first = Fraction(budget, sum(group.count for group in groups) or 1)
    best = paid(given, len(groups), share, budget)
    assert best is not None  # Nobody pays more than his share of the budget.
    while is_completed and share < budget and _could_go_on(given, best, budget):
        check()
        share += first * STEP_PERCENT / 100
        raised = paid(given, len(groups), share, budget)
        if raised is None:
            break
        best = raised
    return _award(given, best, _completed(given, best, budget) if is_completed else [])


def _could_go_on(given: Sequence[Backed], best: Paid, budget: int) -> bool:
    """Something with supporters is not paid, and what is left of the budget is enough for it."""
    done = {backed.project.key for backed in best.all_backed}
    return any(
        backed.points and backed.project.cost <= budget - best.spent
        for backed in given
        if backed.project.key not in done
    )


def _completed(given: Sequence[Backed], best: Paid, budget: int) -> list[Backed]:
    """The next by score that what is left pays."""
    done, left, more = {backed.project.key for backed in best.all_backed}, budget - best.spent, list[Backed]()
    for backed in _by_score(given):
        if backed.project.key not in done and backed.project.cost <= left and backed.points > 0:
            left -= backed.project.cost
            more.append(backed)
    return more


def _by_score(given: Sequence[Backed]) -> list[Backed]:
    by_key = {backed.project.key: backed for backed in given}
    ordered = by_score((backed.project for backed in given), {key: backed.points for key, backed in by_key.items()})
    return [by_key[one.key] for one in ordered]


def _award(given: Sequence[Backed], best: Paid, completed: Sequence[Backed]) -> Award:
    winners = [*best.all_backed, *completed]
    keys = {backed.project.key for backed in winners}
    verdicts = [
        Verdict(
            backed.project.key,
            is_winner=True,
            score=backed.points,
            round=rank,
            lacking=Fraction(0),
            by_completion=rank > len(best.all_backed),
        )
        for rank, backed in enumerate(winners, start=1)
    ]
    for backed in _by_score(given):
        if backed.project.key not in keys:
            lacking = max(Fraction(0), backed.project.cost - Fraction(best.purses.held(backed), best.purses.unit))
            verdicts.append(Verdict(backed.project.key, is_winner=False, score=backed.points, round=0, lacking=lacking))
    return Award(verdicts, sum(backed.project.cost for backed in winners), best.shares)
