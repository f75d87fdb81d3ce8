"""OPINION: one opinion for each actor and contribution: for, mixed or against."""

from typing import ClassVar

from models.vote import Choice
from resolvers.vote_method.base import Method


class Opinion(Method):
    """An opinion for a contribution, against it, or in between."""

    description = "One opinion for each actor and contribution: for, mixed or against."
    choices: ClassVar[dict[Choice, str]] = {
        Choice.FOR: "For («d'accord»).",
        Choice.MIXED: "Mixed («mitigé»).",
        Choice.AGAINST: "Against («pas d'accord»).",
    }
    supporting = frozenset({Choice.FOR.value})


METHOD = Opinion()
