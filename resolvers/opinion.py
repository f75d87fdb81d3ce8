"""Groups of opinion of an analysis («familles d'opinion»): how many people, what unites and what divides them, and how
each group voted on the texts that everybody may read now. Who is in which group is stored nowhere."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Double, FromClause, Select, Text, cast, func, literal_column, select
from sqlalchemy.types import Uuid

from models.analysis import AgreementKind
from planner.context import FieldContext
from resolvers import analysis, sight, stored_json

_OBJECT = literal_column("'object'", Text)


def opinions(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What was computed from votes, if there were enough."""
    said = stored_json.part(row.c.shown, "opinions")
    counts = (stored_json.number(said, name).label(name) for name in ("person_count", "left_out_count", "vote_count"))
    silhouette = cast(stored_json.said(said, "silhouette"), Double).label("silhouette")
    return select(said.label("said"), *counts, silhouette).where(func.jsonb_typeof(said) == _OBJECT)


def groups(opinions_: FromClause, _context: FieldContext) -> Select[Any]:
    """The groups, the largest first."""
    item = stored_json.items(stored_json.part(opinions_.c.said, "groups"), "groups")
    numbers = (stored_json.number(item.c.value, name).label(name) for name in ("number", "person_count"))
    middle = (cast(stored_json.said(item.c.value, name), Double).label(name) for name in ("x", "y"))
    return select(item.c.value.label("said"), opinions_.c.said.label("whole"), *numbers, *middle).order_by(item.c.place)


def stands_for(group: FromClause, context: FieldContext) -> Select[Any]:
    """Texts on which it differs most from the others."""
    listed = stored_json.items(stored_json.part(group.c.said, "stands_for"), "stands_for")
    id_ = listed.c.value.op("#>>")(literal_column("'{}'", Text))
    return _texts(group.c.whole, context, (listed, id_, literal_column("false", Boolean), None))


def texts(opinions_: FromClause, context: FieldContext) -> Select[Any]:
    """The texts of one kind: what unites, what divides, or all, those with most votes first."""
    if not context.has("kind"):
        return _texts(opinions_.c.said, context, None)
    key = {AgreementKind.CONSENSUS: "consensus", AgreementKind.DIVIDE: "divide"}[context.choice("kind")]
    listed = stored_json.items(stored_json.part(opinions_.c.said, key), key)
    is_against = cast(stored_json.said(listed.c.value, "is_against"), Boolean)
    score = cast(stored_json.said(listed.c.value, "score"), Double)
    return _texts(opinions_.c.said, context, (listed, stored_json.said(listed.c.value, "text_id"), is_against, score))


Listed = tuple[FromClause, ColumnElement[Any], ColumnElement[bool], ColumnElement[float] | None]
"""Items of a list, the id of a text in each, whether all are against it, and how much so."""


def _texts(whole: ColumnElement[Any], context: FieldContext, listed: Listed | None) -> Select[Any]:
    """The voted texts, or those of a list in its order, that everybody may read now."""
    voted = stored_json.items(stored_json.part(whole, "texts"), "voted")
    read, id_ = sight.CONTRIBUTION.alias("voted_read"), stored_json.said(voted.c.value, "text_id")
    source, place = voted.join(read, read.c.id == cast(id_, Uuid)), voted.c.place
    is_against: ColumnElement[bool] = literal_column("false", Boolean)
    score: ColumnElement[Any] = literal_column("NULL::float8", Double)
    if listed is not None:
        items, named, is_against, told = listed
        source, place = source.join(items, named == id_), items.c.place
        score = score if told is None else told
    return (
        select(
            read.c.id.label("contribution_id"),
            stored_json.part(voted.c.value, "votes").label("votes"),
            is_against.label("is_against"),
            score.label("score"),
        )
        .select_from(source)
        .where(analysis.is_read(read, context))
        .order_by(place)
    )


def votes(text: FromClause, _context: FieldContext) -> Select[Any]:
    """How each group voted on it."""
    item = stored_json.items(text.c.votes, "votes")
    names = ("group", "vote_count", "for_count", "against_count")
    columns = {name: stored_json.number(item.c.value, name) for name in names}
    neither = (columns["vote_count"] - columns["for_count"] - columns["against_count"]).label("neither_count")
    return select(*(one.label(name) for name, one in columns.items()), neither).select_from(item).order_by(item.c.place)
