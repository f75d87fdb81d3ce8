"""Survey result («résultat d'une enquête»): one question's answers counted, options and never combinations of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.answer_sheet import chosen
from models.base import TENANT, TenantTable, text_column, time_column
from models.question import OTHER, SurveyQuestion
from models.question import SurveyQuestionKind as Kind

LEAST = 5
"""A count below this is told to nobody, nor what gives it away."""


class SurveyResult(TenantTable, table=True):
    """A question as it was counted last. `counts` holds its words and its counts without those that are too small, so
    that nothing in it needs to be hidden from anybody; everybody reads it once it `is_public`. From the first
    time that one of a survey was published its counts are final (`is_final`): nothing is answered or counted any more.
    """

    __tablename__ = "survey_result"
    __table_args__ = (
        UniqueConstraint("activity_id", "question", name="survey_result_once"),
        CheckConstraint("rank >= 0", name="rank_not_negative"),
        CheckConstraint("is_final OR NOT is_public", name="public_is_final"),
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key=f"{TENANT}.activity.id")
    question: str = Field(sa_column=text_column())
    rank: int
    counts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    is_public: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    is_final: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    counted_at: datetime = Field(sa_column=time_column())


@dataclass(slots=True)
class QuestionCount:
    """Answers to one question, counted one after the other."""

    question: SurveyQuestion
    answered: int = 0
    lines: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By row (empty but in a matrix) and option; of a ranking by rank (`1`, `2` …) and option; of places by cell."""

    total: float = 0

    def add(self, answer: Any) -> None:
        """Count one answer that is there."""
        self.answered += 1
        match self.question.kind:
            case Kind.ONE | Kind.SEVERAL | Kind.SCALE:
                self.lines.update(("", code) for code in chosen(self.question, answer))
            case Kind.RANKING:
                self.lines.update((str(rank), code) for rank, code in enumerate(answer["options"], 1))
            case Kind.MATRIX:
                self.lines.update(answer.items())
            case Kind.PLACE:
                self.lines["", answer] += 1
        if self.question.kind in (Kind.SCALE, Kind.NUMBER):
            self.total += answer

    def told(self) -> dict[str, Any]:
        """What is stored: counts of `LEAST` and more, and none that could be reckoned from the others."""
        is_few = self.answered < LEAST
        lines: list[dict[str, Any]] = [
            {"row": row, "option": option, "count": None if is_few else self.lines[row, option]}
            for row, option in self._order()
        ]
        if not is_few:
            self._withhold(lines)
        is_mean = self.question.kind in (Kind.SCALE, Kind.NUMBER) and not is_few
        is_mean = is_mean and all(line["count"] is not None for line in lines)  # It would give two of them away.
        return {
            "title": self.question.title,
            "kind": self.question.kind.value,
            "answered": None if is_few else self.answered,
            "lines": [{**line, **self._labels(line["row"], line["option"])} for line in lines],
            "mean": round(self.total / self.answered, 2) if is_mean else None,
        }

    def _order(self) -> Sequence[tuple[str, str]]:
        """All lines in the form's order; places by their counts."""
        question = self.question
        if question.kind is Kind.PLACE:
            return [place for place, count in self.lines.most_common() if count >= LEAST]
        if question.kind is Kind.MATRIX:
            return [(row.code, option.code) for row in question.rows for option in question.options]
        if question.kind is Kind.RANKING:
            ranks = range(1, (question.most or len(question.options)) + 1)
            return [(str(rank), option.code) for rank in ranks for option in question.options]
        return [("", code) for code in question.option_codes]

    def _withhold(self, lines: list[dict[str, Any]]) -> None:
        """Take away what is below `LEAST`. Where counts add up to how many have answered, a single one that is away
        would be the difference: then the smallest other one goes, too."""
        adding_up = self.question.kind in (Kind.ONE, Kind.SCALE, Kind.MATRIX, Kind.RANKING)
        for row in dict.fromkeys(line["row"] for line in lines):
            group = [line for line in lines if line["row"] == row]
            small = [line for line in group if 0 < line["count"] < LEAST]
            others = sorted((line for line in group if line["count"] >= LEAST), key=lambda line: int(line["count"]))
            if adding_up and small and sum(line["count"] for line in small) < LEAST:
                small += others[:1]
            for line in small:
                line["count"] = None

    def _labels(self, row: str, option: str) -> Mapping[str, str]:
        labels = {one.code: one.label for one in self.question.options}
        rows = {one.code: one.label for one in self.question.rows}
        return {"label": labels.get(option, "" if option == OTHER else option), "row_label": rows.get(row, row)}
