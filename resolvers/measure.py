"""Measures: participants, contributions, comments, votes and first answers of a period, together or broken down.

Whatever was done is read once, from the tables: a row for each actor and group, which are then counted. Days and hours
are those of the portal's time zone. Comments and votes lie in the space, zone, category and cell of what they are on.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine, Uuid

from models.activity import Activity
from models.base import constant, table
from models.comment import Comment
from models.contribution import Contribution
from models.import_run import ImportedItem
from models.measure import (
    DEFINITIONS,
    LEAST_PEOPLE,
    MAX_DAYS,
    MAX_ROWS,
    MAX_SINGLE_DAYS,
    Channel,
    Measure,
    MeasureGroup,
    Sentence,
)
from models.refusal import ErrorCode, Refusal
from models.vote import Vote
from planner.listing import all_of
from planner.question import Arguments, Question
from resolvers import portal, sight
from resolvers.ident import argument

_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_NOBODY = UUID(int=0)
FINEST, COARSEST = 8, 5
"""The resolutions of cells that contributions are counted by."""

KEYS: dict[str, TypeEngine[Any]] = {
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
"""What names the group of a row: one of them, by what was grouped; the others are NULL."""

_UNITS = {MeasureGroup.DAY: "day", MeasureGroup.WEEK: "week", MeasureGroup.MONTH: "month"}
_NAMED = {
    MeasureGroup.HOUR: "hour",
    MeasureGroup.SPACE: "space_id",
    MeasureGroup.ACTIVITY: "activity_id",
    MeasureGroup.KIND: "kind",
    MeasureGroup.CATEGORY: "category_id",
    MeasureGroup.ZONE: "zone_id",
    MeasureGroup.CELL: "cell",
    MeasureGroup.CHANNEL: "channel",
} | dict.fromkeys(_UNITS, "day")
"""In which key the groups of a breakdown are."""

_NONE: dict[str, ColumnElement[Any]] = {
    "cell": literal_column("0", BigInteger),
    "zone_id": literal_column(f"'{_NOBODY}'::uuid", Uuid),
    "category_id": literal_column(f"'{_NOBODY}'::uuid", Uuid),
}
"""Stands for nothing while rows are grouped, so that groups can be compared."""


def definitions(_parent: FromClause, q: Question) -> Select[Any]:
    """All measures in their order, each with its sentences."""
    rows = [
        {
            "measure": measure.value,
            "unit": found.unit.value,
            "is_about_people": found.is_about_people,
            "sentences": [_said("fr", found.french), _said("en", found.english)],
        }
        for measure, found in DEFINITIONS.items()
    ]
    columns = (
        column("measure", Text),
        column("unit", Text),
        column("is_about_people", Boolean),
        column("sentences", JSONB),
    )
    listed = func.jsonb_to_recordset(q.bind(lambda _arguments, _asker: rows, JSONB())).table_valued(*columns)
    definition = listed.render_derived(name="definition", with_types=True)
    return select(*definition.c)


def sentences(definition: FromClause, _q: Question) -> Select[Any]:
    """A measure's name and definition in each language."""
    columns = (column("language", Text), column("name", Text), column("definition", Text))
    listed = func.jsonb_to_recordset(definition.c.sentences).table_valued(*columns)
    return select(*listed.render_derived(name="sentence", with_types=True).c)


def _said(language: str, sentence: Sentence) -> dict[str, str]:
    return {"language": language, "name": sentence.name, "definition": sentence.definition}


def totals(_parent: FromClause, q: Question) -> Select[Any]:
    """One row: the whole period. An operation that selects no measure of answers does not pay for them."""
    asked = _Asked(q, None)
    done, answers = asked.done().subquery("done"), asked.answers().subquery("answers")
    return select(*_measures(done, answers)).select_from(done.outerjoin(answers, true()))


def rows(_parent: FromClause, q: Question) -> Select[Any]:
    """A row a group. Days and hours come in their order, also where nothing was done; others by how much was."""
    group = q.choice("groupBy")
    name = _NAMED[group]
    asked = _Asked(q, group)
    done, answers = asked.done().subquery("done"), asked.answers().subquery("answers")
    series = asked.series()
    found: Any = done if series is None else series.outerjoin(done, done.c.key == series.c.key)
    key = done.c.key if series is None else series.c.key
    keys = [
        (func.nullif(key, _NONE[name]) if name in _NONE else key) if each == name else cast(null(), type_)
        for each, type_ in KEYS.items()
    ]
    labelled = [value.label(each) for value, each in zip(keys, KEYS, strict=True)]
    most = done.c.contributions + done.c.comments + done.c.votes
    return (
        select(*labelled, *_measures(done, answers))
        .select_from(found.outerjoin(answers, answers.c.key == key))
        .order_by(*([most.desc()] if series is None else []), key)
        .limit(literal_column(str(MAX_ROWS)) if series is None else None)
    )


def _measures(done: FromClause, answers: FromClause) -> Iterator[ColumnElement[Any]]:
    """The columns of what was measured; where few people are counted, nothing."""
    for measure, name in COLUMNS.items():
        source = answers if measure in _ANSWERED else done
        value: ColumnElement[Any] = source.c[name]
        if measure is not Measure.FIRST_ANSWER:
            value = func.coalesce(value, _ZERO)
        if DEFINITIONS[measure].is_about_people:
            is_told = or_(value == _ZERO, value >= literal_column(str(LEAST_PEOPLE)))
            value = case((is_told, value))
        yield value.label(name)


COLUMNS: dict[Measure, str] = {
    Measure.PARTICIPANTS: "participants",
    Measure.CONTRIBUTIONS: "contributions",
    Measure.COMMENTS: "comments",
    Measure.VOTES: "votes",
    Measure.UNANSWERED: "unanswered",
    Measure.FIRST_ANSWER: "first_answer_minutes",
}
"""Where each measure stands in a row."""

_ANSWERED = (Measure.UNANSWERED, Measure.FIRST_ANSWER)
_DONE = ("contributions", "comments", "votes")


class _Asked:
    """What of a portal is measured: a period, and perhaps one space or activity. `group` is None for no breakdown."""

    def __init__(self, q: Question, group: MeasureGroup | None) -> None:
        self._q = q
        self._group = group
        self._zone = portal.time_zone(q.tenant)
        self._since = self._midnight(q.bind(_first_day(group), Date()))
        self._until = self._midnight(q.bind(_next_day, Date()))
        self._seen = q.visible_ids("Activity")
        self._space = argument(q, "space", "space") if q.has("space") else None
        self._activity = argument(q, "activity", "activity") if q.has("activity") else None
        self._level = q.bind("resolution", Integer()) if group is MeasureGroup.CELL else None

    def done(self) -> Select[Any]:
        """By group how many contributions, comments and votes there were, and by how many actors."""
        acts = union_all(self._contributions(), self._comments(), self._votes()).subquery("acts")
        sums = [func.sum(acts.c[name]).label(name) for name in _DONE]
        actors = select(acts.c.key, acts.c.actor_id, *sums).group_by(acts.c.key, acts.c.actor_id).subquery("actors")
        participants = func.count(actors.c.actor_id).label("participants")
        counted = [participants, *(func.sum(actors.c[name]).label(name) for name in _DONE)]
        if self._group is None:
            return select(*counted)
        return select(actors.c.key, *counted).group_by(actors.c.key)

    def answers(self) -> Select[Any]:
        """By group how many contributions nobody has answered, and how fast the others were: the median."""
        row, seen = sight.counted(Contribution, self._q.sight, "asked")
        comment, of = sight.counted(Comment, self._q.sight, "answer")
        by_another = (comment.c.contribution_id == row.c.id, comment.c.author_id != row.c.author_id, *of)
        first = (
            select(
                self._key(row, row.c.published_at, self._channel(row)),
                (func.min(comment.c.published_at) - row.c.published_at).label("after"),
            )
            .select_from(row.outerjoin(comment, and_(*by_another)))
            .where(*self._within(row), *seen, *self._in_period(row.c.published_at))
            .group_by(row.c.id)
            .subquery("first")
        )
        is_answered = first.c.after.is_not(None)
        after = func.greatest(first.c.after, literal_column("interval '0'"))  # What was imported may be out of order.
        minutes = func.extract("epoch", after) / literal_column("60")
        median = func.percentile_cont(literal_column("0.5")).within_group(minutes).filter(is_answered)
        counted: list[ColumnElement[Any]] = [
            func.count().filter(~is_answered).label("unanswered"),
            cast(func.round(median), Integer).label("first_answer_minutes"),
        ]
        return select(*counted) if self._group is None else select(first.c.key, *counted).group_by(first.c.key)

    def series(self) -> Any:
        """The groups that are there whether something was done or not; None where only the others tell."""
        if self._group is MeasureGroup.HOUR:
            hours = func.generate_series(_ZERO, literal_column("23")).table_valued(column("key", Integer))
            return hours.render_derived(name="series")
        if self._group not in _UNITS:
            return None
        unit = literal_column(f"'{_UNITS[self._group]}'", Text)
        first = func.date_trunc(unit, cast(self._q.bind("firstDay", Date()), DateTime()))
        last = cast(self._q.bind("lastDay", Date()), DateTime())
        days = func.generate_series(first, last, literal_column(f"interval '1 {_UNITS[self._group]}'"))
        stamps = days.table_valued(column("at", DateTime)).render_derived(name="stamps")
        return select(cast(stamps.c.at, Date).label("key")).subquery("series")

    def _contributions(self) -> Select[Any]:
        row, seen = sight.counted(Contribution, self._q.sight, "written")
        act = self._act(row, row.c.published_at, self._channel(row), row.c.author_id, "contributions")
        return act.where(*seen)

    def _comments(self) -> Select[Any]:
        row, seen = sight.counted(Contribution, self._q.sight, "discussed")
        comment, of = sight.counted(Comment, self._q.sight, "reply")
        act = self._act(row, comment.c.published_at, self._channel(comment), comment.c.author_id, "comments")
        return act.select_from(row.join(comment, comment.c.contribution_id == row.c.id)).where(*seen, *of)

    def _votes(self) -> Select[Any]:
        row, seen = sight.counted(Contribution, self._q.sight, "voted")
        vote = table(Vote).alias("voice")
        act = self._act(row, vote.c.cast_at, constant(Channel.PORTAL), vote.c.actor_id, "votes")
        return act.select_from(row.join(vote, vote.c.contribution_id == row.c.id)).where(*seen)

    def _act(
        self,
        row: FromClause,
        at: ColumnElement[Any],
        channel: ColumnElement[str],
        actor: ColumnElement[Any],
        counted: str,
    ) -> Select[Any]:
        """What actors did: one of the counts is 1."""
        counts = [(_ONE if name == counted else _ZERO).label(name) for name in _DONE]
        act = select(self._key(row, at, channel), actor.label("actor_id"), *counts)
        return act.where(*self._within(row), *self._in_period(at))

    def _within(self, row: FromClause) -> tuple[ColumnElement[bool], ...]:
        """A contribution that the viewer sees and that is asked for. The contract's audience is not the only guard."""
        return all_of(
            (
                None if self._q.viewer.is_moderator else false(),
                row.c.activity_id == any_(self._seen),
                row.c.activity_id == self._activity if self._activity is not None else None,
                _space_of(row) == self._space if self._space is not None else None,
            )
        )

    def _in_period(self, at: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        return at >= self._since, at < self._until

    def _midnight(self, day: ColumnElement[Any]) -> ColumnElement[Any]:
        """When a day begins in the portal's time zone."""
        return func.timezone(self._zone, cast(day, DateTime()))

    def _key(self, row: FromClause, at: ColumnElement[Any], channel: ColumnElement[str]) -> ColumnElement[Any]:
        """The group of something done at a moment on a contribution."""
        there = func.timezone(self._zone, at)
        match self._group:
            case None:
                key: ColumnElement[Any] = _ZERO
            case MeasureGroup.DAY | MeasureGroup.WEEK | MeasureGroup.MONTH:
                key = cast(func.date_trunc(literal_column(f"'{_UNITS[self._group]}'", Text), there), Date)
            case MeasureGroup.HOUR:
                key = cast(func.extract("hour", there), Integer)
            case MeasureGroup.SPACE:
                key = _space_of(row)
            case MeasureGroup.CELL:
                levels = {level: row.c[f"cell_{level}"] for level in range(COARSEST, FINEST + 1)}
                key = case(levels, value=self._level)
            case MeasureGroup.CHANNEL:
                key = channel
            case _:
                key = row.c[_NAMED[self._group]]
        none = _NONE.get(_NAMED[self._group]) if self._group else None
        return (key if none is None else func.coalesce(key, none)).label("key")

    def _channel(self, row: FromClause) -> ColumnElement[str]:
        """How a contribution or a comment came."""
        item = table(ImportedItem).alias("item")
        imported = exists().where(item.c.subject_id == row.c.id).correlate_except(item)
        return case((imported, constant(Channel.IMPORT)), else_=constant(Channel.PORTAL))


def _space_of(row: FromClause) -> ColumnElement[Any]:
    held = table(Activity).alias("held")
    return select(held.c.space_id).where(held.c.id == row.c.activity_id).correlate_except(held).scalar_subquery()


def _first_day(group: MeasureGroup | None) -> Callable[..., date]:
    """The first day of a period. Raises Refusal for one that is upside down, or too long to be counted."""
    most = MAX_SINGLE_DAYS if group is MeasureGroup.DAY else MAX_DAYS

    def first(arguments: Arguments, _asker: object) -> date:
        begins, ends = arguments["firstDay"], arguments["lastDay"]
        if ends < begins:
            raise Refusal(ErrorCode.BAD_INPUT, "`lastDay` is before `firstDay`.", "lastDay")
        if (ends - begins).days >= most:
            raise Refusal(ErrorCode.BAD_INPUT, f"A period has at most {most} days here.", "lastDay")
        if not FINEST >= arguments.get("resolution", FINEST) >= COARSEST:
            raise Refusal(ErrorCode.BAD_INPUT, f"`resolution` is from {COARSEST} to {FINEST}.", "resolution")
        day: date = begins
        return day

    return first


def _next_day(arguments: Arguments, _asker: object) -> date:
    """The day after a period's last. Raises Refusal where the calendar ends."""
    last: date = arguments["lastDay"]
    if last == date.max:
        raise Refusal(ErrorCode.BAD_INPUT, "`lastDay` is the last day of the calendar.", "lastDay")
    return last + timedelta(days=1)


def group_row(key: str) -> Callable[[FromClause, FromClause, Question], ColumnElement[bool]]:
    """The object that a row's group is."""
    return lambda measured, row, _q: row.c.id == measured.c[key]


def cell(measured: FromClause, _q: Question) -> ColumnElement[str]:
    """The cell in hexadecimal."""
    return func.to_hex(measured.c.cell)
