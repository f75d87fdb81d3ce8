"""Lineage («lignée»): what became of a proposal: merged into another that wants the same, or taken up as a project."""

from enum import Enum


class Succession(Enum):
    """What a proposal's successor is to it."""

    MERGED = "MERGED"
    PROJECT = "PROJECT"


SUCCESSION = ("successor_id", "succession", "succeeded_at")
"""The columns of a proposal that say what became of it."""

MAX_PREDECESSORS = 200
"""Of one proposal, or of one project."""

LIKE = 250
"""From this likeness on, in thousandths, a proposal is shown to whoever writes another."""

LIKENESS_SCALE = 1_000
