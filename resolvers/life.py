"""Life: a contribution's status, and the only writer of it: each change is one statement, with the counts and the
event."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Update,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Uuid

from database.door import Transaction
from geo.privacy import Published
from models import word
from models.base import constant, new_id, table
from models.contribution import MOVES, RULES, By, Contribution, ContributionOutcome, ContributionStatus, Move
from models.debate import EXPERT
from models.event import EventKind
from models.lineage import SUCCESSION
from models.personal import ERASED_BODY, ERASED_TITLE
from models.refusal import ErrorCode, Refusal
from planner.act import Act, value
from planner.event import NewEvent, events, recording
from planner.row import reader
from resolvers import calling, portal, roll_up, slot_place, speaking
from resolvers.unplaced import NOWHERE, UNPUBLISHED

EXPIRED_AT_ONCE = 500
FULFILLED = ContributionOutcome.FULFILLED.value

_contribution = table(Contribution)
_id = value(Contribution, "id")

_in_days = portal.end_of_day_in(bindparam("days", type_=Integer()), bindparam("tenant", type_=BigInteger()))


# Where it is ----------------------------------------------------------------------------------------------------------


def is_open(row: FromClause) -> ColumnElement[bool]:
    """Its stored status is OPEN, although its expiry may be past."""
    return row.c.status == constant(ContributionStatus.OPEN)


def is_standing(row: FromClause) -> ColumnElement[bool]:
    """It is open and not past its expiry."""
    return and_(is_open(row), or_(row.c.expires_at.is_(None), row.c.expires_at > func.now()))


def is_past(row: FromClause) -> ColumnElement[bool]:
    """It is past its expiry, and no job has marked it yet."""
    return and_(is_open(row), row.c.expires_at <= func.now())


def allowed(before: ContributionStatus | None, after: ContributionStatus, by: By) -> Move | None:
    """The move from one status to another, if `by` may make it."""
    return next((move for move in MOVES if (move.before, move.after, move.by) == (before, after, by)), None)


# Moves of its author --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due(roll_up.CountedRow):
    """A contribution that is to move, locked: what it is counted by."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Own(Due):
    """The asker's own contribution, locked, with the columns that a revision may keep."""

    author_id: UUID
    title: str
    body: str
    is_redacted: bool
    price_cents: int | None
    price_unit: str | None


_own = select(*(_contribution.c[field.name] for field in fields(Own))).where(_contribution.c.id == _id)
OWN = _own.with_for_update(key_share=True)


async def own(act: Act, contribution: UUID) -> Own:
    """The asker's contribution, locked, unless it has ended for good. Raises Refusal."""
    row = await act.one(OWN, into=Own, id=contribution)
    if row is None or not await speaking.acts_for(act, row.author_id):
        raise Refusal(ErrorCode.NOT_AUTHOR, "Only its author may change it.", "contribution")
    _move(row, ContributionStatus.OPEN)
    return row


async def publish(act: Act, counted: roll_up.Counted, days: int | None, author: UUID, **columns: Any) -> UUID:
    """Insert a contribution, open or held, that expires in so many days (None: never); returns its id."""
    contribution, move = new_id(), allowed(None, counted.status, By.AUTHOR)
    assert move is not None
    columns |= {"activity_id": counted.activity, "kind": counted.kind, "category_id": counted.category}
    await act.execute(
        _publication(tuple(columns), is_held=move.after is ContributionStatus.HELD),
        **roll_up.deltas((None, counted)),
        **events(NewEvent(move.event, contribution, act.actor, {"kind": counted.kind.value})),
        **columns,
        id=contribution,
        author_id=author,
        days=days,
        tenant=act.asker.tenant,
    )
    return contribution


async def revise(act: Act, was: Own, days: int | None, published: Published | None, **columns: Any) -> None:
    """Change columns; with `days`, renew it for so many, a mission until its last slot is over, never less than
    before. `published` is its new place on the map. Its previous words are kept beside the journal."""
    await act.watch((Contribution, was.id))
    counted = roll_up.counted(was)
    now = replace(counted, category=columns.get("category_id", counted.category))
    if published is not None:
        now = replace(now, published=published)
    kind, note = EventKind.CONTRIBUTION_REVISED, {"columns": sorted(columns)}
    if days is not None:
        move = _move(was, ContributionStatus.OPEN)
        kind, now = move.event, replace(now, status=move.after)
    renewed = {} if days is None else {"days": days, "tenant": act.asker.tenant}
    statement = revision(tuple(columns), is_renewed=days is not None)
    await _write(act, statement, was, now, NewEvent(kind, was.id, act.actor, note), **columns, **renewed)
    if days is not None:
        await act.execute(calling.AGAIN, contribution_id=was.id)


async def close(act: Act, was: Own, outcome: ContributionOutcome) -> None:
    """End it, with an outcome."""
    move, counted = _move(was, ContributionStatus.CLOSED), roll_up.counted(was)
    event = NewEvent(move.event, was.id, act.actor, {"outcome": outcome.value})
    await _write(act, CLOSE, was, replace(counted, status=move.after), event, outcome=outcome)


async def pause(act: Act, was: Own) -> None:
    """Take it out of the lists, until it is renewed."""
    move = _move(was, ContributionStatus.PAUSED)
    paused = replace(roll_up.counted(was), status=move.after)
    await _write(act, PAUSE, was, paused, NewEvent(move.event, was.id, act.actor))


def _move(was: Own, after: ContributionStatus) -> Move:
    """The move if its author may make it. Raises Refusal(CONTRIBUTION_NOT_OPEN)."""
    move = allowed(was.status, after, By.AUTHOR)
    if move is None:
        raise Refusal(ErrorCode.CONTRIBUTION_NOT_OPEN, "It is closed.", "contribution")
    return move


async def _write(
    on: Act | Transaction, sql: Update, was: Due, now: roll_up.Counted, event: NewEvent, **values: Any
) -> None:
    deltas = roll_up.deltas((roll_up.counted(was), now))
    await on.execute(sql, **deltas, **events(event), **values, id=was.id)


@cache
def _publication(names: tuple[str, ...], *, is_held: bool) -> Any:
    """The INSERT of these columns."""
    given = {name: value(Contribution, name) for name in ("id", "author_id", *names)}
    written = {
        "status": constant(ContributionStatus.OPEN),
        "support_count": literal_column("0"),
        "published_at": func.now(),
        "expires_at": _in_days,
    }
    if is_held:
        written |= {
            "status_before": written["status"],
            "status": constant(ContributionStatus.HELD),
            "is_unseen": true(),
        }
    return recording(roll_up.counting(insert(_contribution).values(**given, **written)))


@cache
def revision(names: tuple[str, ...], *, is_renewed: bool) -> Update:
    """The UPDATE of these columns, and of the expiry when it is renewed: it is never sooner than it was."""
    values: dict[str, Any] = {name: value(Contribution, name) for name in names} | {"revised_at": func.now()}
    if is_renewed:
        before = case((~slot_place.IS_MISSION, _contribution.c.expires_at))
        kept = func.greatest(_in_days, slot_place.LAST_END, before)
        values |= {"status": constant(ContributionStatus.OPEN), "expires_at": kept}
    return change(**values)


def change(**values: Any) -> Update:
    """The UPDATE of one contribution, with the counts and the event."""
    return recording(roll_up.counting(update(_contribution).where(_contribution.c.id == _id).values(**values)))


PAUSE = change(status=constant(ContributionStatus.PAUSED))
CLOSE = change(status=constant(ContributionStatus.CLOSED), outcome=value(Contribution, "outcome"), closed_at=func.now())


# Moves of the clock and of exchanges ----------------------------------------------------------------------------------


DUE = (
    select(*(_contribution.c[row.name] for row in fields(Due)))
    .where(is_past(_contribution))
    .limit(literal_column(str(EXPIRED_AT_ONCE), BigInteger))
    .with_for_update(key_share=True, skip_locked=True)
)
NEXT_EXPIRY = select(func.min(_contribution.c.expires_at)).where(is_open(_contribution))
EXPIRE = recording(
    roll_up.counting(
        update(_contribution)
        .where(_contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
        .values(status=constant(ContributionStatus.EXPIRED))
    )
)
_due = reader(DUE, Due)


async def expire(transaction: Transaction) -> int:
    """Mark up to EXPIRED_AT_ONCE contributions as expired; returns how many."""
    due = [_due(row) for row in await transaction.all(DUE)]
    if not due:
        return 0
    moves = [(row, allowed(row.status, ContributionStatus.EXPIRED, By.CLOCK)) for row in due]
    changes = [(roll_up.counted(was), replace(roll_up.counted(was), status=move.after)) for was, move in moves if move]
    happened = [NewEvent(move.event, was.id, None) for was, move in moves if move]
    ids = [was.id for was, move in moves if move]
    return await transaction.execute(EXPIRE, **roll_up.deltas(*changes), **events(*happened), ids=ids)


async def fulfil(transaction: Transaction, was: Due) -> None:
    """Close, as fulfilled, what is locked and of which all places are done."""
    move = allowed(was.status, ContributionStatus.CLOSED, By.EXCHANGES)
    assert move is not None
    event, counted = NewEvent(move.event, was.id, None, {"outcome": FULFILLED}), roll_up.counted(was)
    await _write(transaction, CLOSE, was, replace(counted, status=move.after), event, outcome=FULFILLED)


# Moves of moderation --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Withheld(Due):
    """What moderation withholds or shows again, locked."""

    status_before: ContributionStatus | None


WITHHELD = select(*(_contribution.c[column.name] for column in fields(Withheld))).where(_contribution.c.id == _id)
WITHHOLD = change(status=value(Contribution, "status"), status_before=value(Contribution, "status_before"))


async def judge(
    act: Act, contribution: UUID, after: ContributionStatus | None, *, by: UUID | None, event: EventKind | None = None
) -> None:
    """Withhold a contribution, or show it again where it was in its life (None). Its votes, place and times stay, so
    that it is shown again exactly as it was. Raises Refusal(ACTION_NOT_POSSIBLE)."""
    was = await act.one(WITHHELD.with_for_update(key_share=True), into=Withheld, id=contribution)
    wanted = after or (was and was.status_before)
    move = allowed(was.status, wanted, By.MODERATION) if was and wanted else None
    if was is None or move is None:
        raise Refusal(ErrorCode.ACTION_NOT_POSSIBLE, "It is not in a state for this.", "action")
    counted = roll_up.counted(was)
    happened = events(NewEvent(event or move.event, contribution, by))
    deltas = roll_up.deltas((counted, replace(counted, status=move.after)))
    before = None if after is None else was.status_before or was.status
    await act.execute(WITHHOLD, **deltas, **happened, id=contribution, status=move.after, status_before=before)


# The end of its author ------------------------------------------------------------------------------------------------

ERASED_AT_ONCE = 500
WITHDRAWN = ContributionOutcome.WITHDRAWN.value
_ids, _closed, _unplaced = (bindparam(name, type_=ARRAY(Uuid())) for name in ("ids", "closed", "unplaced"))


LEFT = (
    select(*(_contribution.c[field.name] for field in fields(Due)))
    .where(
        _contribution.c.author_id == value(Contribution, "author_id"),
        _contribution.c.id > bindparam("behind", type_=Uuid()),
    )
    .order_by(_contribution.c.id)
    .limit(literal_column(str(ERASED_AT_ONCE), BigInteger))
    .with_for_update(key_share=True)
)
_left = reader(LEFT, Due)


async def erase(transaction: Transaction, author: UUID, *, is_blanked: bool, by: UUID | None) -> int:
    """Remove the places of everything that a person published, and withdraw what needs an author. Where it
    `is_blanked`, all of it ends and loses its words. Handles ERASED_AT_ONCE at a time; returns how many."""
    behind, count = UUID(int=0), 0
    while left := [_left(row) for row in await transaction.all(LEFT, author_id=author, behind=behind)]:
        ended = [was for was in left if is_blanked or RULES[was.kind].wants_author]
        moves = {was.id: move for was in ended if (move := allowed(was.status, ContributionStatus.CLOSED, By.AUTHOR))}
        statuses = {was.id: moves[was.id].after if was.id in moves else was.status for was in ended}
        counts = [(roll_up.counted(was), statuses[was.id]) for was in ended]
        changes = [(was, replace(was, status=status, published=None)) for was, status in counts]
        happened = [NewEvent(move.event, id_, by, {"outcome": WITHDRAWN}) for id_, move in moves.items()]
        given = {"ids": [was.id for was in left], "closed": [*moves], "unplaced": [was.id for was in ended]}
        await transaction.execute(
            _erasure(is_blanked=is_blanked), **roll_up.deltas(*changes), **events(*happened), **given
        )
        behind, count = left[-1].id, count + len(left)
    return count


@cache
def _erasure(*, is_blanked: bool) -> Update:
    row, is_closed = _contribution.c, _contribution.c.id == any_(_closed)
    is_nowhere = row.id == any_(_unplaced)
    kept = {name: case((is_nowhere, null()), else_=row[name]) for name in NOWHERE if name not in UNPUBLISHED}
    values: dict[str, Any] = {
        **dict.fromkeys((*UNPUBLISHED, *EXPERT), null()),
        **kept,
        "status": case((is_closed, constant(ContributionStatus.CLOSED)), else_=row.status),
        "outcome": case((is_closed, constant(ContributionOutcome.WITHDRAWN)), else_=row.outcome),
        "closed_at": case((is_closed, func.now()), else_=row.closed_at),
    }
    if is_blanked:
        values |= {"title": ERASED_TITLE, "body": ERASED_BODY, "price_cents": null(), "price_unit": null()}
        values |= {"search_text": word.searchable(ERASED_TITLE, ERASED_BODY)}
    return recording(roll_up.counting(update(_contribution).where(row.id == any_(_ids)).values(**values)))


# Moves of an import ---------------------------------------------------------------------------------------------------

LOCKED = (
    select(*(_contribution.c[field.name] for field in fields(Due)))
    .where(_contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    .order_by(_contribution.c.id)
    .with_for_update(key_share=True)
)
_ENDED = ("expires_at", "outcome", "closed_at")
_EMPTIED = (*NOWHERE, *EXPERT, *SUCCESSION, *_ENDED, "category_id", "price_cents", "price_unit")
TAKE_BACK = recording(
    roll_up.counting(
        update(_contribution)
        .where(_contribution.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
        .values(
            status=constant(ContributionStatus.TAKEN_BACK),
            title=literal_column("'Import annulé'"),
            body=literal_column("'–'"),
            search_text=literal_column("''"),
            is_anonymous=false(),
            author_id=value(Contribution, "author_id"),
            status_before=null(),
            **{name: null() for name in _EMPTIED},
        )
    )
)
_locked = reader(LOCKED, Due)


async def bring(transaction: Transaction, actor: UUID | None, rows: Sequence[dict[str, Any]]) -> None:
    """Insert imported contributions as open ones, from whole rows without status."""
    move = allowed(None, ContributionStatus.OPEN, By.IMPORT)
    assert move is not None
    whole = [{**row, "status": move.after.value} for row in rows]
    await transaction.copy(_contribution, whole)
    happened = [NewEvent(move.event, row["id"], actor, {"kind": row["kind"]}) for row in rows]
    changes = [(None, roll_up.counted(roll_up.CountedRow.of(row))) for row in whole]
    await transaction.execute(_BRING, **roll_up.deltas(*changes), **events(*happened))


_BRING = recording(roll_up.COUNT)


async def take_back(transaction: Transaction, actor: UUID | None, ids: Sequence[UUID], author: UUID) -> int:
    """Blank and hide imported contributions and give them to `author`; returns how many."""
    locked = [_locked(row) for row in await transaction.all(LOCKED, ids=list(ids))]
    moves = [(row, allowed(row.status, ContributionStatus.TAKEN_BACK, By.IMPORT)) for row in locked]
    changes = [(roll_up.counted(was), replace(roll_up.counted(was), status=move.after)) for was, move in moves if move]
    happened = [NewEvent(move.event, was.id, actor) for was, move in moves if move]
    gone = [was.id for was, move in moves if move]
    return await transaction.execute(
        TAKE_BACK, **roll_up.deltas(*changes), **events(*happened), ids=gone, author_id=author
    )
