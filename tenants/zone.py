"""Drawing a tenant's zones («quartiers») from a city's GeoJSON."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from database import naming
from database.door import Database
from database.pool import PooledConnection
from geo import cell, cover, privacy, zoning
from models.base import new_id
from tenants import provisioning, territory
from tenants.territory import Territory

MAX_ZONES = 1_000
NAME_LENGTH = (1, 120)


class ZoneFileError(Exception):
    """The file cannot be used and nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A zone as a file gives it, with its cover at `geo.cover.ZONE_RESOLUTION`."""

    name: str
    geometry: dict[str, Any]
    cells: list[int]


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """What of a file can be drawn, and what is to be said of the rest; each feature is judged by itself."""

    zones: list[ZoneRecord]
    left_out: list[str] = field(default_factory=list)
    """Why features are not drawn."""
    doubts: list[str] = field(default_factory=list)
    """What is drawn, and probably not as it was meant."""
    kept: frozenset[str] = frozenset()
    """Names of features that are not drawn: a zone of that name stays as it is."""


class _FeatureError(Exception):
    """A feature is left out, for this reason; its name, where it has one."""

    def __init__(self, reason: str, name: str | None = None) -> None:
        super().__init__(reason)
        self.name = name


def read(file: Path, name_property: str) -> ZoneFile:
    """The zones of a GeoJSON FeatureCollection, named by a property of its features.

    Raises ZoneFileError for another file, and for one of which no feature can be drawn.
    """
    try:
        collection = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ZoneFileError("the file is not JSON in UTF-8") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= MAX_ZONES:
        raise ZoneFileError(f"a FeatureCollection of 1 to {MAX_ZONES} features is wanted")
    zones: dict[str, ZoneRecord] = {}
    left_out, doubts, kept = [], [], set()
    for number, feature in enumerate(features, 1):
        try:
            zone = _zone(feature, name_property, zones)
        except _FeatureError as reason:
            left_out.append(f"feature {number}{f' ({reason.name})' if reason.name else ''}: {reason}")
            kept |= {reason.name} if reason.name else set()
        else:
            zones[zone.name] = zone
            if near := cover.crossing(zone.geometry):
                doubts.append(f"{zone.name}: its outline crosses itself near {near[0]}, {near[1]}")
    return _usable(ZoneFile(list(zones.values()), left_out, doubts, frozenset(kept - zones.keys())))


def _usable(file: ZoneFile) -> ZoneFile:
    if not file.zones:
        raise ZoneFileError(f"no feature can be drawn: {'; '.join(file.left_out[:3])}")
    return file


def _zone(feature: object, name_property: str, others_by_name: dict[str, ZoneRecord]) -> ZoneRecord:
    """What a feature draws. Raises _FeatureError."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = _name(properties.get(name_property)) if isinstance(properties, dict) else ""
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        others = ", ".join(map(str, properties)) if isinstance(properties, dict) and properties else "none"
        raise _FeatureError(f"no name in its property {name_property!r}; its properties: {others[:200]}")
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        raise _FeatureError("no geometry", name)
    if name in others_by_name:
        raise _FeatureError("a feature before it has the same name", name)
    try:
        return ZoneRecord(name, geometry, cover.geometry(geometry))
    except cover.InvalidGeometryError as error:
        raise _FeatureError(str(error), name) from error


def _name(value: object) -> str:
    """A name of one line in NFC, so that no two look alike; numbers as text, for quartiers that have no other name."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return " ".join(unicodedata.normalize("NFC", text).split())


def located(file: ZoneFile, around: Territory | None) -> ZoneFile:
    """Without the zones that lie far outside of a territory. Raises ZoneFileError where none is left."""
    far = {zone.name: reason for zone in file.zones if around and (reason := _far(zone, around))}
    near = [zone for zone in file.zones if zone.name not in far]
    owner = {block: zone.name for zone in reversed(near) for block in zone.cells}
    hidden = sorted(zoning.hidden(owner, {zone.name: len(zone.cells) for zone in near}))
    said = [f"{name}: too small to be shown with anybody's contribution" for name in hidden]
    left_out = [*file.left_out, *(f"{name}: {reason}" for name, reason in far.items())]
    return _usable(
        replace(file, zones=near, left_out=left_out, doubts=[*file.doubts, *said], kept=file.kept | set(far))
    )


def _far(zone: ZoneRecord, around: Territory) -> str | None:
    lat, lng = cell.center(zone.cells[len(zone.cells) // 2])
    if around.holds(lat, lng):
        return None
    if abs(lng) <= 90 and around.holds(lng, lat):
        return "latitude and longitude are swapped: GeoJSON has the longitude first"
    return f"{around.away_km(lat, lng):,.0f} km from the portal's centre, more than {around.reach_km}"


async def draw(database: Database, slug: str, file: ZoneFile) -> tuple[ZoneFile, int]:
    """Make these the tenant's zones, by name, and give each contribution its zone.

    Gives what was drawn, without what lies far away, and how many contributions changed. Raises ProvisioningError for
    an unknown slug, and ZoneFileError as `located` does.
    """
    async with database.administration() as connection, connection.transaction():
        number = await provisioning.number_of(connection, slug)
        file = located(file, territory.read(await database.rows(territory.CENTER, of=number)))
        await connection.execute(naming.qualify("LOCK TABLE __tenant__.zone IN SHARE ROW EXCLUSIVE MODE", number))
        covers = await _kept(connection, number, file)
        ids = await _write(connection, number, file.zones)
        covers |= {ids[zone.name]: zone.cells for zone in file.zones}
        changed = await _assign(connection, number, covers)
        remove = naming.qualify("DELETE FROM __tenant__.zone WHERE NOT id = ANY(%s)", number)
        await connection.execute(remove, [list(covers)])
        return file, changed


async def _kept(connection: PooledConnection, number: int, file: ZoneFile) -> dict[UUID, list[int]]:
    """The covers of zones that are there and whose new outline was left out."""
    query = naming.qualify("SELECT id, cells FROM __tenant__.zone WHERE name = ANY(%s)", number)
    cursor = await connection.execute(query, [list(file.kept)])
    rows: list[tuple[Any, ...]] = await cursor.fetchall()
    return dict(rows)


async def _write(connection: PooledConnection, number: int, zones: list[ZoneRecord]) -> dict[str, UUID]:
    """Insert new zones and redraw known ones, which keep their ids; id by name."""
    upsert = naming.qualify(
        "INSERT INTO __tenant__.zone AS known (id, name, geometry, cells) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET geometry = excluded.geometry, cells = excluded.cells RETURNING known.id",
        number,
    )
    ids: dict[str, UUID] = {}
    for zone in zones:
        cursor = await connection.execute(upsert, [new_id(), zone.name, Jsonb(zone.geometry), zone.cells])
        row = await cursor.fetchone()
        assert row is not None and isinstance(row[0], UUID)
        ids[zone.name] = row[0]
    return ids


async def _assign(connection: PooledConnection, number: int, covers: dict[UUID, list[int]]) -> int:
    """Give every contribution with a place the zone with which it is published."""
    await connection.execute("CREATE TEMP TABLE assigned (id uuid PRIMARY KEY, zone_id uuid) ON COMMIT DROP")
    places = (
        "SELECT id, zone_id, CASE precision WHEN 'CELL' THEN cell END,"
        " CASE precision WHEN 'CELL' THEN coalesce(exact_lat, lat) ELSE lat END,"
        " CASE precision WHEN 'CELL' THEN coalesce(exact_lng, lng) ELSE lng END"
        " FROM __tenant__.contribution WHERE cell IS NOT NULL"
    )
    cursor = await connection.execute(naming.qualify(places, number))
    async with connection.cursor() as writer, writer.copy("COPY assigned FROM STDIN") as copy:
        for row in _moved(await cursor.fetchall(), covers):
            await copy.write_row(row)
    update = (
        "UPDATE __tenant__.contribution c SET zone_id = a.zone_id FROM assigned a"
        " WHERE c.id = a.id AND c.zone_id IS DISTINCT FROM a.zone_id"
    )
    return (await connection.execute(naming.qualify(update, number))).rowcount


def _moved(rows: list[tuple[Any, ...]], covers: dict[UUID, list[int]]) -> Iterator[tuple[UUID, UUID | None]]:
    """Who gets another zone. `cell` is None for exact points, which have the zone in which they lie."""
    owner = {block: zone for zone in sorted(covers, reverse=True) for block in covers[zone]}
    size = {zone: len(blocks) for zone, blocks in covers.items()}
    shown: dict[int, dict[int, UUID | None]] = {}
    for uuid, zone, public, lat, lng in rows:
        block = privacy.block(lat, lng)
        if public is not None and public not in shown:
            shown[public] = zoning.shown(public, owner, size)
        now = owner.get(block) if public is None else shown[public].get(block)
        if now != zone:
            yield uuid, now
