"""BUDGET: projects whose costs fit into the budget («vote par enveloppe»)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from models import expected
from models.ballot import VoteRule
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import Choice
from resolvers.vote_method.base import Voice, Whole, require_between, rule_refused

WHOLE = 100
"""Per cent."""


class Envelope(Whole):
    """Between `least` and `most` per cent of the budget. A voice keeps what its project cost when it was cast."""

    description = "A ballot of projects whose costs together are between two shares of the budget («enveloppe»)."
    choices: ClassVar[dict[Choice, str]] = {Choice.SUPPORT: "Support («soutien»)."}
    supporting = frozenset({Choice.SUPPORT.value})
    usual = VoteRule(least=0, most=WHOLE)

    def priced(self, voice: Voice, cost_euros: int | None) -> Voice:
        """With the project's cost, which the city says and nobody else."""
        if cost_euros is None:
            raise bad_input("This project has no cost yet.", "contribution", expected.OTHER)
        return replace(voice, amount=cost_euros)

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """Something, and no more money than there is: whole numbers are compared, nothing is rounded."""
        require_between(len(voices), 1, None, "project")
        budget, spent = rule.budget_euros or 0, sum(voice.amount or 0 for voice in voices)
        if spent * WHOLE > (rule.most or 0) * budget:
            message = f"{spent:,} euros are more than {rule.most} % of {budget:,} euros."
            raise Refusal(ErrorCode.BALLOT_TOO_LARGE, message, "votes")
        if spent * WHOLE < (rule.least or 0) * budget:
            message = f"{spent:,} euros are less than {rule.least} % of {budget:,} euros."
            raise Refusal(ErrorCode.BALLOT_TOO_SMALL, message, "votes")

    def weight(self, voice: Voice) -> int:
        """What its project costs."""
        return voice.amount or 0

    def bounds(self, rule: VoteRule) -> tuple[int, int | None]:
        """Euros."""
        budget = rule.budget_euros or 0
        return -(-budget * (rule.least or 0) // WHOLE), budget * (rule.most or WHOLE) // WHOLE

    def checked(self, rule: VoteRule) -> VoteRule:
        """Shares of a budget that there is."""
        if rule.budget_euros is None:
            raise Refusal(ErrorCode.REQUIRED, "This vote is about shares of a budget.", "voteRule.budgetEuros")
        for name, share in (("least", rule.least), ("most", rule.most)):
            if (share or 0) > WHOLE:
                raise rule_refused(name, "A share is at most 100 per cent.", expected.number(0, WHOLE))
        return super().checked(rule)


METHOD = Envelope()
