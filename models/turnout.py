"""Turnout («participation»): by what those who have voted are counted."""

from enum import Enum

MAX_DAYS = 400
"""Of a vote's days, the last ones."""


class TurnoutGroup(Enum):
    """By what voters are counted."""

    DAY = "DAY"
    HOUR = "HOUR"
    CHANNEL = "CHANNEL"
    DESK = "DESK"
    ZONE = "ZONE"
    PROOF = "PROOF"
