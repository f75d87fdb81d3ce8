"""What an analysis reads: texts that anybody may read who is not signed in, piece by piece, and who is behind them.

Which texts these are is asked once; each piece then names its own by their ids, so that none reads what the others do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from analysis.corpus import CorpusText, TextVote
from models.analysis import Analysis, AnalysisText
from models.base import constant, table
from models.category import Category
from models.survey_answer import SurveyAnswer, SurveyAnswerState
from models.tenant import Feature
from models.vote import Choice, Vote
from models.zone import Zone
from planner.act import value
from planner.sight import VIEWER, Sight
from resolvers import analysis, sight, vote_method
from resolvers.vote_method.base import Voice

PIECE = 1_000
"""Texts that are read at a time."""

OTHERS = 2_000
"""Texts of other spaces."""

VOTES = 10_000
"""Votes that are read at a time."""

SIDES = {Choice.FOR: 1, Choice.MIXED: 0, Choice.AGAINST: -1}
"""What a vote says (`analysis.corpus.TextVote`)."""

_answer, _text = table(SurveyAnswer), table(AnalysisText)
_zone, _category, _vote = table(Zone), table(Category), table(Vote)
START = UUID(int=0)
"""Before all ids: what the first votes come after."""

_after_person = bindparam("after_person", type_=Uuid())
_after, _question = bindparam("after", type_=Uuid()), bindparam("question", type_=Text())
_ids, _most = bindparam("ids", type_=ARRAY(Uuid())), bindparam("most", type_=Integer())
_of_activity = bindparam("activity_id", type_=Uuid())
_EMPTY = literal_column("''", Text)


@dataclass(frozen=True, slots=True)
class TextId:
    """A text that is to be read."""

    id: UUID


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text, and who stands behind it: the author as an opaque key, the names of its zone and its category, and how
    many support it. An answer to a survey is nobody's."""

    id: UUID
    title: str
    body: str
    author: str | None
    zone: str | None
    category: str | None
    support_count: int


@dataclass(frozen=True, slots=True)
class ReadVote:
    """How somebody voted on a text."""

    contribution_id: UUID
    actor_id: UUID
    choice: Choice


def in_pieces(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """`PIECE` of them at a time."""
    return (ids[first : first + PIECE] for first in range(0, len(ids), PIECE))


def _of_nobody(body: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    nothing = literal_column("NULL", Text)
    return (
        _EMPTY.label("title"),
        body.label("body"),
        nothing.label("author"),
        nothing.label("zone"),
        nothing.label("category"),
        literal_column("0", Integer).label("support_count"),
    )


def ids(features: frozenset[Feature], question: str | None) -> Select[Any]:
    """The ids of the texts of an activity or a space, or of the answers to a question, `most` at most."""
    return (_answer_ids() if question is not None else _contribution_ids(features)).limit(_most)


def pieces(features: frozenset[Feature], question: str | None) -> Select[Any]:
    """The texts of these `ids`, or the answers to a question."""
    return _answers() if question is not None else _contributions(features)


@lru_cache(maxsize=64)
def _contribution_ids(features: frozenset[Feature]) -> Select[Any]:
    seen = sight.contributions(select(sight.CONTRIBUTION.c.id), Sight(None, features, lambda: VIEWER))
    return seen.where(*_within(), analysis.is_said(sight.CONTRIBUTION))


def _within() -> tuple[ColumnElement[Any], ...]:
    """It is of the activity, or of the space where none is named."""
    own = or_(_of_activity.is_(None), sight.ACTIVITY.c.id == _of_activity)
    return sight.ACTIVITY.c.space_id == value(Analysis, "space_id"), own


@lru_cache(maxsize=128)
def _contributions(features: frozenset[Feature], *, with_words: bool = True) -> Select[Any]:
    row = sight.CONTRIBUTION
    seen = sight.contributions(select(*_columns(row, with_words=with_words)), Sight(None, features, lambda: VIEWER))
    return seen.where(analysis.is_said(row), row.c.id == any_(_ids))


def _answer_ids() -> Select[Any]:
    said = cast(_answer.c.answers, JSONB).op("->")(_question)
    return select(_answer.c.id).where(
        _answer.c.activity_id == _of_activity,
        _answer.c.state == constant(SurveyAnswerState.SENT),
        func.jsonb_typeof(said) == literal_column("'string'", Text),
    )


@lru_cache(maxsize=1)
def _answers() -> Select[Any]:
    body = _answer.c.answers.op("->>")(_question)
    return select(_answer.c.id, *_of_nobody(cast(body, Text))).where(_answer.c.id == any_(_ids))


def left(features: frozenset[Feature]) -> Select[Any]:
    """The texts of these `ids` that everybody still may read, without their words."""
    return _contributions(features, with_words=False)


OF_ANALYSIS = select(func.coalesce(_text.c.contribution_id, _text.c.answer_id).label("id")).where(
    _text.c.analysis_id == value(AnalysisText, "analysis_id")
)
"""What an analysis has read; answers to a survey go with their rows."""


@lru_cache(maxsize=64)
def others(features: frozenset[Feature]) -> Select[Any]:
    """The newest texts of the portal's other spaces, beside which words of these are told."""
    row = sight.CONTRIBUTION
    seen = sight.contributions(select(row.c.title, row.c.body), Sight(None, features, lambda: VIEWER))
    elsewhere = sight.ACTIVITY.c.space_id != value(Analysis, "space_id")
    newest = (row.c.published_at.desc(), row.c.id.desc())
    return seen.where(elsewhere, analysis.is_said(row)).order_by(*newest).limit(_number(OTHERS))


@lru_cache(maxsize=64)
def votes(features: frozenset[Feature]) -> Select[Any]:
    """The next VOTES votes for and against the texts of these `ids`, in the order of texts and people. Secret votes,
    and those of people who were erased, are never read."""
    columns = (_vote.c.contribution_id, _vote.c.actor_id, _vote.c.choice)
    read = sight.contributions(select(*columns), Sight(None, features, lambda: VIEWER))
    within = (
        _vote.c.contribution_id == any_(_ids),
        sight.ACTIVITY.c.vote_method.in_([constant(method) for method in vote_method.accepting(Voice(Choice.FOR))]),
        sight.ACTIVITY.c.urn_key.is_(None),
        _vote.c.choice.in_([constant(one) for one in SIDES]),
        _vote.c.actor_id.is_not(None),
    )
    next_ = tuple_(_vote.c.contribution_id, _vote.c.actor_id) > tuple_(_after, _after_person)
    order = (_vote.c.contribution_id, _vote.c.actor_id)
    own = _vote.c.contribution_id == sight.CONTRIBUTION.c.id
    return (
        read.join(_vote, own)
        .where(*within, analysis.is_said(sight.CONTRIBUTION), next_)
        .order_by(*order)
        .limit(_number(VOTES))
    )


def _columns(row: FromClause, *, with_words: bool = True) -> tuple[ColumnElement[Any], ...]:
    zone = select(_zone.c.name).where(_zone.c.id == row.c.zone_id).correlate_except(_zone).scalar_subquery()
    category = (
        select(_category.c.name)
        .where(_category.c.id == row.c.category_id)
        .correlate_except(_category)
        .scalar_subquery()
    )
    words = (row.c.title, row.c.body) if with_words else (_EMPTY.label("title"), _EMPTY.label("body"))
    return (
        row.c.id,
        *words,
        cast(row.c.author_id, Text).label("author"),
        zone.label("zone"),
        category.label("category"),
        row.c.support_count,
    )


def _number(value_: int) -> ColumnElement[int]:
    return literal_column(str(value_), Integer)


def corpus_text(read: ReadText) -> CorpusText:
    """A text as an analysis takes it; its category is its group."""
    return CorpusText(
        id=str(read.id),
        title=read.title,
        body=read.body,
        author=read.author,
        zone=read.zone,
        group=read.category,
        support_count=read.support_count,
    )


def text_vote(read: ReadVote) -> TextVote:
    """A vote as an analysis takes it."""
    return TextVote(str(read.actor_id), str(read.contribution_id), SIDES[read.choice])
