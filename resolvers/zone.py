"""Zones: the named areas of a tenant, read by everybody, drawn, renamed and removed by administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Select,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    cast,
    collate,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.types import BigInteger, Integer, Uuid

from geo import cell, cover
from models import expected
from models.activity import Activity
from models.base import constant, new_id, table
from models.collectivite import Collectivite, CollectiviteOutline
from models.contribution import Contribution
from models.event import EventKind
from models.refusal import ErrorCode, Refusal, bad_input, conflict, limit_reached, not_found
from models.tenant import Tenant
from models.zone import MAX_CORNERS, MAX_ZONES, NAME_LENGTH, Zone, ZoneChange, ZoneChangeState
from planner.act import Act, Outcome, value
from planner.context import FieldContext
from planner.listing import Listing, Order
from resolvers import access, room, territory, text
from tenants.zone import ZoneFile, plain

BOX = (("west", "south"), ("east", "south"), ("east", "north"), ("west", "north"))
NOBODY = UUID(int=0)
"""Before the id of every contribution."""

_zone, _change, _contribution, _activity = table(Zone), table(ZoneChange), table(Contribution), table(Activity)
_commune, _outline, _tenant = table(Collectivite), table(CollectiviteOutline), table(Tenant)
_id, _ids = value(Zone, "id"), bindparam("ids", type_=ARRAY(Uuid()))
_named = {name: value(Zone, name) for name in ("id", "name", "geometry", "cells")}

COUNT = select(func.count().label("count")).select_from(_zone)
EXISTING = select(_zone.c.id).where(_zone.c.id == _id)
NAMED = select(_zone.c.id).where(_zone.c.name == value(Zone, "name"), _zone.c.id != _id)
_next = _zone.c.version + literal_column("1", Integer)
_drawing = insert(_zone).values(_named)
DRAW = _drawing.on_conflict_do_nothing(index_elements=("name",))
REDRAW_NAMED = _drawing.on_conflict_do_update(
    index_elements=("name",),
    set_={name: _drawing.excluded[name] for name in ("geometry", "cells")} | {"version": _next},
)
_is_read = and_(
    _zone.c.id == _id, _zone.c.version == func.coalesce(bindparam("read_version", type_=Integer()), _zone.c.version)
)
REDRAW = update(_zone).where(_is_read).values(geometry=_named["geometry"], cells=_named["cells"], version=_next)
RENAME = update(_zone).where(_is_read).values(name=_named["name"], version=_next)
RELEASE = update(_contribution).where(_contribution.c.zone_id == any_(_ids)).values(zone_id=null())
VOTED_FROM = select(_activity.c.id).where(_activity.c.proof_zone_id == any_(_ids)).limit(literal_column("1"))
REMOVE = delete(_zone).where(_zone.c.id == any_(_ids))
OTHERS = select(_zone.c.id).where(_zone.c.name != all_(bindparam("names", type_=ARRAY(Text()))))

_draft = _change.c.state == constant(ZoneChangeState.DRAFT)
FORGET_DRAFTS = delete(_change).where(_draft)
FORGET_DRAFT = FORGET_DRAFTS.where(_change.c.id == value(ZoneChange, "id"))
LOCK_DRAFT = select(_change.c.zones, _change.c.remarks).where(_change.c.id == value(ZoneChange, "id"), _draft)
LOCK_DRAFT = LOCK_DRAFT.with_for_update()
_nothing = literal_column("'[]'::jsonb", JSONB)
BEGIN = (
    update(_change)
    .where(_change.c.id == value(ZoneChange, "id"))
    .values(state=constant(ZoneChangeState.ASSIGNING), zones=_nothing, remarks=_nothing, properties=_nothing)
)
_own = select(_tenant.c.collectivite_id).where(_tenant.c.number == bindparam("number", type_=BigInteger()))
_corners = _outline.c.geometry.op("->", return_type=JSON())(literal_column("'coordinates'", Text)).label("coordinates")
OUTLINES = (
    select(_commune.c.insee_code, _corners)
    .join_from(_commune, _outline, _outline.c.collectivite_id == _commune.c.id)
    .where(
        _commune.c.insee_code == any_(bindparam("codes", type_=ARRAY(Text()))),
        or_(_commune.c.id == _own.scalar_subquery(), _own.scalar_subquery() == any_(_commune.c.parent_ids)),
    )
    .order_by(_commune.c.insee_code)
)
_new = ("id", "state", "file_name", "name_property", "properties", "zones", "remarks", "done_after")
ASSIGN = insert(_change).values(**{name: value(ZoneChange, name) for name in _new}, created_at=func.now())


# Reads ----------------------------------------------------------------------------------------------------------------


def listed(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """By name, in the order of a French dictionary."""
    keys = (text.dictionary_order(row.c.name), collate(row.c.name, "C"), row.c.id)
    return Listing((), Order("zone.name", keys, (str, str, UUID)))


def cells(row: FromClause, _context: FieldContext) -> ColumnElement[list[str]]:
    """The cells of the cover in hexadecimal."""
    block = func.unnest(row.c.cells).column_valued("cell")
    return func.array(select(func.to_hex(block)).correlate(row).scalar_subquery())


def changes(row: FromClause, _parent: FromClause, _context: FieldContext) -> Listing:
    """The newest first."""
    keys = (row.c.created_at, row.c.id)
    return Listing((), Order("zone_change.newest", keys, (datetime, UUID), is_descending=True))


def drawn(row: FromClause, _context: FieldContext) -> Select[Any]:
    """The zones of a file, in its order."""
    each = _elements(row.c.zones, "zone")
    said = (each.c.value.op("->>")(literal_column("'name'")).label("name"), _of(each, "geometry").label("geometry"))
    count = func.jsonb_array_length(_of(each, "cells")).label("cell_count")
    block = func.jsonb_array_elements_text(_of(each, "cells")).column_valued("cell")
    hexadecimal = func.array(select(func.to_hex(cast(block, BigInteger))).scalar_subquery()).label("cells")
    return select(*said, count, hexadecimal).select_from(each).order_by(each.c.rank)


def remarks(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What is to be said of a file's features, in their order."""
    each = _elements(row.c.remarks, "remark")
    code, name = (each.c.value.op("->>")(literal_column(f"'{key}'")).label(key) for key in ("code", "name"))
    number = cast(each.c.value.op("->>")(literal_column("'number'")), Integer).label("number")
    return select(code, name, number).select_from(each).order_by(each.c.rank)


def _elements(column_: ColumnElement[Any], name: str) -> Any:
    listed_ = func.jsonb_array_elements(column_).table_valued("value", with_ordinality="rank", name=name)
    return listed_.render_derived()


def _of(each: Any, key: str) -> ColumnElement[Any]:
    part: ColumnElement[Any] = each.c.value.op("->", return_type=JSONB())(literal_column(f"'{key}'"))
    return part


# Changes --------------------------------------------------------------------------------------------------------------

Corner = Mapping[str, float]


async def draw(act: Act, *, name: str, **given: Any) -> Outcome:
    """Add a zone, drawn by hand or from communes."""
    kept = text.line(name, NAME_LENGTH, "name")
    columns = await _drawn(act, **given)
    await room.of_portal(act)
    counted = await act.one(COUNT, into=ZoneTotal)
    if counted is None or counted.count >= MAX_ZONES:
        raise limit_reached(f"A portal has at most {MAX_ZONES:,} zones.", "name", expected.at_most(MAX_ZONES))
    zone = new_id()
    if not await act.execute(DRAW, id=zone, name=kept, **columns):
        raise _taken()
    await _assign(act)
    return act.did(EventKind.ZONES_CHANGED, zone, zone_id=zone)


async def redraw(act: Act, *, zone: UUID, version: int | None = None, **given: Any) -> Outcome:
    """Give a zone another outline, unless somebody else wrote since `version` was read."""
    columns = await _drawn(act, **given)
    if not await act.execute(REDRAW, id=zone, read_version=version, **columns):
        raise conflict() if await act.exists(EXISTING, id=zone) else not_found("zone")
    await _assign(act)
    return act.did(EventKind.ZONES_CHANGED, zone, zone_id=zone)


async def rename(act: Act, *, zone: UUID, name: str, version: int | None = None) -> Outcome:
    """Give a zone another name, unless somebody else wrote since `version` was read."""
    kept = text.line(name, NAME_LENGTH, "name")
    if not await act.exists(EXISTING, id=zone):
        raise not_found("zone")
    if await act.exists(NAMED, id=zone, name=kept):
        raise _taken()
    if not await act.execute(RENAME, id=zone, name=kept, read_version=version):
        raise conflict()
    return act.did(EventKind.ZONES_CHANGED, zone, zone_id=zone)


async def remove(act: Act, *, zone: UUID) -> Outcome:
    """Remove a zone; its contributions are in none, or get that of their neighbours."""
    if not await act.exists(EXISTING, id=zone):
        raise not_found("zone")
    await _remove(act, [zone])
    await _assign(act)
    return act.did(EventKind.ZONES_CHANGED, zone, zone_id=zone)


async def confirm(act: Act, *, zone_change: UUID, is_replacing: bool = False) -> Outcome:
    """Draw the zones of a file by their names. Replacing removes those that the file does not name."""
    draft = await act.one(LOCK_DRAFT, into=ZoneDraft, id=zone_change)
    if draft is None:
        raise not_found("zoneChange")
    for zone in draft.zones:
        await act.execute(REDRAW_NAMED, id=new_id(), **zone)
    if is_replacing:
        left_out = [remark["name"] for remark in draft.remarks if remark["name"]]
        names = [zone["name"] for zone in draft.zones] + left_out
        await _remove(act, [other.id for other in await act.all(OTHERS, into=access.Id, names=names)])
    await act.execute(BEGIN, id=zone_change)
    return act.did(EventKind.ZONES_CHANGED, zone_change, {"count": len(draft.zones)}, zone_change_id=zone_change)


async def discard(act: Act, *, zone_change: UUID) -> Outcome:
    """Forget a file that was not confirmed."""
    if not await act.execute(FORGET_DRAFT, id=zone_change):
        raise not_found("zoneChange")
    return act.did(EventKind.ZONES_CHANGED, zone_change, {"count": 0}, zone_change_id=zone_change)


async def keep(act: Act, *, file: ZoneFile, file_name: str) -> UUID:
    """Keep a file for an administrator's word, in the place of one that waits."""
    await act.execute(FORGET_DRAFTS)
    said = [asdict(remark) | {"code": remark.code.value} for remark in file.remarks]
    return await act.insert(
        ZoneChange,
        state=ZoneChangeState.DRAFT.value,
        file_name=file_name,
        name_property=file.name_property,
        properties=file.properties,
        zones=[asdict(zone) for zone in file.zones],
        remarks=said,
        done_after=NOBODY,
        created_at=act.now,
    )


async def _assign(act: Act) -> None:
    """A job gives contributions their zones."""
    nothing: dict[str, Any] = {"properties": [], "zones": [], "remarks": [], "file_name": "", "name_property": ""}
    await act.execute(ASSIGN, id=new_id(), state=ZoneChangeState.ASSIGNING, done_after=NOBODY, **nothing)


async def _remove(act: Act, zones: Sequence[UUID]) -> None:
    if await act.exists(VOTED_FROM, ids=list(zones)):
        message = "A vote asks its voters to live there: the zone stays as long as the vote."
        raise bad_input(message, "zone", expected.OTHER)
    await act.execute(RELEASE, ids=list(zones))
    await act.execute(REMOVE, ids=list(zones))


def _taken() -> Refusal:
    return Refusal(ErrorCode.NAME_TAKEN, "Another zone has this name.", "name")


@dataclass(frozen=True, slots=True)
class ZoneTotal:
    """How many zones there are."""

    count: int


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """A file that waits."""

    zones: list[dict[str, Any]]
    remarks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CommuneOutline:
    """Where a commune lies."""

    insee_code: str
    coordinates: list[Any]


async def _drawn(
    act: Act, *, corners: Sequence[Corner] = (), box: Mapping[str, float] | None = None, communes: Sequence[str] = ()
) -> dict[str, Any]:
    """The outline and the cover of what was drawn, in exactly one of three ways. Raises Refusal."""
    if (count := sum(map(bool, (corners, box, communes)))) != 1:
        message = "Give exactly one of `corners`, `box` and `communes`."
        raise Refusal(ErrorCode.BAD_INPUT if count else ErrorCode.REQUIRED, message, "corners", expected=expected.ONE)
    if communes:
        return _covered(await _communes(act, communes), "communes")
    if box:
        ring = [(box[lng], box[lat]) for lng, lat in BOX]
        field = "box"
    else:
        if len(corners) > MAX_CORNERS:
            raise Refusal(ErrorCode.TOO_MANY_VERTICES, f"At most {MAX_CORNERS} corners are drawn by hand.", "corners")
        ring, field = [(corner["lng"], corner["lat"]) for corner in corners], "corners"
    columns = _covered({"type": "Polygon", "coordinates": [[list(point) for point in (*ring, ring[0])]]}, field)
    lat, lng = cell.center(columns["cells"][0])
    await territory.check(act.transaction, lat, lng)
    return columns


def _covered(geometry: dict[str, Any], field: str) -> dict[str, Any]:
    try:
        blocks, crossing = cover.geometry(geometry), cover.crossing(geometry)
    except cover.InvalidGeometryError as error:
        raise Refusal(ErrorCode(error.fault.value), f"This cannot be drawn: {error}.", field) from error
    if crossing:
        raise Refusal(ErrorCode.SELF_CROSSING, f"The outline crosses itself near {crossing}.", field)
    return {"geometry": plain(geometry), "cells": blocks}


async def _communes(act: Act, codes: Sequence[str]) -> dict[str, Any]:
    """The outline of communes of the portal's collectivité. Raises Refusal(NOT_FOUND)."""
    wanted = sorted({code.strip().upper() for code in codes})
    outlines = await act.all(OUTLINES, into=CommuneOutline, codes=wanted, number=act.asker.tenant)
    if missing := set(wanted) - {outline.insee_code for outline in outlines}:
        message = f"The portal's collectivité has no commune {min(missing)} with an outline."
        raise Refusal(ErrorCode.NOT_FOUND, message, "communes")
    return {"type": "MultiPolygon", "coordinates": [part for outline in outlines for part in outline.coordinates]}
