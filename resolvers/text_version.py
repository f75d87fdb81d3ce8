"""Versions of an activity's text: read with their articles, and compared article by article."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Select, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from models.activity import ActivityKind
from models.amendment import Amendment, AmendmentState
from models.base import constant, table
from models.contribution import Contribution
from models.text_version import TextVersion
from models.wording import article, markdown
from models.wording.article import Article
from models.wording.difference import ArticleDifference, compared_articles
from planner.act import Act, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.loading import BatchContext
from resolvers import sight

_text = table(TextVersion)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_activity_id, _number = value(TextVersion, "activity_id"), value(TextVersion, "number")
_is_its = _text.c.activity_id == _activity_id
_is_published = _text.c.published_at.is_not(None)
_COLUMNS = (_text.c.number, _text.c.articles, _text.c.last_number)

NEWEST = select(*_COLUMNS).where(_is_its, _is_published).order_by(_text.c.number.desc()).limit(_ONE)
AT = select(*_COLUMNS).where(_is_its, _is_published, _text.c.number == _number)


@dataclass(frozen=True, slots=True)
class StoredText:
    """A version as it is stored."""

    number: int
    articles: list[dict[str, Any]]
    last_number: int

    @property
    def read(self) -> list[Article]:
        """Its articles."""
        return article.loaded(self.articles)


# Reads ----------------------------------------------------------------------------------------------------------------


def newest_number(activity: ColumnElement[Any]) -> ColumnElement[int]:
    """The number of an activity's newest version that is published; NULL: none."""
    row = table(TextVersion).alias("newest_text")
    numbers: Select[Any] = select(func.max(row.c.number)).where(
        row.c.activity_id == activity, row.c.published_at.is_not(None)
    )
    return numbers.correlate_except(row).scalar_subquery()


def consulted(activity: FromClause, _context: FieldContext) -> Select[Any]:
    """The text of a consultation, whether something is published of it or not; none for other activities."""
    kind = constant(ActivityKind.CONSULTATION)
    return select(activity.c.id.label("activity_id")).where(activity.c.kind == kind)


def of_number(text: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The version of a number that is published, or the newest."""
    number = context.bind("number", Integer()) if context.has("number") else newest_number(text.c.activity_id)
    is_it: ColumnElement[bool] = row.c.activity_id == text.c.activity_id
    return is_it & (row.c.number == number) & row.c.published_at.is_not(None)


def draft(text: FromClause, row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """The version that is prepared."""
    is_it: ColumnElement[bool] = row.c.activity_id == text.c.activity_id
    return is_it & row.c.published_at.is_(None)


def versions(row: FromClause, text: FromClause, _context: FieldContext) -> Listing:
    """What was published of a text, the newest first."""
    order = Order("text_version.newest", (row.c.number, row.c.id), (int, UUID), is_descending=True)
    return Listing((row.c.activity_id == text.c.activity_id, row.c.published_at.is_not(None)), order)


def merged_count(row: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many amendments are merged in it."""
    return func.cardinality(row.c.merged)


def articles(row: FromClause, context: FieldContext) -> Select[Any]:
    """The articles of a version in their order."""
    each = func.jsonb_array_elements(row.c.articles).table_valued("value", with_ordinality="rank", name="article")
    listed = each.render_derived()
    return _told(row, listed, context).order_by(listed.c.rank)


def one_article(row: FromClause, context: FieldContext) -> Select[Any]:
    """The article of a number; no row where the version has none."""
    each = func.jsonb_array_elements(row.c.articles).table_valued("value", with_ordinality="rank", name="article")
    listed = each.render_derived()
    wanted = context.bind("number", Integer())
    return _told(row, listed, context).where(cast(_said(listed, "number"), Integer) == wanted)


def _said(each: FromClause, key: str) -> ColumnElement[Any]:
    return each.c.value.op("->>")(literal_column(f"'{key}'", Text))


def _told(row: FromClause, each: FromClause, context: FieldContext) -> Select[Any]:
    number = cast(_said(each, "number"), Integer)
    columns: list[Any] = [
        number.label("number"),
        cast(_said(each, "heading"), Text).label("heading"),
        cast(_said(each, "level"), Integer).label("level"),
        cast(_said(each, "body"), Text).label("body"),
        *(made.label(name) for name, made in counts(row.c.activity_id, number, context).items()),
    ]
    return select(*columns).select_from(each)


def counts(
    activity: ColumnElement[Any], article: ColumnElement[int], context: FieldContext
) -> dict[str, ColumnElement[int]]:
    """How many amendments that the viewer sees an article has, in all and still open."""
    return {
        "amendment_count": _count(activity, article, context),
        "open_count": _count(activity, article, context, AmendmentState.OPEN),
    }


def _count(
    activity: ColumnElement[Any], article: ColumnElement[int], context: FieldContext, *states: AmendmentState
) -> ColumnElement[int]:
    """Each amendment's proposal is looked up by its key, whatever PostgreSQL knows of the tables: joined, ten thousand
    amendments that it has not counted yet were read once for each proposal."""
    row = table(Amendment).alias("counted_amendment")
    about, seen = sight.counted(Contribution, context.sight, "amending")
    shown: Select[Any] = select(about.c.id).where(about.c.id == row.c.contribution_id, *seen)
    is_shown = shown.correlate_except(about).scalar_subquery().is_not(None)
    counted: Select[Any] = select(func.count()).where(
        row.c.activity_id == activity,
        row.c.article == article,
        *([row.c.state.in_([constant(state) for state in states])] if states else []),
        is_shown,
    )
    return counted.correlate_except(row).scalar_subquery()


def need_source(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """What a source is written from."""
    return cast(row.c.articles, Text)


async def sources(_context: BatchContext, needs: list[str]) -> list[str]:
    """The Markdown of each."""
    return [markdown.written(article.loaded(json.loads(need))) for need in needs]


def need_comparison(row: FromClause, context: FieldContext) -> ColumnElement[Any]:
    """A version and the one with which it is compared: that before it unless another is named."""
    number = context.bind("since", Integer()) if context.has("since") else row.c.number - _ONE
    return cast(func.jsonb_build_array(articles_of(row.c.activity_id, number), row.c.articles), Text)


def articles_of(activity: ColumnElement[Any], number: ColumnElement[int]) -> ColumnElement[Any]:
    """The articles of a published version, as JSON; none where there is no such version."""
    row = table(TextVersion).alias("compared_with")
    stored: Select[Any] = select(row.c.articles).where(
        row.c.activity_id == activity, row.c.number == number, row.c.published_at.is_not(None)
    )
    return func.coalesce(stored.correlate_except(row).scalar_subquery(), cast(literal_column("'[]'"), JSONB))


async def comparisons(_context: BatchContext, needs: list[str]) -> list[list[ArticleDifference]]:
    """What changed from one version to another, article by article."""
    return [compared_articles(*map(article.loaded, json.loads(need))) for need in needs]


# For whoever changes it -----------------------------------------------------------------------------------------------


async def read(act: Act, activity: UUID, number: int | None = None) -> StoredText | None:
    """The version of a number that is published, or the newest; None: there is none."""
    if number is not None:
        return await act.one(AT, into=StoredText, activity_id=activity, number=number)
    return await act.one(NEWEST, into=StoredText, activity_id=activity)
