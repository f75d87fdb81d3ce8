"""Nudges: whoever holds the link of a mail sees its question and answers it once, without signing in."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Interval, Select, and_, func, literal, select, update
from sqlalchemy.types import Uuid

from auth.viewer import Viewer
from mail import queue
from models.actor import Role
from models.base import constant, table
from models.contribution import Contribution, ContributionOutcome
from models.event import EventKind
from models.exchange import DONE_AFTER, Exchange, ExchangeStatus, Party
from models.mail import MailKind
from models.nudge import ASKED, GOOD_FOR, Nudge, NudgeAnswer, NudgeKind
from models.refusal import ErrorCode, Refusal
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.event import RECORD, NewEvent, events
from resolvers import capacity, life, parting
from resolvers.capacity import ANSWERABLE
from resolvers.exchange import is_in
from resolvers.party import TwoPeople

_nudge, _contribution, _exchange = table(Nudge), table(Contribution), table(Exchange)
_is_fresh = _nudge.c.asked_at > func.now() - literal(GOOD_FOR, Interval)
_RENEWED = {asked.kind: asked.renewed_days for asked in ASKED}
USE = (
    update(_nudge)
    .where(_nudge.c.id == value(Nudge, "id"), _nudge.c.answer.is_(None), _is_fresh)
    .values(answer=value(Nudge, "answer"), answered_at=func.now())
    .returning(_nudge.c.kind, _nudge.c.contribution_id, _nudge.c.actor_id)
)
SAY_DONE = (
    update(_exchange)
    .where(
        _exchange.c.contribution_id == value(Exchange, "contribution_id"),
        is_in(_exchange, ExchangeStatus.ACCEPTED),
        _exchange.c.done_said_by.is_(None),
    )
    .values(
        done_said_by=constant(Party.AUTHOR),
        done_said_at=func.now(),
        due_at=func.now() + literal(DONE_AFTER, Interval),
        changed_at=func.now(),
    )
    .returning(_exchange.c.id, _exchange.c.author_id, _exchange.c.proposer_id)
)
"""Who was helped says so of all who had agreed to help."""


@dataclass(frozen=True, slots=True)
class UsedNudge:
    """A nudge that was answered just now."""

    kind: NudgeKind
    contribution_id: UUID
    actor_id: UUID


# Reads ----------------------------------------------------------------------------------------------------------------


def by_token(_parent: FromClause, row: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The nudge that a link's token names."""
    named = context.bind(lambda given, asker: asker.nudge(str(given["token"])), Uuid())
    return row.c.id == named


def is_answerable(row: FromClause, _context: FieldContext) -> ColumnElement[bool]:
    """Nobody has answered it, it is fresh, and what it asks about has not ended."""
    asked = _contribution.alias("asked")
    open_: Select[Any] = select(asked.c.id).where(
        asked.c.id == row.c.contribution_id, asked.c.status.in_([constant(status) for status in ANSWERABLE])
    )
    fresh = row.c.asked_at > func.now() - literal(GOOD_FOR, Interval)
    return and_(row.c.answer.is_(None), fresh, open_.correlate_except(asked).exists())


def title(row: FromClause, _context: FieldContext) -> ColumnElement[Any]:
    """The title of what it asks about."""
    asked = _contribution.alias("titled")
    told: Select[Any] = select(asked.c.title).where(asked.c.id == row.c.contribution_id)
    return told.correlate_except(asked).scalar_subquery()


# Writes ---------------------------------------------------------------------------------------------------------------


async def reply(act: Act, *, token: str, answer: NudgeAnswer) -> Outcome:
    """Answer the question of a mail, once: it closes what has ended and renews what goes on."""
    nudge = act.asker.nudge(token)
    used = await act.one(USE, into=UsedNudge, id=nudge, answer=answer) if nudge else None
    if nudge is None or used is None or not await act.exists(capacity.IS_ANSWERABLE, id=used.contribution_id):
        raise Refusal(ErrorCode.LINK_USED, "This link was used, is too old, or is none of ours.", "token")
    await _carry_out(_as_author(act, used.actor_id), used, answer)
    return act.did(EventKind.NUDGE_ANSWERED, used.contribution_id, {"answer": answer.value}, nudge_id=nudge)


def _as_author(act: Act, author: UUID) -> Act:
    """The same transaction for the person to whom the mail was sent: the link is the proof."""
    return replace(act, asker=act.asker.seen_by(Viewer(author, Role.MEMBER)))


async def _carry_out(act: Act, used: UsedNudge, answer: NudgeAnswer) -> None:
    own, goes_on = await life.own(act, used.contribution_id), answer is NudgeAnswer.NOT_YET
    if used.kind is NudgeKind.STILL_OFFERED:
        goes_on = answer is not NudgeAnswer.NOT_NEEDED
    if goes_on:
        await life.revise(act, own, _RENEWED[used.kind], None)
        return
    is_helped = answer is NudgeAnswer.YES
    await life.close(act, own, ContributionOutcome.FULFILLED if is_helped else ContributionOutcome.WITHDRAWN)
    if is_helped:
        await _say_done(act, used.contribution_id)
    await parting.of_contribution(act.transaction, used.contribution_id)


async def _say_done(act: Act, contribution: UUID) -> None:
    """Tell each helper what their author has said, as where the author says it of one."""
    said = await act.all(SAY_DONE, into=TwoPeople, contribution_id=contribution)
    for one in said:
        await queue.tell(act.transaction, MailKind.EXCHANGE_CHANGED, one.proposer_id, one.id)
    by = {"by": Party.AUTHOR.value}
    happened = (NewEvent(EventKind.EXCHANGE_DONE_SAID, one.id, act.actor, by) for one in said)
    await act.execute(RECORD, **events(*happened))
