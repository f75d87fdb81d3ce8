"""Zones of a tenant from a city's GeoJSON: outlines in, covers of cells stored, contributions assigned anew."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from database import naming
from database.door import Database
from database.pool import Connection
from geo import cell, cover
from models.base import new_id
from tenants import provisioning

MAX_ZONES = 1_000
NAME_LENGTH = (1, 120)


class ZoneFileError(Exception):
    """The file cannot be used and nothing was changed; the message names the feature and the reason."""


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A zone as a file gives it, with its cover at `geo.cover.ZONE_RESOLUTION`."""

    name: str
    geometry: dict[str, Any]
    cells: list[int]


def read(file: Path, name_property: str) -> list[ZoneRecord]:
    """The zones of a GeoJSON FeatureCollection, named by a property of its features.

    Raises ZoneFileError for another file, a feature without a name, two of one name, and outlines that have no cover.
    """
    try:
        collection = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ZoneFileError("the file is not JSON in UTF-8") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= MAX_ZONES:
        raise ZoneFileError(f"a FeatureCollection of 1 to {MAX_ZONES} features is wanted")
    zones = [_zone(number, feature, name_property) for number, feature in enumerate(features, 1)]
    names = [zone.name for zone in zones]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ZoneFileError(f"two features are called {twice!r}")
    return zones


def _zone(number: int, feature: object, name_property: str) -> ZoneRecord:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get(name_property) if isinstance(properties, dict) else None
    if not isinstance(name, str) or not NAME_LENGTH[0] <= len(name.strip()) <= NAME_LENGTH[1]:
        raise ZoneFileError(f"feature {number} has no name in its property {name_property!r}")
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        raise ZoneFileError(f"feature {number} ({name}) has no geometry")
    try:
        return ZoneRecord(name.strip(), geometry, cover.geometry(geometry))
    except cover.InvalidGeometryError as error:
        raise ZoneFileError(f"feature {number} ({name}): {error}") from error


async def replace(database: Database, slug: str, zones: list[ZoneRecord]) -> int:
    """Make these the tenant's zones, by name, and give each contribution its zone; how many contributions changed.

    Raises ProvisioningError for an unknown slug.
    """
    async with database.administration() as connection, connection.transaction():
        number = await provisioning.number_of(connection, slug)
        await connection.execute(naming.qualify("LOCK TABLE __tenant__.zone IN SHARE ROW EXCLUSIVE MODE", number))
        ids = await _write(connection, number, zones)
        by_cell = {found: ids[zone.name] for zone in reversed(zones) for found in zone.cells}
        changed = await _assign(connection, number, by_cell)
        remove = naming.qualify("DELETE FROM __tenant__.zone WHERE NOT id = ANY(%s)", number)
        await connection.execute(remove, [list(ids.values())])
        return changed


async def _write(connection: Connection, number: int, zones: list[ZoneRecord]) -> dict[str, UUID]:
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


async def _assign(connection: Connection, number: int, by_cell: dict[int, UUID]) -> int:
    """Give every contribution with a place the zone that its published position lies in."""
    await connection.execute("CREATE TEMP TABLE assigned (id uuid PRIMARY KEY, zone_id uuid) ON COMMIT DROP")
    places = naming.qualify("SELECT id, lat, lng, zone_id FROM __tenant__.contribution WHERE cell IS NOT NULL", number)
    cursor = await connection.execute(places)
    async with connection.cursor() as writer, writer.copy("COPY assigned FROM STDIN") as copy:
        for row in _moved(await cursor.fetchall(), by_cell):
            await copy.write_row(row)
    update = (
        "UPDATE __tenant__.contribution c SET zone_id = a.zone_id FROM assigned a"
        " WHERE c.id = a.id AND c.zone_id IS DISTINCT FROM a.zone_id"
    )
    return (await connection.execute(naming.qualify(update, number))).rowcount


def _moved(rows: list[tuple[Any, ...]], by_cell: dict[int, UUID]) -> Iterator[tuple[UUID, UUID | None]]:
    for uuid, lat, lng, zone in rows:
        found = by_cell.get(cell.at(lat, lng, cover.ZONE_RESOLUTION))
        if found != zone:
            yield uuid, found
