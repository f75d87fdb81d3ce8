"""POINTS: points for projects, so many each and so many in all («vote par points»)."""

from collections.abc import Sequence
from typing import ClassVar

from models import expected
from models.ballot import LIMITS, VoteRule
from models.refusal import ErrorCode, Refusal
from models.vote import Choice
from resolvers.vote_method.base import Voice, Whole, require_amount, require_between, rule_refused

SUM = "POINT_SUM"
"""The key of the tally under which points are added up."""


class Points(Whole):
    """At most `most_each` points for a project, between `least` and `most` in all."""

    description = "A ballot of points: at most so many for a project, and so many in all («points»)."
    choices: ClassVar[dict[Choice, str]] = {Choice.POINTS: "Points for it; the amount says how many."}
    supporting = frozenset({SUM})
    usual = VoteRule(least=1, most=7, most_each=3)

    def check(self, voice: Voice) -> None:
        """So many points that some rule allows them."""
        super().check(Voice(voice.choice))
        require_amount(voice, LIMITS["vote_most_each"][1], "points")

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """Points for each and in all."""
        most_each = max((voice.amount or 0 for voice in voices), default=0)
        if rule.most_each is not None and most_each > rule.most_each:
            message = f"At most {rule.most_each} points for a project; there are {most_each}."
            raise Refusal(ErrorCode.BALLOT_TOO_LARGE, message, "votes")
        require_between(sum(voice.amount or 0 for voice in voices), rule.least, rule.most, "points")

    def checked(self, rule: VoteRule) -> VoteRule:
        """For one project no more than in all."""
        if (rule.most_each or 0) > (rule.most or 0):
            in_all = expected.number(1, rule.most or 1)
            raise rule_refused("most_each", "For one project no more points than in all.", in_all)
        return super().checked(rule)

    def worth(self, voice: Voice, rule: VoteRule) -> int:
        """Its points."""
        return voice.amount or 0

    def sheet(self, rule: VoteRule) -> Sequence[Voice]:
        """So many points, from 1 up."""
        return [Voice(Choice.POINTS, amount) for amount in range(1, (rule.most_each or 0) + 1)]

    def read(self, rule: VoteRule, place: int, amount: int | None) -> Voice:
        """So many points; one where none are said."""
        return Voice(Choice.POINTS, 1 if amount is None else amount)

    def weight(self, voice: Voice) -> int:
        """Its points."""
        return voice.amount or 0

    def adds(self, voice: Voice) -> dict[str, int]:
        """Its points, too."""
        return super().adds(voice) | {SUM: voice.amount or 0}


METHOD = Points()
