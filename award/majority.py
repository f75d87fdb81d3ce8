"""Majority judgement («jugement majoritaire»): the better majority grade is first, and of those with the same the one
that keeps it longer when medians are taken away one by one (Balinski and Laraki)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cmp_to_key
from itertools import zip_longest

from award.base import Contender, Key

Profile = Sequence[int]
"""The merit profile («profil de mérite»): how many gave each grade, from the best to the worst."""


def completed(profile: Profile, ballots: int) -> tuple[int, ...]:
    """With the lowest grade from every ballot that gave this project none."""
    return (*profile[:-1], profile[-1] + ballots - sum(profile))


def majority_grade(profile: Profile) -> int:
    """The place of the median grade; of an even number of grades the lower of the two in the middle. The last where
    there is no grade."""
    wanted, seen = sum(profile) // 2 + 1, 0
    for place, count in enumerate(profile):
        seen += count
        if seen >= wanted:
            return place
    return len(profile) - 1


def medians(profile: Profile) -> Iterator[int]:
    """The median grades, each taken away before the next is looked for."""
    left = list(profile)
    while any(left):
        grade = majority_grade(left)
        left[grade] -= 1
        yield grade


def compare(one: Profile, other: Profile) -> int:
    """Below 0 where the first is better, 0 where they are even."""
    for mine, theirs in zip_longest(medians(one), medians(other), fillvalue=len(one)):
        if mine != theirs:
            return mine - theirs
    return 0


def by_majority(contenders: Sequence[Contender], profiles: Mapping[Key, Profile]) -> list[Contender]:
    """The best first; of those that are even the cheaper, then the lower reference."""

    def before(one: Contender, other: Contender) -> int:
        return compare(profiles[one.key], profiles[other.key])

    cheap = sorted(contenders, key=lambda one: (one.cost, one.reference))
    return sorted(cheap, key=cmp_to_key(before))
