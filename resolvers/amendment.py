"""Amendments: listed by article and state, compared with the words that they change, and decided on by the city."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from database.door import Transaction
from models import expected
from models.activity import Activity
from models.amendment import (
    ACCEPTED,
    ANSWER_LENGTH,
    DECIDED,
    MOVES,
    SETTLED_LENGTH,
    Amendment,
    AmendmentMover,
    AmendmentState,
)
from models.base import constant, table
from models.contribution import PUBLIC_STATUSES, Contribution
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input
from models.text_version import TextVersion
from models.wording.comparison import ComparedWords, Passage, WordFate, compared, joined
from models.wording.merging import overlap
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.loading import BatchContext
from resolvers import access, room, text, text_version

_amendment, _contribution = table(Amendment), table(Contribution)
_contribution_id, _activity_id = value(Amendment, "contribution_id"), value(Amendment, "activity_id")
_is_it = _amendment.c.contribution_id == _contribution_id
_is_accepted = _amendment.c.state.in_([constant(state) for state in ACCEPTED])
_is_unmerged = _amendment.c.merged_in.is_(None)
_is_public = _contribution.c.status.in_([constant(status) for status in PUBLIC_STATUSES])
_NUMBER = literal_column("'number'", Text)


# Reads ----------------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, text: FromClause, context: FieldContext) -> Listing:
    """An activity's amendments, on one article or in one state where this is asked; the newest first."""
    where: list[ColumnElement[bool]] = [row.c.activity_id == text.c.activity_id]
    if context.has("article"):
        where.append(row.c.article == context.bind("article", Integer()))
    if context.has("state"):
        where.append(row.c.state == constant(context.choice("state")))
    return Listing(tuple(where), _newest(row))


def on_same_words(row: FromClause, amendment: FromClause, _context: FieldContext) -> Listing:
    """Others whose passage overlaps, of the same version and still to be decided or merged."""
    meet = and_(row.c.starts < amendment.c.ends, amendment.c.starts < row.c.ends)
    both_add = and_(row.c.starts == row.c.ends, amendment.c.starts == amendment.c.ends)
    at_one_place = and_(both_add, row.c.starts == amendment.c.starts)
    same = (row.c[name] == amendment.c[name] for name in ("activity_id", "article", "is_on_heading", "version"))
    live = row.c.state.in_([constant(state) for state in (AmendmentState.OPEN, *ACCEPTED)])
    where = (*same, row.c.id != amendment.c.id, live, row.c.merged_in.is_(None), or_(meet, at_one_place))
    return Listing(where, _newest(row))


def _newest(row: FromClause) -> Order:
    return Order("amendment.newest", (row.c.id,), (UUID,), is_descending=True)


def _article(row: FromClause) -> ColumnElement[Any]:
    """The article, as JSON, in the version that an amendment is about."""
    version = table(TextVersion).alias("amended_text")
    vars_ = func.jsonb_build_object(_NUMBER, row.c.article)
    path: ColumnElement[Any] = literal_column("'$[*] ? (@.number == $number)'::jsonpath")
    words: Select[Any] = select(func.jsonb_path_query_first(version.c.articles, path, vars_)).where(
        version.c.activity_id == row.c.activity_id,
        version.c.number == row.c.version,
        version.c.published_at.is_not(None),
    )
    return cast(words.correlate_except(version).scalar_subquery(), JSONB)


def heading(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The heading of its article, as it is in that version."""
    return _article(row).op("->>")(literal_column("'heading'", Text))


def need_comparison(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What an amendment changes, and into what."""
    return _need(row, row.c.new_words)


def need_settled(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The same with the words of the city, where it accepted in part."""
    is_so = row.c.state == constant(AmendmentState.ACCEPTED_IN_PART)
    return case((is_so, _need(row, row.c.settled_words)), else_=literal_column("''", Text))


def _need(row: FromClause, words: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.jsonb_build_array(_article(row), row.c.is_on_heading, row.c.starts, row.c.ends, words), Text)


async def comparisons(_context: BatchContext, needs: list[str]) -> list[list[ComparedWords]]:
    """The words of each article as they would be; none where nothing is to be compared."""
    return [_compared(*json.loads(need)) if need else [] for need in needs]


def _compared(
    article: dict[str, Any] | None, is_on_heading: bool, start: int, end: int, words: str | None
) -> list[ComparedWords]:
    body = article["heading" if is_on_heading else "body"] if article else ""
    changed = compared(body[start:end], body[start:end] if words is None else words)
    before, after = ComparedWords(WordFate.KEPT, body[:start]), ComparedWords(WordFate.KEPT, body[end:])
    return list(joined((before, *changed, after)))


def is_decidable(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Whether the city still decides on it: its passage is of the newest version."""
    states = row.c.state.in_([constant(state) for state in (AmendmentState.OPEN, *DECIDED)])
    is_newest = row.c.version == text_version.newest_number(row.c.activity_id)
    return and_(states, row.c.merged_in.is_(None), is_newest)


# What the text asks ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AcceptedAmendment:
    """An amendment that the next version merges, with the words that it brings."""

    id: UUID
    contribution_id: UUID
    article: int
    is_on_heading: bool
    starts: int
    ends: int
    words: str

    @property
    def passage(self) -> Passage:
        """What it changes."""
        return Passage(self.starts, self.ends, self.words)


ACCEPTED_NOW = (
    select(
        *(_amendment.c[name] for name in ("id", "contribution_id", "article", "is_on_heading", "starts", "ends")),
        _amendment.c.settled_words.label("words"),
    )
    .join_from(_amendment, _contribution, _contribution.c.id == _amendment.c.contribution_id)
    .where(_amendment.c.activity_id == _activity_id, _is_accepted, _is_unmerged, _is_public)
    .order_by(_amendment.c.id)
)


async def accepted(act: Act, activity: UUID) -> list[AcceptedAmendment]:
    """What the next version of an activity's text merges: what was accepted, unless moderation withholds it."""
    return await act.all(ACCEPTED_NOW, into=AcceptedAmendment, activity_id=activity)


# Decisions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AmendmentStanding:
    """How far an amendment is, locked."""

    id: UUID
    state: AmendmentState
    article: int
    is_on_heading: bool
    version: int
    starts: int
    ends: int
    old_words: str
    new_words: str | None
    is_merged: bool
    is_newest: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class AcceptedPassage:
    """A passage that was accepted, and what it is called."""

    starts: int
    ends: int
    title: str


_PLAIN = ("id", "state", "article", "is_on_heading", "version", "starts", "ends", "old_words", "new_words")
STANDING = (
    select(
        *(_amendment.c[name] for name in _PLAIN),
        _amendment.c.merged_in.is_not(None).label("is_merged"),
        (_amendment.c.version == text_version.newest_number(_amendment.c.activity_id)).label("is_newest"),
        _is_public.label("is_public"),
    )
    .join_from(_amendment, _contribution, _contribution.c.id == _amendment.c.contribution_id)
    .where(_is_it)
    .with_for_update(of=_amendment)
)
BESIDE = (
    select(_amendment.c.starts, _amendment.c.ends, _contribution.c.title)
    .join_from(_amendment, _contribution, _contribution.c.id == _amendment.c.contribution_id)
    .where(
        _amendment.c.activity_id == _activity_id,
        _amendment.c.article == value(Amendment, "article"),
        _amendment.c.is_on_heading == value(Amendment, "is_on_heading"),
        _is_accepted,
        _is_unmerged,
        _amendment.c.contribution_id != _contribution_id,
    )
    .order_by(_amendment.c.id)
)
DECIDE = (
    update(_amendment)
    .where(_is_it)
    .values(**{name: value(Amendment, name) for name in ("state", "answer", "settled_words")}, decided_at=func.now())
)


async def decide(
    act: Act, *, contribution: UUID, decision: AmendmentState, answer: str, words: str | None = None
) -> Outcome:
    """Say what becomes of an amendment, and why; `words` are the city's, of what it accepts in part. Until the next
    version of the text is published it may decide otherwise."""
    target = await access.contribution(act, contribution)
    said = text.clean(answer, ANSWER_LENGTH, "answer")
    await room.of(act, Activity, target.activity_id)
    standing = await act.one(STANDING, into=AmendmentStanding, contribution_id=contribution)
    if standing is None or not _may_become(standing, decision):
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "The amendment is not in a state for this.", "contribution")
    settled = _settled(standing, decision, words)
    if decision in ACCEPTED:
        await _require_apart(act, target.activity_id, contribution, standing)
    columns = {"state": decision, "answer": said, "settled_words": settled}
    await act.execute(DECIDE, contribution_id=contribution, **columns)
    note = {"state": decision.value}
    return act.did(EventKind.AMENDMENT_DECIDED, contribution, note, contribution_id=contribution)


def _may_become(standing: AmendmentStanding, decision: AmendmentState) -> bool:
    move = any((move.before, move.after, move.by) == (standing.state, decision, AmendmentMover.CITY) for move in MOVES)
    has_words = standing.new_words is not None or decision is AmendmentState.REJECTED
    is_shown = standing.is_public or decision is AmendmentState.REJECTED
    return move and not standing.is_merged and standing.is_newest and has_words and is_shown


def _settled(standing: AmendmentStanding, decision: AmendmentState, words: str | None) -> str | None:
    """The words that the city accepts for the passage. Raises Refusal."""
    if decision is not AmendmentState.ACCEPTED_IN_PART:
        if words is not None:
            raise bad_input("The city has words of its own where it accepts in part.", "words", expected.NOTHING)
        return standing.new_words if decision is AmendmentState.ACCEPTED else None
    if words is None:
        raise Refusal(ErrorCode.REQUIRED, "Say in which words the passage is accepted.", "words")
    settled = text.clean(words, SETTLED_LENGTH, "words")
    if standing.is_on_heading and "\n" in settled:
        raise bad_input("A heading is one line.", "words", expected.ONE_LINE)
    if settled in (standing.old_words.strip(), (standing.new_words or "").strip()):
        raise Refusal(ErrorCode.WORDING_UNCHANGED, "These words are those of the text, or of the amendment.", "words")
    return _with_blanks(standing.old_words or standing.new_words or "", settled)


def _with_blanks(around: str, words: str) -> str:
    """Words with the blanks around those in whose place they come: fields of forms lose them."""
    bare = around.strip()
    if not words or not bare:
        return words
    start = around.index(bare)
    return around[:start] + words + around[start + len(bare) :]


async def _require_apart(act: Act, activity: UUID, contribution: UUID, standing: AmendmentStanding) -> None:
    """Two amendments that change the same words are not both accepted. Raises Refusal."""
    place = {"article": standing.article, "is_on_heading": standing.is_on_heading}
    given = {"activity_id": activity, "contribution_id": contribution, **place}
    own = Passage(standing.starts, standing.ends, "")
    for other in await act.all(BESIDE, into=AcceptedPassage, **given):
        if overlap(own, Passage(other.starts, other.ends, "")):
            message = f"It changes words that an accepted amendment changes: {other.title}"
            raise Refusal(ErrorCode.AMENDMENTS_OVERLAP, message, "decision", about=other.title)


# The end of its contribution ------------------------------------------------------------------------------------------

_withdrawn = bindparam("withdrawn", type_=ARRAY(Uuid()))
WITHDRAW = (
    update(_amendment)
    .where(_amendment.c.contribution_id == any_(_withdrawn), _amendment.c.state == constant(AmendmentState.OPEN))
    .values(state=constant(AmendmentState.WITHDRAWN))
)
LEAVE = (
    update(_amendment)
    .where(
        _amendment.c.author_id == bindparam("actor", type_=Uuid()), _amendment.c.state == constant(AmendmentState.OPEN)
    )
    .values(state=constant(AmendmentState.WITHDRAWN))
)
"""Of a person whose words go."""


async def withdraw(transaction: Transaction, contributions: Sequence[UUID]) -> None:
    """What its author ends before the city decided is withdrawn."""
    await transaction.execute(WITHDRAW, withdrawn=[*contributions])
