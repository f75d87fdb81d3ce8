"""Measures: participants, contributions, comments, votes and first answers of a period, together or broken down."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine, Uuid

from models.measure import DEFINITIONS, LEAST_PEOPLE, MAX_ROWS, Measure, Sentence
from planner.context import FieldContext
from resolvers.participation import KEYS, NONE, Participation

_ZERO: ColumnElement[int] = literal_column("0", Integer)

COLUMNS: dict[Measure, str] = {
    Measure.PARTICIPANTS: "participants",
    Measure.CONTRIBUTIONS: "contributions",
    Measure.COMMENTS: "comments",
    Measure.VOTES: "votes",
    Measure.UNANSWERED: "unanswered",
    Measure.FIRST_ANSWER: "first_answer_minutes",
    Measure.REPORTS: "reports",
    Measure.ANSWERS_DUE: "answers_due",
}
"""Where each measure stands in a row."""

_OF_ANSWERS = (Measure.UNANSWERED, Measure.FIRST_ANSWER)

_TYPES: dict[str, TypeEngine[Any]] = {
    "day": Date(),
    "hour": Integer(),
    "kind": Text(),
    "channel": Text(),
    "cell": BigInteger(),
    "space_id": Uuid(),
    "activity_id": Uuid(),
    "zone_id": Uuid(),
    "category_id": Uuid(),
}
"""What may name the group of a row: one does, the others are NULL."""


def definitions(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """All measures in their order, each with its sentences."""
    rows = [
        {
            "measure": measure.value,
            "unit": definition.unit.value,
            "is_about_people": definition.is_about_people,
            "sentences": [_said("fr", definition.french), _said("en", definition.english)],
        }
        for measure, definition in DEFINITIONS.items()
    ]
    columns = (
        column("measure", Text),
        column("unit", Text),
        column("is_about_people", Boolean),
        column("sentences", JSONB),
    )
    listed = func.jsonb_to_recordset(context.bind(lambda _arguments, _asker: rows, JSONB())).table_valued(*columns)
    told = select(*listed.render_derived(name="definition", with_types=True).c)
    return told if context.viewer.is_moderator else told.where(false())


def sentences(definition: FromClause, _context: FieldContext) -> Select[Any]:
    """A measure's name and definition in each language."""
    columns = (column("language", Text), column("name", Text), column("definition", Text))
    listed = func.jsonb_to_recordset(definition.c.sentences).table_valued(*columns)
    return select(*listed.render_derived(name="sentence", with_types=True).c)


def _said(language: str, sentence: Sentence) -> dict[str, str]:
    return {"language": language, "name": sentence.name, "definition": sentence.definition}


def totals(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """One row, the whole period; none of a space or activity that the viewer does not see.

    An operation that selects no measure of answers does not pay for them.
    """
    asked = Participation(context, None)
    done, answers, due = _parts(asked)
    source = done.outerjoin(answers, true()).outerjoin(due, true())
    measured = select(*_measures(done, answers, due)).select_from(source).where(*asked.is_seen())
    return measured.add_cte(asked.items, nest_here=True)


def rows(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """A row a group. Days and hours come in their order, also where nothing was done; others by how much was."""
    group = context.choice("groupBy")
    asked = Participation(context, group)
    done, answers, due = _parts(asked)
    series = asked.series()
    if series is None:
        key, source = done.c.key, done.outerjoin(answers, answers.c.key == done.c.key)
        most = [(done.c.contributions + done.c.comments + done.c.votes).desc()]
    else:
        key, source = series.c.key, series.outerjoin(done, done.c.key == series.c.key)
        source, most = source.outerjoin(answers, answers.c.key == key), []
    source = source.outerjoin(due, due.c.key == key)
    measured = (
        select(*_named(KEYS[group], key), *_measures(done, answers, due)).select_from(source).order_by(*most, key)
    )
    measured = measured.where(*asked.is_seen()).add_cte(asked.items, nest_here=True)
    return measured.limit(literal_column(str(MAX_ROWS))) if series is None else measured


def _named(name: str, key: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    """The columns that may name a row's group, of which one does."""
    value = func.nullif(key, NONE[name]) if name in NONE else key
    for each, type_ in _TYPES.items():
        yield (value if each == name else cast(null(), type_)).label(each)


def _parts(asked: Participation) -> tuple[FromClause, FromClause, FromClause]:
    """What was done, what was answered, and what waits for an answer; only what is selected is paid for."""
    return asked.done().subquery("done"), asked.answers().subquery("answers"), asked.due().subquery("due")


def _measures(done: FromClause, answers: FromClause, due: FromClause) -> Iterator[ColumnElement[Any]]:
    """The columns of what was measured; nothing where few people are counted."""
    for measure, name in COLUMNS.items():
        source = due if measure is Measure.ANSWERS_DUE else answers if measure in _OF_ANSWERS else done
        value: ColumnElement[Any] = source.c[name]
        if measure is not Measure.FIRST_ANSWER:
            value = func.coalesce(value, _ZERO)
        if DEFINITIONS[measure].is_about_people:
            is_told = or_(value == _ZERO, value >= literal_column(str(LEAST_PEOPLE)))
            value = case((is_told, value))
        yield value.label(name)


def group_row(key: str) -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """The object that a row's group is."""
    return lambda measured, row, _context: row.c.id == measured.c[key]


def cell(measured: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The cell in hexadecimal."""
    return func.to_hex(measured.c.cell)
