"""Answer files: sent with a draft, replaced and taken back until it is sent, and read by the city's team alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, cast, delete, func, insert, or_, select, update
from sqlalchemy.types import BigInteger

from models import expected
from models.activity import Activity
from models.answer_file import MB, SURVEY_MB, USUAL_MB, AnswerFile, FileType
from models.base import new_id, table
from models.question import SurveyQuestion
from models.question import SurveyQuestionKind as Kind
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.retention import ANSWER_FILE
from models.survey_answer import SurveyAnswer
from planner.act import Act, Outcome, value
from planner.sight import Sight
from resolvers import sight, space_role, survey_answer
from resolvers.sight import ACTIVITY

_file, _answer, _activity = table(AnswerFile), table(SurveyAnswer), table(Activity)
_id = value(AnswerFile, "id")
WHOLE = (
    select(cast(func.coalesce(func.sum(_file.c.size), 0), BigInteger).label("size"))
    .join_from(_file, _answer, _answer.c.id == _file.c.answer_id)
    .where(_answer.c.activity_id == value(SurveyAnswer, "activity_id"))
)
_given = ("id", "answer_id", "question", "actor_id", "name", "type", "size", "content")
GIVE = insert(_file).values(**{name: value(AnswerFile, name) for name in _given}, given_at=func.now())
_closed = select(_activity.c.id).where(_activity.c.closes_at < func.now() - ANSWER_FILE.keep)
_endless = select(_activity.c.id).where(_activity.c.closes_at.is_(None))
_within = select(_answer.c.id).where(_answer.c.activity_id.in_(_closed))
_lasting = select(_answer.c.id).where(_answer.c.activity_id.in_(_endless))
FORGET = delete(_file).where(
    or_(
        _file.c.answer_id.in_(_within),
        and_(_file.c.answer_id.in_(_lasting), _file.c.given_at < func.now() - ANSWER_FILE.keep),
    )
)
_nobodys = select(_answer.c.id).where(_answer.c.state == "SENT", _answer.c.actor_id.is_(None))
FORGET_NAMES = update(_file).where(_file.c.actor_id.is_not(None), _file.c.answer_id.in_(_nobodys)).values(actor_id=None)
"""After those of answers."""


@dataclass(frozen=True, slots=True)
class Total:
    """Bytes of a survey's files."""

    size: int


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it is read."""

    name: str
    type: FileType
    content: bytes


# Reads ----------------------------------------------------------------------------------------------------------------


def _readable(seen: Sight) -> Select[tuple[object, ...]]:
    """The file `:id` of a survey that the asker sees and edits."""
    row: FromClause = _file
    statement: Select[tuple[object, ...]] = (
        select(row.c.name, row.c.type, row.c.content)
        .select_from(ACTIVITY)
        .join(_answer, _answer.c.activity_id == ACTIVITY.c.id)
        .join(row, row.c.answer_id == _answer.c.id)
    )
    edits = space_role.edits(ACTIVITY.c.space_id, seen.actor)
    is_team: tuple[ColumnElement[bool], ...] = () if seen.is_administrator else (edits,)
    return sight.activities(statement, seen).where(_file.c.id == _id, *is_team)


async def read(act: Act, id_: UUID) -> SentFile:
    """A file, for administrators and the editors of its space. Raises Refusal(NOT_FOUND)."""
    there = await act.one(_readable(act.sight), into=SentFile, id=id_) if act.actor_or_none is not None else None
    if there is None:
        raise not_found("file")
    return there


# Changes --------------------------------------------------------------------------------------------------------------


def asked(questions: list[SurveyQuestion], code: str) -> SurveyQuestion:
    """The question of a form that asks for a file. Raises Refusal(NOT_FOUND)."""
    one = next((each for each in questions if each.code == code and each.kind is Kind.FILE), None)
    if one is None:
        raise not_found("question")
    return one


@dataclass(frozen=True, slots=True)
class FileAsked:
    """For which question of which survey, in the version that was read, a file is sent."""

    activity: UUID
    version: int
    question: str


async def put(act: Act, where: FileAsked, *, name: str, kind: FileType, content: bytes) -> Outcome:
    """Keep a file with the asker's draft, in the place of one that was sent before. Raises Refusal."""
    draft = await survey_answer.begun(act, where.activity, where.version)
    one, question = asked(draft.questions, where.question), where.question
    if kind not in one.file_types:
        raise Refusal(ErrorCode.FILE_NOT_ACCEPTED, "This question takes other kinds of files.", "file")
    if len(content) > (one.most or USUAL_MB) * MB:
        raise Refusal(ErrorCode.FILE_NOT_ACCEPTED, f"At most {one.most or USUAL_MB} MB are taken.", "file")
    total = await act.one(WHOLE, into=Total, activity_id=where.activity)
    if total is not None and total.size + len(content) > SURVEY_MB * MB:
        raise limit_reached(f"A survey takes {SURVEY_MB} MB of files.", "file", expected.fewer_files(SURVEY_MB))
    id_ = new_id()
    answer = await draft.keep(act, {**draft.answers, question: {"file": str(id_)}})
    columns: Mapping[str, object] = {"name": name, "type": kind, "content": content, "size": len(content)}
    await act.execute(GIVE, id=id_, answer_id=answer, question=question, actor_id=act.actor, **columns)
    return act.did()


async def take_back(act: Act, where: FileAsked) -> Outcome:
    """Take a file out of the asker's draft. Raises Refusal."""
    draft = await survey_answer.begun(act, where.activity, where.version)
    asked(draft.questions, where.question)
    await draft.keep(act, {code: said for code, said in draft.answers.items() if code != where.question})
    return act.did()
