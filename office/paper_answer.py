"""Paper answers to surveys: what the city types from printed forms, which is nobody's from the beginning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from models.activity import Activity
from models.base import table
from models.event import EventKind
from models.question import read
from models.refusal import ErrorCode, Refusal, not_found
from models.survey_answer import SurveyAnswer, SurveyAnswerState, SurveyChannel
from models.survey_form import SurveyForm
from planner.act import Act, Outcome, value
from planner.sight import Sight
from resolvers import access, question_result, room, sight, survey_answer
from resolvers.sight import ACTIVITY

_form = table(SurveyForm)


@cache
def _versioned(seen: Sight) -> Select[tuple[object, ...]]:
    """A published version of the survey `:id`, if it is seen."""
    has_opened = (ACTIVITY.c.opens_at <= func.now()).label("has_opened")
    statement: Select[tuple[object, ...]] = (
        select(_form.c.id, _form.c.questions, has_opened)
        .select_from(ACTIVITY)
        .join(_form, _form.c.activity_id == ACTIVITY.c.id)
    )
    return sight.activities(statement, seen).where(
        ACTIVITY.c.id == value(Activity, "id"), _form.c.version == value(SurveyForm, "version")
    )


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A version that was printed."""

    id: UUID
    questions: list[dict[str, Any]]
    has_opened: bool


async def enter(act: Act, *, activity: UUID, version: int, answers: Sequence[Mapping[str, Any]]) -> Outcome:
    """Send what somebody has answered on paper, to the version that was printed, also after the close; not once results
    are published."""
    await access.activity(act, activity)
    form = await act.one(_versioned(act.sight), into=PaperForm, id=activity, version=version)
    if form is None:
        raise not_found("version")
    if not form.has_opened:
        raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity is not open yet.", "activity")
    await room.of(act, Activity, activity)  # Before it is asked whether results were published.
    if await act.exists(question_result.FINAL, activity_id=activity):
        raise Refusal(ErrorCode.SURVEY_COUNTED, "Its results are published.", "activity")
    questions = read(form.questions)
    whole = survey_answer.complete(questions, survey_answer.merged(questions, {}, answers), answers)
    columns = {"activity_id": activity, "form_id": form.id, "state": SurveyAnswerState.SENT, "answers": whole}
    id_ = await act.insert(SurveyAnswer, **columns, channel=SurveyChannel.PAPER, changed_at=act.now, sent_at=act.now)
    return act.did(EventKind.SURVEY_ANSWERED, activity, {"paper": True}, survey_answer_id=id_, activity_id=activity)
