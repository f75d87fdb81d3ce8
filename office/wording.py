"""Wordings of analyses as administrators ask for them, publish and remove them, and the statements of the job that asks
a language model."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from database.claim import Claims
from models.analysis import Analysis, AnalysisText, WordingState
from models.base import constant, table
from models.event import EventKind
from models.refusal import ErrorCode, Refusal
from models.tenant import Feature
from office import analysis
from planner.act import Act, Outcome, value
from planner.sight import VIEWER, Sight
from resolvers import analysis as reading
from resolvers import sight

HELD = timedelta(minutes=4)
"""After so long a process that asks a model is taken for dead: it asks for less (`jobs.wording`)."""

_analysis, _text = table(Analysis), table(AnalysisText)
_id, _of = value(Analysis, "id"), value(AnalysisText, "analysis_id")
_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_ASKED = constant(WordingState.ASKED)
_is_public = bindparam("is_public", type_=Boolean())
_CLAIMS = Claims(
    waits=_analysis.c.wording_state == _ASKED,
    since=_analysis.c.asked_at,
    held_until=_analysis.c.wording_held_until,
    held=HELD,
    attempts=_analysis.c.wording_attempts,
)
WORDED = select(
    (_analysis.c.wording_state == _ASKED).label("is_asked"),
    (_analysis.c.wording.is_not(None)).label("is_there"),
    (_analysis.c.question.is_not(None)).label("is_survey"),
).where(_analysis.c.id == _id)
ASK = (
    update(_analysis)
    .where(_analysis.c.id == _id)
    .values(
        wording_state=_ASKED, wording_problem=null(), wording_attempts=_ZERO, wording_held_until=null(),
        wording_refused=null(),
    )
)  # fmt: skip
PUBLISH = (
    update(_analysis)
    .where(_analysis.c.id == _id, _analysis.c.wording_published_at.is_not(None) != _is_public)
    .values(wording_published_at=case((_is_public, func.now()), else_=null()))
)
_NOTHING: dict[str, Any] = {
    f"wording{name}": null() for name in ("", "_state", "_problem", "_refused", "_held_until", "_published_at")
}
REMOVE = update(_analysis).where(_analysis.c.id == _id).values(**_NOTHING, wording_attempts=_ZERO)


@dataclass(frozen=True, slots=True)
class WordedAnalysis:
    """What there is of a wording."""

    is_asked: bool | None
    is_there: bool
    is_survey: bool


async def start(act: Act, *, analysis: UUID) -> Outcome:
    """Ask a language model for a wording; what there is stays until there is another. Raises Refusal."""
    worded = await _worded(act, analysis)
    if act.asker.model is None:
        raise Refusal(ErrorCode.WORDING_NOT_OFFERED, "The installation names no language model.")
    if worded.is_survey:
        raise Refusal(ErrorCode.KIND_NOT_ACCEPTED, "Answers to surveys are told to no language model.", "analysis")
    if worded.is_asked:
        raise Refusal(ErrorCode.ANALYSIS_UNDER_WAY, "A wording is being written.", "analysis")
    await act.execute(ASK, id=analysis)
    return _did(act, analysis, "STARTED")


async def publish(act: Act, *, analysis: UUID, is_public: bool = True) -> Outcome:
    """Show the wording to everybody who sees the analysis, or to administrators alone again. Raises Refusal."""
    if not (await _worded(act, analysis)).is_there:
        raise Refusal(ErrorCode.WORDING_NOT_DONE, "There is no wording.", "analysis")
    if not await act.execute(PUBLISH, id=analysis, is_public=is_public):
        return act.did(analysis_id=analysis)
    return _did(act, analysis, "PUBLISHED" if is_public else "WITHDRAWN")


async def remove(act: Act, *, analysis: UUID) -> Outcome:
    """Drop the wording, and what was said of it. Raises Refusal."""
    await _worded(act, analysis)
    await act.execute(REMOVE, id=analysis)
    return _did(act, analysis, "REMOVED")


async def _worded(act: Act, id_: UUID) -> WordedAnalysis:
    """The analysis is computed, and is locked. Raises Refusal."""
    await analysis.require_done(act, id_)
    worded = await act.one(WORDED, into=WordedAnalysis, id=id_)
    assert worded is not None  # It is locked.
    return worded


def _did(act: Act, id_: UUID, what: str) -> Outcome:
    return act.did(EventKind.ANALYSIS_EDITED, id_, {"wording": what}, analysis_id=id_)


# The job --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimedWording:
    """An analysis of which a wording is wanted; `wording_attempts` counts this one, and names it."""

    id: UUID
    edition: int
    wording_attempts: int
    shown: str


CLAIM = _CLAIMS.claim("id", "edition", "wording_attempts").returning(cast(_analysis.c.shown, Text).label("shown"))
NEXT = _CLAIMS.next
"""When a model can next be asked."""

_own = _CLAIMS.own("analysis")
_refused = cast(bindparam("refused", type_=Text()), JSONB)
FAIL = (
    update(_analysis)
    .where(_own)
    .values(
        wording_state=constant(WordingState.FAILED), wording_problem=bindparam("problem", type_=Text()),
        wording_refused=_refused, wording_held_until=null(),
    )
)  # fmt: skip
"""What was worded before stays."""

END = (
    update(_analysis)
    .where(_own)
    .values(
        wording_state=constant(WordingState.DONE), wording=cast(bindparam("wording", type_=Text()), JSONB),
        wording_refused=_refused, wording_held_until=null(), wording_published_at=null(),
    )
)  # fmt: skip
"""A new one is a draft again."""


@dataclass(frozen=True, slots=True)
class CountedTexts:
    """The texts that are left of a topic, of a place (without `topic`), or as a whole."""

    is_whole: bool
    place: str | None
    topic: int | None
    text_count: int
    author_count: int
    support_count: int


@lru_cache(maxsize=64)
def counts(features: frozenset[Feature]) -> Select[Any]:
    """What everybody may read now of an analysis, counted by topic and in all."""
    row = sight.CONTRIBUTION
    is_whole = func.grouping(_text.c.place) == _ONE
    columns = (
        is_whole.label("is_whole"), _text.c.place, _text.c.topic,
        cast(func.count(), Integer).label("text_count"),
        cast(func.count(row.c.author_id.distinct()), Integer).label("author_count"),
        cast(func.coalesce(func.sum(row.c.support_count), _ZERO), Integer).label("support_count"),
    )  # fmt: skip
    return _left(select(*columns), features).group_by(func.rollup(_text.c.place, _text.c.topic))


@lru_cache(maxsize=64)
def words(features: frozenset[Feature]) -> Select[Any]:
    """The words of some texts, while everybody may read them and they are those that were read."""
    row = sight.CONTRIBUTION
    is_chosen = row.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    said = reading.words(row)
    columns: tuple[Any, ...] = (cast(row.c.id, Text), said)
    return _left(select(*columns), features).where(is_chosen, func.md5(said) == _text.c.digest)


def _left(chosen: Select[Any], features: frozenset[Feature]) -> Select[Any]:
    row = sight.CONTRIBUTION
    read = sight.contributions(chosen, Sight(None, features, lambda: VIEWER))
    own = (_text.c.analysis_id == _of, _text.c.contribution_id == row.c.id)
    return read.where(*own, reading.is_said(row))
