"""RANKED: projects in order of preference («vote par classement»)."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from models import expected
from models.ballot import LIMITS, VoteRule
from models.refusal import bad_input
from models.vote import Choice
from resolvers.vote_method.base import SheetCount, Voice, Whole, require_amount, sheet_refused

RANK = "RANK_"
"""What the keys of the tally begin with under which the voters of each rank are counted: what a rank is worth is said
when votes are counted, by points or by Borda."""


class Ranked(Whole):
    """Between `least` and `most` projects, the ranks from 1 on, each once."""

    description = "A ballot of projects in order: the amount is the rank, from 1 on, each once («classement»)."
    choices: ClassVar[dict[Choice, str]] = {Choice.RANK: "A rank; the amount says which, 1 is the first."}
    supporting = frozenset({Choice.RANK.value})
    usual = VoteRule(least=1, most=3)

    def check(self, voice: Voice) -> None:
        """A rank that some rule allows."""
        super().check(Voice(voice.choice))
        require_amount(voice, LIMITS["vote_most"][1], "as its rank")

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """As many as allowed, without gaps and ties."""
        super().check_ballot(rule, voices)
        if sorted(voice.amount or 0 for voice in voices) != list(range(1, len(voices) + 1)):
            raise bad_input("The ranks go from 1 on, each once.", "votes", expected.ONCE)

    def sheet(self, rule: VoteRule) -> Sequence[Voice]:
        """The ranks, from the first on."""
        return [Voice(Choice.RANK, rank) for rank in range(1, (rule.most or 0) + 1)]

    def read(self, rule: VoteRule, place: int, amount: int | None) -> Voice:
        """Its place is its rank."""
        return Voice(Choice.RANK, place) if amount is None else super().read(rule, place, amount)

    def check_sheet(self, rule: VoteRule, valid: int, counts: Sequence[SheetCount]) -> None:
        """Every ballot has a first, and each further rank only where it has the one before."""
        super().check_sheet(rule, valid, counts)
        given = Counter[int]()
        for one in counts:
            given[one.voice.amount or 0] += one.count
        ranks = [valid, *(given[rank] for rank in range(1, (rule.most or 0) + 1))]
        if ranks[1:2] != [valid] or ranks != sorted(ranks, reverse=True):
            message = f"{valid:,} valid ballots have as many firsts, and of each further rank no more than of the last."
            raise sheet_refused(message, "totals")

    def worth(self, voice: Voice, rule: VoteRule) -> int:
        """As many points as there are ranks for the first, one less for each next."""
        return max(0, (rule.most or 0) + 1 - (voice.amount or 0))

    def adds(self, voice: Voice) -> dict[str, int]:
        """One more of its rank."""
        return super().adds(voice) | ({f"{RANK}{voice.amount}": 1} if voice.amount else {})


METHOD = Ranked()
