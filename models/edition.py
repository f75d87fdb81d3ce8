"""Edition («édition»): a vote that had ended before its file was imported here, with its projects and ballots."""

from enum import Enum

MAX_EDITION_BALLOTS = 250_000
"""Ballots of an imported vote: what is counted in the memory of one process."""


class EditionTerm(Enum):
    """What a file of a finished vote says of its rule, beside what its activity says."""

    METHOD = "METHOD"
    LEAST = "LEAST"
    MOST = "MOST"
    MOST_EACH = "MOST_EACH"
    BUDGET = "BUDGET"
    AWARD = "AWARD"
    OPENS = "OPENS"
    CLOSES = "CLOSES"
