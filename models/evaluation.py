"""Evaluation («évaluation»): what somebody of the city's team finds a proposal to cost, and whether it can be done."""

from enum import Enum


class Feasibility(Enum):
    """Whether a proposal can be done."""

    FEASIBLE = "FEASIBLE"
    NOT_FEASIBLE = "NOT_FEASIBLE"
    UNDETERMINED = "UNDETERMINED"
