"""What people change of an analysis: each change is kept beside the result that the machine gave, and all are applied
to it anew, so that any of them can be taken back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Integer, Text, any_, bindparam, cast, func, insert, literal_column, or_, select
from sqlalchemy import update as update_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from analysis import edit as editing
from analysis import extract
from analysis import result as results
from analysis.corpus import Corpus, CorpusText
from analysis.edit import Edited, TopicEdit, TopicEditKind
from analysis.result import AnalysisResult
from database import deadline
from models import expected
from models.analysis import MAX_EDITS, TOPIC_NAME_LENGTH, Analysis, AnalysisEdit, AnalysisPlace, AnalysisText
from models.base import new_id, table, unnested
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, limit_reached, not_found
from models.tenant import Feature
from office import analysis, corpus
from planner.act import Act, Outcome, value
from resolvers import text as typed

_analysis, _text, _edit = table(Analysis), table(AnalysisText), table(AnalysisEdit)
_of = value(AnalysisText, "analysis_id")
STORED = select(cast(_analysis.c.result, Text).label("result"), _analysis.c.question).where(
    _analysis.c.id == value(Analysis, "id")
)
_is_on = _edit.c.undone_at.is_(None)
EDITS = (
    select(
        _edit.c.id,
        _edit.c.number,
        cast(_edit.c.change, Text).label("change"),
        _edit.c.undone_at.is_(None).label("is_on"),
    )
    .where(_edit.c.analysis_id == value(AnalysisEdit, "analysis_id"))
    .order_by(_edit.c.number)
)
NAMED = select(_text.c.id, func.coalesce(_text.c.contribution_id, _text.c.answer_id).label("text_id")).where(
    _text.c.analysis_id == _of, _text.c.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
)
ADD = insert(_edit).values(
    **{name: value(AnalysisEdit, name) for name in ("id", "analysis_id", "number", "made_by_id")},
    change=cast(bindparam("change", type_=Text()), JSONB),
    made_at=func.now(),
)
UNDO = update_(_edit).where(_edit.c.id == value(AnalysisEdit, "id")).values(undone_at=func.now())
OWNER = select(_edit.c.analysis_id, _is_on.label("is_on")).where(_edit.c.id == value(AnalysisEdit, "id"))
MARK_LOST = (
    update_(_edit)
    .where(
        _edit.c.analysis_id == value(AnalysisEdit, "analysis_id"),
        _edit.c.is_lost != (_edit.c.id == any_(bindparam("lost", type_=ARRAY(Uuid())))),
    )
    .values(is_lost=~_edit.c.is_lost)
)
SHOW = (
    update_(_analysis)
    .where(_analysis.c.id == value(Analysis, "id"))
    .values(
        shown=cast(bindparam("shown", type_=Text()), JSONB), edition=_analysis.c.edition + literal_column("1", Integer)
    )
)
_PLACED: dict[str, Any] = {"text_id": Uuid(), "place": Text(), "topic": Integer(), "sub_topic": Integer()}
_placed = unnested("placed", _PLACED, "all_{}")
_moved = or_(*(_text.c[name].is_distinct_from(_placed.c[name]) for name in ("place", "topic", "sub_topic")))
PLACE = (
    update_(_text)
    .where(
        _text.c.analysis_id == _of,
        func.coalesce(_text.c.contribution_id, _text.c.answer_id) == _placed.c.text_id,
        _moved,
    )
    .values({name: _placed.c[name] for name in ("place", "topic", "sub_topic")})
)


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What the machine gave, as JSON."""

    result: str
    question: str | None


@dataclass(frozen=True, slots=True)
class StoredEdit:
    """One change, as JSON; one that was taken back is not on."""

    id: UUID
    number: int
    change: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text of an analysis: its row, and what the analysis calls it."""

    id: UUID
    text_id: UUID


@dataclass(frozen=True, slots=True)
class OwnerOf:
    """Of which analysis a change is."""

    analysis_id: UUID
    is_on: bool


Make = Callable[[AnalysisResult, Sequence[TopicEdit]], TopicEdit]
"""Makes a change from the result with all that were made before, and these."""


async def rename(act: Act, *, analysis: UUID, topic: int, name: str) -> Outcome:
    """Give a topic another name. Raises Refusal."""
    named = typed.line(name, TOPIC_NAME_LENGTH, "name")
    return await _change(act, analysis, lambda _result, _edits: TopicEdit(TopicEditKind.RENAME, topic, name=named))


async def merge(act: Act, *, analysis: UUID, topic: int, other: int) -> Outcome:
    """Put the texts of another topic into one. Raises Refusal."""
    return await _change(act, analysis, lambda _result, _edits: TopicEdit(TopicEditKind.MERGE, topic, other=other))


async def split(act: Act, *, analysis: UUID, topic: int, name: str, texts: Sequence[UUID]) -> Outcome:
    """Make a topic of some texts of another. Raises Refusal."""
    named, ids = typed.line(name, TOPIC_NAME_LENGTH, "name"), await _named(act, analysis, texts)

    def made(result: AnalysisResult, edits: Sequence[TopicEdit]) -> TopicEdit:
        number = editing.next_number(result, edits)
        return TopicEdit(TopicEditKind.SPLIT, topic, other=number, name=named, ids=ids)

    return await _change(act, analysis, made)


async def move(act: Act, *, analysis: UUID, texts: Sequence[UUID], into: int | None = None) -> Outcome:
    """Put texts into a topic, or into none. Raises Refusal."""
    ids, number = await _named(act, analysis, texts), editing.UNCLASSIFIED if into is None else into
    return await _change(act, analysis, lambda _result, _edits: TopicEdit(TopicEditKind.MOVE, number, ids=ids))


async def undo(act: Act, *, edit: UUID) -> Outcome:
    """Take a change back; the others are made as if it had never been. Raises Refusal."""
    owner = await act.one(OWNER, into=OwnerOf, id=edit)
    if owner is None:
        raise not_found("edit")
    await analysis.require_done(act, owner.analysis_id)
    if not owner.is_on:
        return act.did(analysis_id=owner.analysis_id)
    await act.execute(UNDO, id=edit)
    edits = await act.all(EDITS, into=StoredEdit, analysis_id=owner.analysis_id)
    await _write(act, owner.analysis_id, edits, await _applied(act, owner.analysis_id, edits))
    note = {"isUndone": True}
    return act.did(EventKind.ANALYSIS_EDITED, owner.analysis_id, note, analysis_id=owner.analysis_id)


async def _named(act: Act, analysis_: UUID, texts: Sequence[UUID]) -> tuple[str, ...]:
    """What the analysis calls the texts. Raises Refusal, NOT_FOUND for one that is none of its own."""
    await analysis.require_done(act, analysis_)
    if not texts:
        raise Refusal(ErrorCode.REQUIRED, "One text at least is wanted.", "texts")
    rows = await act.all(NAMED, into=NamedText, analysis_id=analysis_, ids=list(texts))
    named = {row.id: str(row.text_id) for row in rows}
    for place, id_ in enumerate(texts):
        if id_ not in named:
            raise not_found(f"texts.{place}")
    return tuple(dict.fromkeys(named[id_] for id_ in texts))


async def _change(act: Act, id_: UUID, make: Make) -> Outcome:
    await analysis.require_done(act, id_)
    edits = await act.all(EDITS, into=StoredEdit, analysis_id=id_)
    if len(edits) >= MAX_EDITS:
        raise limit_reached(f"An analysis is changed at most {MAX_EDITS} times.", None, expected.no_more(MAX_EDITS))
    new: list[TopicEdit] = []

    def made(result: AnalysisResult, before: Sequence[TopicEdit]) -> TopicEdit:
        new.append(make(result, before))
        return new[0]

    edited = await _applied(act, id_, edits, made)
    if new[0] in edited.lost[-1:]:
        raise not_found("into" if new[0].kind is TopicEditKind.MOVE else "topic")
    added, number = new_id(), max((one.number for one in edits), default=0) + 1
    change = editing_json(new[0])
    await act.execute(ADD, id=added, analysis_id=id_, number=number, change=change, made_by_id=act.actor_or_none)
    act.inserted(AnalysisEdit, [added])
    await _write(act, id_, [*edits, StoredEdit(added, number, change, is_on=True)], edited)
    return act.did(EventKind.ANALYSIS_EDITED, id_, {"kind": new[0].kind.value}, analysis_id=id_)


async def _applied(act: Act, id_: UUID, edits: Sequence[StoredEdit], make: Make | None = None) -> Edited:
    """The result with the changes that are on, and with another one, of the texts that are left."""
    stored = await act.one(STORED, into=StoredResult, id=id_)
    assert stored is not None  # Whoever calls has it locked.
    texts = await _left(act, id_, act.asker.features, stored.question)

    def applied() -> Edited:
        result = results.read(stored.result)
        on = [read_edit(one.change) for one in edits if one.is_on]
        every = on if make is None else [*on, make(result, [read_edit(one.change) for one in edits])]
        return editing.apply(result, every, texts)

    with deadline.paused():
        return await asyncio.to_thread(applied)


async def _left(act: Act, id_: UUID, features: frozenset[Feature], question: str | None) -> Corpus:
    """The texts that are left, without their words."""
    ids = [one.id for one in await act.all(corpus.OF_ANALYSIS, into=corpus.TextId, analysis_id=id_)]
    if question is not None:
        return Corpus(tuple(CorpusText(str(one), "", "") for one in ids))
    statement, texts = corpus.left(features), list[CorpusText]()
    for piece in corpus.in_pieces(ids):
        left = await act.all(statement, into=corpus.ReadText, ids=piece)
        texts += [corpus.corpus_text(one) for one in left]
    return Corpus(tuple(texts))


async def _write(act: Act, id_: UUID, edits: Sequence[StoredEdit], edited: Edited) -> None:
    """Store what is shown from now on, where each text is, and which changes found nothing to change."""
    with deadline.paused():
        shown, rows = await asyncio.to_thread(_stored, edited.result)
    await act.execute(SHOW, id=id_, shown=shown)
    await act.execute(PLACE, analysis_id=id_, **rows)
    lost, left = [], list(edited.lost)
    for one in edits:
        change = read_edit(one.change)
        if one.is_on and change in left:
            left.remove(change)
            lost.append(one.id)
    await act.execute(MARK_LOST, analysis_id=id_, lost=lost)


def _stored(result: AnalysisResult) -> tuple[str, dict[str, list[Any]]]:
    """What is shown as JSON, and the columns of the texts."""
    every = list(extract.places(result))
    columns: dict[str, list[Any]] = {
        "all_text_id": [UUID(one.text_id) for one in every],
        "all_place": [place_of(one).value for one in every],
        "all_topic": [one.topic for one in every],
        "all_sub_topic": [one.sub_topic for one in every],
    }
    return orjson.dumps(extract.told(result)).decode(), columns


def place_of(place: extract.TextPlace) -> AnalysisPlace:
    """Where a text is, as it is stored."""
    if place.topic is not None:
        return AnalysisPlace.TOPIC
    return AnalysisPlace.UNCLASSIFIED if place.has_content else AnalysisPlace.WITHOUT_CONTENT


def editing_json(edit: TopicEdit) -> str:
    """A change as it is stored."""
    return orjson.dumps(
        {"kind": edit.kind.value, "topic": edit.topic, "other": edit.other, "name": edit.name, "ids": list(edit.ids)}
    ).decode()


def read_edit(json: str) -> TopicEdit:
    """A change that was stored."""
    said = orjson.loads(json)
    return TopicEdit(TopicEditKind(said["kind"]), said["topic"], said["other"], said["name"], tuple(said["ids"]))
