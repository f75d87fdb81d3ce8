"""APPROVAL: up to so many projects, each as much as another («vote par approbation»)."""

from typing import ClassVar

from models.ballot import VoteRule
from models.vote import Choice
from resolvers.vote_method.base import Whole


class Approval(Whole):
    """Between `least` and `most` projects."""

    description = "A ballot of at least and at most so many projects, each as much as another («approbation»)."
    choices: ClassVar[dict[Choice, str]] = {Choice.SUPPORT: "Support («soutien»)."}
    supporting = frozenset({Choice.SUPPORT.value})
    usual = VoteRule(least=1, most=3)


METHOD = Approval()
