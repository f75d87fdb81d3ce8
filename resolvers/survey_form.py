"""Survey forms: written question by question, published as versions, copied from another survey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, FromClause, Text, cast, delete, func, literal_column, select, update
from sqlalchemy.types import Integer

from models import expected
from models.activity import Activity, ActivityKind
from models.base import table
from models.event import EventKind
from models.question import (
    SurveyCondition,
    SurveyOption,
    SurveyQuestion,
    SurveyQuestionKind,
    all_of,
    checked,
    next_code,
    read,
    require_kept,
    written,
)
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached, not_found
from models.survey_answer import SurveyAnswer
from models.survey_form import MAX_VERSIONS, REASON_LENGTH, SurveyForm
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.loading import BatchContext
from resolvers import access, room, text

_form, _answer = table(SurveyForm), table(SurveyAnswer)
_activity_id, _id = value(SurveyForm, "activity_id"), value(SurveyForm, "id")
VERSIONS = select(_form.c.id, _form.c.version, _form.c.edition, _form.c.questions).where(
    _form.c.activity_id == _activity_id
)
VERSIONS = VERSIONS.order_by(_form.c.version.desc().nulls_first())
_activity = table(Activity)
WITHOUT_ACCOUNT = select(_activity.c.id).where(_activity.c.id == value(Activity, "id"), _activity.c.is_without_account)
SENT = (
    select(_answer.c.id)
    .where(_answer.c.activity_id == value(SurveyAnswer, "activity_id"), _answer.c.sent_at.is_not(None))
    .limit(literal_column("1", Integer))
)
REWRITE = (
    update(_form)
    .where(_form.c.id == _id)
    .values(
        questions=value(SurveyForm, "questions"),
        edition=_form.c.edition + literal_column("1", Integer),
        author_id=value(SurveyForm, "author_id"),
        changed_at=func.now(),
    )
)
PUBLISH = (
    update(_form)
    .where(_form.c.id == _id)
    .values(
        version=value(SurveyForm, "version"),
        reason=value(SurveyForm, "reason"),
        author_id=value(SurveyForm, "author_id"),
        changed_at=func.now(),
        published_at=func.now(),
    )
)
DISCARD = delete(_form).where(_form.c.id == _id)


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A version, or what is being written."""

    id: UUID
    version: int | None
    edition: int
    questions: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FormHistory:
    """All of an activity's form: what is being written, if anything is, and its versions, the newest first."""

    writing: StoredForm | None
    versions: Sequence[StoredForm]

    @property
    def now(self) -> list[SurveyQuestion]:
        """The questions that an editor goes on from."""
        there = self.writing or (self.versions[0] if self.versions else None)
        return read(there.questions) if there else []

    @property
    def published(self) -> list[list[SurveyQuestion]]:
        """The questions of each version, the newest first."""
        return [read(one.questions) for one in self.versions]

    @property
    def edition(self) -> int:
        """How often what is being written was written; 0 where nothing is."""
        return self.writing.edition if self.writing else 0

    @property
    def codes(self) -> list[str]:
        """Every code that a question has or had."""
        return [one["code"] for form in (*self.versions, self.writing) if form for one in form.questions]


# Reads ----------------------------------------------------------------------------------------------------------------


def newest_id(activity: ColumnElement[Any]) -> ColumnElement[Any]:
    """The version that people answer now."""
    row = _form.alias("newest_form")
    of = select(row.c.id).where(row.c.activity_id == activity, row.c.version.is_not(None))
    return of.order_by(row.c.version.desc()).limit(literal_column("1", Integer)).correlate_except(row).scalar_subquery()


def newest(survey: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The version that people answer."""
    return row.c.id == newest_id(survey.c.activity_id)


def being_written(survey: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """What editors are writing."""
    return (row.c.activity_id == survey.c.activity_id) & row.c.version.is_(None)


def versions(row: FromClause, survey: FromClause, _context: FieldContext) -> Listing:
    """All versions, the newest first."""
    order = Order("survey_form.newest", (row.c.version, row.c.id), (int, UUID), is_descending=True)
    return Listing((row.c.activity_id == survey.c.activity_id, row.c.version.is_not(None)), order)


def need(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What its questions are read from."""
    return cast(row.c.questions, Text)


async def questions(_context: BatchContext, needs: Sequence[str]) -> list[list[SurveyQuestion]]:
    """The questions of forms."""
    return [read(orjson.loads(each)) for each in needs]


# Changes --------------------------------------------------------------------------------------------------------------


async def history(act: Act, activity: UUID, field: str = "activity") -> FormHistory:
    """The form of a survey that the asker sees. Raises Refusal."""
    if (await access.activity(act, activity, field)).kind is not ActivityKind.SURVEY:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Only surveys have a form.", field)
    forms = await act.all(VERSIONS, into=StoredForm, activity_id=activity)
    return FormHistory(
        next((one for one in forms if one.version is None), None), [one for one in forms if one.version is not None]
    )


async def _open(act: Act, activity: UUID, edition: int) -> FormHistory:
    """What an editor goes on from, unless somebody else wrote since `edition` was read. Raises Refusal(CONFLICT)."""
    await room.of(act, Activity, activity)
    there = await history(act, activity)
    if there.edition != edition:
        raise conflict()
    return there


async def _write(act: Act, activity: UUID, there: FormHistory, wanted: Sequence[SurveyQuestion]) -> UUID:
    """Keep what is being written. Raises Refusal."""
    former = all_of(there.published)
    whole = checked(wanted, former)
    if await act.exists(SENT, activity_id=activity):
        require_kept(whole, former)
    stored, author = written(whole), act.actor_or_none
    if there.writing is None:
        columns = {"activity_id": activity, "questions": stored, "author_id": author}
        return await act.insert(SurveyForm, **columns, edition=1, changed_at=act.now)
    await act.execute(REWRITE, id=there.writing.id, questions=stored, author_id=author)
    return there.writing.id


async def save(act: Act, *, activity: UUID, edition: int, questions: Sequence[Mapping[str, Any]]) -> Outcome:
    """Write the whole form. Questions without a code get one that none ever had."""
    there = await _open(act, activity, edition)
    codes, whole = [*there.codes, *(one["code"] for one in questions if one.get("code"))], []
    for place, one in enumerate(questions):
        if one.get("code") and one["code"] not in there.codes:
            raise not_found(f"questions.{place}.code")
        code = one.get("code") or next_code("q", codes)
        codes.append(code)
        whole.append(_given(code, one))
    return act.did(survey_form_id=await _write(act, activity, there, whole))


async def save_question(
    act: Act, *, activity: UUID, edition: int, question: Mapping[str, Any], after: str | None = None
) -> Outcome:
    """Write one question: over the one of its code, or a new one behind `after`, else behind all others."""
    there = await _open(act, activity, edition)
    whole, code = there.now, question.get("code")
    codes = [one.code for one in whole]
    if code and code not in codes:
        raise not_found("question.code")
    place = codes.index(code) if code else (codes.index(after) + 1 if after in codes else len(codes))
    one = _given(code or next_code("q", there.codes), question)
    whole[place : place + bool(code)] = [one]
    form = await _write_at(act, activity, there, whole, place)
    return act.did(survey_form_id=form, question=one.code)


async def _write_at(
    act: Act, activity: UUID, there: FormHistory, wanted: Sequence[SurveyQuestion], place: int | None = None
) -> UUID:
    """The same where one question was given: what is refused of it stands at its own fields, and of another one, which
    hangs on it, at it."""
    try:
        return await _write(act, activity, there, wanted)
    except Refusal as refusal:
        at = f"questions.{place}."
        if refusal.field is not None and refusal.field.startswith(at):
            refusal.field = f"question.{refusal.field.removeprefix(at)}"
        elif refusal.field is not None and refusal.field.startswith("questions"):
            refusal.field = "question"
        raise


async def move_question(act: Act, *, activity: UUID, edition: int, question: str, place: int) -> Outcome:
    """Put a question at another place, from 1."""
    there = await _open(act, activity, edition)
    whole, one = _without(there.now, question)
    if not 1 <= place <= len(whole) + 1:
        raise bad_input("There is no such place.", "place", expected.number(1, len(whole) + 1))
    whole.insert(place - 1, one)
    form = await _write_at(act, activity, there, whole)
    return act.did(survey_form_id=form, question=question)


async def remove_question(act: Act, *, activity: UUID, edition: int, question: str) -> Outcome:
    """Take a question out. What was answered to it stays with the answers."""
    there = await _open(act, activity, edition)
    whole, _ = _without(there.now, question)
    return act.did(survey_form_id=await _write_at(act, activity, there, whole))


def _without(questions: list[SurveyQuestion], code: str) -> tuple[list[SurveyQuestion], SurveyQuestion]:
    one = next((each for each in questions if each.code == code), None)
    if one is None:
        raise not_found("question")
    return [each for each in questions if each.code != code], one


def _given(code: str, said: Mapping[str, Any]) -> SurveyQuestion:
    """A question as an input says it."""

    def options(name: str) -> tuple[SurveyOption, ...]:
        return tuple(SurveyOption(one.get("code") or "", one.get("label") or "") for one in said.get(name) or ())

    return SurveyQuestion(
        code,
        said["kind"],
        said["title"],
        said.get("help") or "",
        bool(said.get("is_required")),
        options("options"),
        options("rows"),
        bool(said.get("has_other")),
        said.get("least"),
        said.get("most"),
        said.get("low") or "",
        said.get("high") or "",
        _conditions(said.get("shown_if") or ()),
        tuple(dict.fromkeys(said.get("file_types") or ())),
    )


def _conditions(said: Sequence[Mapping[str, Any]]) -> tuple[SurveyCondition, ...]:
    """Those on one question are one with all their options; one without options is none."""
    options: dict[str, dict[str, None]] = {}
    for one in said:
        options.setdefault(one["question"], {}).update(dict.fromkeys(one.get("options") or ()))
    return tuple(SurveyCondition(question, tuple(named)) for question, named in options.items() if named)


async def publish(act: Act, *, activity: UUID, edition: int, reason: str | None = None) -> Outcome:
    """Publish what is being written: from now on people answer it. Once somebody has answered it wants a reason."""
    there = await _open(act, activity, edition)
    if there.writing is None or not any(one.kind is not SurveyQuestionKind.PAGE for one in there.now):
        raise Refusal(ErrorCode.SURVEY_EMPTY, "The form has no question yet.", "activity")
    if len(there.versions) >= MAX_VERSIONS:
        raise limit_reached(f"A form has at most {MAX_VERSIONS} versions.", "activity", expected.no_more(MAX_VERSIONS))
    checked(there.now)
    await _require_taken(act, activity, there.now)
    said = None
    if there.versions:
        if await act.exists(SENT, activity_id=activity):
            require_kept(there.now, all_of(there.published))
            if not (reason or "").strip():
                raise Refusal(ErrorCode.REQUIRED, "Say why the form changes: everybody reads it.", "reason")
        said = text.clean(reason or "", REASON_LENGTH, "reason") if (reason or "").strip() else None
    version = len(there.versions) + 1
    columns = {"version": version, "reason": said, "author_id": act.actor_or_none}
    await act.execute(PUBLISH, id=there.writing.id, **columns)
    return act.did(EventKind.SURVEY_FORM_PUBLISHED, activity, {"version": version}, survey_form_id=there.writing.id)


async def _require_taken(act: Act, activity: UUID, questions: Sequence[SurveyQuestion]) -> None:
    """Strangers send no files. Raises Refusal(SURVEY_FILES)."""
    has_files = any(one.kind is SurveyQuestionKind.FILE for one in questions)
    if has_files and await act.exists(WITHOUT_ACCOUNT, id=activity):
        raise strangers_send_no_files("activity")


def strangers_send_no_files(field: str) -> Refusal:
    """The refusal of a question for a file where no account is asked for."""
    return Refusal(ErrorCode.SURVEY_FILES, "A survey without account takes no files.", field)


async def discard(act: Act, *, activity: UUID, edition: int) -> Outcome:
    """Throw away what is being written; the published version stays."""
    there = await _open(act, activity, edition)
    if there.writing is None:
        raise not_found("edition")
    await act.execute(DISCARD, id=there.writing.id)
    return act.did(survey_form_id=there.versions[0].id if there.versions else None)


async def duplicate(act: Act, *, activity: UUID, edition: int, source: UUID) -> Outcome:
    """Write the questions of another survey's published form in the place of this one's."""
    published = (await history(act, source, "source")).published
    if not published:
        raise not_found("source")
    there = await _open(act, activity, edition)
    codes, renamed = there.codes, dict[str, str]()
    for one in published[0]:
        renamed[one.code] = next_code("q", [*codes, *renamed.values()])
    whole = [
        replace(
            one,
            code=renamed[one.code],
            shown_if=tuple(SurveyCondition(renamed[said.question], said.options) for said in one.shown_if),
        )
        for one in published[0]
    ]
    return act.did(survey_form_id=await _write(act, activity, there, whole))
