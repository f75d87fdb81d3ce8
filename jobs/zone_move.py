"""Moves of zones: carried out batch by batch, each in one transaction in which the two portals' roles take turns.

A process that ends leaves whole batches: the next visit of the former portal, or the command, goes on.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import Uuid

from database.door import Database
from database.side import sides
from jobs import moving
from jobs.moving_way import Way
from models.activity import KINDS
from models.base import new_id
from models.zone_move import REVERTED_WITHIN_DAYS, UNDER_WAY, ZoneMoveState
from resolvers import zone
from tenants import work
from tenants.directory import ProvisioningError

LOCK_TIMEOUT_MS = 10_000
"""For so long a batch waits for those who are writing; then the next visit tries again."""

_id = bindparam("id", type_=Uuid())
READ = text(
    "SELECT m.id, m.from_number, m.to_number, m.zone_id, m.state, m.from_slug, m.from_host, m.to_slug, m.to_host,"
    " m.made, (SELECT count(*) FROM platform.tenant t WHERE t.number IN (m.from_number, m.to_number)"
    " AND t.state = 'ACTIVE') = 2, (SELECT t.features FROM platform.tenant t WHERE t.number ="
    " CASE m.state WHEN 'REVERTING' THEN m.from_number ELSE m.to_number END)"
    " FROM platform.zone_move m WHERE m.id = :id FOR UPDATE OF m"
).bindparams(_id)
DUE = text(
    "SELECT id, state FROM platform.zone_move WHERE (from_number = :number OR to_number = :number)"
    " AND (state IN ('ACCEPTED', 'REVERTING')"
    " OR (state = 'MOVED' AND (ended_at > now() - interval '1 hour' OR ended_at < now() - make_interval(days => :days)"
    "))) ORDER BY proposed_at, id"
).bindparams(bindparam("number", type_=BigInteger()), bindparam("days", type_=Integer()))
KEEP = text(
    "UPDATE platform.zone_move SET made = :made, moved_count = moved_count + :count, late = late + :late WHERE id = :id"
).bindparams(
    _id, bindparam("made", type_=JSONB()), bindparam("count", type_=Integer()), bindparam("late", type_=Integer())
)
END = text("UPDATE platform.zone_move SET state = :state, stays = :stays, ended_at = now() WHERE id = :id").bindparams(
    _id, bindparam("state", type_=Text()), bindparam("stays", type_=JSONB())
)
FORGET_PERSONS = text("DELETE FROM platform.moved_person WHERE move_id = :id").bindparams(_id)
FORGET_WAY_BACK = text(
    "UPDATE platform.moved_contribution SET activity_id = NULL, author_id = NULL, category_id = NULL"
    " WHERE move_id = :id"
).bindparams(_id)
SHELLS = text("SELECT moved_actor_id FROM platform.moved_person WHERE move_id = :id").bindparams(_id)
FORGET_DIGESTS = text("UPDATE __tenant__.actor SET claim_digest = NULL WHERE id = ANY (:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid()))
)
LOCK_TIMEOUT = text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")


class ZoneMoveError(ProvisioningError):
    """The move cannot be carried out now; the message says why."""


@dataclass(frozen=True, slots=True)
class _Move:
    id: UUID
    from_number: int
    to_number: int
    zone_id: UUID
    state: str
    from_slug: str
    from_host: str
    to_slug: str
    to_host: str
    made: dict[str, str]
    is_served: bool
    features: list[str]
    """Of the portal into which it goes."""

    @property
    def is_back(self) -> bool:
        return self.state == ZoneMoveState.REVERTING.value

    @property
    def ends(self) -> tuple[int, int]:
        """Out of which portal, and into which."""
        return (self.to_number, self.from_number) if self.is_back else (self.from_number, self.to_number)

    @property
    def kinds(self) -> list[str]:
        """The kinds of activities that the other portal has."""
        return [kind.value for kind, about in KINDS.items() if about.feature.value in self.features]


async def carry_on(database: Database, tenant: int) -> None:
    """Carry out the moves from and to a portal on which both agreed; what was said late follows, and what is too old to
    be taken back is settled."""
    rows: list[Any] = await database.rows(DUE, tenant, number=tenant, days=REVERTED_WITHIN_DAYS)
    for id_, state in rows:
        if state in [each.value for each in UNDER_WAY]:
            with suppress(ZoneMoveError):  # A portal is suspended, or another process has carried it out.
                await run(database, id_)
        elif not await follow(database, id_):
            await settle(database, id_, is_old=True)


async def run(database: Database, id_: UUID) -> int:
    """Carry out a move, forth or back, until its end; how many contributions moved. Raises ZoneMoveError where one of
    the portals is suspended, or nothing is to be carried out."""
    count = 0
    while True:
        moved, is_over, numbers = await _step(database, id_)
        count += moved
        for number in numbers:
            database.note_change(number)
            database.note_events(number)
        if is_over:
            await work.note(database, list(numbers))
            return count


async def follow(database: Database, id_: UUID) -> int:
    """Move what was said on the former portal of what had moved; of how many contributions."""
    async with _opened(database, id_) as (move, way):
        if move.state != ZoneMoveState.MOVED.value or not move.is_served:
            return 0
        late = await moving.sweep(way)
        await way.platform.execute(KEEP, id=id_, made=way.made, count=0, late=late)
    for number in move.ends if late else ():
        database.note_change(number)
    return late


async def settle(database: Database, id_: UUID, *, is_old: bool = False) -> None:
    """Forget who was who and where what was: the move can be taken back no more. Raises ZoneMoveError for one that is
    not done. With `is_old`, nothing may be claimed any more either."""
    async with _opened(database, id_) as (move, way):
        if move.state != ZoneMoveState.MOVED.value:
            raise ZoneMoveError("only a move that is done can be settled")
        if is_old and await way.platform.one(IS_RECENT, id=id_, days=REVERTED_WITHIN_DAYS) is not None:
            return
        await moving.sweep(way)
        if is_old:
            shells = [shell for (shell,) in await way.platform.all(SHELLS, id=id_)]
            await way.there.execute(FORGET_DIGESTS, ids=shells)
        await way.platform.execute(FORGET_PERSONS, id=id_)
        await way.platform.execute(FORGET_WAY_BACK, id=id_)
        await way.platform.execute(SETTLE, id=id_)


IS_HELD = text("SELECT 1 FROM platform.zone_move WHERE id = :id").bindparams(_id)
IS_RECENT = text(
    "SELECT 1 FROM platform.zone_move WHERE id = :id AND ended_at > now() - make_interval(days => :days)"
).bindparams(_id, bindparam("days", type_=Integer()))
SETTLE = text("UPDATE platform.zone_move SET state = 'SETTLED' WHERE id = :id").bindparams(_id)


async def _step(database: Database, id_: UUID) -> tuple[int, bool, tuple[int, int]]:
    """Move a batch, or end the move when none is left: how many moved, and whether it is over."""
    async with _opened(database, id_) as (move, way):
        if move.state not in [each.value for each in UNDER_WAY]:
            raise ZoneMoveError(f"the move is {move.state.lower()}: there is nothing to carry out")
        if not move.is_served:
            raise ZoneMoveError("one of the two portals is suspended")
        await way.here.execute(moving.LOCK)
        roots = await _chosen(way, move)
        if roots:
            count = await moving.carry(way, roots)
            made = move.made if move.is_back else way.made
            await way.platform.execute(KEEP, id=id_, made=made, count=-count if move.is_back else count, late=0)
            return count, False, move.ends
        await _end(way, move)
        return 0, True, move.ends


async def _chosen(way: Way, move: _Move) -> list[Any]:
    if move.is_back:
        rows = await way.here.all(
            moving.OF_MOVE, move=move.id, number=move.to_number, kinds=way.kinds, most=moving.AT_ONCE
        )
    else:
        rows = await way.here.all(moving.OF_ZONE, zone=move.zone_id, kinds=way.kinds, most=moving.AT_ONCE)
    return [id_ for (id_,) in rows]


async def _end(way: Way, move: _Move) -> None:
    """The other portal's own zones get theirs, and what stayed is told."""
    if move.is_back:
        rows = await way.here.all(moving.STAYING_OF_MOVE, move=move.id, number=move.to_number, kinds=way.kinds)
    else:
        late = await moving.sweep(way)
        await way.platform.execute(KEEP, id=move.id, made=way.made, count=0, late=late)
        rows = await way.here.all(moving.STAYING_OF_ZONE, zone=move.zone_id, kinds=way.kinds)
    nothing: dict[str, Any] = {"properties": [], "zones": [], "remarks": [], "file_name": "", "name_property": ""}
    state = ZoneMoveState.REVERTED if move.is_back else ZoneMoveState.MOVED
    await way.there.execute(zone.ASSIGN, id=new_id(), state="ASSIGNING", done_after=zone.NOBODY, **nothing)
    await way.platform.execute(END, id=move.id, state=state.value, stays={str(reason): count for reason, count in rows})


async def holding(database: Database, id_: UUID) -> Database:
    """The cluster that has both portals of a move."""
    for cluster in database.clusters.values():
        if await cluster.rows(IS_HELD, id=id_):
            return cluster
    return database


@asynccontextmanager
async def _opened(database: Database, id_: UUID) -> AsyncIterator[tuple[_Move, Way]]:
    """A move whose row is locked, and its way, in one transaction. Raises ZoneMoveError where there is none."""
    async with (await holding(database, id_)).transaction(None) as transaction:
        await transaction.execute(LOCK_TIMEOUT)
        row: Any = await transaction.one(READ, id=id_)
        if row is None:
            raise ZoneMoveError("there is no such move")
        move = _Move(*row)
        platform, here, there = sides(transaction, *move.ends)
        slug, host = (move.from_slug, move.from_host) if move.is_back else (move.to_slug, move.to_host)
        made = {} if move.is_back else dict(move.made)
        yield move, Way(id_, platform, here, there, slug, host, made, move.kinds, move.is_back)
