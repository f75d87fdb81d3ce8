"""Drawing a tenant's zones («quartiers») from a city's GeoJSON."""

import json
import re
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
from models.refusal import ErrorCode
from models.zone import DOUBTS, MAX_FILE_VERTICES, MAX_ZONES, NAME_LENGTH, ZoneRemarkCode
from tenants import directory, territory
from tenants.territory import Territory

NAMES = ("name", "nom", "libelle", "libellé", "label", "nom_quartier", "nom_quart", "l_qu", "quartier")
"""Properties by which cities name the zones of their files; the first that a file has is taken, whatever its case."""

MAX_PROPERTIES = 20
DIGITS = 6
"""Decimals of a degree that are kept of an outline: a tenth of a metre."""


class ZoneFileError(Exception):
    """The file cannot be used and nothing was changed; the code and the message say why."""

    def __init__(self, message: str, code: ErrorCode = ErrorCode.BAD_GEOJSON) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A zone as a file gives it, with its cover at `geo.cover.ZONE_RESOLUTION`."""

    name: str
    geometry: dict[str, Any]
    cells: list[int]


@dataclass(frozen=True, slots=True)
class FeatureRemark:
    """What is to be said of a feature: `number` is its place in the file, `name` its name, where they are known."""

    code: ZoneRemarkCode
    reason: str
    name: str | None = None
    number: int | None = None

    def __str__(self) -> str:
        if self.number is None:
            return f"{self.name}: {self.reason}"
        return f"feature {self.number}{f' ({self.name})' if self.name else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """What of a file can be drawn, and what is to be said of the rest; each feature is judged by itself."""

    zones: list[ZoneRecord]
    remarks: list[FeatureRemark] = field(default_factory=list)
    name_property: str = ""
    properties: list[str] = field(default_factory=list)
    """Those by which the features could be named."""

    @property
    def left_out(self) -> list[str]:
        """Why features are not drawn."""
        return [str(remark) for remark in self.remarks if remark.code not in DOUBTS]

    @property
    def doubts(self) -> list[str]:
        """What is drawn, and probably not as it was meant."""
        return [str(remark) for remark in self.remarks if remark.code in DOUBTS]

    @property
    def kept(self) -> frozenset[str]:
        """Names of features that are not drawn: a zone of that name stays as it is."""
        names = {remark.name for remark in self.remarks if remark.name and remark.code not in DOUBTS}
        return frozenset(names - {zone.name for zone in self.zones})


class _FeatureError(Exception):
    """A feature is left out, for this reason; its name, where it has one."""

    def __init__(self, code: ZoneRemarkCode, reason: str, name: str | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.name = name


def read(file: Path, name_property: str) -> ZoneFile:
    """The zones of a file, as `parse` has them."""
    return parse(file.read_bytes(), name_property)


def parse(content: bytes, name_property: str = "") -> ZoneFile:
    """The zones of a GeoJSON FeatureCollection, named by a property of its features; empty: by one of NAMES.

    Raises ZoneFileError for another file, and for one of which no feature can be drawn.
    """
    features = _features(content)
    properties = _properties(features)
    chosen = name_property or _naming(features, properties)
    zones: dict[str, ZoneRecord] = {}
    remarks: list[FeatureRemark] = []
    for number, feature in enumerate(features, 1):
        try:
            zone = _zone(feature, chosen, zones)
        except _FeatureError as error:
            remarks.append(FeatureRemark(error.code, str(error), error.name, number))
        else:
            zones[zone.name] = zone
            if near := cover.crossing(zone.geometry):
                reason = f"its outline crosses itself near {near[0]}, {near[1]}"
                remarks.append(FeatureRemark(ZoneRemarkCode.SELF_CROSSING, reason, zone.name))
    return _usable(ZoneFile(list(zones.values()), remarks, chosen, properties))


def _features(content: bytes) -> list[Any]:
    """A collection's features. Raises ZoneFileError."""
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ZoneFileError("the file is not JSON in UTF-8") from error
    if not isinstance(collection, dict) or not isinstance(features := collection.get("features"), list):
        raise ZoneFileError("a FeatureCollection is wanted")
    if not 0 < len(features) <= MAX_ZONES:
        raise ZoneFileError(f"a FeatureCollection of 1 to {MAX_ZONES} features is wanted", ErrorCode.NO_FEATURE)
    system = collection.get("crs")
    if system is not None and not _DEGREES.search(json.dumps(system)):
        raise ZoneFileError("coordinates are wanted in WGS 84, as GeoJSON has them", ErrorCode.WRONG_CRS)
    if sum(map(_vertices, features)) > MAX_FILE_VERTICES:
        raise ZoneFileError(f"a file has at most {MAX_FILE_VERTICES:,} positions", ErrorCode.FILE_TOO_LARGE)
    return features


_DEGREES = re.compile(r"CRS:?84|EPSG:+4326|EPSG:+4258|EPSG:+4171", re.IGNORECASE)
"""Names of systems of degrees that differ by less than a metre."""


def _vertices(feature: object) -> int:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return cover.vertices(geometry.get("coordinates")) if isinstance(geometry, dict) else 0


def _properties(features: list[Any]) -> list[str]:
    """The properties of the first feature that hold a text or a number."""
    first = next((each for each in features if isinstance(each, dict) and isinstance(each.get("properties"), dict)), {})
    named = first.get("properties", {})
    return [str(key) for key, value in named.items() if _name(value)][:MAX_PROPERTIES]


def _naming(features: list[Any], properties: list[str]) -> str:
    """The property that names features: one of NAMES, else the first whose texts differ from feature to feature."""
    by_name = {key.lower(): key for key in reversed(properties)}
    if usual := next((by_name[name] for name in NAMES if name in by_name), None):
        return usual
    for key in properties:
        values = [each["properties"].get(key) for each in features if isinstance(each, dict) and each.get("properties")]
        if all(isinstance(value, str) for value in values) and len(set(values)) == len(features):
            return key
    return properties[0] if properties else NAMES[0]


def _usable(file: ZoneFile) -> ZoneFile:
    if file.zones:
        return file
    codes = {remark.code for remark in file.remarks}
    code = ErrorCode.NO_FEATURE
    if len(codes) == 1 and (only := codes.pop().value) in {fault.value for fault in cover.GeometryFault}:
        code = ErrorCode(only)
    raise ZoneFileError(f"no feature can be drawn: {'; '.join(file.left_out[:3])}", code)


def _zone(feature: object, name_property: str, others_by_name: dict[str, ZoneRecord]) -> ZoneRecord:
    """What a feature draws. Raises _FeatureError."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = _name(properties.get(name_property)) if isinstance(properties, dict) else ""
    if not NAME_LENGTH[0] <= len(name) <= NAME_LENGTH[1]:
        others = ", ".join(map(str, properties)) if isinstance(properties, dict) and properties else "none"
        reason = f"no name in its property {name_property!r}; its properties: {others[:200]}"
        raise _FeatureError(ZoneRemarkCode.NO_NAME, reason)
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        raise _FeatureError(ZoneRemarkCode.NO_GEOMETRY, "no geometry", name)
    if name in others_by_name:
        raise _FeatureError(ZoneRemarkCode.REPEATED_NAME, "a feature before it has the same name", name)
    try:
        cells = cover.geometry(geometry)
    except cover.InvalidGeometryError as error:
        raise _FeatureError(ZoneRemarkCode(error.fault.value), str(error), name) from error
    return ZoneRecord(name, plain(geometry), cells)


def plain(geometry: dict[str, Any]) -> dict[str, Any]:
    """A geometry without what no map shows."""
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    """Positions of two numbers, whatever a file adds to them."""
    if coordinates and isinstance(coordinates[0], list):
        return [_rounded(each) for each in coordinates]
    return [round(number, DIGITS) for number in coordinates[:2]]


def _name(value: object) -> str:
    """A name of one line in NFC, so that no two look alike; numbers as text, for quartiers that have no other name."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return " ".join(unicodedata.normalize("NFC", text).split())


def located(file: ZoneFile, around: Territory | None) -> ZoneFile:
    """Without the zones that lie far outside of a territory. Raises ZoneFileError where none is left."""
    far = {zone.name: remark for zone in file.zones if around and (remark := _far(zone, around))}
    near = [zone for zone in file.zones if zone.name not in far]
    owner = {block: zone.name for zone in reversed(near) for block in zone.cells}
    hidden = sorted(zoning.hidden(owner, {zone.name: len(zone.cells) for zone in near}))
    reason = "too small to be shown with anybody's contribution"
    said = [FeatureRemark(ZoneRemarkCode.NEVER_SHOWN, reason, name) for name in hidden]
    return _usable(replace(file, zones=near, remarks=[*file.remarks, *far.values(), *said]))


def _far(zone: ZoneRecord, around: Territory) -> FeatureRemark | None:
    lat, lng = cell.center(zone.cells[len(zone.cells) // 2])
    if around.holds(lat, lng):
        return None
    if abs(lng) <= 90 and around.holds(lng, lat):
        reason = "latitude and longitude are swapped: GeoJSON has the longitude first"
        return FeatureRemark(ZoneRemarkCode.SWAPPED, reason, zone.name)
    reason = f"{around.away_km(lat, lng):,.0f} km from the portal's centre, more than {around.reach_km}"
    return FeatureRemark(ZoneRemarkCode.FAR_AWAY, reason, zone.name)


async def draw(database: Database, slug: str, file: ZoneFile) -> tuple[ZoneFile, int]:
    """Make these the tenant's zones, by name, and give each contribution its zone.

    Gives what was drawn, without what lies far away, and how many contributions changed. Raises ProvisioningError for
    an unknown slug, and ZoneFileError as `located` does.
    """
    database = await directory.has(database, slug)
    async with database.administration() as connection, connection.transaction():
        number, _ = await directory.placed(connection, slug)
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
