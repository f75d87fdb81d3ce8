"""Greedy: from the first project down, each that what is left still pays («du premier au dernier»)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from award.base import Award, Contender, Key, Verdict


def greedy(ordered: Sequence[Contender], scores: Mapping[Key, int], budget: int, *, is_stopping: bool = False) -> Award:
    """Projects in their order; one that is too dear is passed over, and the next ones are still looked at; or it is the
    end, where the rule `is_stopping`: the others lack what it lacked."""
    left, winners, losers = budget, list[Verdict](), list[Verdict]()
    short = 0
    for rank, one in enumerate(ordered, start=1):
        score = scores.get(one.key, 0)
        if one.cost <= left and score > 0 and not short:
            left -= one.cost
            winners.append(Verdict(one.key, is_winner=True, score=score, round=rank, lacking=Fraction(0)))
        else:
            lacking = Fraction(short or max(0, one.cost - left))
            short = int(lacking) if is_stopping and score > 0 else short
            losers.append(Verdict(one.key, is_winner=False, score=score, round=rank, lacking=lacking))
    return Award([*winners, *losers], budget - left)
