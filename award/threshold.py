"""Threshold («seuil»): whoever has so many supports, whatever others have."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from award.base import Award, Contender, Key, Verdict


def threshold(ordered: Sequence[Contender], scores: Mapping[Key, int], least: int) -> Award:
    """All that have enough; `lacking` is in supports here."""
    verdicts = [
        Verdict(
            one.key,
            is_winner=scores.get(one.key, 0) >= least,
            score=scores.get(one.key, 0),
            round=rank,
            lacking=Fraction(max(0, least - scores.get(one.key, 0))),
        )
        for rank, one in enumerate(ordered, start=1)
    ]
    verdicts.sort(key=lambda verdict: not verdict.is_winner)
    return Award(verdicts, sum(one.cost for one in ordered if scores.get(one.key, 0) >= least))
