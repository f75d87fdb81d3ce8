"""What a rule of award works with: projects, ballots, and what it says of each project."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Key = Hashable
"""A project's key."""

Scores = Mapping[Key, int]
"""What one ballot gives to projects: 1 for each, or its points; nothing for the others."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A project that may be paid. `reference` tells ties apart in the end: the lower first."""

    key: Key
    cost: int
    reference: int


@dataclass(frozen=True, slots=True)
class Group:
    """Equal ballots, and how many they are."""

    scores: tuple[tuple[Key, int], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a project: whether it is paid, in which round, and if not, what it lacked in euros."""

    key: Key
    is_winner: bool
    score: int
    round: int
    lacking: Fraction
    by_completion: bool = False
    """It was paid from what the rule itself left over."""

    level: int = 0
    """In which level it was paid, where a rule has levels."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How equal shares paid: the share of each ballot in euros, and what each winner asked for each point, in the order
    in which they were paid. Whoever knows one ballot reckons from it what that ballot's share paid."""

    share: Fraction
    prices: Sequence[tuple[Key, Fraction]]

    def paid_by(self, scores: Scores) -> list[tuple[Key, Fraction]]:
        """What the share of one ballot paid, in that order, in euros: for each of its points the price, or all that
        was left."""
        left, payments = self.share, list[tuple[Key, Fraction]]()
        for key, price in self.prices:
            points = scores.get(key, 0)
            if points > 0:
                payment = min(left, price * points)
                left -= payment
                payments.append((key, payment))
        return payments


@dataclass(frozen=True, slots=True)
class Award:
    """All verdicts, winners first in the order in which they were paid, and how much is spent; by equal shares also how
    each was paid."""

    verdicts: Sequence[Verdict]
    spent: int
    shares: Shares | None = None

    @property
    def winners(self) -> list[Key]:
        """The keys of those that are paid."""
        return [verdict.key for verdict in self.verdicts if verdict.is_winner]

    def reached(self, groups: Iterable[Group]) -> int:
        """How many voters have at least one winner on their ballot."""
        paid = set(self.winners)
        return sum(group.count for group in groups if any(key in paid for key, _ in group.scores))


def grouped(ballots: Iterable[Scores]) -> list[Group]:
    """Equal ballots together: what each would be reckoned for is reckoned once."""
    counts = Counter(tuple(sorted(scores.items(), key=lambda item: str(item[0]))) for scores in ballots)
    return [Group(scores, count) for scores, count in counts.items()]


def totals(groups: Iterable[Group]) -> Counter[Key]:
    """The sum of what ballots give to each project."""
    counted: Counter[Key] = Counter()
    for group in groups:
        for key, score in group.scores:
            counted[key] += score * group.count
    return counted


def by_score(contenders: Iterable[Contender], scores: Mapping[Key, int]) -> list[Contender]:
    """The best first; of those that are even the cheaper, then the lower reference."""
    return sorted(contenders, key=lambda one: (-scores.get(one.key, 0), one.cost, one.reference))
