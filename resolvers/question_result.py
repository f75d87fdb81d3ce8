"""Survey results: all answers counted question by question, and told of those that are published."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from models.activity import Activity
from models.base import new_id, table, unnested
from models.event import EventKind
from models.phase import Doing
from models.question import SurveyQuestion, all_of
from models.question import SurveyQuestionKind as Kind
from models.question_result import QuestionCount, SurveyResult
from models.refusal import ErrorCode, Refusal, not_found
from models.survey_answer import SurveyAnswer
from models.survey_form import SurveyForm
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import answer_part, period, room, survey_answer, survey_form

_result, _answer, _activity = table(SurveyResult), table(SurveyAnswer), table(Activity)
_form = table(SurveyForm)
PIECE = 1_000
"""Answers that are read at a time."""

NEXT_PIECE = (
    select(
        _answer.c.id,
        cast(_answer.c.answers, Text).label("answers"),
        _form.c.version,
        cast(answer_part.files_of(_answer.c.id), Text).label("files"),
        _answer.c.channel,
        _answer.c.proof,
        _answer.c.is_double,
        cast(cast(func.timezone(bindparam("time_zone", type_=Text()), _answer.c.sent_at), Date), Text).label("sent_on"),
    )
    .join_from(_answer, _form, _form.c.id == _answer.c.form_id)
    .where(
        _answer.c.activity_id == value(SurveyAnswer, "activity_id"),
        _answer.c.state == literal_column("'SENT'", Text),
        or_(bindparam("after", type_=Uuid()).is_(None), _answer.c.id > bindparam("after", type_=Uuid())),
    )
    .order_by(_answer.c.id)
    .limit(literal_column(str(PIECE), Integer))
)
IS_OVER = select(_activity.c.id).where(_activity.c.id == value(Activity, "id"), period.is_past(_activity, Doing.ANSWER))
"""Whether a survey takes no answers any more, by its close or by its phases."""

_of_survey = _result.c.activity_id == value(SurveyResult, "activity_id")
FINAL = select(_result.c.id).where(_of_survey, _result.c.is_final).limit(literal_column("1", Integer))
"""Whether results were published once: from then on counts stay."""

SHOW = (
    update(_result)
    .where(_of_survey)
    .values(is_public=_result.c.question == any_(bindparam("public", type_=ARRAY(Text()))))
)
_COUNTED: dict[str, Any] = {"id": Uuid(), "question": Text(), "rank": Integer(), "counts": Text()}
_rows = unnested("counted", _COUNTED, "all_{}")
_kept: dict[str, Any] = {
    "id": _rows.c.id,
    "activity_id": value(SurveyResult, "activity_id"),
    "question": _rows.c.question,
    "rank": _rows.c.rank,
    "counts": cast(_rows.c.counts, JSONB),
    "is_public": _rows.c.question == any_(bindparam("public", type_=ARRAY(Text()))),
    "is_final": bindparam("is_final", type_=Boolean()),
    "counted_at": func.now(),
}
KEEP = postgresql.insert(_result).from_select([*_kept], select(*_kept.values()))
DROP = delete(_result).where(_of_survey)


@dataclass(frozen=True, slots=True)
class SentAnswers:
    """One person's answers as JSON, nobody's for whoever reads them."""

    id: UUID
    answers: str
    version: int
    files: str | None
    channel: str
    proof: str | None
    is_double: bool
    sent_on: str


# Reads ----------------------------------------------------------------------------------------------------------------


def of_survey(row: FromClause, survey: FromClause, _context: FieldContext) -> Listing:
    """The questions that were counted, in the form's order."""
    return Listing(
        (row.c.activity_id == survey.c.activity_id,), Order("survey_result.rank", (row.c.rank, row.c.id), (int, UUID))
    )


def _told(row: FromClause, name: str) -> ColumnElement[Any]:
    return row.c.counts.op("->>")(literal_column(f"'{name}'", Text))


def title(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What was asked."""
    return _told(row, "title")


def kind(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What kind of question it is."""
    return _told(row, "kind")


def answered(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many have answered it."""
    return cast(_told(row, "answered"), Integer)


def mean(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The mean of its numbers."""
    return cast(_told(row, "mean"), Double)


def lines(row: FromClause, _context: FieldContext) -> Select[Any]:
    """Its options with their counts, in the form's order."""
    listed = func.jsonb_array_elements(row.c.counts.op("->")(literal_column("'lines'", Text)))
    each = listed.table_valued("value", with_ordinality="place", name="listed").render_derived()

    def said(key: str) -> ColumnElement[Any]:
        return each.c.value.op("->>")(literal_column(f"'{key}'", Text))

    columns: list[Any] = [said(key).label(key) for key in ("row", "option", "label", "row_label")]
    columns.append(cast(said("count"), Integer).label("count"))
    return select(*columns).select_from(each).order_by(each.c.place)


# Counting -------------------------------------------------------------------------------------------------------------


def counted(questions: Sequence[SurveyQuestion], answers: Iterable[str]) -> list[QuestionCount]:
    """Answers, each as JSON, counted by question."""
    counts = {one.code: QuestionCount(one) for one in questions if one.kind is not Kind.PAGE}
    for each in answers:
        add(counts, each)
    return list(counts.values())


def add(counts: dict[str, QuestionCount], answers: str) -> None:
    """Count one person's answers."""
    for code, said in orjson.loads(answers).items():
        counts[code].add(said)


async def sent(act: Act, activity: UUID) -> AsyncIterator[list[SentAnswers]]:
    """All answers that were sent, a piece at a time, never all in memory."""
    after, zone = None, act.asker.time_zone
    while piece := await act.all(NEXT_PIECE, into=SentAnswers, activity_id=activity, after=after, time_zone=zone):
        yield piece
        after = piece[-1].id


async def publish(act: Act, *, activity: UUID, questions: Sequence[str] = ()) -> Outcome:
    """Count all answers, and publish the results of these questions and of no others; none before it is over. Once
    any was published nothing is counted again: others of the same counts are published, or are not any more."""
    await room.of(act, Activity, activity)
    versions = (await survey_form.history(act, activity)).published
    asked = [one for one in all_of(versions) if one.kind is not Kind.PAGE]
    codes = [one.code for one in asked]
    for place, code in enumerate(questions):
        if code not in codes:
            raise not_found(f"questions.{place}")
    if questions and not await act.exists(IS_OVER, id=activity):
        raise Refusal(ErrorCode.SURVEY_OPEN, "The survey is still open.", "questions")
    if await act.exists(FINAL, activity_id=activity):
        await act.execute(SHOW, activity_id=activity, public=list(questions))
    else:
        await survey_answer.hold(act, activity)
        await _count(act, activity, asked, questions)
    note = {"questions": sorted(set(questions), key=codes.index)}
    return act.did(EventKind.SURVEY_RESULTS_PUBLISHED, activity, note, activity_id=activity)


async def _count(act: Act, activity: UUID, asked: Sequence[SurveyQuestion], public: Sequence[str]) -> None:
    """Count all answers anew; for good, where any is published."""
    counts = {one.code: QuestionCount(one) for one in asked}
    async for piece in sent(act, activity):
        for each in piece:
            add(counts, each.answers)
    await act.execute(DROP, activity_id=activity)
    rows = {
        "all_id": [new_id() for _ in asked],
        "all_question": list(counts),
        "all_rank": list(range(len(asked))),
        "all_counts": [orjson.dumps(each.told()).decode() for each in counts.values()],
        "public": list(public),
    }
    await act.execute(KEEP, activity_id=activity, is_final=bool(public), **rows)
