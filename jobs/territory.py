"""Territory: publishes to other portals what this one's rules let out, and takes back what they do not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.types import Double, SmallInteger, TypeEngine, Uuid

from database.door import Database, Transaction
from geo import cell, distance
from geo.privacy import Published
from models.base import table, unnested
from models.collectivite import PlanePoint
from models.event import COMPARED
from models.tenant import Tenant
from models.territory import TerritoryCellCount, TerritoryPublication
from office import territory, territory_reader
from planner.row import reader

if TYPE_CHECKING:
    from jobs.deliver import Delivered

BATCH = 1_000
"""How many rows are written at once."""

_tenant, _publication, _count = table(Tenant), table(TerritoryPublication), table(TerritoryCellCount)
_number = bindparam("number", type_=BigInteger())
_ids: Any = bindparam("ids", type_=ARRAY(Uuid()))
_published = exists(select(_publication.c.id).where(_publication.c.tenant_number == _number))
BEGIN = (
    select(_tenant.c.number)
    .where(
        _tenant.c.number == _number,
        or_(func.jsonb_array_length(_tenant.c.territory_rules) > literal_column("0"), _published),
    )
    .with_for_update(key_share=True)
)
"""The portal's own row, unless it publishes nothing and never did: whoever changes its rules or suspends it waits until
what the former rules say is written, and then takes that back."""

_SAID = ("kind", "title", "category_key", "category_name", "zone_name", "collectivite_id", "slug", "host", "cell")
_COMPARED = (*_SAID, "published_at", "expires_at")
_leaving = territory.projection(_number).cte("leaving")
_same = and_(
    _leaving.c.reader_number == _publication.c.reader_number,
    _leaving.c.id == _publication.c.id,
    *(_leaving.c[name].is_not_distinct_from(_publication.c[name]) for name in _COMPARED),
)
WITHDRAW = (
    delete(_publication)
    .where(
        _publication.c.tenant_number == _number,
        or_(_ids.is_(None), _publication.c.id == any_(_ids)),
        ~exists(select(_leaving.c.id).where(_same)),
    )
    .returning(_publication.c.reader_number, _publication.c.kind, _publication.c.cell)
)
_is_there = exists(
    select(_publication.c.id).where(
        _publication.c.tenant_number == _number,
        _publication.c.reader_number == _leaving.c.reader_number,
        _publication.c.id == _leaving.c.id,
    )
)
MISSING = (
    select(*(_leaving.c[name] for name in ("reader_number", "id", *_COMPARED)))
    .where(or_(_ids.is_(None), _leaving.c.id == any_(_ids)), ~_is_there)
    .limit(literal_column(str(BATCH), BigInteger))
)

_WRITTEN = {name: _publication.c[name].type for name in ("reader_number", "id", *_COMPARED, "lat", "lng")} | {
    "x": Double(),
    "y": Double(),
}
_row = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB()))
    .table_valued(*(column(name, type_) for name, type_ in _WRITTEN.items()), name="written")
    .render_derived(with_types=True)
)
_kept = [name for name in _WRITTEN if name not in ("x", "y")]
PUBLISH = (
    insert(_publication)
    .from_select(
        ["tenant_number", "position", *_kept],
        select(_number, func.point(_row.c.x, _row.c.y, type_=PlanePoint()), *(_row.c[name] for name in _kept)),
    )
    .on_conflict_do_nothing()
    .returning(_publication.c.reader_number, _publication.c.kind, _publication.c.cell)
)

_COUNTED: dict[str, TypeEngine[Any]] = {
    "reader_number": BigInteger(),
    "level": SmallInteger(),
    "cell": BigInteger(),
    "kind": Text(),
    "lat": Double(),
    "lng": Double(),
    "count": Integer(),
}
_change = unnested("change", _COUNTED, "{}_of")
_counted = insert(_count).from_select(["tenant_number", *_COUNTED], select(_number, *_change.c))
COUNT = _counted.on_conflict_do_update(
    index_elements=("reader_number", "tenant_number", "level", "cell", "kind"),
    set_={"count": _count.c.count + _counted.excluded.count},
)
FORGET = delete(_count).where(_count.c.tenant_number == _number, _count.c.count <= literal_column("0"))


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is to be published to one portal."""

    reader_number: int
    id: UUID
    kind: str
    title: str
    category_key: str | None
    category_name: str | None
    zone_name: str | None
    collectivite_id: str
    slug: str
    host: str
    cell: int
    published_at: datetime
    expires_at: datetime | None

    def written(self) -> dict[str, object]:
        """Its row: the place is the centre of the cell, whatever the contribution's own portal shows."""
        lat, lng = cell.center(self.cell)
        x, y = distance.mercator(lat, lng)
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        times = {name: at.isoformat() if (at := said[name]) else None for name in ("published_at", "expires_at")}
        return {**said, **times, "id": str(self.id), "lat": lat, "lng": lng, "x": x, "y": y}


@dataclass(frozen=True, slots=True)
class PlacedPublication:
    """What was published, or taken back, by what it is counted."""

    reader_number: int
    kind: str
    cell: int


_missing, _withdrawn, _put = (
    reader(MISSING, Leaving),
    reader(WITHDRAW, PlacedPublication),
    reader(PUBLISH, PlacedPublication),
)


async def hear(transaction: Transaction, tenant: int, events: "Sequence[Delivered]") -> None:
    """Publish and take back what these events are about; of some kinds of events, all that there is."""
    is_all = any(event.kind in COMPARED for event in events)
    await mend(transaction, tenant, None if is_all else sorted({event.subject_id for event in events}))


async def compare(database: Database, tenant: int) -> None:
    """Compare all that a portal publishes with what it should, and mend the differences; where it receives, what others
    find of it follows its title and its names."""
    async with database.transaction(tenant) as transaction:
        await transaction.execute(territory_reader.FOLLOW, number=tenant)
        await mend(transaction, tenant)


async def mend(transaction: Transaction, tenant: int, ids: Sequence[UUID] | None = None) -> int:
    """Make what is published equal to what the rules let out: of these contributions, or of all. How many rows were
    written or taken back."""
    if await transaction.one(BEGIN, number=tenant) is None:
        return 0
    given = None if ids is None else list(ids)
    counts: Counter[PlacedPublication] = Counter()
    gone = [_withdrawn(row) for row in await transaction.all(WITHDRAW, number=tenant, ids=given)]
    counts.subtract(gone)
    changed = len(gone)
    while missing := [_missing(row) for row in await transaction.all(MISSING, number=tenant, ids=given)]:
        rows = await transaction.all(PUBLISH, number=tenant, rows=[one.written() for one in missing])
        counts.update(map(_put, rows))
        changed += len(rows)
        if len(missing) < BATCH or not rows:
            break
    await _recount(transaction, tenant, counts)
    return changed


async def _recount(transaction: Transaction, tenant: int, changes: Counter[PlacedPublication]) -> None:
    """Write what changed of the counts by cell, at each level of the map."""
    counts: Counter[tuple[int, int, int, str]] = Counter()
    for one, by in changes.items():
        published = Published(one.cell, *cell.center(one.cell), is_exact=False)
        for level, at in published.rolled_up().items():
            counts[one.reader_number, level, at, one.kind] += by
    written = sorted((key, by) for key, by in counts.items() if by)
    if not written:
        return
    centers = [cell.center(at) for (_, _, at, _), _ in written]
    await transaction.execute(
        COUNT,
        number=tenant,
        reader_number_of=[key[0] for key, _ in written],
        level_of=[key[1] for key, _ in written],
        cell_of=[key[2] for key, _ in written],
        kind_of=[key[3] for key, _ in written],
        lat_of=[lat for lat, _ in centers],
        lng_of=[lng for _, lng in centers],
        count_of=[by for _, by in written],
    )
    await transaction.execute(FORGET, number=tenant)
