"""Analyses as administrators set them: asked for, published, withdrawn, removed. A job computes what is asked for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Text, and_, bindparam, case, delete, func, insert, literal_column, null, select
from sqlalchemy import update as update_
from sqlalchemy.types import Uuid

from models import expected
from models.activity import Activity, ActivityKind
from models.analysis import LEAST_TEXTS, WORKING, Analysis, AnalysisState
from models.base import constant, new_id, table
from models.event import EventKind
from models.question import SurveyQuestionKind, all_of
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from office import corpus
from planner.act import Act, Outcome, value
from resolvers import access, room, survey_form

MAX_ANALYSES = 200
"""Of a portal: each keeps its result, a megabyte for ten thousand texts."""

MAX_WAITING = 5
"""Of a portal at a time: portals share the machine, which computes one after the other."""

_analysis, _activity = table(Analysis), table(Activity)
_id = value(Analysis, "id")
_WORKS = _analysis.c.state.in_([constant(state) for state in WORKING])
SUBJECT = (
    _analysis.c.space_id == value(Analysis, "space_id"),
    _analysis.c.activity_id.is_not_distinct_from(bindparam("activity_id", type_=Uuid())),
    _analysis.c.question.is_not_distinct_from(bindparam("question", type_=Text())),
)
"""The analyses of the same texts."""

UNDER_WAY = select(_analysis.c.id).where(*SUBJECT, _WORKS)
WAITING = select(_analysis.c.id).where(_WORKS).limit(literal_column(str(MAX_WAITING), Integer))
COUNT = select(_analysis.c.id).limit(literal_column(str(MAX_ANALYSES), Integer))
SPACE_OF = select(_activity.c.space_id).where(_activity.c.id == value(Activity, "id"))
_ZERO = literal_column("0", Integer)
START = insert(_analysis).values(
    **{name: value(Analysis, name) for name in ("id", "space_id", "activity_id", "question", "asked_by_id")},
    state=constant(AnalysisState.QUEUED),
    attempts=_ZERO,
    edition=_ZERO,
    text_count=_ZERO,
    asked_at=func.now(),
)
STATE = select(_analysis.c.state).where(_analysis.c.id == _id).with_for_update()
_is_public = bindparam("is_public", type_=Boolean())
PUBLISH = (
    update_(_analysis)
    .where(_analysis.c.id == _id, _analysis.c.published_at.is_not(None) != _is_public)
    .values(published_at=case((_is_public, func.now()), else_=null()))
)
REMOVE = delete(_analysis).where(and_(_analysis.c.id == _id))


@dataclass(frozen=True, slots=True)
class AnalysisSubject:
    """Which texts are read."""

    space_id: UUID
    activity_id: UUID | None
    question: str | None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that name it."""
        return {"space_id": self.space_id, "activity_id": self.activity_id, "question": self.question}


@dataclass(frozen=True, slots=True)
class SpaceOf:
    """The space of an activity."""

    space_id: UUID


@dataclass(frozen=True, slots=True)
class StateOf:
    """Where an analysis is."""

    state: AnalysisState


async def start(
    act: Act, *, space: UUID | None = None, activity: UUID | None = None, question: str | None = None
) -> Outcome:
    """Ask for an analysis of a space, of an activity, or of the answers to a survey's question. Raises Refusal."""
    subject = await _subject(act, space, activity, question)
    await room.of_portal(act)
    if await act.exists(UNDER_WAY, **subject.columns):
        raise Refusal(ErrorCode.ANALYSIS_UNDER_WAY, "These texts are being analysed.", _field(subject))
    if len(await act.transaction.all(WAITING)) >= MAX_WAITING:
        raise limit_reached(
            f"At most {MAX_WAITING} analyses of a portal wait at a time.", None, expected.at_most(MAX_WAITING)
        )
    if len(await act.transaction.all(COUNT)) >= MAX_ANALYSES:
        raise limit_reached(f"A portal keeps at most {MAX_ANALYSES} analyses.", None, expected.at_most(MAX_ANALYSES))
    some = corpus.ids(act.asker.features, question)
    if len(await act.all(some, into=corpus.TextId, most=LEAST_TEXTS, **subject.columns)) < LEAST_TEXTS:
        told = f"At least {LEAST_TEXTS} texts that everybody may read are wanted."
        raise Refusal(ErrorCode.ANALYSIS_TOO_SMALL, told, _field(subject), about=str(LEAST_TEXTS))
    id_ = new_id()
    await act.execute(START, id=id_, asked_by_id=act.actor_or_none, **subject.columns)
    act.inserted(Analysis, [id_])
    return act.did(EventKind.ANALYSIS_STARTED, id_, analysis_id=id_)


def _field(subject: AnalysisSubject) -> str:
    """The field of the input that names the subject."""
    return "question" if subject.question is not None else "activity" if subject.activity_id is not None else "space"


async def _subject(act: Act, space: UUID | None, activity: UUID | None, question: str | None) -> AnalysisSubject:
    """What is asked for, if the asker sees it. Raises Refusal."""
    if (space is None) == (activity is None):
        raise bad_input("Either a space or an activity is analysed.", "space", expected.ONE)
    if activity is None:
        assert space is not None
        if question is not None:
            raise bad_input("A question is of an activity.", "question", expected.TOGETHER)
        await access.space(act, space)
        return AnalysisSubject(space, None, None)
    rules = await access.activity(act, activity)
    if question is not None:
        await _check_question(act, activity, question)
    elif rules.kind is ActivityKind.SURVEY:
        raise Refusal(ErrorCode.REQUIRED, "Of a survey the answers to one question are analysed.", "question")
    where = await act.one(SPACE_OF, into=SpaceOf, id=activity)
    assert where is not None  # It was seen.
    return AnalysisSubject(where.space_id, activity, question)


async def _check_question(act: Act, activity: UUID, question: str) -> None:
    """People answer it in their own words. Raises Refusal."""
    asked = all_of((await survey_form.history(act, activity)).published)
    kinds = (SurveyQuestionKind.TEXT, SurveyQuestionKind.LONG_TEXT)
    if not any(one.code == question and one.kind in kinds for one in asked):
        raise not_found("question")


async def publish(act: Act, *, analysis: UUID, is_public: bool = True) -> Outcome:
    """Show an analysis to everybody who sees its space, or to administrators alone again. Raises Refusal."""
    await require_done(act, analysis)
    if not await act.execute(PUBLISH, id=analysis, is_public=is_public):
        return act.did(analysis_id=analysis)
    kind = EventKind.ANALYSIS_PUBLISHED if is_public else EventKind.ANALYSIS_WITHDRAWN
    return act.did(kind, analysis, analysis_id=analysis)


async def remove(act: Act, *, analysis: UUID) -> Outcome:
    """Remove an analysis with all that was changed of it; where it is being computed, that ends."""
    if not await act.execute(REMOVE, id=analysis):
        raise not_found("analysis")
    return act.did(EventKind.ANALYSIS_REMOVED, analysis, number=act.asker.tenant)


async def require_done(act: Act, analysis: UUID) -> None:
    """It is computed, and nobody else changes it meanwhile. Raises Refusal."""
    row = await act.one(STATE, into=StateOf, id=analysis)
    if row is None:
        raise not_found("analysis")
    if row.state is not AnalysisState.DONE:
        raise Refusal(ErrorCode.ANALYSIS_NOT_DONE, "The analysis is not computed.", "analysis")
