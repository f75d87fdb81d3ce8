"""Participation: what actors did in a period, read from the tables once and counted by group.

Comments and votes belong to the space, zone, category and cell of the contribution that they are on, and to the day and
hour of their own. The contributions that may be meant are gathered first: few columns of all there are, so that reading
a year does not look each one up.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
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
    or_,
    select,
    union_all,
)
from sqlalchemy.types import Uuid

from models.activity import Activity
from models.actor import Actor
from models.base import constant, table
from models.comment import Comment
from models.contribution import Contribution, ContributionKind, ContributionOutcome, ContributionStatus
from models.exchange import Exchange, ExchangeStatus
from models.import_run import ImportedItem
from models.measure import MAX_DAYS, MAX_SINGLE_DAYS, Channel, MeasureGroup
from models.moderation import ModerationCase
from models.refusal import ErrorCode, Refusal
from models.report import Report
from models.vote import Vote
from planner.context import Arguments, Asker, FieldContext
from planner.listing import all_of
from resolvers import exchange, official_response, sight
from resolvers.ident import argument

FINEST, COARSEST = 8, 5
"""The resolutions of cells that contributions are counted by."""

COUNTED = ("contributions", "comments", "votes", "reports")
UNITS = {MeasureGroup.DAY: "day", MeasureGroup.WEEK: "week", MeasureGroup.MONTH: "month"}
KEYS = {
    MeasureGroup.HOUR: "hour",
    MeasureGroup.SPACE: "space_id",
    MeasureGroup.ACTIVITY: "activity_id",
    MeasureGroup.KIND: "kind",
    MeasureGroup.CATEGORY: "category_id",
    MeasureGroup.ZONE: "zone_id",
    MeasureGroup.CELL: "cell",
    MeasureGroup.CHANNEL: "channel",
} | dict.fromkeys(UNITS, "day")
"""What names the groups of a breakdown."""

_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_NOBODY: ColumnElement[UUID] = literal_column(f"'{UUID(int=0)}'::uuid", Uuid)
NONE: dict[str, ColumnElement[Any]] = {
    "cell": literal_column("0", BigInteger),
    "zone_id": _NOBODY,
    "category_id": _NOBODY,
}
"""Stands for nothing while rows are grouped, so that groups can be compared."""


class Participation:
    """A period of a portal, perhaps of one space or activity; `group` is None for no breakdown."""

    def __init__(self, context: FieldContext, group: MeasureGroup | None) -> None:
        self._context = context
        self._group = group
        self._since = context.bind(_since(group), DateTime(timezone=True))
        self._until = context.bind(_until, DateTime(timezone=True))
        self._activity = argument(context, "activity", "activity") if context.has("activity") else None
        self._space = argument(context, "space", "space") if context.has("space") else None
        self.items = self._gathered()
        """A part of the statement that `done` and `answers` share."""

    def is_seen(self) -> tuple[ColumnElement[bool], ...]:
        """The viewer may know it, and sees the space and the activity that are asked for.

        The contract's audience is not the only guard.
        """
        context = self._context
        return all_of(
            (
                None if context.viewer.is_moderator else false(),
                self._activity == any_(context.visible_ids("Activity")) if self._activity is not None else None,
                self._space == any_(context.visible_ids("ParticipatorySpace")) if self._space is not None else None,
            )
        )

    def done(self) -> Select[Any]:
        """By group how many contributions, comments and votes there were, and by how many actors."""
        acts = union_all(self._contributions(), self._comments(), self._votes(), self._reports()).subquery("acts")
        sums = [func.sum(acts.c[name]).label(name) for name in COUNTED]
        actors = select(acts.c.key, acts.c.actor_id, *sums).group_by(acts.c.key, acts.c.actor_id).subquery("actors")
        counted: list[ColumnElement[Any]] = [
            func.count(actors.c.actor_id).label("participants"),
            *(func.sum(actors.c[name]).label(name) for name in COUNTED),
        ]
        return self._by_group(actors, counted)

    def answers(self) -> Select[Any]:
        """By group how many contributions nobody has answered, and how fast the others were: the median."""
        comment, seen = sight.counted(Comment, self._context.sight, "answer")
        item = self.items.alias()
        by_another = and_(comment.c.contribution_id == item.c.id, comment.c.author_id != item.c.author_id, *seen)
        soonest = (
            select(item.c.id, func.min(comment.c.published_at).label("at"))
            .select_from(item.join(comment, by_another))
            .where(*self._in_period(item.c.published_at))
            .group_by(item.c.id)
            .subquery("soonest")
        )
        row = self.items.alias()
        first = (
            select(self._key(row, row.c.published_at, row.c.id), (soonest.c.at - row.c.published_at).label("after"))
            .select_from(row.outerjoin(soonest, soonest.c.id == row.c.id))
            .where(*self._in_period(row.c.published_at))
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
        return self._by_group(first, counted)

    def due(self) -> Select[Any]:
        """By group how many contributions wait for an answer that the city promised."""
        item = self.items.alias()
        row, seen = sight.counted(Contribution, self._context.sight, "promised")
        joined = item.join(row, row.c.id == item.c.id)
        waiting = select(self._key(item, item.c.published_at, item.c.id)).select_from(joined)
        waiting = waiting.where(official_response.waits(row), *seen, *self._in_period(item.c.published_at))
        rows = waiting.subquery("waiting")
        return self._by_group(rows, [func.count(rows.c.key).label("answers_due")])

    def helped(self) -> Select[Any]:
        """By group how many requests there were, of how many people, of how many the outcome is known, how many
        somebody has answered, of how many people those are, and how fast: the median.

        What erasing an account closed has no known outcome, unless an exchange about it was done.
        """
        item = self.items.alias()
        row, seen = sight.counted(Contribution, self._context.sight, "wanted")
        met = table(Exchange).alias("met")
        of_row = met.c.contribution_id == row.c.id
        done = exists().where(of_row, met.c.status == constant(ExchangeStatus.DONE)).correlate_except(met)
        first = select(func.min(met.c.proposed_at)).where(of_row).correlate_except(met).scalar_subquery()
        author = table(Actor).alias("author")
        left = exists().where(author.c.id == row.c.author_id, author.c.erased_at <= row.c.closed_at)
        said = or_(row.c.outcome == constant(ContributionOutcome.FULFILLED), ~left.correlate_except(author))
        is_told = or_(and_(row.c.status == constant(ContributionStatus.CLOSED), said), done)
        requests = (
            select(
                self._key(item, item.c.published_at, item.c.id),
                item.c.author_id,
                is_told.label("is_known"),
                (first - item.c.published_at).label("after"),
            )
            .select_from(item.join(row, row.c.id == item.c.id))
            .where(row.c.kind == constant(ContributionKind.REQUEST), *seen, *self._in_period(item.c.published_at))
            .subquery("requests")
        )
        minutes = func.extract("epoch", requests.c.after) / literal_column("60")
        is_answered = requests.c.after.is_not(None)
        median = func.percentile_cont(literal_column("0.5")).within_group(minutes).filter(is_answered)
        people = func.count(requests.c.author_id.distinct())
        counted: list[ColumnElement[Any]] = [
            func.count().label("requests"),
            people.label("people"),
            people.filter(is_answered).label("people_answered"),
            func.count().filter(requests.c.is_known).label("known"),
            func.count().filter(is_answered).label("answered"),
            cast(func.round(median), Integer).label("minutes"),
        ]
        return self._by_group(requests, counted)

    def proposed(self) -> Select[Any]:
        """By group how many proposals were made to what was published, by how many people, and how many nobody has
        answered in time."""
        item, met = self.items.alias(), table(Exchange).alias("proposal")
        silent = and_(met.c.status == constant(ExchangeStatus.LAPSED), met.c.reason.is_(None))
        lapsed = or_(silent, exchange.is_lapsed(met))
        proposals = (
            select(self._key(item, item.c.published_at, item.c.id), item.c.author_id, lapsed.label("is_lapsed"))
            .select_from(item.join(met, met.c.contribution_id == item.c.id))
            .where(*self._in_period(item.c.published_at))
            .subquery("proposals")
        )
        counted: list[ColumnElement[Any]] = [
            func.count().label("proposals"),
            func.count(proposals.c.author_id.distinct()).label("people"),
            func.count().filter(proposals.c.is_lapsed).label("lapsed"),
        ]
        return self._by_group(proposals, counted)

    def series(self) -> FromClause | None:
        """The groups that are there whether something was done or not; None where only what was done tells."""
        if self._group is MeasureGroup.HOUR:
            hours = func.generate_series(_ZERO, literal_column("23")).table_valued(column("key", Integer))
            return hours.render_derived(name="series")
        if self._group not in UNITS:
            return None
        unit = UNITS[self._group]
        first = func.date_trunc(_word(unit), cast(self._context.bind("firstDay", Date()), DateTime()))
        last = cast(self._context.bind("lastDay", Date()), DateTime())
        days = func.generate_series(first, last, literal_column(f"interval '1 {unit}'"))
        stamps = days.table_valued(column("at", DateTime)).render_derived(name="stamps")
        return select(cast(stamps.c.at, Date).label("key")).subquery("series")

    def _gathered(self) -> CTE:
        """Every contribution that the viewer sees and that is asked for, whenever it was published, with its group."""
        context = self._context
        row, seen = sight.counted(Contribution, context.sight, "written")
        held = table(Activity).alias("held")
        conditions = (
            None if context.viewer.is_moderator else false(),
            row.c.activity_id == any_(context.visible_ids("Activity")),
            row.c.activity_id == self._activity if self._activity is not None else None,
            held.c.space_id == self._space if self._space is not None else None,
            *seen,
        )
        columns = (row.c.id, row.c.author_id, row.c.published_at, self._own_key(row, held).label("key"))
        gathered = select(*columns).select_from(row.join(held, held.c.id == row.c.activity_id))
        return gathered.where(*all_of(conditions)).cte("item")

    def _own_key(self, row: FromClause, held: FromClause) -> ColumnElement[Any]:
        """The group of a contribution, where that does not depend on what is counted of it."""
        match self._group:
            case MeasureGroup.SPACE:
                return held.c.space_id
            case MeasureGroup.ACTIVITY | MeasureGroup.KIND:
                return row.c[KEYS[self._group]]
            case MeasureGroup.CATEGORY | MeasureGroup.ZONE:
                name = KEYS[self._group]
                return func.coalesce(row.c[name], NONE[name])
            case MeasureGroup.CELL:
                levels = {level: row.c[f"cell_{level}"] for level in range(COARSEST, FINEST + 1)}
                return func.coalesce(case(levels, value=self._context.bind("resolution", Integer())), NONE["cell"])
        return _ZERO

    def _contributions(self) -> Select[Any]:
        item = self.items.alias()
        return self._act(item, item.c.published_at, item.c.author_id, item.c.id, "contributions")

    def _comments(self) -> Select[Any]:
        item = self.items.alias()
        comment, seen = sight.counted(Comment, self._context.sight, "reply")
        act = self._act(item, comment.c.published_at, comment.c.author_id, comment.c.id, "comments")
        return act.select_from(item.join(comment, comment.c.contribution_id == item.c.id)).where(*seen)

    def _votes(self) -> Select[Any]:
        item, vote = self.items.alias(), table(Vote).alias("voice")
        act = self._act(item, vote.c.cast_at, vote.c.actor_id, None, "votes")
        return act.select_from(item.join(vote, vote.c.contribution_id == item.c.id))

    def _reports(self) -> Select[Any]:
        """Reports are where the contribution is that they are about; who reports is no participant by that."""
        item, case_, report = (
            self.items.alias(),
            table(ModerationCase).alias("docket"),
            table(Report).alias("complaint"),
        )
        act = self._act(item, report.c.created_at, literal_column("NULL::uuid", Uuid), item.c.id, "reports")
        joined = item.join(case_, case_.c.contribution_id == item.c.id).join(report, report.c.case_id == case_.c.id)
        return act.select_from(joined)

    def _act(
        self,
        item: FromClause,
        at: ColumnElement[Any],
        actor: ColumnElement[Any],
        subject: ColumnElement[Any] | None,
        counted: str,
    ) -> Select[Any]:
        """What actors did: one of the counts is 1."""
        counts = [(_ONE if name == counted else _ZERO).label(name) for name in COUNTED]
        act = select(self._key(item, at, subject), actor.label("actor_id"), *counts)
        return act.where(*self._in_period(at))

    def _key(self, item: FromClause, at: ColumnElement[Any], subject: ColumnElement[Any] | None) -> ColumnElement[Any]:
        """The group of what was done at an instant; `subject` is its id, where it may have been imported."""
        there = func.timezone(self._context.time_zone, at)
        key: ColumnElement[Any] = item.c.key
        if self._group in UNITS:
            key = cast(func.date_trunc(_word(UNITS[self._group]), there), Date)
        elif self._group is MeasureGroup.HOUR:
            key = cast(func.extract("hour", there), Integer)
        elif self._group is MeasureGroup.CHANNEL:
            key = _channel(subject)
        return key.label("key")

    def _in_period(self, at: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        return at >= self._since, at < self._until

    def _by_group(self, rows: FromClause, counted: list[ColumnElement[Any]]) -> Select[Any]:
        if self._group is None:
            return select(*counted)
        return select(rows.c.key, *counted).group_by(rows.c.key)


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", Text)


def _channel(subject: ColumnElement[Any] | None) -> ColumnElement[str]:
    """How a contribution or a comment came; votes are never imported."""
    if subject is None:
        return constant(Channel.PORTAL)
    item = table(ImportedItem).alias("imported")
    imported = exists().where(item.c.subject_id == subject).correlate_except(item)
    return case((imported, constant(Channel.IMPORT)), else_=constant(Channel.PORTAL))


def _since(group: MeasureGroup | None) -> Callable[[Arguments, Asker], datetime]:
    """When a period begins. Raises Refusal for one that is upside down, or too long to be counted."""
    most = MAX_SINGLE_DAYS if group is MeasureGroup.DAY else MAX_DAYS

    def since(arguments: Arguments, asker: Asker) -> datetime:
        first, last = arguments["firstDay"], arguments["lastDay"]
        if last < first:
            raise Refusal(ErrorCode.BAD_INPUT, "`lastDay` is before `firstDay`.", "lastDay")
        if (last - first).days >= most:
            raise Refusal(ErrorCode.BAD_INPUT, f"A period has at most {most} days here.", "lastDay")
        if not FINEST >= arguments.get("resolution", FINEST) >= COARSEST:
            raise Refusal(ErrorCode.BAD_INPUT, f"`resolution` is from {COARSEST} to {FINEST}.", "resolution")
        return _midnight(first, asker)

    return since


def _until(arguments: Arguments, asker: Asker) -> datetime:
    """When a period is over: at the beginning of the day after its last. Raises Refusal where the calendar ends."""
    last: date = arguments["lastDay"]
    if last >= date.max - timedelta(days=1):
        raise Refusal(ErrorCode.BAD_INPUT, "`lastDay` is the last day of the calendar.", "lastDay")
    return _midnight(last + timedelta(days=1), asker)


def _midnight(day: date, asker: Asker) -> datetime:
    """When a day begins in the portal's time zone."""
    return datetime.combine(day, time(), ZoneInfo(asker.time_zone))
