"""Measures: participants, contributions, comments, votes and first answers of a period, together or broken down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
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
    Measure.KNOWN_OUTCOME: "known_outcome_percent",
    Measure.FIRST_PROPOSAL: "first_proposal_minutes",
    Measure.LAPSED: "lapsed_percent",
}
"""Where each measure stands in a row."""

_LEAST: ColumnElement[int] = literal_column(str(LEAST_PEOPLE), Integer)
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
    parts = _parts(asked)
    source: FromClause = parts.done
    for each in parts.others:
        source = source.outerjoin(each, true())
    measured = select(*_measures(parts)).select_from(source).where(*asked.is_seen())
    return measured.add_cte(asked.items, nest_here=True)


def rows(_parent: FromClause, context: FieldContext) -> Select[Any]:
    """A row a group. Days and hours come in their order, also where nothing was done; others by how much was."""
    group = context.choice("groupBy")
    asked = Participation(context, group)
    parts, series = _parts(asked), asked.series()
    done, source, most = parts.done, parts.done, [(_acts(parts.done)).desc()]
    key = done.c.key
    if series is not None:
        key, source, most = series.c.key, series.outerjoin(done, done.c.key == series.c.key), []
    for each in parts.others:
        source = source.outerjoin(each, each.c.key == key)
    measured = select(*_named(KEYS[group], key), *_measures(parts)).select_from(source).order_by(*most, key)
    measured = measured.where(*asked.is_seen()).add_cte(asked.items, nest_here=True)
    return measured.limit(literal_column(str(MAX_ROWS))) if series is None else measured


def _named(name: str, key: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    """The columns that may name a row's group, of which one does."""
    value = func.nullif(key, NONE[name]) if name in NONE else key
    for each, type_ in _TYPES.items():
        yield (value if each == name else cast(null(), type_)).label(each)


def _acts(done: FromClause) -> ColumnElement[int]:
    acts: ColumnElement[int] = done.c.contributions + done.c.comments + done.c.votes
    return acts


@dataclass(frozen=True, slots=True)
class MeasureParts:
    """What was done, what was answered, what waits for an answer, who was helped, what was proposed, each by group.

    Only what is selected is paid for."""

    done: FromClause
    answers: FromClause
    due: FromClause
    helped: FromClause
    proposed: FromClause

    @property
    def others(self) -> tuple[FromClause, ...]:
        """Those beside what was done."""
        return self.answers, self.due, self.helped, self.proposed


def _parts(asked: Participation) -> MeasureParts:
    names = [each.name for each in fields(MeasureParts)]
    return MeasureParts(*(getattr(asked, name)().subquery(name) for name in names))


def _measures(parts: MeasureParts) -> Iterator[ColumnElement[Any]]:
    """The columns of what was measured; nothing where few people are counted."""
    of_exchanges = {
        Measure.KNOWN_OUTCOME: _share(parts.helped.c.known, parts.helped.c.requests, parts.helped.c.people),
        Measure.FIRST_PROPOSAL: _of_enough(parts.helped.c.minutes, parts.helped.c.people_answered),
        Measure.LAPSED: _share(parts.proposed.c.lapsed, parts.proposed.c.proposals, parts.proposed.c.people),
    }
    for measure, name in COLUMNS.items():
        yield (of_exchanges[measure] if measure in of_exchanges else _count(measure, parts)).label(name)


def _count(measure: Measure, parts: MeasureParts) -> ColumnElement[Any]:
    due_or_done = parts.due if measure is Measure.ANSWERS_DUE else parts.done
    value: ColumnElement[Any] = (parts.answers if measure in _OF_ANSWERS else due_or_done).c[COLUMNS[measure]]
    if measure is not Measure.FIRST_ANSWER:
        value = func.coalesce(value, _ZERO)
    if DEFINITIONS[measure].is_about_people:
        value = case((or_(value == _ZERO, value >= _LEAST), value))
    return value


def _share(part: ColumnElement[int], whole: ColumnElement[int], people: ColumnElement[int]) -> ColumnElement[Any]:
    """Whole per cent; nothing of a few people, whose outcome it would tell."""
    percent = func.round(literal_column("100.0") * part / func.nullif(whole, _ZERO))
    return _of_enough(cast(percent, Integer), people)


def _of_enough(value: ColumnElement[Any], people: ColumnElement[int]) -> ColumnElement[Any]:
    return case((people >= _LEAST, value))


def group_row(key: str) -> Callable[[FromClause, FromClause, FieldContext], ColumnElement[bool]]:
    """The object that a row's group is."""
    return lambda measured, row, _context: row.c.id == measured.c[key]


def cell(measured: FromClause, _context: FieldContext) -> ColumnElement[str]:
    """The cell in hexadecimal."""
    return func.to_hex(measured.c.cell)
