"""Reads of what a language model wrote of an analysis: each sentence while all that it rests on is as it was, and what
is forgotten when it is not."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    Update,
    and_,
    cast,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.types import Uuid

from models.analysis import Analysis, AnalysisText
from models.base import table
from models.contribution import Contribution
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import analysis, sight, stored_json

_analysis, _text, _contribution = (table(model) for model in (Analysis, AnalysisText, Contribution))
_NONE = literal_column("'[]'::jsonb", JSONB)
_NO: ColumnElement[bool] = literal_column("false", Boolean)


def model(_row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """The model that would be asked; told to administrators."""
    if not context.viewer.is_administrator:
        return cast(null(), Text)
    return context.bind(lambda _arguments, asker: asker.model, Text())


def state(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Where the wording is; told to administrators."""
    return row.c.wording_state if context.viewer.is_administrator else cast(null(), Text)


def problem(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """Why there is none; told to administrators."""
    return row.c.wording_problem if context.viewer.is_administrator else cast(null(), Text)


def refusals(row: FromClause, context: FieldContext) -> Select[Any]:
    """How many sentences were refused and why; told to administrators."""
    item = (
        func.jsonb_each(func.coalesce(row.c.wording_refused, literal_column("'{}'::jsonb", JSONB)))
        .table_valued("key", "value", name="refused")
        .render_derived()
    )
    is_told: ColumnElement[bool] = literal_column("true", Boolean) if context.viewer.is_administrator else _NO
    count = cast(cast(item.c.value, Text), Integer).label("count")
    return select(item.c.key.label("reason"), count).select_from(item).where(is_told).order_by(count.desc(), item.c.key)


def wording(row: FromClause, context: FieldContext) -> Select[Any]:
    """What was written: published and of the analysis as it is; for administrators any."""
    left, text, read = analysis.joined("worded")
    count: Any = (
        select(cast(func.count(), Integer))
        .select_from(left)
        .where(text.c.analysis_id == row.c.id, analysis.is_left(text, read, context))
        .correlate(row)
        .scalar_subquery()
    )
    is_current = and_(
        stored_json.number(row.c.wording, "edition") == row.c.edition,
        stored_json.number(row.c.wording, "left_count") == count,
    )
    is_told: ColumnElement[bool] = row.c.wording.is_not(None)
    if not context.viewer.is_administrator:
        is_told = and_(is_told, row.c.wording_published_at.is_not(None), is_current)
    return (
        select(
            row.c.id.label("analysis_id"),
            row.c.wording.label("said"),
            stored_json.said(row.c.wording, "model").label("model"),
            cast(stored_json.said(row.c.wording, "made_at"), DateTime(timezone=True)).label("made_at"),
            row.c.wording_published_at.label("published_at"),
            is_current.label("is_current"),
        )
        .where(is_told)
        .correlate(row)
    )


def sentences(wording_: FromClause, context: FieldContext) -> Select[Any]:
    """Its sentences whose texts everybody may read, with the words that were read."""
    item = stored_json.items(stored_json.part(wording_.c.said, "sentences"), "sentences")
    ids = func.jsonb_array_elements_text(stored_json.part(item.c.value, "texts"))
    cited_ = ids.table_valued("id", name="cited").render_derived()
    text, read = _text.alias("cited_text"), sight.CONTRIBUTION.alias("cited_read")
    there = (
        select(read.c.id)
        .join_from(read, text, text.c.contribution_id == read.c.id)
        .where(
            read.c.id == cast(cited_.c.id, Uuid),
            text.c.analysis_id == wording_.c.analysis_id,
            func.md5(analysis.words(read)) == text.c.digest,
            analysis.is_read(read, context),
        )
        .correlate(cited_, wording_)
    )
    gone = select(cited_.c.id).select_from(cited_).where(~there.exists()).correlate(item, wording_)
    return (
        select(
            item.c.value.label("said"),
            stored_json.said(item.c.value, "words").label("words"),
            stored_json.part(item.c.value, "topics").label("topics"),
            cast(stored_json.said(item.c.value, "is_whole"), Boolean).label("is_whole"),
        )
        .select_from(item)
        .where(~gone.exists())
        .order_by(item.c.place)
    )


def cited_topics(sentence: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The numbers of the topics that it rests on."""
    return sentence.c.topics


def cited(row: FromClause, sentence: FromClause, context: FieldContext) -> Listing:
    """The contributions that it rests on, in its order."""
    item = stored_json.items(stored_json.part(sentence.c.said, "texts"), "cited_ids")
    own = cast(item.c.value.op("#>>")(literal_column("'{}'")), Uuid) == row.c.id
    place = select(item.c.place).select_from(item).where(own).correlate(row, sentence).scalar_subquery()
    return Listing(
        (place.is_not(None), analysis.is_read(row, context)), Order("analysis.cited", (place, row.c.id), (int, UUID))
    )


# What goes ------------------------------------------------------------------------------------------------------------


def _without_what_went() -> Update:
    """Drops the sentences that cite a text whose words are no longer those that were read: a quotation goes with them.
    A text that is only hidden keeps its words, and may come back."""
    item = stored_json.items(stored_json.part(_analysis.c.wording, "sentences"), "sentences")
    ids = func.jsonb_array_elements_text(stored_json.part(item.c.value, "texts"))
    cited_ = ids.table_valued("id", name="cited").render_derived()
    there = (
        select(_contribution.c.id)
        .join_from(_contribution, _text, _text.c.contribution_id == _contribution.c.id)
        .where(
            _contribution.c.id == cast(cited_.c.id, Uuid),
            _text.c.analysis_id == _analysis.c.id,
            func.md5(analysis.words(_contribution)) == _text.c.digest,
        )
        .correlate(cited_, _analysis)
    )
    gone = select(cited_.c.id).select_from(cited_).where(~there.exists())
    sentences_ = func.coalesce(func.jsonb_agg(aggregate_order_by(item.c.value, item.c.place)), _NONE)
    left = select(sentences_).select_from(item).where(~gone.correlate(item, _analysis).exists()).correlate(_analysis)
    some = select(item.c.place).select_from(item).where(gone.correlate(item, _analysis).exists()).correlate(_analysis)
    path = literal_column("ARRAY['sentences']", ARRAY(Text()))
    return (
        update(_analysis)
        .where(_analysis.c.wording.is_not(None), some.exists())
        .values(wording=func.jsonb_set(_analysis.c.wording, path, cast(left.scalar_subquery(), JSONB)))
    )


FORGET = _without_what_went()
