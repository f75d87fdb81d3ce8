"""Open counts: what the published result of a vote does not hold yet: corrections, and paper that no record has."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, and_, func, or_, select, union_all

from models.base import table
from models.paper_ballot import PollingTyping
from models.polling_desk import PollingDesk, Signing
from models.polling_record import PollingRecord
from models.set_aside import SetAside
from models.vote_result import VoteResult
from planner.context import FieldContext

_result, _aside, _record = table(VoteResult), table(SetAside), table(PollingRecord)
_desk, _typing, _signing = table(PollingDesk), table(PollingTyping), table(Signing)


def of_activity(activity: FromClause, _context: FieldContext) -> Select[Any]:
    """Since when a correction waits to be counted, and how many desks have paper that no record holds."""
    counted = _result.alias("last_counted")
    last = select(func.max(counted.c.counted_at)).where(counted.c.activity_id == activity.c.id)
    changes = _changes(activity).subquery("change")
    newest = last.correlate(activity).scalar_subquery()
    corrected: Select[Any] = select(func.min(changes.c.at)).where(changes.c.at > newest)
    desks: Select[Any] = select(func.count(type_=Integer())).where(_desk.c.activity_id == activity.c.id, _waits())
    return select(
        corrected.correlate(activity).scalar_subquery().label("corrected_at"),
        desks.correlate(activity).scalar_subquery().label("desk_count"),
    )


def _changes(activity: FromClause) -> Any:
    """When each ballot was last set aside or put back, and each record written or photographed."""
    judged = select(func.greatest(_aside.c.set_aside_at, _aside.c.restored_at).label("at"))
    recorded = select(func.greatest(_record.c.recorded_at, _record.c.photo_at).label("at"))
    return union_all(
        judged.where(_aside.c.activity_id == activity.c.id).correlate(activity),
        recorded.where(_record.c.activity_id == activity.c.id).correlate(activity),
    )


def _waits() -> ColumnElement[bool]:
    """People signed at the desk and it has no record; or ballots were typed since its last one."""
    signed = select(_signing.c.id).where(_signing.c.desk_id == _desk.c.id).exists()
    recorded = select(_record.c.id).where(_record.c.desk_id == _desk.c.id)
    typed = select(_typing.c.id).where(
        _typing.c.desk_id == _desk.c.id,
        ~recorded.where(_record.c.recorded_at >= _typing.c.typed_at).correlate(_desk, _typing).exists(),
    )
    return or_(and_(signed, ~recorded.exists()), typed.exists())
