"""MAJORITY_JUDGEMENT: a grade for each project («jugement majoritaire»)."""

from collections.abc import Sequence
from typing import ClassVar

from models import expected
from models.ballot import VoteRule
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import Choice
from resolvers.vote_method.base import Voice, Whole

SCALES: dict[int, tuple[Choice, ...]] = {
    3: (Choice.GOOD, Choice.PASSABLE, Choice.REJECTED),
    4: (Choice.EXCELLENT, Choice.GOOD, Choice.PASSABLE, Choice.REJECTED),
    5: (Choice.EXCELLENT, Choice.VERY_GOOD, Choice.GOOD, Choice.PASSABLE, Choice.REJECTED),
    6: (*(Choice.EXCELLENT, Choice.VERY_GOOD, Choice.GOOD), *(Choice.FAIRLY_GOOD, Choice.PASSABLE, Choice.REJECTED)),
    7: (
        *(Choice.EXCELLENT, Choice.VERY_GOOD, Choice.GOOD, Choice.FAIRLY_GOOD),
        *(Choice.PASSABLE, Choice.INSUFFICIENT, Choice.REJECTED),
    ),
}
"""The grades from the best to the worst, by how many there are."""


class MajorityJudgement(Whole):
    """A grade of a scale of `grades` for at least `least` projects. Who grades others and not this one gives it the
    lowest grade, which is said before and reckoned when votes are counted."""

    description = "A ballot of grades («jugement majoritaire»); a project without one has the lowest."
    choices: ClassVar[dict[Choice, str]] = {
        Choice.EXCELLENT: "Excellent.",
        Choice.VERY_GOOD: "Very good («très bien»).",
        Choice.GOOD: "Good («bien»).",
        Choice.FAIRLY_GOOD: "Fairly good («assez bien»).",
        Choice.PASSABLE: "Passable.",
        Choice.INSUFFICIENT: "Insufficient («insuffisant»).",
        Choice.REJECTED: "To be rejected («à rejeter»).",
    }
    supporting = frozenset({Choice.EXCELLENT.value, Choice.VERY_GOOD.value, Choice.GOOD.value})
    usual = VoteRule(least=1, grades=4)

    def check_ballot(self, rule: VoteRule, voices: Sequence[Voice]) -> None:
        """Grades of the scale."""
        super().check_ballot(rule, voices)
        scale = self.choices_by(rule.grades or 0)
        if any(voice.choice not in scale for voice in voices):
            message = f"The grades are {', '.join(grade.value for grade in scale)}."
            raise Refusal(ErrorCode.CHOICE_NOT_ACCEPTED, message, "votes")

    def read(self, rule: VoteRule, place: int, amount: int | None) -> Voice:
        """The grade of this number, 1 being the best."""
        scale = self.scale(rule)
        if amount is None or not 1 <= amount <= len(scale):
            raise bad_input(f"A grade is 1, the best, to {len(scale)}.", "text", expected.number(1, len(scale)))
        return Voice(scale[amount - 1])

    def worth(self, voice: Voice, rule: VoteRule) -> int:
        """How many grades there are below it."""
        scale = self.scale(rule)
        return len(scale) - 1 - scale.index(voice.choice) if voice.choice in scale else 0

    def scale(self, rule: VoteRule) -> Sequence[Choice]:
        """Its grades."""
        return self.choices_by(rule.grades or 0)

    def choices_by(self, grades: int) -> Sequence[Choice]:
        """The scale of so many grades."""
        return SCALES.get(grades, tuple(self.choices))


METHOD = MajorityJudgement()
