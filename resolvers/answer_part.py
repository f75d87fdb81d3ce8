"""Answer parts («réponse à une question»): what was answered question by question, with the files that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, FromClause, Text, cast, func, literal_column, select

from models.answer_file import AnswerFile, FileType
from models.base import table
from planner.context import FieldContext
from planner.loading import BatchContext

_file = table(AnswerFile)


def need(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What its parts are read from."""
    return cast(
        func.json_build_object(
            literal_column("'answers'", Text), row.c.answers, literal_column("'files'", Text), files_of(row.c.id)
        ),
        Text,
    )


def files_of(answer: ColumnElement[Any]) -> ColumnElement[Any]:
    """The files of an answer as JSON: by question their id, name, type and size; NULL where there is none."""
    row = _file.alias("given_file")
    about = (
        part for name in ("id", "name", "type", "size") for part in (literal_column(f"'{name}'", Text), row.c[name])
    )
    files = select(func.json_object_agg(row.c.question, func.json_build_object(*about)))
    return files.where(row.c.answer_id == answer).correlate_except(row).scalar_subquery()


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """What was answered to one question."""

    question: str
    text: str | None = None
    options: Sequence[str] = ()
    other: str | None = None
    number: float | None = None
    rows: Sequence["RowChoice"] = ()
    file: "GivenFile | None" = None


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that was sent to a question; `size` counts bytes."""

    name: str
    type: FileType
    size: int


@dataclass(frozen=True, slots=True)
class RowChoice:
    """What was chosen in a row of a matrix."""

    row: str
    option: str


async def parts(_context: BatchContext, needs: Sequence[str]) -> list[list[AnswerPart]]:
    """The parts of answers."""
    return [told(orjson.loads(each)) for each in needs]


def told(kept: Mapping[str, Any]) -> list[AnswerPart]:
    """The parts of an answer, of which `answers` and `files` are at hand."""
    files = kept.get("files") or {}
    return [part(code, said, files.get(code)) for code, said in (kept.get("answers") or {}).items()]


def part(code: str, said: Any, file: Mapping[str, Any] | None = None) -> AnswerPart:
    """A stored answer as the contract tells it. A file that was erased since is none."""
    match said:
        case {"file": _}:
            given = None if file is None else GivenFile(file["name"], FileType(file["type"]), file["size"])
            return AnswerPart(code, file=given)
        case {"options": list(options)}:
            return AnswerPart(code, options=options, other=said.get("other"))
        case dict():
            return AnswerPart(code, rows=[RowChoice(row, option) for row, option in said.items()])
        case str():
            return AnswerPart(code, text=said)
    return AnswerPart(code, number=said)
