"""Polling desks: opened by administrators, kept by their agents, who are named by the addresses of their accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, delete, func, literal_column, or_, select
from sqlalchemy.types import Integer, Interval

from models import expected
from models.account import Account
from models.actor import Actor
from models.base import constant, table
from models.event import EventKind
from models.polling_desk import (
    DESK_NAME_LENGTH,
    MARKS_WAIT,
    MAX_AGENTS,
    MAX_DESKS,
    ON_PAPER,
    CountedBy,
    PollingAgent,
    PollingDesk,
    Signing,
    VoteChannel,
)
from models.proof import ProofLevel, tells_people_apart
from models.refusal import ErrorCode, Refusal, bad_input, limit_reached, not_found
from models.vote import VoteMethod
from models.vote_result import AwardRule
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from planner.sight import Sight
from planner.who import ADMINISTRATOR
from resolvers import access, ballot, proof, room, sight, text
from resolvers.sight import ACTIVITY
from resolvers.vote_method import METHODS

_desk, _agent, _signing = table(PollingDesk), table(PollingAgent), table(Signing)
_account, _actor = table(Account), table(Actor)
_desk_id = value(PollingAgent, "desk_id")
KEEPS = select(_agent.c.id).where(_agent.c.desk_id == _desk_id, _agent.c.actor_id == value(PollingAgent, "actor_id"))
AGENTS = select(func.count().label("count")).select_from(_agent).where(_agent.c.desk_id == _desk_id)
DISMISS = delete(_agent).where(_agent.c.id == value(PollingAgent, "id"))
LOCK = select(_desk.c.id).where(_desk.c.id == value(PollingDesk, "id")).with_for_update()
"""Taken by whoever writes a desk's record or changes who keeps it: one comes after the other."""

WITH_TOTALS = select(_desk.c.id).where(
    _desk.c.activity_id == value(PollingDesk, "activity_id"), _desk.c.counted_by == constant(CountedBy.TOTALS)
)
"""Desks whose records say nothing of single ballots."""

NAMED = select(_desk.c.name).where(_desk.c.activity_id == value(PollingDesk, "activity_id"))
PERSON = select(_actor.c.id).where(_actor.c.id == value(Actor, "id"))
HOLDER = select(_account.c.actor_id.label("id")).where(_account.c.email == value(Account, "email"))
"""Whose account has an address."""


_WAIT: ColumnElement[Any] = literal_column(f"interval '{MARKS_WAIT.days} days'", Interval)


@cache
def _kept_desk(seen: Sight) -> Select[tuple[object, ...]]:
    """The desk `:id` and its vote, if it is seen."""
    of_activity = (ACTIVITY.c[name] for name in ("vote_method", "award_rule", "proof_levels"))
    has_opened = ACTIVITY.c.opens_at <= func.now()
    is_late = and_(has_opened, or_(ACTIVITY.c.closes_at.is_(None), ACTIVITY.c.closes_at > func.now() - _WAIT))
    period = (access.is_voting(), has_opened.label("has_opened"), is_late.label("takes_marks"))
    of_desk = (_desk.c[name] for name in ("id", "activity_id", "channel", "counted_by", "import_run_id"))
    columns = (*of_desk, *of_activity, *period)
    statement: Select[tuple[object, ...]] = select(*columns).join_from(
        ACTIVITY, _desk, _desk.c.activity_id == ACTIVITY.c.id
    )
    return sight.activities(statement, seen).where(_desk.c.id == value(PollingDesk, "id"))


@dataclass(frozen=True, slots=True)
class KeptDesk:
    """A desk that somebody acts at, and the vote that it is a desk of."""

    id: UUID
    activity_id: UUID
    channel: VoteChannel
    counted_by: CountedBy
    import_run_id: UUID | None
    vote_method: VoteMethod | None
    award_rule: AwardRule | None
    proof_levels: list[str] | None
    is_running: bool
    has_opened: bool
    takes_marks: bool
    """Of papers that are in the box: from the opening on, until `MARKS_WAIT` after the close."""


@dataclass(frozen=True, slots=True)
class DeskName:
    """A desk's name."""

    name: str


# Rights --------------------------------------------------------------------------------------------------------------


async def _keeps(act: Act, arguments: Mapping[str, Any]) -> bool:
    return await act.exists(KEEPS, desk_id=arguments["desk"], actor_id=act.actor)


DESK_AGENT = ADMINISTRATOR.unless(_keeps)
"""Administrators, and the agents of the desk that the input names."""


async def kept_desk(act: Act, id_: UUID) -> KeptDesk:
    """The desk of an input's field. Raises Refusal(NOT_FOUND, ACTION_NOT_POSSIBLE)."""
    kept = await act.one(_kept_desk(act.sight), into=KeptDesk, id=id_)
    if kept is None:
        raise not_found("desk")
    if kept.import_run_id is not None:
        message = "This desk holds ballots of an imported file: undo the import instead."
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, "desk")
    return kept


# What is read --------------------------------------------------------------------------------------------------------


def of_activity(row: FromClause, activity: FromClause, _context: FieldContext) -> Listing:
    """The desks of an activity, by their names."""
    return Listing((row.c.activity_id == activity.c.id,), Order("desk.name", (row.c.name, row.c.id), (str, UUID)))


def kept_by(row: FromClause, actor: FromClause, context: FieldContext) -> Listing:
    """The desks that the viewer keeps."""
    agent = _agent.alias("keeping")
    kept = select(agent.c.id).where(agent.c.desk_id == row.c.id, agent.c.actor_id == context.viewer_id)
    order = Order("desk.kept", (row.c.name, row.c.id), (str, UUID))
    return Listing((actor.c.id == context.viewer_id, kept.correlate_except(agent).exists()), order)


def agents(row: FromClause, desk: FromClause, _context: FieldContext) -> Listing:
    """Who keeps a desk."""
    agent = _agent.alias("keeper")
    kept = select(agent.c.id).where(agent.c.desk_id == desk.c.id, agent.c.actor_id == row.c.id)
    order = Order("actor.name", (text.dictionary_order(row.c.name), row.c.id), (str, UUID))
    return Listing((kept.correlate_except(agent).exists(),), order)


def signing_count(desk: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many have signed at a desk."""
    return _signatures(desk)


def double_count(desk: FromClause, _context: FieldContext) -> ColumnElement[int]:
    """How many of them had signed at another desk before."""
    return _signatures(desk, _signing.c.is_double)


def _signatures(desk: FromClause, *where: ColumnElement[bool]) -> ColumnElement[int]:
    counted: Select[Any] = select(func.count(type_=Integer())).where(_signing.c.desk_id == desk.c.id, *where)
    return counted.correlate_except(_signing).scalar_subquery()


# What is done --------------------------------------------------------------------------------------------------------


async def open_desk(
    act: Act,
    *,
    activity: UUID,
    name: str,
    channel: VoteChannel = VoteChannel.DESK,
    counted_by: CountedBy = CountedBy.TOTALS,
) -> Outcome:
    """Open a desk of a vote by ballots."""
    await access.activity(act, activity)
    kept = text.line(name, DESK_NAME_LENGTH, "name")
    if channel not in ON_PAPER:
        raise bad_input("A desk takes paper.", "channel", expected.OTHER)
    await act.execute(ballot.CHANGE_RULE, activity_id=activity)  # One who opens a desk is first.
    names = [one.name for one in await act.all(NAMED, into=DeskName, activity_id=activity)]
    if kept in names:
        raise Refusal(ErrorCode.NAME_TAKEN, "Another desk has this name.", "name")
    if len(names) >= MAX_DESKS:
        raise limit_reached(f"A vote has at most {MAX_DESKS} desks.", "activity", expected.at_most(MAX_DESKS))
    said = {"name": kept, "channel": channel, "counted_by": counted_by}
    id_ = await act.insert(PollingDesk, activity_id=activity, opened_at=act.now, **said)
    desk = await kept_desk(act, id_)
    require_countable(desk, "activity")
    if not tells_people_apart([ProofLevel(level) for level in desk.proof_levels or ()], with_desks=True):
        raise proof.vote_twice("activity")
    return act.did(EventKind.POLLING_DESK_OPENED, id_, {"channel": channel.value}, desk_id=id_)


def require_countable(kept: KeptDesk, field: str) -> None:
    """People vote by ballots, and the rule of award can be reckoned from totals. Raises Refusal."""
    if kept.vote_method is None or METHODS[kept.vote_method].is_free:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "People do not vote by ballots here.", field)
    if kept.award_rule is AwardRule.EQUAL_SHARES and kept.counted_by is CountedBy.TOTALS:
        raise totals_not_enough(field)


def totals_not_enough(field: str) -> Refusal:
    """The refusal of equal shares over totals."""
    message = "Equal shares are reckoned ballot by ballot: the totals of a desk are not enough."
    return Refusal(ErrorCode.ACTION_NOT_POSSIBLE, message, field)


async def add_agent(act: Act, *, desk: UUID, email: str) -> Outcome:
    """Have somebody keep a desk; who keeps it already goes on."""
    await kept_desk(act, desk)
    holder = await act.one(HOLDER, into=access.Id, email=email.strip().lower())
    if holder is None:
        raise Refusal(ErrorCode.NO_ACCOUNT, "No account has this address.", "email")
    await act.execute(LOCK, id=desk)
    if await act.exists(KEEPS, desk_id=desk, actor_id=holder.id):
        return act.did(desk_id=desk)
    if (await act.all(AGENTS, into=room.Count, desk_id=desk))[0].count >= MAX_AGENTS:
        raise limit_reached(f"A desk has at most {MAX_AGENTS} agents.", "desk", expected.at_most(MAX_AGENTS))
    await act.insert(PollingAgent, desk_id=desk, actor_id=holder.id, given_at=act.now)
    return act.did(EventKind.POLLING_AGENTS_CHANGED, desk, desk_id=desk)


async def remove_agent(act: Act, *, desk: UUID, actor: UUID) -> Outcome:
    """Have somebody keep a desk no more; who does not keep it is no error."""
    await kept_desk(act, desk)
    role = await act.one(KEEPS, into=access.Id, desk_id=desk, actor_id=actor)
    if role is None:
        if not await act.exists(PERSON, id=actor):
            raise not_found("actor")
        return act.did(desk_id=desk)
    await act.execute(DISMISS, id=role.id)
    return act.did(EventKind.POLLING_AGENTS_CHANGED, desk, desk_id=desk)
