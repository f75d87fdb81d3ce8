"""Period: half-open, [opens_at, closes_at), by the database's clock; how one is read and how one is written."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, column, false, func, literal_column, or_, select
from sqlalchemy.types import DateTime, Text

from models import expected
from models.base import constant, table
from models.phase import ALLOWED, Doing
from models.refusal import bad_input
from models.space import ParticipatorySpace, Visibility
from planner.context import FieldContext


def is_open(row: FromClause, context: FieldContext | None = None) -> ColumnElement[bool]:
    """Now lies in the row's period; or the instant that the argument `at` names does."""
    at: ColumnElement[Any] = (
        context.bind("at", DateTime(timezone=True)) if context is not None and context.has("at") else func.now()
    )
    return and_(row.c.opens_at <= at, or_(row.c.closes_at.is_(None), row.c.closes_at > at))


def has_begun(activity: FromClause) -> ColumnElement[bool]:
    """It has opened, and not to its team alone: in a space that is a draft nothing begins, unless it is over."""
    around = table(ParticipatorySpace).alias("begun_in")
    is_draft: Any = select(literal_column("1")).where(
        around.c.id == activity.c.space_id, around.c.visibility == constant(Visibility.DRAFT)
    )
    is_over = func.coalesce(activity.c.closes_at <= func.now(), false())
    return and_(activity.c.opens_at <= func.now(), or_(~is_draft.correlate_except(around).exists(), is_over))


def phases(activity: FromClause, name: str) -> Any:
    """An activity's phases as rows; none for an activity without any."""
    rows: Any = func.jsonb_to_recordset(activity.c.phases)
    typed = (column("kind", Text()), column("title", Text()), column("startsAt", DateTime(timezone=True)))
    return rows.table_valued(*typed, name=name).render_derived(with_types=True)


def allows(activity: FromClause, doing: Doing, at: ColumnElement[Any]) -> ColumnElement[bool]:
    """The phase of an instant allows it; an activity without phases allows everything, and nothing before its first."""
    phase = phases(activity, f"phase_to_{doing.value.lower()}")
    kind = select(phase.c.kind).select_from(phase).where(phase.c.startsAt <= at).order_by(phase.c.startsAt.desc())
    now = kind.limit(literal_column("1")).correlate_except(phase).scalar_subquery()
    kinds = [constant(each) for each, allowed in ALLOWED.items() if doing in allowed]
    return or_(activity.c.phases.is_(None), func.coalesce(now.in_(kinds), false()))


def is_past(activity: FromClause, doing: Doing) -> ColumnElement[bool]:
    """It has closed, or no phase allows this now or later."""
    phase = phases(activity, f"phase_of_{doing.value.lower()}")
    ends_at = func.lead(phase.c.startsAt).over(order_by=phase.c.startsAt).label("ends_at")
    each = (
        select(phase.c.kind, ends_at).select_from(phase).correlate_except(phase).subquery(f"to_{doing.value.lower()}")
    )
    kinds = [constant(kind) for kind, allowed in ALLOWED.items() if doing in allowed]
    lasts = or_(each.c.ends_at.is_(None), each.c.ends_at > func.now())
    ahead: Any = select(literal_column("1")).select_from(each).where(each.c.kind.in_(kinds), lasts)
    is_closed = func.coalesce(activity.c.closes_at <= func.now(), false())
    return or_(is_closed, and_(activity.c.phases.is_not(None), ~ahead.exists()))


def columns(opens_at: datetime | None, closes_at: datetime | None) -> dict[str, Any]:
    """A period that ends after it begins. Raises Refusal(BAD_INPUT)."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise bad_input("It closes after it opens.", "closesAt", expected.AFTER)
    return {"opens_at": opens_at, "closes_at": closes_at}
