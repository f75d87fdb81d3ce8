"""Sampling («contrôle par sondage»): how many of a petition's signatures are valid, by those that were drawn."""

from math import ceil, floor, sqrt
from typing import NamedTuple

PERMILLE, MAX_SAMPLE = (10, 1_000), 1_000
"""Of the signatures are drawn, and at most so many."""

USUAL_PERCENT = 20
Z = 1.96
"""Of the normal distribution, for 95 of 100 samples."""


class Extrapolation(NamedTuple):
    """How many of all signatures are valid: the likeliest number, and between which it lies in 95 of 100 samples."""

    estimate: int
    low: int
    high: int


def extrapolate(valid: int, size: int, population: int) -> Extrapolation:
    """What `valid` of `size` that were drawn say of the whole `population`: Wilson's interval (1927), with the size
    raised by the correction for a finite population, size · (population − 1) / (population − size). It lies within
    what is certain: those that were found valid, and all but those that were not. 1 ≤ size ≤ population."""
    if size == population:
        return Extrapolation(valid, valid, valid)
    share, drawn = valid / size, size * (population - 1) / (population - size)
    spread = 1 + Z**2 / drawn
    middle = (share + Z**2 / (2 * drawn)) / spread
    half = Z / spread * sqrt(share * (1 - share) / drawn + Z**2 / (4 * drawn**2))
    low = max(valid, floor(population * (middle - half)))
    high = min(population - (size - valid), ceil(population * (middle + half)))
    return Extrapolation(round(population * share), low, high)
