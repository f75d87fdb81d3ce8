"""Polling typings («double saisie»): two agents type each batch of paper ballots; what both typed alike is agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, FromClause, Integer, Select, Text, case, func, literal_column, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from counting import polling_desk, short_ballot
from counting.polling_desk import KeptDesk, kept_desk, require_countable
from counting.short_ballot import NumberedProject, ShortBallot
from models import expected
from models.activity import Activity
from models.ballot import BLANK, COLUMNS, VoteRule
from models.base import constant, table
from models.contribution import Contribution, ContributionStatus
from models.event import EventKind
from models.paper_ballot import MAX_BATCHES, MAX_IN_BATCH, SPOILT, BatchState, PollingTyping, digest_of
from models.polling_desk import CountedBy
from models.polling_record import REMARK_LENGTH
from models.refusal import ErrorCode, Refusal, bad_input, conflict
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import ballot, text
from resolvers.vote_method import METHODS

_typing, _activity, _contribution = table(PollingTyping), table(Activity), table(Contribution)
_of_batch = (_typing.c.desk_id == value(PollingTyping, "desk_id"), _typing.c.batch == value(PollingTyping, "batch"))
LAST = select(func.coalesce(func.max(_typing.c.version), literal_column("0")).label("version")).where(*_of_batch)
OWN = (
    select(_typing.c.version)
    .where(*_of_batch, _typing.c.agent_id == value(PollingTyping, "agent_id"))
    .order_by(_typing.c.version.desc())
    .limit(literal_column("1"))
)
OTHERS = select(_typing.c.id).where(*_of_batch, _typing.c.agent_id != value(PollingTyping, "agent_id"))
HAS_AGREED = select(_typing.c.id).where(*_of_batch, _typing.c.agreed_with_id.is_not(None))
_newer = _typing.alias("newer_typing")


def _is_last_of(row: FromClause, agent: ColumnElement[bool]) -> ColumnElement[bool]:
    """No newer typing of the same batch is the same agent's."""
    newer = select(_newer.c.id).where(
        _newer.c.desk_id == row.c.desk_id, _newer.c.batch == row.c.batch, _newer.c.version > row.c.version, agent
    )
    return ~newer.correlate_except(_newer).exists()


ALIKE = (
    select(_typing.c.id, _typing.c.agent_id)
    .where(
        *_of_batch,
        _typing.c.agent_id != value(PollingTyping, "agent_id"),
        _typing.c.digest == value(PollingTyping, "digest"),
        _is_last_of(_typing, _newer.c.agent_id == _typing.c.agent_id),
    )
    .order_by(_typing.c.version.desc())
    .limit(literal_column("1"))
)
"""Somebody else's last typing of a batch that says the same."""

_STANDING = [constant(status) for status in (ContributionStatus.OPEN, ContributionStatus.EXPIRED)]


def _numbered(row: FromClause, activity: ColumnElement[Any]) -> Select[Any]:
    """The projects of an activity with their numbers, from the oldest on. All of them have one, whatever has become of
    them: a sheet that is printed says the same number for ever."""
    number: ColumnElement[int] = func.row_number(type_=Integer()).over(order_by=row.c.id)
    is_standing = row.c.status.in_(_STANDING).label("is_standing")
    return select(number.label("number"), row.c.id, row.c.cost_euros, is_standing).where(
        row.c.activity_id == activity, row.c.about_id.is_(None)
    )


PROJECTS = _numbered(_contribution, value(Contribution, "activity_id"))
"""What ballots name. Numbers are no `reference` of what is published, which counts only those that can win."""

RULE = select(*(_activity.c[name] for name in COLUMNS)).where(_activity.c.id == value(Activity, "id"))
_by_version = aggregate_order_by(_typing.c.agreed_with_id.is_not(None), _typing.c.version.desc())
_is_settled: ColumnElement[bool] = func.array_agg(_by_version)[1]
STATES = (
    select(_typing.c.batch, _is_settled.label("is_settled"))
    .where(_typing.c.desk_id == value(PollingTyping, "desk_id"))
    .group_by(_typing.c.batch)
    .order_by(_typing.c.batch)
)
AGREED = select(_typing.c.ballots).where(
    _typing.c.desk_id == value(PollingTyping, "desk_id"),
    _typing.c.agreed_with_id.is_not(None),
    _is_last_of(_typing, _newer.c.agreed_with_id.is_not(None)),
)
"""The ballots of each batch as two people last typed them alike."""


@dataclass(frozen=True, slots=True)
class Version:
    """How many versions there are, or which one is meant."""

    version: int


@dataclass(frozen=True, slots=True)
class Alike:
    """A typing that says the same, and whose it is."""

    id: UUID
    agent_id: UUID


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What a paper ballot may hold."""

    vote_least: int | None
    vote_most: int | None
    vote_most_each: int | None
    vote_grades: int | None
    budget_euros: int | None

    @property
    def rule(self) -> VoteRule:
        """The same as a rule."""
        return VoteRule(**{name: getattr(self, column) for column, name in COLUMNS.items()})


@dataclass(frozen=True, slots=True)
class Settled:
    """Whether what was last typed of a batch is agreed."""

    batch: int
    is_settled: bool


@dataclass(frozen=True, slots=True)
class AgreedBallots:
    """What two people typed alike."""

    ballots: Any


# What is read --------------------------------------------------------------------------------------------------------


def batches(desk: FromClause, context: FieldContext) -> Select[Any]:
    """The batches of a desk, with how far they are; what is in them is told where two people agreed."""
    row = _typing.alias("typed")
    last = row.c.version.desc()
    typists: ColumnElement[int] = func.count(row.c.agent_id.distinct(), type_=Integer())
    state = case(
        (func.array_agg(aggregate_order_by(row.c.agreed_with_id.is_not(None), last))[1], constant(BatchState.AGREED)),
        (typists < literal_column("2"), constant(BatchState.TYPED_ONCE)),
        else_=constant(BatchState.DIFFERS),
    )
    counts: list[Any] = [
        func.array_agg(aggregate_order_by(row.c[name], last)).filter(row.c.agreed_with_id.is_not(None))[1].label(name)
        for name in ("valid", "blank", "spoilt")
    ]
    is_own = func.coalesce(func.bool_or(row.c.agent_id == context.viewer_id), literal_column("false"))
    columns: list[Any] = [row.c.batch.label("number"), state.label("state"), is_own.label("is_typed"), *counts]
    return select(*columns).where(row.c.desk_id == desk.c.id).group_by(row.c.batch).order_by(row.c.batch)


def projects(desk: FromClause, _context: FieldContext) -> Select[Any]:
    """What ballots of a desk may name, with the numbers that are typed."""
    row = _contribution.alias("numbered")
    every = _numbered(row, desk.c.activity_id).correlate(desk).subquery("numbered_project")
    return select(every.c.number, every.c.id.label("project")).where(every.c.is_standing)


def of_batch(row: FromClause, desk: FromClause, context: FieldContext) -> Listing:
    """The last typing of each agent of a batch, in the order in which they were made."""
    number = context.bind("batch", Integer())
    order = Order("typing.version", (row.c.version,), (int,))
    is_last = _is_last_of(row, _newer.c.agent_id == row.c.agent_id)
    return Listing((row.c.desk_id == desk.c.id, row.c.batch == number, row.c.agent_id.is_not(None), is_last), order)


def is_own(typing: FromClause, context: FieldContext) -> ColumnElement[bool]:
    """The viewer typed it."""
    return func.coalesce(typing.c.agent_id == context.viewer_id, literal_column("false"), type_=Boolean())


def typed_ballots(typing: FromClause, context: FieldContext) -> Select[Any]:
    """The ballots of a typing, for whoever typed it, and for all once somebody else has typed the batch unseen: as many
    ballots or more, so that nobody types one to read the others."""
    other = _typing.alias("other_typing")
    is_second = select(other.c.id).where(
        other.c.desk_id == typing.c.desk_id,
        other.c.batch == typing.c.batch,
        other.c.agent_id != typing.c.agent_id,
        func.jsonb_array_length(other.c.ballots) >= func.jsonb_array_length(typing.c.ballots),
    )
    element = func.jsonb_array_elements(typing.c.ballots, type_=JSONB())
    listed = element.table_valued("told", with_ordinality="place", name="typed_ballot").render_derived()
    short: ColumnElement[str] = func.jsonb_extract_path_text(listed.c.told, literal_column("'short'"), type_=Text())
    place = as_type(listed.c.place, Integer)
    is_told = (typing.c.agent_id == context.viewer_id) | is_second.correlate_except(other).exists()
    columns: list[Any] = [place.label("place"), short.label("text")]
    return select(*columns).select_from(listed).where(is_told).order_by(place)


# What is done --------------------------------------------------------------------------------------------------------


async def type_batch(
    act: Act,
    *,
    desk: UUID,
    batch: int,
    ballots: Sequence[Mapping[str, Any]],
    version: int = 0,
    reason: str | None = None,
) -> Outcome:
    """Keep what the asker reads in a batch; `version` is the asker's own that was read, 0 where there is none."""
    kept = await kept_desk(act, desk)
    _require_typed(kept)
    if not 1 <= batch <= MAX_BATCHES:
        raise bad_input(f"It is 1 to {MAX_BATCHES}.", "batch", expected.number(1, MAX_BATCHES))
    await act.execute(ballot.KEEP_RULE, activity_id=kept.activity_id)
    await act.execute(polling_desk.LOCK, id=desk)
    at = {"desk_id": desk, "batch": batch}
    own = await act.one(OWN, into=Version, agent_id=act.actor, **at)
    if version != (own.version if own else 0):
        raise conflict()
    is_correction = await act.exists(HAS_AGREED, **at)
    said = text.clean(reason or "", REMARK_LENGTH, "reason") if is_correction else None
    typed = await _typed(act, kept, ballots)
    return await _keep(act, kept, batch, typed, said)


async def _keep(act: Act, kept: KeptDesk, batch: int, typed: Sequence[ShortBallot], reason: str | None) -> Outcome:
    """Write a typing, agreed with the last one of somebody else that says the same."""
    at = {"desk_id": kept.id, "batch": batch}
    digest = digest_of(kept.id, batch, [one.says for one in typed])
    alike = await act.one(ALIKE, into=Alike, agent_id=act.actor, digest=digest, **at)
    last = await act.one(LAST, into=Version, **at)
    assert last is not None  # An aggregate has a row.
    id_ = await act.insert(
        PollingTyping,
        activity_id=kept.activity_id,
        version=last.version + 1,
        agent_id=act.actor,
        reason=reason,
        ballots=[one.stored for one in typed],
        digest=digest,
        agreed_with_id=alike.id if alike else None,
        agreed_agent_id=alike.agent_id if alike else None,
        typed_at=act.now,
        **counted([one.says for one in typed]),
        **at,
    )
    note = {"batch": batch, "version": last.version + 1, "digest": digest}
    state = BatchState.AGREED if alike else await _unsettled(act, at)
    return act.did(EventKind.POLLING_BALLOTS_TYPED, id_, note, desk_id=kept.id, batch=batch, state=state.value)


async def _unsettled(act: Act, at: Mapping[str, object]) -> BatchState:
    """How far a batch is that the asker has just typed otherwise than anybody else."""
    is_second = await act.exists(OTHERS, agent_id=act.actor, **at)
    return BatchState.DIFFERS if is_second else BatchState.TYPED_ONCE


def _require_typed(kept: KeptDesk) -> None:
    """The desk counts ballot by ballot, and people have begun to vote. Raises Refusal."""
    require_countable(kept, "desk")
    if kept.counted_by is not CountedBy.BALLOTS:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "This desk writes totals on its record.", "desk")
    if not kept.has_opened:
        raise Refusal(ErrorCode.VOTING_NOT_OPEN, "The vote has not opened yet.", "desk")


async def _typed(act: Act, kept: KeptDesk, ballots: Sequence[Mapping[str, Any]]) -> list[ShortBallot]:
    """What each line says; empty ones are none. Raises Refusal where it stands."""
    rules = await act.one(RULE, into=PaperRule, id=kept.activity_id)
    assert rules is not None and kept.vote_method is not None  # `require_countable` looked.
    numbered = await act.all(PROJECTS, into=NumberedProject, activity_id=kept.activity_id)
    method, by_number = METHODS[kept.vote_method], {one.number: one for one in numbered}
    typed = []
    for place, one in enumerate(ballots):
        try:
            if one["text"].strip():
                typed.append(short_ballot.read(one["text"], method, rules.rule, by_number))
        except Refusal as refusal:
            raise refusal.at(f"ballots.{place}.text") from None
    if not 1 <= len(typed) <= MAX_IN_BATCH:
        raise bad_input(f"A batch has 1 to {MAX_IN_BATCH} ballots.", "ballots", expected.count(1, MAX_IN_BATCH))
    return typed


def counted(says: Sequence[str]) -> dict[str, int]:
    """How many ballots are valid, blank and null."""
    blank, spoilt = says.count(BLANK), says.count(SPOILT)
    return {"valid": len(says) - blank - spoilt, "blank": blank, "spoilt": spoilt}


async def agreed(act: Act, desk: UUID) -> list[str]:
    """What all ballots of a desk say, sorted: nobody sees in which order they lay. Raises Refusal while what two people
    typed differs, and where nothing was typed."""
    open_ = [one.batch for one in await act.all(STATES, into=Settled, desk_id=desk) if not one.is_settled]
    if open_:
        message = f"Batches that two people have not typed alike yet: {', '.join(map(str, open_))}."
        raise Refusal(ErrorCode.BATCHES_DIFFER, message, "desk")
    batches = await act.all(AGREED, into=AgreedBallots, desk_id=desk)
    return sorted(one["says"] for batch in batches for one in batch.ballots)
