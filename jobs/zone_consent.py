"""Moves of zones on which an operator writes down that both portals agreed, each under the role of its own portal."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, bindparam, text
from sqlalchemy.types import Uuid

from database.door import Database, Transaction
from jobs.zone_move import ZoneMoveError, holding
from models.base import new_id
from models.zone_move import ZoneMoveState
from office import zone_move

PORTALS = text(
    "SELECT t.number, t.title, t.slug, coalesce((SELECT min(h.host) FROM platform.host h"
    " WHERE h.tenant_number = t.number), '') FROM platform.tenant t WHERE t.slug = :slug"
).bindparams(bindparam("slug", type_=Text()))
ZONE = text("SELECT id, name FROM __tenant__.zone WHERE name = :name").bindparams(bindparam("name", type_=Text()))
ALIVE = text(
    "SELECT id, state FROM platform.zone_move WHERE from_number = :here AND to_number = :there AND zone_id = ("
    "SELECT id FROM __tenant__.zone WHERE name = :name) AND state IN ('PROPOSED', 'ACCEPTED')"
).bindparams(
    bindparam("here", type_=BigInteger()), bindparam("there", type_=BigInteger()), bindparam("name", type_=Text())
)
TOLD = text(
    "SELECT id, state, from_slug, to_slug, zone_name, moved_count FROM platform.zone_move"
    " ORDER BY proposed_at DESC, id DESC LIMIT 200"
)


@dataclass(frozen=True, slots=True)
class ToldMove:
    """A move as the command line lists it."""

    id: UUID
    state: str
    from_slug: str
    to_slug: str
    zone_name: str
    count: int


@dataclass(frozen=True, slots=True)
class _Portal:
    number: int
    title: str
    slug: str
    host: str


async def agree(database: Database, slug: str, zone: str, to: str, who: tuple[str, str]) -> UUID:
    """Write down that both portals agreed, by whom; the move's id, also of one that waits or was cut off. Raises
    ZoneMoveError for an unknown portal or zone."""
    here, there = await _portal(database, slug), await _portal(database, to)
    if here.number == there.number:
        raise ZoneMoveError("a zone moves to another portal")
    if database.at(here.number) is not database.at(there.number):
        raise ZoneMoveError("the two portals are in different clusters: move one of them to the other's before")
    async with database.transaction(here.number) as transaction:
        alive: Any = await transaction.one(ALIVE, here=here.number, there=there.number, name=zone)
        id_ = alive[0] if alive else await _propose(transaction, here, there, zone, who[0])
    if alive is None or alive[1] == ZoneMoveState.PROPOSED.value:
        said = {"to_title": there.title, "to_slug": there.slug, "to_host": there.host}
        async with database.transaction(there.number) as transaction:
            await transaction.execute(zone_move.ACCEPT, id=id_, accepted_by=who[1], **said)
    return UUID(str(id_))


async def propose(database: Database, slug: str, zone: str, to: str, who: str) -> UUID:
    """Propose a zone's move, which the other portal's administrators then answer; the move's id. Raises ZoneMoveError
    for an unknown portal or zone, and for one that is moving."""
    here, there = await _portal(database, slug), await _portal(database, to)
    async with database.transaction(here.number) as transaction:
        return await _propose(transaction, here, there, zone, who)


async def _propose(transaction: Transaction, here: _Portal, there: _Portal, zone: str, who: str) -> UUID:
    row: Any = await transaction.one(ZONE, name=zone)
    if row is None:
        raise ZoneMoveError(f"{here.slug} has no zone {zone!r}")
    id_ = new_id()
    is_new = await transaction.execute(
        zone_move.PROPOSE,
        id=id_,
        from_number=here.number,
        to_number=there.number,
        zone_id=row[0],
        zone_name=row[1],
        state=ZoneMoveState.PROPOSED.value,
        from_title=here.title,
        from_slug=here.slug,
        from_host=here.host,
        to_title=there.title,
        to_slug=there.slug,
        to_host=there.host,
        proposed_by=who,
    )
    if not is_new:
        raise ZoneMoveError("this zone is moving to another portal already")
    return id_


async def turn_back(database: Database, id_: UUID) -> None:
    """Have a move that is done come back, as the portal to which it moved may. Raises ZoneMoveError."""
    rows: list[Any] = await (await holding(database, id_)).rows(OF_MOVE, id=id_)
    if not rows or rows[0][1] not in (ZoneMoveState.MOVED.value, ZoneMoveState.REVERTING.value):
        raise ZoneMoveError("only a move that is done can be taken back")
    async with database.transaction(rows[0][0]) as transaction:
        await transaction.execute(zone_move.REVERT, id=id_)


OF_MOVE = text("SELECT to_number, state FROM platform.zone_move WHERE id = :id").bindparams(
    bindparam("id", type_=Uuid())
)


async def told(database: Database) -> list[ToldMove]:
    """The newest moves of all portals."""
    rows: list[Any] = [row for cluster in database.everywhere for row in await cluster.rows(TOLD)]
    return [ToldMove(*row) for row in rows]


async def _portal(database: Database, slug: str) -> _Portal:
    rows: list[Any] = await database.rows(PORTALS, slug=slug)
    if not rows:
        raise ZoneMoveError(f"no tenant {slug!r}")
    return _Portal(*rows[0])
