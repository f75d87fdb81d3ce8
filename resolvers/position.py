"""Positions: which place an author may publish, and its public form."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import uniform
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Interval,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from database.door import Transaction
from geo import cell, distance, privacy, zoning
from models.actor import EXACT_ADDRESS_KINDS, Actor, ActorKind
from models.base import constant, table
from models.collectivite import Collectivite, PlanePoint
from models.contribution import Contribution, ContributionStatus, Precision
from models.refusal import ErrorCode, Refusal
from models.retention import POSITION
from models.zone import Zone
from resolvers import territory, text
from resolvers.unplaced import UNPUBLISHED

ADDRESS_LENGTH = (1, 200)

TOWN_REACH_M, CITY_REACH_M, CITY_POPULATION = 3_000, 6_000, 50_000
"""A sparse cell counts as densely inhabited if its centre lies within 3 km of the centre of a commune that is not
sparse, or within 6 km of a city's."""

SCATTER_M = 0.005
"""Hundreds of persons share the centre of a cell. Half a centimetre at random separates them, so that an index finds
the nearest without reading all at the same distance, and the oldest of these are not always first."""

_collectivite, _actor, _zone = table(Collectivite), table(Actor), table(Zone)
_contribution = table(Contribution)
_point = cast(bindparam("point", type_=String()), PlanePoint)
_away = _collectivite.c.position.op("<->")(_point)
_town_reach, _city_reach = bindparam("town", type_=Integer()), bindparam("city", type_=Integer())

IS_DENSE = select(
    select(literal_column("1"))
    .where(
        _collectivite.c.position.op("<@", is_comparison=True)(func.circle(_point, _city_reach)),
        _collectivite.c.population >= literal_column(str(privacy.SPARSE_POPULATION)),
        or_(_away <= _town_reach, _collectivite.c.population >= literal_column(str(CITY_POPULATION))),
    )
    .exists()
)

HAS_POINT = select(_contribution.c.id).where(
    _contribution.c.id == bindparam("id", type_=Uuid()), _contribution.c.exact_lat.is_not(None)
)
"""The contribution `:id` has an exact point."""

FORGET = (
    update(_contribution)
    .where(
        _contribution.c.status != constant(ContributionStatus.OPEN),
        _contribution.c.exact_lat.is_not(None),
        _contribution.c.precision == constant(Precision.CELL),
        func.coalesce(_contribution.c.closed_at, _contribution.c.expires_at)
        < func.now() - literal(POSITION.keep, Interval),
    )
    .values(**dict.fromkeys(UNPUBLISHED, null()))
)
"""Of what has been over for some time nobody needs the exact place any more: its cell stays."""

ACTOR_KIND = select(_actor.c.kind).where(_actor.c.id == bindparam("id", type_=Uuid()))
_blocks = bindparam("blocks", type_=ARRAY(BigInteger))
_cell = func.unnest(_zone.c.cells).column_valued("cell")
ZONES_OF = (
    select(
        _zone.c.id,
        func.cardinality(_zone.c.cells),
        func.array(select(_cell).where(_cell == any_(_blocks)).correlate(_zone).scalar_subquery()),
    )
    .where(_zone.c.cells.op("&&", is_comparison=True)(_blocks))
    .order_by(_zone.c.id.desc())
)
"""The zones with some of these blocks, in reverse order: where outlines overlap, the first zone has the block."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place as it is stored: the author's own point, the published one, and the zone. A person who gave a cell has
    no point: nobody is ever shown the centre of a hexagon as if it were one."""

    lat: float
    lng: float
    published: privacy.Published
    address: str | None
    zone_id: UUID | None

    def columns(self) -> dict[str, Any]:
        """The contribution's columns."""
        published = distance.mercator(self.published.lat, self.published.lng)
        x, y = (metres + uniform(-SCATTER_M, SCATTER_M) for metres in published)  # noqa: S311  # Hides nothing.
        precision = Precision.EXACT if self.published.is_exact else Precision.CELL
        is_point = self.published.is_exact or not privacy.is_middle(self.lat, self.lng)
        return {
            "exact_lat": self.lat if is_point else None,
            "exact_lng": self.lng if is_point else None,
            "address": self.address,
            "precision": precision.value,
            "cell": self.published.cell,
            "lat": self.published.lat,
            "lng": self.published.lng,
            "position": f"({x!r},{y!r})",
            "zone_id": self.zone_id,
            **{f"cell_{resolution}": cell for resolution, cell in self.published.indexed().items()},
        }


async def of(transaction: Transaction, actor: UUID, location: Mapping[str, Any]) -> Position:
    """What an author's `location` becomes.

    Raises Refusal(EXACT_LOCATION_NOT_ALLOWED) for a citizen who wants to publish the exact point, and
    Refusal(OUTSIDE_TERRITORY) for a place far from the portal's collectivité.
    """
    lat, lng = location["lat"], location["lng"]
    is_exact = location.get("precision") is Precision.EXACT
    if is_exact and not await _may_be_exact(transaction, actor):
        raise Refusal(
            ErrorCode.EXACT_LOCATION_NOT_ALLOWED, "A person's position is published as a cell.", "location.precision"
        )
    given = location.get("address")
    address = text.line(given, ADDRESS_LENGTH, "location.address") if given else None
    if address and not is_exact:
        raise Refusal(
            ErrorCode.EXACT_LOCATION_NOT_ALLOWED, "An address is public only with the exact point.", "location.address"
        )
    await territory.check(transaction, lat, lng)
    published, zone = await Publisher(transaction).publish(lat, lng, exact=is_exact)
    return Position(lat, lng, published, address, zone)


async def _may_be_exact(transaction: Transaction, actor: UUID) -> bool:
    row = await transaction.one(ACTOR_KIND, id=actor)
    return row is not None and ActorKind(row[0]) in EXACT_ADDRESS_KINDS


class Publisher:
    """Publishes points of one tenant, looking each cell up once for many points."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._resolutions: dict[int, int] = {}
        self._zones: dict[int, dict[int, UUID | None]] = {}

    def within(self, transaction: Transaction) -> "Publisher":
        """The same publisher, with what it has looked up, in another transaction."""
        self._transaction = transaction
        return self

    async def publish(self, lat: float, lng: float, *, exact: bool) -> tuple[privacy.Published, UUID | None]:
        """The public form of a point, and its zone; a person's zone is found by the block alone."""
        if exact:
            published = privacy.publish(lat, lng, exact=True)
            block = privacy.block(published.lat, published.lng)
            return published, (await self._owners([block]))[0].get(block)
        block = privacy.block(lat, lng)
        published = privacy.publish(lat, lng, exact=False, resolution=await self.resolution(privacy.deciding(block)))
        return published, (await self._shown(published.cell))[block]

    async def zone(self, lat: float, lng: float, cell_: int | None = None) -> UUID | None:
        """The zone of a point that is published already, in a cell or, without one, exactly."""
        block = privacy.block(lat, lng)
        owner = (await self._owners([block]))[0] if cell_ is None else await self._shown(cell_)
        return owner.get(block)

    async def resolution(self, deciding: int) -> int:
        """The resolution for everybody in a sparse cell: the coarser one unless the register has a town there."""
        if deciding not in self._resolutions:
            dense = await self._is_dense(*cell.center(deciding))
            self._resolutions[deciding] = privacy.PERSON_RESOLUTION if dense else privacy.SPARSE_RESOLUTION
        return self._resolutions[deciding]

    async def _is_dense(self, lat: float, lng: float) -> bool:
        x, y = distance.mercator(lat, lng)
        scale = distance.mercator_scale(lat)
        row = await self._transaction.one(
            IS_DENSE, point=f"({x!r},{y!r})", town=round(TOWN_REACH_M * scale), city=round(CITY_REACH_M * scale)
        )
        return row is not None and bool(row[0])

    async def _shown(self, published: int) -> dict[int, UUID | None]:
        if published not in self._zones:
            self._zones[published] = zoning.shown(published, *await self._owners(privacy.blocks(published)))
        return self._zones[published]

    async def _owners(self, blocks: list[int]) -> tuple[dict[int, UUID], dict[UUID, int]]:
        """The zone of each of these blocks, and how many blocks those zones have in all."""
        owner: dict[int, UUID] = {}
        size: dict[UUID, int] = {}
        for zone, count, inside in await self._transaction.all(ZONES_OF, blocks=blocks):
            assert isinstance(zone, UUID) and isinstance(count, int) and isinstance(inside, list)
            size[zone] = count
            owner |= dict.fromkeys(inside, zone)
        return owner, size
