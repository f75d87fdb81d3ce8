"""Sheet page («page du questionnaire»): which one somebody is shown, with what was kept or sent of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, FromClause, Integer, Text, cast, func, literal_column, select

from models.answer_sheet import fitting, missing, pages, shown, standing_place
from models.base import table
from models.question import SurveyQuestion, read
from models.survey_answer import SurveyAnswer, SurveyAnswerState
from models.survey_form import SurveyForm
from planner.context import FieldContext
from planner.loading import BatchContext
from resolvers import answerer, survey_answer, survey_form
from resolvers.survey_answer import AnswerPart

_answer, _form = table(SurveyAnswer), table(SurveyForm)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of a form as somebody is shown it, from 1; the one behind the last is for looking through."""

    number: int
    count: int
    previous: int | None
    questions: list[SurveyQuestion]
    missing: list[SurveyQuestion]
    state: SurveyAnswerState | None
    version: int | None
    changed_at: datetime | None
    sent_at: datetime | None
    parts: list[AnswerPart]


def page_need(survey: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """What a page of the form is reckoned from: the newest version, and what the viewer has kept."""
    row, mine, given = _form.alias("shown_form"), _answer.alias("own_sheet"), _form.alias("answered_form")
    named = {
        "answers": mine.c.answers,
        "state": mine.c.state,
        "version": given.c.version,
        "changed_at": mine.c.changed_at,
        "sent_at": mine.c.sent_at,
    }
    kept = (
        select(func.json_build_object(*(part for name, held in named.items() for part in (_quoted(name), held))))
        .join_from(mine, given, given.c.id == mine.c.form_id)
        .where(answerer.is_own(mine, survey.c.activity_id, context))
        .correlate_except(mine, given)
        .scalar_subquery()
    )
    told = func.json_build_object(
        _quoted("questions"), row.c.questions, _quoted("kept"), kept, _quoted("page"), context.bind("page", Integer())
    )
    form = select(cast(told, Text)).where(row.c.id == survey_form.newest_id(survey.c.activity_id))
    return form.correlate_except(row).scalar_subquery()


def _quoted(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'", Text)


def sheet_page(need: str) -> SheetPage:
    """The page that is asked for; the next that has something to ask where it has nothing."""
    told = orjson.loads(need)
    questions, kept = read(told["questions"]), told["kept"] or {}
    answers = fitting(questions, kept.get("answers") or {})
    number, last, before = standing_place(questions, answers, told["page"] or 1)
    asked = shown(questions, answers)
    codes = {one.code for one in asked}
    here = pages(questions)[number - 1] if number < last else asked
    listed = [one for one in here if one.code in codes or one.kind.value == "PAGE"]
    times = {name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in ("changed_at", "sent_at")}
    return SheetPage(
        number,
        last,
        before,
        listed,
        missing(questions, answers) if number == last else [],
        SurveyAnswerState(kept["state"]) if kept else None,
        kept.get("version"),
        parts=[survey_answer.part(code, said) for code, said in (kept.get("answers") or {}).items()],
        **times,
    )


async def sheet_pages(_context: BatchContext, needs: Sequence[str]) -> list[SheetPage]:
    """The pages that are asked for."""
    return [sheet_page(each) for each in needs]
