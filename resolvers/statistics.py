"""Statistics of an activity: exact counts of what was published in it, by the database's clock."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Uuid,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from models.base import constant, table
from models.category import Category
from models.contribution import Contribution, ContributionStatus
from models.roll_up import KIND_COUNTS, ActivityCount, ActivityCountDelta
from planner.context import FieldContext
from resolvers import avoiding, comment, life, portal, sight, vote

DAYS = 30
"""How many days are counted one by one, today among them."""

_ZERO: ColumnElement[int] = literal_column("0", Integer)


def of_activity(activity: FromClause, context: FieldContext) -> Select[Any]:
    """The activity's id and its counts.

    Counts are outer-joined, because PostgreSQL drops an outer join that nothing refers to. So a query that selects no
    count does not pay for it.
    """
    always = select(literal_column("1")).subquery("always")
    stored, overdue = _stored(activity).subquery("stored"), _overdue(activity, context).subquery("overdue")
    by_clock = {
        "open_count": stored.c.open_count - overdue.c.count,
        "expired_count": stored.c.expired_count + overdue.c.count,
    }
    counts = [by_clock.get(str(count.name), count).label(count.name) for count in stored.c]
    source = always.outerjoin(stored, true()).outerjoin(overdue, true())
    return select(activity.c.id.label("activity_id"), *counts).select_from(source)


def _stored(activity: FromClause) -> Select[Any]:
    """One row of counts by stored status, and those by category as two parallel arrays, which `categories` unnests.

    They are read from the kept counts and the deltas that are not folded yet, at a cost that does not grow.
    """
    folded, fresh = table(ActivityCount).alias("folded"), table(ActivityCountDelta).alias("fresh")
    parts = (_groups(activity, folded, folded.c.count), _groups(activity, fresh, fresh.c.delta))
    rows = union_all(*parts).subquery("counted")
    count = rows.c.count
    by_status = [_sum(f"{s.value.lower()}_count", count, rows.c.status == constant(s)) for s in ContributionStatus]
    by_kind = [_sum(name, count, rows.c.kind == constant(kind)) for kind, name in KIND_COUNTS.items()]
    counts: list[Any] = [
        _sum("total_count", count),
        *by_status,
        *by_kind,
        _sum("without_category_count", count, rows.c.category_id.is_(None)),
        func.array_agg(rows.c.category_id).label("category_ids"),
        func.array_agg(count).label("category_counts"),
    ]
    return select(*counts)


def of_contributions(context: FieldContext) -> FromClause:
    """How many contributions there are by activity, status as of now, kind and category; a group has several parts.

    Those with a public status alone: nothing else is rolled up.
    """
    folded, fresh = table(ActivityCount), table(ActivityCountDelta)
    row, seen = sight.counted(Contribution, context.sight, "overdue")
    parts = [
        select(counted.c.activity_id, counted.c.status, counted.c.kind, counted.c.category_id, count.label("count"))
        for counted, count in ((folded, folded.c.count), (fresh, fresh.c.delta))
    ]
    moved = {ContributionStatus.OPEN: -1, ContributionStatus.EXPIRED: 1}
    parts += [
        select(
            row.c.activity_id,
            constant(status).label("status"),
            row.c.kind,
            row.c.category_id,
            literal_column(str(one), Integer).label("count"),
        ).where(life.is_past(row), *seen)
        for status, one in moved.items()
    ]
    return union_all(*parts, *avoiding.counts(context)).subquery("counted")


def _groups(activity: FromClause, row: FromClause, count: ColumnElement[int]) -> Select[Any]:
    """The activity's counts by stored status, kind and category."""
    groups = select(row.c.status, row.c.kind, row.c.category_id, count.label("count"))
    return groups.where(row.c.activity_id == activity.c.id).correlate_except(row)


def _overdue(activity: FromClause, context: FieldContext) -> Select[Any]:
    """How many are stored as open and past their expiry: few, because a job marks them soon."""
    row, seen = sight.counted(Contribution, context.sight, "overdue")
    counted = select(func.count().label("count")).where(life.is_past(row), *seen)
    return counted.where(row.c.activity_id == activity.c.id).correlate_except(row)


def _sum(name: str, counts: ColumnElement[int], where: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """A sum over the rows, or over those that meet `where`; 0 if there are none."""
    total = func.sum(counts)
    return func.coalesce(total if where is None else total.filter(where), _ZERO).label(name)


def categories(statistics: FromClause, _context: FieldContext) -> Select[Any]:
    """The activity's categories in order, each with its count, including 0."""
    label = table(Category).alias("label")
    arrays = func.unnest(statistics.c.category_ids, statistics.c.category_counts)
    counts = arrays.table_valued(column("id", Uuid), column("count", Integer)).render_derived(name="counts")
    count = select(_sum("count", counts.c.count)).where(counts.c.id == label.c.id).correlate_except(counts)
    return (
        select(label.c.id.label("category_id"), count.scalar_subquery().label("count"))
        .where(label.c.activity_id == statistics.c.activity_id)
        .order_by(label.c.rank, label.c.id)
    )


def days(statistics: FromClause, context: FieldContext) -> Select[Any]:
    """The portal's last DAYS days, oldest first, each with its count, including 0."""
    zone = portal.time_zone(context.tenant)
    row, seen = sight.counted(Contribution, context.sight, "recent")
    today = _day(func.now(), zone)
    since = func.timezone(zone, cast(today - literal_column(str(DAYS - 1)), DateTime()))
    published_on = _day(row.c.published_at, zone)
    recent = (
        select(published_on.label("day"), func.count().label("count"))
        .where(row.c.activity_id == statistics.c.activity_id, row.c.published_at >= since, *seen)
        .group_by(published_on)
        .correlate_except(row)
        .subquery("published")
    )
    series = func.generate_series(_ZERO, literal_column(str(DAYS - 1))).table_valued(column("age", Integer))
    ages = series.render_derived(name="ages")
    day = today - ages.c.age
    return (
        select(day.label("day"), func.coalesce(recent.c.count, _ZERO).label("count"))
        .select_from(ages.outerjoin(recent, recent.c.day == day))
        .order_by(day)
    )


def _day(moment: ColumnElement[Any], zone: ColumnElement[str]) -> ColumnElement[Any]:
    """The day of a time zone that an instant lies in."""
    return cast(func.timezone(zone, moment), Date)


def vote_count(statistics: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many votes were cast on the activity's contributions: the sum of their tallies, each read by an index."""
    row, seen = sight.counted(Contribution, context.sight, "voted")
    tally = vote.tally(row, context).lateral("tally")
    total = select(_sum("count", tally.c.total_count)).select_from(row.join(tally, true())).where(*seen)
    return _within(total, row, statistics, context)


def comment_count(statistics: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many comments the activity's contributions have, counted by an index."""
    row, seen = sight.counted(Contribution, context.sight, "discussed")
    return _within(select(_sum("count", comment.count(row, context))).where(*seen), row, statistics, context)


def author_count(statistics: FromClause, context: FieldContext) -> ColumnElement[int]:
    """How many actors published in the activity, anonymous ones included; for moderators alone."""
    row, seen = sight.counted(Contribution, context.sight, "signed")
    return _within(select(func.count(row.c.author_id.distinct())).where(*seen), row, statistics, context)


def _within(counted: Select[Any], row: FromClause, statistics: FromClause, context: FieldContext) -> ColumnElement[int]:
    """A count over the activity's contributions; NULL for callers who are not moderators.

    The contract's audience is not the only guard.
    """
    if not context.viewer.is_moderator:
        return _ZERO
    return counted.where(row.c.activity_id == statistics.c.activity_id).correlate(statistics).scalar_subquery()
