"""Proposing: how somebody answers a contribution, within the measure that newcomers keep."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Interval, Select, bindparam, case, func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.expression import literal_column, null

from mail import queue
from models.account import Account
from models.actor import Actor
from models.base import constant, new_id, table
from models.event import EventKind
from models.exchange import AGAIN_AFTER, ALIVE, NEW_FOR, Exchange, ExchangeStatus, Mover
from models.mail import MailKind
from models.message import BODY_LENGTH
from models.refusal import ErrorCode, Refusal, not_found
from planner.act import Act, Outcome, value
from resolvers import access, actor_block, capacity, exchanging, message, mirror, safety, slot_place, speaking, text
from resolvers.exchange import is_in, is_lapsed
from resolvers.waiting_list import half, patience

_exchange, _actor, _account = table(Exchange), table(Actor), table(Account)
_S = ExchangeStatus

_mine = _exchange.c.proposer_id == value(Exchange, "proposer_id")
RECENT = select(
    func.count().filter(is_in(_exchange, _S.PROPOSED, _S.WAITING, _S.ACCEPTED), ~is_lapsed(_exchange)).label("alive"),
    func.count().filter(_exchange.c.proposed_at > func.now() - literal(timedelta(days=1), Interval)).label("today"),
    func.coalesce(func.bool_or(is_in(_exchange, _S.DONE)), literal_column("false", Boolean)).label("has_done"),
).where(_mine)
IS_NEW = (
    select(_actor.c.id)
    .select_from(_actor.outerjoin(_account, _account.c.actor_id == _actor.c.id))
    .where(
        _actor.c.id == value(Actor, "id"),
        func.coalesce(_account.c.created_at, _actor.c.created_at) > func.now() - literal(NEW_FOR, Interval),
    )
)
_urgent, _waits = value(Exchange, "is_urgent"), bindparam("waits", type_=Boolean())
_before = _exchange.alias("before")
_again = func.max(
    _before.c.ended_at
    + case(*((is_in(_before, status), literal(pause, Interval)) for status, pause in AGAIN_AFTER.items()))
).label("again")
PAUSE: Select[Any] = select(_again).where(
    _before.c.contribution_id == value(Exchange, "contribution_id"),
    _before.c.proposer_id == value(Exchange, "proposer_id"),
    _before.c.ended_by != constant(Mover.END),
)
"""From when on a person may answer a contribution again; NULL where nothing stands in the way."""

_written = {
    **{name: value(Exchange, name) for name in ("id", "contribution_id", "author_id", "proposer_id", "is_urgent")},
    "status": case((_waits, constant(_S.WAITING)), else_=constant(_S.PROPOSED)),
    "proposed_at": func.now(),
    "changed_at": func.now(),
    "proposer_read_at": func.now(),
    "lapses_at": case((~_waits, func.now() + patience(_urgent))),
    "due_at": case((~_waits, func.now() + half(_urgent))),
}
PROPOSE = (
    postgresql.insert(_exchange)
    .from_select(
        [*_written],
        select(*_written.values()).where(func.coalesce(PAUSE.scalar_subquery() <= func.now(), literal_column("true"))),
    )
    .on_conflict_do_nothing(index_elements=("contribution_id", "proposer_id"), index_where=is_in(_exchange, *ALIVE))
)
OVERDUE = (
    update(_exchange)
    .where(_exchange.c.contribution_id == value(Exchange, "contribution_id"), _mine, is_lapsed(_exchange))
    .values(status=constant(_S.LAPSED), ended_by=constant(Mover.CLOCK), ended_at=_exchange.c.lapses_at, due_at=null())
)
"""What has lapsed and no job has marked makes room for another proposal of the same person."""


ALREADY = select(_exchange.c.id).where(
    _exchange.c.contribution_id == value(Exchange, "contribution_id"), _mine, is_in(_exchange, *ALIVE)
)


@dataclass(frozen=True, slots=True)
class ProposalPause:
    """From when on somebody may answer again."""

    again: datetime


@dataclass(frozen=True, slots=True)
class Recent:
    """What a person has proposed."""

    alive: int
    today: int
    has_done: bool


async def propose(
    act: Act,
    *,
    contribution: UUID,
    body: str,
    on_behalf_of: UUID | None = None,
    is_old_enough: bool = False,
    is_kept_sealed: bool = False,
) -> Outcome:
    """Answer a contribution: it waits for its author, in the waiting list where all places are taken. Where its author
    has answered the mirror of it, the two have agreed."""
    proposer = await speaking.speaker(act, on_behalf_of)
    target = await access.contribution(act, contribution)
    capacity.require_exchanged(target.kind)
    await slot_place.require_none_to_come(act, contribution)
    if target.author_id == proposer or await speaking.acts_for(act, target.author_id):
        raise Refusal(ErrorCode.OWN_CONTRIBUTION, "It is your own.", "contribution")
    target.require_running()
    target.require_standing()
    await safety.require_answerer(act, target.category_id, target.kind, proposer)
    safety.require_age(target.least_age, is_old_enough)
    await safety.require_sealed(act, target.category_id, is_kept_sealed)
    words = text.clean(body, BODY_LENGTH, "body")
    if not await capacity.lock_people(act, target.author_id, proposer):
        raise not_found("contribution")
    await actor_block.require_none(act, target.author_id, (proposer, act.actor))
    if (asked := await mirror.find(act, contribution, target.author_id, proposer)) is not None:
        await message.write(act, asked, proposer, words)
        return await exchanging.accept(act, exchange=asked)
    await _require_measure(act, target, proposer)
    id_, has_room = await _begin(act, contribution, target.author_id, proposer, words)
    reached = EventKind.EXCHANGE_PROPOSED if has_room else EventKind.EXCHANGE_WAITING
    return act.did(reached, id_, exchange_id=id_)


async def _begin(act: Act, contribution: UUID, author: UUID, proposer: UUID, words: str) -> tuple[UUID, bool]:
    """The new exchange, and whether there is a place for it."""
    held = await capacity.locked(act, contribution)
    if held.author_id != author:  # Whom a desk has entered it for took it over this moment.
        raise Refusal(ErrorCode.CONFLICT, "It has just changed: look at it again.", "contribution")
    id_, people = new_id(), {"contribution_id": contribution, "author_id": author, "proposer_id": proposer}
    await act.execute(OVERDUE, contribution_id=contribution, proposer_id=proposer)
    if not await act.execute(PROPOSE, id=id_, **people, is_urgent=held.is_urgent, waits=not held.has_room):
        raise await _refused(act, contribution, proposer)
    await message.write(act, id_, proposer, words)
    await queue.tell(act.transaction, MailKind.EXCHANGE_PROPOSED, author, id_)
    return id_, held.has_room


async def _refused(act: Act, contribution: UUID, proposer: UUID) -> Refusal:
    """Why it cannot be answered: it is already, or was lately."""
    if await act.exists(ALREADY, contribution_id=contribution, proposer_id=proposer):
        return Refusal(ErrorCode.ALREADY_PROPOSED, "You have answered it already.", "contribution")
    [pause] = await act.all(PAUSE, into=ProposalPause, contribution_id=contribution, proposer_id=proposer)
    message_ = "You have answered it lately: give its author some time."
    return Refusal(ErrorCode.PROPOSED_LATELY, message_, "contribution", until=pause.again)


async def _require_measure(act: Act, target: access.Target, proposer: UUID) -> None:
    """Somebody who is new writes to a few people at a time. Raises Refusal."""
    recent = await act.one(RECENT, into=Recent, proposer_id=proposer)
    assert recent is not None
    alive, daily = target.newcomer_alive, target.newcomer_daily
    if recent.has_done or (recent.alive < alive and recent.today < daily):
        return
    if await act.exists(IS_NEW, id=proposer):
        message_ = f"At first {alive} answers at a time and {daily} a day are possible."
        is_for_today = recent.today >= daily  # Taking one back would change nothing.
        code = ErrorCode.TOO_MANY_PROPOSALS_TODAY if is_for_today else ErrorCode.TOO_MANY_PROPOSALS
        raise Refusal(code, message_, "contribution")
