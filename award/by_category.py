"""By category («par catégorie, puis pour tous»): first in each category up to its ceiling, then the best of all others.

Cities write such a rule in a sentence and leave open what it says: whether a project that is too dear ends its category
or is passed over, and whether a least number of projects may exceed the ceiling. So each of these is said.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from award.base import Award, Contender, Key, Verdict

IN_CATEGORY, FOR_ALL = 1, 2
"""The two levels."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sentence says. `ceiling` is for categories that have none of their own; None: no level of categories."""

    ceiling: int | None = None
    ceilings: Mapping[Hashable, int] | None = None
    least_each: int = 0
    is_ending_category: bool = False
    is_ending: bool = False

    def of(self, category: Hashable) -> int | None:
        """What projects of a category may cost together in the first level."""
        return (self.ceilings or {}).get(category, self.ceiling)


def readings(said: Reading) -> list[Reading]:
    """All that the same sentence could mean, what was said first."""
    leasts = [said.least_each, 0] if said.least_each else [0]
    every = product(
        (said.is_ending_category, not said.is_ending_category), leasts, (said.is_ending, not said.is_ending)
    )
    return [replace(said, is_ending_category=one, least_each=least, is_ending=two) for one, least, two in every]


def by_category(
    ordered: Sequence[Contender],
    scores: Mapping[Key, int],
    budget: int,
    categories: Mapping[Key, Hashable],
    reading: Reading,
) -> Award:
    """Projects in their order, category by category, then all that are left with what is left."""
    wanted = [one for one in ordered if scores.get(one.key, 0) > 0]
    first = _in_categories(wanted, categories, reading, budget)
    left = budget - sum(one.cost for one in first)
    second, lacking = _for_all([one for one in wanted if one not in first], left, is_stopping=reading.is_ending)
    won = [(one, IN_CATEGORY) for one in first] + [(one, FOR_ALL) for one in second]
    rank = {one.key: place for place, one in enumerate(ordered, start=1)}
    verdicts = [
        Verdict(one.key, is_winner=True, score=scores[one.key], round=rank[one.key], lacking=Fraction(0), level=level)
        for one, level in won
    ]
    winners = {verdict.key for verdict in verdicts}
    for one in ordered:
        if one.key not in winners:
            short = Fraction(max(0, lacking.get(one.key, one.cost - left)))
            verdicts.append(
                Verdict(one.key, is_winner=False, score=scores.get(one.key, 0), round=rank[one.key], lacking=short)
            )
    return Award(verdicts, sum(one.cost for one, _ in won))


def _in_categories(
    wanted: Sequence[Contender], categories: Mapping[Key, Hashable], reading: Reading, budget: int
) -> list[Contender]:
    """Who is paid in the first level: no category counts on more than its ceiling, and all on no more than there is."""
    left = budget
    spent, count, stopped = dict[Hashable, int](), dict[Hashable, int](), set[Hashable]()
    winners = list[Contender]()
    for one in wanted:
        category = categories.get(one.key)
        ceiling = None if category is None else reading.of(category)
        if ceiling is None:
            continue
        fits = category not in stopped and spent.get(category, 0) + one.cost <= ceiling
        if (fits or count.get(category, 0) < reading.least_each) and one.cost <= left:
            winners.append(one)
            left -= one.cost
            spent[category] = spent.get(category, 0) + one.cost
            count[category] = count.get(category, 0) + 1
        elif reading.is_ending_category:
            stopped.add(category)
    return winners


def _for_all(wanted: Sequence[Contender], left: int, *, is_stopping: bool) -> tuple[list[Contender], dict[Key, int]]:
    """Who is paid in the second level, and what each of the others lacked when it was looked at."""
    winners, lacking = list[Contender](), dict[Key, int]()
    for place, one in enumerate(wanted):
        if one.cost <= left:
            winners.append(one)
            left -= one.cost
            continue
        lacking[one.key] = one.cost - left
        if is_stopping:
            lacking |= {later.key: one.cost - left for later in wanted[place + 1 :]}
            break
    return winners, lacking
