"""Survey answers: kept page by page while somebody writes, judged by the form that they were given to, sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Interval,
    Select,
    Text,
    all_,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from database.advisory_lock import AdvisoryLock
from geo import cell
from geo.privacy import PERSON_RESOLUTION
from models.activity import Activity, ActivityKind
from models.answer_file import AnswerFile
from models.answer_sheet import answered, content, fitting, kept, missing, standing_place
from models.base import table
from models.event import EventKind
from models.phase import Doing
from models.proof import ProofLevel
from models.question import SurveyQuestion, read
from models.question_result import SurveyResult
from models.refusal import ErrorCode, Refusal, conflict, not_found
from models.retention import SURVEY_ANSWER, SURVEY_ANSWER_ENDLESS, SURVEY_DRAFT
from models.survey_answer import SurveyAnswer, SurveyAnswerState
from models.survey_form import SurveyForm
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import NewEvent
from planner.sight import Sight
from resolvers import access, answerer, proof, sight, survey_form
from resolvers.answerer import Answerer
from resolvers.sight import ACTIVITY

_answer, _form, _activity = table(SurveyAnswer), table(SurveyForm), table(Activity)
_of_survey = _answer.c.activity_id == value(SurveyAnswer, "activity_id")
_mine = (
    _of_survey,
    or_(
        _answer.c.actor_id == value(SurveyAnswer, "actor_id"),
        _answer.c.browser_digest == value(SurveyAnswer, "browser_digest"),
    ),
)
ANY = select(_answer.c.id).where(_of_survey).limit(literal_column("1", Integer))
OWN = select(_answer.c.id, _answer.c.form_id, _answer.c.state, _answer.c.answers).where(*_mine).with_for_update()
_WRITTEN = ("form_id", "answers", "state", "proof", "content_digest", "is_double")
WRITE = (
    update(_answer)
    .where(_answer.c.id == value(SurveyAnswer, "id"))
    .values(**{name: value(SurveyAnswer, name) for name in _WRITTEN}, changed_at=func.now())
)
SEND = WRITE.values(sent_at=func.now())
_survey_key = AdvisoryLock.SURVEY.on(bindparam("survey", type_=Text()))
_answerer_key = AdvisoryLock.ANSWERER.on(bindparam("answerer", type_=Text()))
SHARE = select(func.pg_advisory_xact_lock_shared(*_survey_key))
"""Nobody writes an answer while those of its survey are counted."""

LOCK = select(func.pg_advisory_xact_lock(*_answerer_key))
"""One person's writes to one survey come one after the other, also the first."""

_SAME = (_of_survey, _answer.c.content_digest == value(SurveyAnswer, "content_digest"))
ALIKE = (
    select(_answer.c.id)
    .where(*_SAME, _answer.c.state == SurveyAnswerState.SENT.value)
    .limit(literal_column("1", Integer))
)
"""Whether somebody has sent the same words."""

_content_key = AdvisoryLock.ANSWER_CONTENT.on(value(SurveyAnswer, "content_digest"))
HOLD_CONTENT = select(func.pg_advisory_xact_lock(*_content_key))
HOLD = select(func.pg_advisory_xact_lock(*_survey_key))

_file = table(AnswerFile)
LEAVE = delete(_file).where(
    _file.c.answer_id == value(AnswerFile, "answer_id"),
    cast(_file.c.id, Text) != all_(bindparam("kept", type_=ARRAY(Text()))),
)
"""The files of an answer that it does not name any more go."""

DISCARD = delete(_answer).where(*_mine, _answer.c.state == SurveyAnswerState.DRAFT.value)


def _ago(keep: Any) -> ColumnElement[Any]:
    return func.now() - literal(keep, Interval)


FORGET_DRAFTS = delete(_answer).where(
    _answer.c.state == SurveyAnswerState.DRAFT.value, _answer.c.changed_at < _ago(SURVEY_DRAFT.keep)
)
_closed = select(_activity.c.id).where(_activity.c.closes_at < _ago(SURVEY_ANSWER.keep))
_endless = select(_activity.c.id).where(_activity.c.closes_at.is_(None))
_WHOSE = ("actor_id", "browser_digest", "content_digest")
FORGET_NAMES = (
    update(_answer)
    .where(
        or_(*(_answer.c[name].is_not(None) for name in _WHOSE)),
        _answer.c.state == SurveyAnswerState.SENT.value,
        or_(
            _answer.c.activity_id.in_(_closed),
            and_(_answer.c.activity_id.in_(_endless), _answer.c.sent_at < _ago(SURVEY_ANSWER_ENDLESS.keep)),
        ),
    )
    .values(**dict.fromkeys(_WHOSE, null()))
)


@dataclass(frozen=True, slots=True)
class AskedSurvey:
    """A survey as far as the asker sees it, with the form that people answer now."""

    kind: ActivityKind
    is_running: bool
    is_counted: bool
    is_without_account: bool
    proof_levels: list[str] | None
    proof: ProofLevel | None
    form_id: UUID | None
    version: int | None
    questions: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The asker's own answer, locked."""

    id: UUID
    form_id: UUID
    state: SurveyAnswerState
    answers: dict[str, Any]


# Reads ----------------------------------------------------------------------------------------------------------------


def own(survey: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer's answer."""
    return (row.c.activity_id == survey.c.activity_id) & (row.c.actor_id == context.person_id)


def count(survey: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """How many answers were sent."""
    row = _answer.alias("counted_answer")
    sent = select(func.count(type_=Integer())).where(
        row.c.activity_id == survey.c.activity_id, row.c.state == literal_column("'SENT'", Text)
    )
    return sent.correlate_except(row).scalar_subquery()


# Changes --------------------------------------------------------------------------------------------------------------


@cache
def _survey(seen: Sight) -> Select[tuple[object, ...]]:
    """The survey `:id`, if it is seen."""
    proved = proof.level_of(bindparam("viewer", type_=_answer.c.actor_id.type)).label("proof")
    result = table(SurveyResult).alias("final_result")
    final = select(result.c.id).where(result.c.activity_id == ACTIVITY.c.id, result.c.is_final)
    is_counted = final.correlate_except(result).exists().label("is_counted")
    columns = (ACTIVITY.c.kind, access.is_running(Doing.ANSWER), is_counted)
    terms = (ACTIVITY.c.is_without_account, ACTIVITY.c.proof_levels, proved)
    form = (_form.c.id.label("form_id"), _form.c.version, _form.c.questions)
    statement: Select[tuple[object, ...]] = (
        select(*columns, *terms, *form)
        .select_from(ACTIVITY)
        .join(_form, _form.c.id == survey_form.newest_id(ACTIVITY.c.id), isouter=True)
    )
    return sight.activities(statement, seen).where(ACTIVITY.c.id == value(Activity, "id"))


async def _asked(
    act: Act, activity: UUID, version: int, key: str | None
) -> tuple[AskedSurvey, list[SurveyQuestion], Answerer]:
    """The survey that is open, with its questions, and who answers. Raises Refusal; CONFLICT where the form was changed
    since it was read."""
    survey = await act.one(_survey(act.sight), into=AskedSurvey, id=activity)
    if survey is None:
        raise not_found("activity")
    if not survey.is_without_account:
        _ = act.actor  # Whoever is not signed in is told that first.
    if survey.kind is not ActivityKind.SURVEY or survey.questions is None:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "There is no form to answer.", "activity")
    if not survey.is_running:
        raise Refusal(ErrorCode.ACTIVITY_NOT_OPEN, "The activity takes no answers now.", "activity")
    if survey.is_counted:
        raise Refusal(ErrorCode.SURVEY_COUNTED, "Its results are published.", "activity")
    if survey.version != version:
        raise conflict()
    who = await answerer.of(act, activity, key, is_without_account=survey.is_without_account)
    return survey, read(survey.questions), who


async def hold(act: Act, activity: UUID) -> None:
    """Wait for whoever is sending an answer, and let nobody send one until the transaction ends."""
    await act.exists(HOLD, survey=str(activity))


async def _own(act: Act, activity: UUID, who: Answerer) -> OwnAnswer | None:
    """What the asker has kept. Raises Refusal(SURVEY_SENT)."""
    await act.exists(LOCK, answerer=f"{activity}{who.actor or who.browser}")
    there = await act.one(OWN, into=OwnAnswer, activity_id=activity, **who.columns)
    if there is not None and there.state is SurveyAnswerState.SENT:
        raise Refusal(ErrorCode.SURVEY_SENT, "You have answered this survey.", "activity")
    return there


def merged(
    questions: Sequence[SurveyQuestion], former: Mapping[str, Any], given: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What was kept with what is given now; a question that is given empty is emptied. Raises Refusal at
    `answers.<place>`."""
    by_code = {one.code: one for one in questions}
    whole = fitting(questions, former)
    for place, one in enumerate(given):
        at = f"answers.{place}"
        question = by_code.get(one["question"])
        if question is None:
            raise not_found(f"{at}.question")
        said = answered(question, {**one, "place": _place(one.get("place"))}, at)
        whole.pop(question.code, None)
        if said is not None:
            whole[question.code] = said
    return {code: whole[code] for code in by_code if code in whole}


def _place(text: str | None) -> str | None:
    """A hexagon that is never finer than what is public of a person."""
    if not text:
        return None
    there = cell.from_text(text)
    return cell.to_text(cell.parent(there, min(PERSON_RESOLUTION, cell.resolution(there))))


def complete(
    questions: Sequence[SurveyQuestion], answers: Mapping[str, Any], given: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What counts of answers: those to what is asked, none missing. Raises Refusal(REQUIRED)."""
    whole = kept(questions, answers)
    if left := missing(questions, whole):
        named = [one["question"] for one in given]
        at = f"answers.{named.index(left[0].code)}" if left[0].code in named else "answers"
        raise Refusal(ErrorCode.REQUIRED, f"“{left[0].title}” must be answered.", at)
    if not whole:
        raise Refusal(ErrorCode.REQUIRED, "Answer something before you send it.", "answers")
    return whole


def _files_of(answers: Any) -> list[str]:
    return [said["file"] for said in answers.values() if isinstance(said, dict) and "file" in said]


async def _write(
    act: Act,
    activity: UUID,
    there: OwnAnswer | None,
    who: Answerer,
    state: SurveyAnswerState = SurveyAnswerState.DRAFT,
    **columns: object,
) -> UUID:
    is_sent = state is SurveyAnswerState.SENT
    whole = {"proof": None, "content_digest": None, "is_double": False, **columns, "state": state}
    if there is not None:
        await act.execute(SEND if is_sent else WRITE, id=there.id, **whole)
        await act.execute(LEAVE, answer_id=there.id, kept=_files_of(columns["answers"]))
        return there.id
    sent = {"sent_at": act.now} if is_sent else {}
    owner = {"activity_id": activity, "channel": who.channel, **who.columns}
    return await act.insert(SurveyAnswer, **owner, **whole, **sent, changed_at=act.now)


async def _alike(
    act: Act, activity: UUID, questions: Sequence[SurveyQuestion], answers: Mapping[str, Any]
) -> dict[str, object]:
    """What an answer says as it is known again, and whether somebody has said the same."""
    told = content(questions, answers)
    if told is None:
        return {}
    digest = proof.key_in(act.asker, activity, "answer", told)
    await act.exists(HOLD_CONTENT, content_digest=digest)
    is_double = await act.exists(ALIKE, activity_id=activity, content_digest=digest)
    return {"content_digest": digest, "is_double": is_double}


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What somebody who is signed in answers, held until the transaction ends."""

    activity: UUID
    form: UUID | None
    questions: list[SurveyQuestion]
    answers: dict[str, Any]
    there: OwnAnswer | None
    who: Answerer

    async def keep(self, act: Act, answers: Mapping[str, Any]) -> UUID:
        """Keep these in their place; the id of the answer."""
        return await _write(act, self.activity, self.there, self.who, form_id=self.form, answers=dict(answers))


async def begun(act: Act, activity: UUID, version: int) -> AnswerDraft:
    """What the asker has kept, or begins. Raises Refusal."""
    _ = act.actor
    await act.exists(SHARE, survey=str(activity))
    survey, questions, who = await _asked(act, activity, version, None)
    there = await _own(act, activity, who)
    answers = fitting(questions, there.answers if there else {})
    return AnswerDraft(activity, survey.form_id, questions, answers, there, who)


async def save(
    act: Act,
    *,
    activity: UUID,
    version: int,
    answers: Sequence[Mapping[str, Any]],
    page: int = 1,
    browser_key: str | None = None,
) -> Outcome:
    """Keep a page of what somebody answers, which counts for nothing yet; what is not named stays as it was."""
    await act.exists(SHARE, survey=str(activity))
    survey, questions, who = await _asked(act, activity, version, browser_key)
    there = await _own(act, activity, who)
    whole = merged(questions, there.answers if there else {}, answers)
    id_ = await _write(act, activity, there, who, form_id=survey.form_id, answers=whole)
    return _did(act, activity, id_, who, next_page=standing_place(questions, whole, page + 1)[0])


async def send(
    act: Act, *, activity: UUID, version: int, answers: Sequence[Mapping[str, Any]] = (), browser_key: str | None = None
) -> Outcome:
    """Send what was kept, with what is given now: it counts, and stays as it is."""
    await act.exists(SHARE, survey=str(activity))
    survey, questions, who = await _asked(act, activity, version, browser_key)
    there = await _own(act, activity, who)
    whole = complete(questions, merged(questions, there.answers if there else {}, answers), answers)
    columns: dict[str, object] = {"form_id": survey.form_id, "answers": whole}
    if survey.is_without_account:
        columns |= await _alike(act, activity, questions, whole)
    else:
        columns["proof"] = await proof.required(act, activity, survey.proof_levels, survey.proof, "activity")
    id_ = await _write(act, activity, there, who, SurveyAnswerState.SENT, **columns)
    happened = NewEvent(EventKind.SURVEY_ANSWERED, activity, None)
    return replace(_did(act, activity, id_, who), events=(happened,))


def _did(act: Act, activity: UUID, answer: UUID, who: Answerer, **values: object) -> Outcome:
    """The outcome: a browser's new key is told once."""
    keys = {"browser_key": who.new_key}
    return act.did(survey_answer_id=answer, activity_id=activity, secrets=keys, **values)


async def discard(act: Act, *, activity: UUID, browser_key: str | None = None) -> Outcome:
    """Throw away what the asker has kept and not sent."""
    who = answerer.known(act, activity, browser_key)
    if not await act.execute(DISCARD, activity_id=activity, **who.columns):
        raise not_found("activity")
    return act.did()
