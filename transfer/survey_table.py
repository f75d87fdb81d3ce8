"""Survey table («tableau d'une enquête»): answers as rows, with the same columns whatever was asked of whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.question import OTHER, SurveyQuestion
from models.question import SurveyQuestionKind as Kind
from transfer.cell import Value

LABELS = ("column", "question", "kind", "title", "row", "option", "label")
"""The sheet of labels, a row for each column and for each code that a column may hold."""


@dataclass(frozen=True, slots=True)
class SurveyColumn:
    """A column: its code, of which question it is, and of which option or row of it (empty: of the whole)."""

    code: str
    question: SurveyQuestion
    option: str = ""
    row: str = ""

    def value(self, answer: Any) -> Value:
        """What it holds of an answer to its question, or of none. An option holds 1 or 0 where the question was
        answered; in a ranking the rank, or nothing."""
        if answer is None:
            return None
        match self.question.kind:
            case Kind.SEVERAL if self.option == OTHER and self.code.endswith(_TEXT):
                return str(answer["other"]) if "other" in answer else None
            case Kind.SEVERAL if self.option == OTHER:
                return int("other" in answer)
            case Kind.SEVERAL:
                return int(self.option in answer["options"])
            case Kind.ONE if self.option == OTHER:
                return str(answer["other"]) if "other" in answer else None
            case Kind.ONE:
                return OTHER if "other" in answer else str(answer["options"][0])
            case Kind.RANKING:
                options = answer["options"]
                return options.index(self.option) + 1 if self.option in options else None
            case Kind.FILE:
                told: Value = answer.get("link" if self.code.endswith(_LINK) else "name")
                return told
            case Kind.MATRIX:
                chosen: Value = answer.get(self.row)
                return chosen
        kept: Value = answer
        return kept


_TEXT, _LINK = "_text", "_link"


def with_files(answers: dict[str, Any], files: Mapping[str, Mapping[str, Any]], address: str) -> dict[str, Any]:
    """Answers in which a file is its name and the address at which the city's team reads it; one that was erased is
    neither."""
    for code, said in answers.items():
        if isinstance(said, dict) and "file" in said:
            there = files.get(code)
            answers[code] = {} if there is None else {"name": there["name"], "link": f"{address}{there['id']}"}
    return answers


def columns(questions: Sequence[SurveyQuestion]) -> list[SurveyColumn]:
    """The columns of a form, in its order."""
    return [column for one in questions for column in _columns(one)]


def _columns(one: SurveyQuestion) -> Iterator[SurveyColumn]:
    if one.kind in (Kind.SEVERAL, Kind.RANKING):
        for code in one.option_codes:
            yield SurveyColumn(f"{one.code}_{code}", one, code)
    elif one.kind is Kind.MATRIX:
        for row in one.rows:
            yield SurveyColumn(f"{one.code}_{row.code}", one, row=row.code)
    elif one.kind is not Kind.PAGE:
        yield SurveyColumn(one.code, one)
    if one.kind is Kind.FILE:
        yield SurveyColumn(f"{one.code}{_LINK}", one)
    if one.has_other and one.kind in (Kind.ONE, Kind.SEVERAL):
        yield SurveyColumn(f"{one.code}_{OTHER}{_TEXT}", one, OTHER)


def row(columns_: Sequence[SurveyColumn], answers: Mapping[str, Any]) -> list[Value]:
    """One person's row."""
    return [column.value(answers.get(column.question.code)) for column in columns_]


def labels(columns_: Sequence[SurveyColumn]) -> Iterator[list[Value]]:
    """What columns and codes mean, beside the data."""
    for column in columns_:
        one = column.question
        named = {option.code: option.label for option in one.options}
        rows = {each.code: each.label for each in one.rows}
        base: list[Value] = [column.code, one.code, one.kind.value, one.title, rows.get(column.row, "")]
        if column.option:
            yield [*base, column.option, named.get(column.option, "Autre")]
        elif one.kind in (Kind.ONE, Kind.MATRIX):
            for code in one.option_codes:
                yield [*base, code, named.get(code, "Autre")]
        else:
            yield [*base, "", ""]


def line(answers: Mapping[str, Any], order: Sequence[SurveyQuestion]) -> dict[str, Any]:
    """One person's answers as an object: every question in the form's order, null where there is no answer."""
    return {one.code: answers.get(one.code) for one in order if one.kind is not Kind.PAGE}
