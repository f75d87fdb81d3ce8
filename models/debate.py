"""Debate («débat»): the arguments for and against a proposal, the rule by which they are ordered, and expert views."""

from enum import Enum

EXPERT = ("expert_name", "expert_function", "pinned_at")
"""The columns of an argument that moderators show as an expert's: whose it is, as what, and since when."""

EXPERT_NAME_LENGTH = (2, 120)
EXPERT_FUNCTION_LENGTH = (2, 200)
MAX_EXPERT_VIEWS = 10
"""On one proposal: what is shown first is to be read."""

CONFIDENCE = 1.96
"""The normal quantile of 95 %, which the interval of Wilson wants: how sure the share of agreement is to be."""

SCORE_SCALE = 10_000
"""An argument's score is in ten-thousandths, so that a cursor holds it exactly."""


class ArgumentOrder(Enum):
    """In which order arguments are listed; expert views come first in each."""

    NEWEST = "NEWEST"
    BEST = "BEST"
