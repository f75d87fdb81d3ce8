"""SUPPORT: one support for each actor and contribution («soutien»); petitions are signed by it, too."""

from typing import ClassVar

from models.vote import Choice
from resolvers.vote_method.base import Method


class Support(Method):
    """Support for a contribution, or none."""

    description = "One support for each actor and contribution («soutien»)."
    choices: ClassVar[dict[Choice, str]] = {Choice.SUPPORT: "Support («soutien»)."}
    supporting = frozenset({Choice.SUPPORT.value})


METHOD = Support()
