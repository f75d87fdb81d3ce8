"""Turnout: how many have voted by day, hour, channel, desk, zone of residence and level of proof; for administrators.

A voter is counted once: a ballot that counts, an envelope, a signature at a desk. What a desk's record has beyond the
signatures of its list, and a mark that comes in after the close, has no hour.

What is told of a secret vote. The list of signatures has a name and an instant in each row; a ballot has neither
(`counting.urn` writes all with one instant, in an order of chance), so that no time leads from one to the other. All
the same days and hours are told after the close alone: while people vote they would show who has just walked in. Counts
from 1 to 4 are withheld there in each group. In open votes they are withheld by time, zone and proof, which tell traits
of persons. The sum of all is public: where few are withheld the smallest other counts are, too, until those withheld
are five people more than they are counts. Of a day that is withheld no hour is told.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.types import Interval, TypeEngine, Uuid

from models.activity import Activity
from models.ballot import Ballot
from models.base import constant, table
from models.polling_desk import ON_PAPER, PollingDesk, Signing, VoteChannel
from models.polling_record import PollingRecord
from models.turnout import MAX_DAYS, TurnoutGroup
from planner.context import FieldContext
from resolvers import set_aside
from resolvers.few import is_withheld

_activity, _ballot, _signing = table(Activity), table(Ballot), table(Signing)
_desk, _record = table(PollingDesk), table(PollingRecord)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_ONLINE = constant(VoteChannel.ONLINE)

_TYPES: dict[str, TypeEngine[Any]] = {
    "day": Date(),
    "starts_at": DateTime(timezone=True),
    "channel": Text(),
    "desk_id": Uuid(),
    "zone_id": Uuid(),
    "level": Text(),
}
_KEYS = {
    TurnoutGroup.DAY: "day",
    TurnoutGroup.HOUR: "starts_at",
    TurnoutGroup.CHANNEL: "channel",
    TurnoutGroup.DESK: "desk_id",
    TurnoutGroup.ZONE: "zone_id",
    TurnoutGroup.PROOF: "level",
}
"""What names a row of each group; the others are NULL."""

_IN_TIME = (TurnoutGroup.DAY, TurnoutGroup.HOUR)
_OF_TRAITS = (*_IN_TIME, TurnoutGroup.ZONE, TurnoutGroup.PROOF)
_INSTANT: ColumnElement[Any] = literal_column("interval '1 microsecond'", Interval)
_HOUR: ColumnElement[Any] = literal_column("interval '1 hour'", Interval)
_DAY: ColumnElement[Any] = literal_column("interval '1 day'", Interval)


def rows(turnout: FromClause, context: FieldContext) -> Select[Any]:
    """Voters by group: days and hours in their order, also those in which nobody voted; other groups the largest first.
    No row for anybody but administrators."""
    group: TurnoutGroup = context.choice("groupBy")
    counted = _counted(group, turnout, context)
    told: ColumnElement[Any] = _withheld(group, counted)
    if group is TurnoutGroup.HOUR:
        days = _counted(TurnoutGroup.DAY, turnout, context, "counted_day")
        each = select(days.c.key, _withheld(TurnoutGroup.DAY, days).label("people")).subquery("told_day")
        day = cast(func.timezone(context.time_zone, counted.c.key), Date)
        told = case((select(each.c.key).where(each.c.key == day, each.c.people.is_not(None)).exists(), told))
    rowed = select(counted.c.key, told.label("people")).subquery("told")
    order: list[Any] = [rowed.c.key] if group in _IN_TIME else [rowed.c.people.desc().nulls_last(), rowed.c.key]
    return select(*_named(group, rowed), rowed.c.people.label("voter_count")).order_by(*order)


def _counted(group: TurnoutGroup, turnout: FromClause, context: FieldContext, name: str = "counted") -> FromClause:
    """The voters of each row of a group."""
    vote = _activity.alias("voted")
    voters = _voters(vote).lateral("voter")
    if group in _IN_TIME:
        series, is_in = _series(group, vote, context)
        source = vote.join(series, true()).outerjoin(voters, is_in(voters.c.voted_at))
        key = series.c.key
    else:
        source, key = vote.join(voters, true()), voters.c[_KEYS[group]]
    people = func.coalesce(func.sum(voters.c.people), _ZERO, type_=Integer()).label("people")
    is_secret = vote.c.urn_key.is_not(None)
    return (
        select(key.label("key"), is_secret.label("is_secret"), people)
        .select_from(source)
        .where(vote.c.id == turnout.c.activity_id, *_told(group, vote, key, context))
        .group_by(key, is_secret)
        .correlate(turnout)
        .subquery(name)
    )


def _told(
    group: TurnoutGroup, vote: FromClause, key: ColumnElement[Any], context: FieldContext
) -> list[ColumnElement[bool]]:
    """What a group is told of: administrators alone ask, and days and hours of a secret vote wait for its close."""
    told: list[ColumnElement[bool]] = [true() if context.viewer.is_administrator else false()]
    if group in _IN_TIME:
        told.append(or_(vote.c.urn_key.is_(None), vote.c.closes_at <= func.now()))
    else:
        told.append(key.is_not(None))
    return told


def on_paper(turnout: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many have voted on paper: those who signed, and whom a record has beyond the list."""
    vote = _activity.alias("paper_vote")
    voters = union_all(*(part.correlate(vote) for part in (_marked(vote), _recorded(vote)))).lateral("paper_voter")
    is_paper = voters.c.channel.in_([constant(channel) for channel in ON_PAPER])
    people = select(func.coalesce(func.sum(voters.c.people), _ZERO, type_=Integer())).select_from(vote)
    return people.join(voters, is_paper).where(vote.c.id == turnout.c.activity_id).correlate(turnout).scalar_subquery()


def _marked(vote: FromClause) -> Select[Any]:
    """Those who have signed at a desk, once each."""
    mark, at_desk = _signing.alias("mark"), _desk.alias("mark_desk")
    return (
        select(*_voter(vote, mark.c.signed_at, at_desk.c.channel, desk_id=at_desk.c.id))
        .join_from(mark, at_desk, at_desk.c.id == mark.c.desk_id)
        .where(mark.c.activity_id == vote.c.id, ~mark.c.is_double)
    )


def _voters(vote: FromClause) -> Any:
    """Those who have voted, each with the instant, the channel, the desk, the zone and the level, as far as known."""
    ballot, envelope = _ballot.alias("cast_ballot"), _signing.alias("envelope")
    cast_online = select(*_voter(vote, ballot.c.cast_at, _ONLINE, level=ballot.c.proof)).where(
        ballot.c.activity_id == vote.c.id, vote.c.urn_key.is_(None), set_aside.is_counted(ballot)
    )
    sealed = select(*_voter(vote, envelope.c.signed_at, _ONLINE, level=envelope.c.proof)).where(
        envelope.c.activity_id == vote.c.id, envelope.c.desk_id.is_(None)
    )
    parts = (cast_online, sealed, _marked(vote), _recorded(vote))
    return union_all(*(part.correlate(vote) for part in parts))


def _recorded(vote: FromClause) -> Select[Any]:
    """Those whom the last version of a desk's record has beyond the list of signatures: at no known hour."""
    record, newer, of = _record.alias("record"), _record.alias("newer_record"), _desk.alias("record_desk")
    mark = _signing.alias("listed_mark")
    marks = select(func.count(type_=Integer())).where(mark.c.desk_id == of.c.id).correlate(of).scalar_subquery()
    is_old = select(newer.c.id).where(newer.c.desk_id == record.c.desk_id, newer.c.version > record.c.version)
    people = record.c.signatures - marks
    nowhen = cast(null(), DateTime(timezone=True))
    return (
        select(*_voter(vote, nowhen, of.c.channel, desk_id=of.c.id, people=people))
        .join_from(record, of, of.c.id == record.c.desk_id)
        .where(record.c.activity_id == vote.c.id, ~is_old.correlate(record).exists(), people > _ZERO)
    )


def _voter(
    vote: FromClause,
    at: ColumnElement[Any],
    channel: ColumnElement[Any],
    *,
    desk_id: ColumnElement[Any] | None = None,
    level: ColumnElement[Any] | None = None,
    people: ColumnElement[int] = _ONE,
) -> list[Any]:
    """The columns of a voter. Whoever has proved something lives in the zone that the vote asks for."""
    nobody = cast(null(), Text)
    proved = nobody if level is None else level
    lives = cast(null(), Uuid) if level is None else case((level.is_not(None), vote.c.proof_zone_id))
    return [
        at.label("voted_at"),
        channel.label("channel"),
        (cast(null(), Uuid) if desk_id is None else desk_id).label("desk_id"),
        lives.label("zone_id"),
        proved.label("level"),
        people.label("people"),
    ]


def _series(
    group: TurnoutGroup, vote: FromClause, context: FieldContext
) -> tuple[FromClause, Callable[[ColumnElement[Any]], ColumnElement[bool]]]:
    """The days of a vote, or the hours of one day of it, by the portal's clock; and which of them an instant is in."""
    zone_name = context.time_zone
    end = func.least(func.now(), vote.c.closes_at - _INSTANT)
    last = func.date_trunc(_word("day"), func.timezone(zone_name, func.greatest(end, vote.c.opens_at)))
    opened = func.date_trunc(_word("day"), func.timezone(zone_name, vote.c.opens_at))
    if group is TurnoutGroup.DAY:
        first = func.greatest(opened, last - literal_column(f"interval '{MAX_DAYS - 1} days'", Interval))
        days = func.generate_series(first, last, _DAY).table_valued("at", name="vote_day").render_derived()
        series = select(cast(days.c.at, Date).label("key")).correlate(vote).lateral("series")
        return series, lambda at: (cast(func.timezone(zone_name, at), Date) == series.c.key) & _in_time(vote, at)
    midnight: ColumnElement[Any] = func.coalesce(_last_voted(vote, zone_name), last)
    if context.has("day"):
        midnight = cast(context.bind("day", Date()), DateTime)
    midnight = func.least(func.greatest(midnight, opened), last)
    begin, over = func.timezone(zone_name, midnight), func.timezone(zone_name, midnight + _DAY)
    hours = func.generate_series(begin, over - _INSTANT, _HOUR).table_valued("at", name="vote_hour").render_derived()
    starts_at = cast(hours.c.at, DateTime(timezone=True))
    series = select(starts_at.label("key")).correlate(vote).lateral("series")
    return series, lambda at: (at >= series.c.key) & (at < series.c.key + _HOUR) & _in_time(vote, at)


def _last_voted(vote: FromClause, zone_name: ColumnElement[Any]) -> ColumnElement[Any]:
    """Midnight of the last day on which somebody voted; NULL where nobody has."""
    voters = _voters(vote).lateral("last_voter")
    latest = select(func.max(voters.c.voted_at)).where(_in_time(vote, voters.c.voted_at)).correlate(vote)
    return func.date_trunc(_word("day"), func.timezone(zone_name, latest.scalar_subquery()))


def _in_time(vote: FromClause, at: ColumnElement[Any]) -> ColumnElement[bool]:
    """A mark that came in after the close has the hour of the tablet's line, not of the voter."""
    return or_(vote.c.closes_at.is_(None), at < vote.c.closes_at)


def _withheld(group: TurnoutGroup, counted: FromClause) -> ColumnElement[Any]:
    """The count, where it tells nobody apart."""
    withheld = is_withheld(counted.c.people, counted.c.key)
    if group not in _OF_TRAITS:
        withheld &= counted.c.is_secret
    return case((~withheld, counted.c.people))


def _named(group: TurnoutGroup, counted: FromClause) -> list[ColumnElement[Any]]:
    """The columns that may name a row, of which one does."""
    name = _KEYS[group]
    return [(counted.c.key if each == name else cast(null(), type_)).label(each) for each, type_ in _TYPES.items()]


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", Text)
