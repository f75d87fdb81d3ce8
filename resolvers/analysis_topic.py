"""Topics of an analysis («thèmes») and what is stated beside them: quotes, campaigns, keywords, representation."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import Uuid

from models.analysis import AnalysisText
from models.base import table
from models.category import Category
from models.question_result import LEAST
from models.zone import Zone
from planner.context import FieldContext
from planner.listing import Listing, Order, all_of
from resolvers import analysis, sight, stored_json

_text = table(AnalysisText)
_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_ENOUGH = literal_column(str(LEAST), Integer)
"""Fewer answers to a survey would tell who has given them."""


def topics(row: FromClause, context: FieldContext) -> Select[Any]:
    """Its topics, the largest first and those of minorities last, with what is left of each."""
    told, text, read = analysis.joined("topic")
    counted = (
        select(
            text.c.topic,
            cast(func.count(), Integer).label("text_count"),
            cast(func.count(read.c.author_id.distinct()), Integer).label("author_count"),
            cast(func.coalesce(func.sum(read.c.support_count), _ZERO), Integer).label("support_count"),
        )
        .select_from(told)
        .where(text.c.analysis_id == row.c.id, text.c.topic.is_not(None), analysis.is_left(text, read, context))
        .group_by(text.c.topic)
        .correlate(row)
        .subquery("counted")
    )
    item = stored_json.items(stored_json.part(row.c.shown, "topics"), "topics")
    number = stored_json.number(item.c.value, "number")
    chosen = number == context.bind("number", Integer()) if context.has("number") else None
    is_told: ColumnElement[bool] | None = None
    if not context.viewer.is_administrator:  # Few answers would tell who has given them.
        is_told = or_(row.c.question.is_(None), counted.c.text_count >= _ENOUGH)
    return (
        select(
            row.c.id.label("analysis_id"),
            item.c.value.label("said"),
            number.label("number"),
            stored_json.said(item.c.value, "name").label("name"),
            stored_json.number(item.c.value, "person_count").label("person_count"),
            cast(stored_json.said(item.c.value, "is_minority"), Boolean).label("is_minority"),
            cast(stored_json.said(item.c.value, "is_edited"), Boolean).label("is_edited"),
            *(counted.c[name] for name in ("text_count", "author_count", "support_count")),
        )
        .select_from(item)
        .join(counted, counted.c.topic == number)
        .where(*all_of((is_told, chosen)))
        .order_by(cast(stored_json.said(item.c.value, "is_minority"), Boolean), item.c.place)
        .correlate(row)
    )


def terms(topic: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The words that name it."""
    return stored_json.part(topic.c.said, "terms")


def sub_topics(topic: FromClause, context: FieldContext) -> Select[Any]:
    """Its parts, with the texts that are left; of answers to surveys those of fewer are told to administrators."""
    told, text, read = analysis.joined("part")
    of_nobody = func.count(text.c.answer_id) == _ZERO
    is_told = None if context.viewer.is_administrator else or_(of_nobody, func.count() >= _ENOUGH)
    counted = (
        select(text.c.sub_topic, cast(func.count(), Integer).label("text_count"))
        .select_from(told)
        .where(*_in_topic(topic, text, read, context))
        .group_by(text.c.sub_topic)
        .having(*all_of((is_told,)))
        .correlate(topic)
        .subquery("counted_parts")
    )
    item = stored_json.items(stored_json.part(topic.c.said, "sub_topics"), "sub_topics")
    number = stored_json.number(item.c.value, "number")
    columns = (number.label("number"), stored_json.said(item.c.value, "name").label("name"), counted.c.text_count)
    source = item.join(counted, counted.c.sub_topic == number)
    return select(*columns).select_from(source).order_by(item.c.place)


def zones(topic: FromClause, context: FieldContext) -> Select[Any]:
    """Where its texts come from, as far as they are left."""
    return _people(topic, context, "zones", table(Zone), "zone_id")


def groups(topic: FromClause, context: FieldContext) -> Select[Any]:
    """In which categories its texts are, as far as they are left."""
    return _people(topic, context, "groups", table(Category), "category_id")


def _people(topic: FromClause, context: FieldContext, key: str, names: FromClause, column: str) -> Select[Any]:
    """What is stored under a key, by name, with the texts that are counted now."""
    told, text, read = analysis.joined(f"of_{key}")
    counted = (
        select(names.c.name, cast(func.count(), Integer).label("text_count"))
        .select_from(told.join(names, names.c.id == read.c[column]))
        .where(*_in_topic(topic, text, read, context))
        .group_by(names.c.name)
        .correlate(topic)
        .subquery(f"counted_{key}")
    )
    item = stored_json.items(stored_json.part(topic.c.said, key), key)
    name, people = stored_json.said(item.c.value, "name"), stored_json.number(item.c.value, "person_count")
    columns = (name.label("name"), counted.c.text_count, people.label("person_count"))
    return select(*columns).select_from(item.join(counted, counted.c.name == name)).order_by(item.c.place)


def _in_topic(
    topic: FromClause, text: FromClause, read: FromClause, context: FieldContext
) -> tuple[ColumnElement[bool], ...]:
    """Texts of a topic that are left."""
    own = (text.c.analysis_id == topic.c.analysis_id, text.c.topic == topic.c.number)
    return (*own, analysis.is_left(text, read, context))


def quotes(topic: FromClause, context: FieldContext) -> Select[Any]:
    """Slices of texts that everybody may read and that are as they were."""
    item = stored_json.items(stored_json.part(topic.c.said, "quotes"), "quotes")
    text, read = _text.alias("quoted_text"), sight.CONTRIBUTION.alias("quoted")
    start, end = stored_json.number(item.c.value, "start"), stored_json.number(item.c.value, "end")
    is_as_it_was = func.md5(analysis.words(read)) == text.c.digest
    return (
        select(
            read.c.id.label("contribution_id"),
            start.label("start"),
            end.label("end"),
            func.substr(analysis.words(read), start + _ONE, end - start).label("words"),
        )
        .select_from(item)
        .join(read, read.c.id == cast(stored_json.said(item.c.value, "text_id"), Uuid))
        .join(text, and_(text.c.analysis_id == topic.c.analysis_id, text.c.contribution_id == read.c.id))
        .where(is_as_it_was, analysis.is_read(read, context))
        .order_by(item.c.place)
    )


def campaigns(row: FromClause, context: FieldContext) -> Select[Any]:
    """Texts that are alike, as far as they are left."""
    item = stored_json.items(stored_json.part(row.c.shown, "campaigns"), "campaigns")
    told, text, read = analysis.joined("alike")
    number = stored_json.number(item.c.value, "number")
    counted = (
        select(text.c.campaign, cast(func.count(), Integer).label("text_count"))
        .select_from(told)
        .where(text.c.analysis_id == row.c.id, text.c.campaign.is_not(None), analysis.is_left(text, read, context))
        .group_by(text.c.campaign)
        .correlate(row)
        .subquery("counted_alike")
    )
    size = counted.c.text_count
    few = row.c.question.is_not(None) if not context.viewer.is_administrator else literal_column("false")
    return (
        select(
            number.label("number"),
            cast(stored_json.said(item.c.value, "is_exact"), Boolean).label("is_exact"),
            stored_json.number(item.c.value, "person_count").label("person_count"),
            size,
        )
        .select_from(item.join(counted, counted.c.campaign == number))
        .where(size > _ONE, or_(~few, size >= _ENOUGH))
        .order_by(item.c.place)
        .correlate(row)
    )


def keywords(row: FromClause, context: FieldContext) -> Select[Any]:
    """Words that these texts have more often than the portal's others."""
    item = stored_json.items(stored_json.part(row.c.shown, "keywords"), "keywords")
    size = stored_json.number(item.c.value, "text_count")
    enough = size >= _ENOUGH
    is_told = None if context.viewer.is_administrator else or_(row.c.question.is_(None), enough)
    columns = (stored_json.said(item.c.value, "word").label("word"), size.label("text_count"))
    score = cast(stored_json.said(item.c.value, "score"), Double).label("score")
    return select(*columns, score).select_from(item).where(*all_of((is_told,))).order_by(item.c.place)


def representation(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What is shown of all texts, and how it stands beside chance."""
    value = stored_json.part(row.c.shown, "representation")
    is_there = func.jsonb_typeof(value) == literal_column("'object'", Text)
    return select(value.label("said"), stored_json.number(value, "draw_count").label("draw_count")).where(is_there)


def distances(representation_: FromClause, _context: FieldContext) -> Select[Any]:
    """The distances of groups, as they were measured."""
    item = stored_json.items(stored_json.part(representation_.c.said, "distances"), "distances")
    columns: list[Any] = [stored_json.said(item.c.value, name).label(name) for name in ("kind", "name")]
    columns += [stored_json.number(item.c.value, name).label(name) for name in ("text_count", "person_count")]
    measured = [cast(stored_json.said(item.c.value, name), Double) for name in ("distance", "random_distance")]
    columns += [one.label(name) for one, name in zip(measured, ("distance", "random_distance"), strict=True)]
    columns.append((measured[0] <= measured[1]).label("is_represented"))
    return select(*columns).select_from(item).order_by(item.c.place)


def shown(row: FromClause, representation_: FromClause, context: FieldContext) -> Listing:
    """The contributions that stand for all, in the order in which they were chosen."""
    item = stored_json.items(stored_json.part(representation_.c.said, "shown"), "shown")
    own = cast(item.c.value.op("#>>")(literal_column("'{}'")), Uuid) == row.c.id
    place = select(item.c.place).select_from(item).where(own).correlate(row, representation_).scalar_subquery()
    return Listing(
        (place.is_not(None), analysis.is_read(row, context)), Order("analysis.shown", (place, row.c.id), (int, UUID))
    )
