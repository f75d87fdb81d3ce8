"""Inspection: a moderator reads a thread through a report alone, and the journal says that somebody looked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, Select, func, literal, literal_column, select

from models.base import constant, table
from models.event import Event, EventKind
from models.message import Message
from models.moderation import CaseState, ModerationCase
from models.refusal import not_found
from planner.act import Act, Outcome, value
from planner.context import FieldContext

OPEN_FOR = timedelta(hours=1)
"""So long a look lasts."""

_case, _message, _event = table(ModerationCase), table(Message), table(Event)
OF_MESSAGE = select(_case.c.id).where(
    _case.c.id == value(ModerationCase, "id"),
    _case.c.message_id.is_not(None),
    _case.c.state.in_([constant(state) for state in (CaseState.OPEN, CaseState.APPEALED)]),
)


def body(case_: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The words of the message that a case is about."""
    said = _message.alias("said")
    words: Select[Any] = select(said.c.body).where(said.c.id == case_.c.message_id)
    return words.correlate_except(said).scalar_subquery()


def thread(case_: FromClause, context: FieldContext) -> Select[Any]:
    """The whole thread, for the moderator who said within the last hour that he looks."""
    reported, row, looked = _message.alias("reported"), _message.alias("thread_message"), _event.alias("looked")
    has_looked: Select[Any] = select(literal_column("1")).where(
        looked.c.subject_id == case_.c.id,
        looked.c.kind == constant(EventKind.THREAD_INSPECTED),
        looked.c.actor_id == context.viewer_id,
        looked.c.at > func.now() - literal(OPEN_FOR, Interval),
    )
    return (
        select(
            row.c.body,
            row.c.sent_at,
            (row.c.id == reported.c.id).label("is_reported"),
            (row.c.author_id == reported.c.author_id).label("is_of_reported"),
        )
        .join_from(reported, row, row.c.exchange_id == reported.c.exchange_id)
        .where(reported.c.id == case_.c.message_id, has_looked.correlate(case_).exists())
        .order_by(row.c.sent_at, row.c.id)
        .limit(literal_column("200"))
        .correlate(case_)
    )


async def inspect(act: Act, *, case: UUID) -> Outcome:
    """Say in the journal that one looks at the thread of a message that was reported, and waits for a decision."""
    if not await act.exists(OF_MESSAGE, id=case):
        raise not_found("case")
    return act.did(EventKind.THREAD_INSPECTED, case, case_id=case)
