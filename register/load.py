"""Writing the register of collectivités: the bundled file at the first start, official files by import."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from database.door import Database
from database.pool import PooledConnection
from geo import distance
from models.base import table
from models.collectivite import Collectivite, CollectiviteOutline
from register import outline, record
from register.outline import Polygon, bounds, geometry
from register.record import CollectiviteRecord

_ANY = select(table(Collectivite).c.id).limit(1)
_ANY_OUTLINE = select(table(CollectiviteOutline).c.collectivite_id).limit(1)
_OUTLINE_COLUMNS = "collectivite_id, geometry, south, west, north, east"
_COLUMNS = (
    "id, kind, name, search_name, insee_code, siren, nis_code, population, postal_codes, lat, lng, position, parent_ids"
)
_NAMES = _COLUMNS.split(", ")


async def load_bundled(database: Database) -> None:
    """Bring the register that ships with the product in; an older one is completed by what it had not."""
    if not await load(database, record.bundled()) and not await database.rows(_ANY_OUTLINE):
        await fill(database, record.bundled())
    await load_outlines(database, outline.bundled())


async def load(database: Database, records: Iterable[CollectiviteRecord]) -> int:
    """Fill an empty register; how many rows were written. A register that is there already is left alone."""
    if await database.rows(_ANY):
        return 0
    async with database.administration() as connection, connection.transaction():
        await _wait_for(connection, "platform.collectivite")
        cursor = await connection.execute("SELECT EXISTS (SELECT 1 FROM platform.collectivite)")
        if (await cursor.fetchone() or (False,))[0]:
            return 0
        count = await _copy(connection, "platform.collectivite", records)
    async with database.administration() as connection:
        await connection.execute("ANALYZE platform.collectivite")
    return count


async def load_outlines(database: Database, outlines: Iterable[tuple[str, list[Polygon]]]) -> int:
    """Fill the table of outlines, if it is empty, for the collectivités that are there; how many rows were written."""
    if await database.rows(_ANY_OUTLINE):
        return 0
    async with database.administration() as connection, connection.transaction():
        await _wait_for(connection, "platform.collectivite_outline")
        cursor = await connection.execute(
            "SELECT id FROM platform.collectivite WHERE NOT EXISTS (SELECT 1 FROM platform.collectivite_outline)"
        )
        wanted = {row[0] for row in await cursor.fetchall()}
        rows = (_outline_row(identifier, polygons) for identifier, polygons in outlines if identifier in wanted)
        count = 0
        async with (
            connection.cursor() as writer,
            writer.copy(f"COPY platform.collectivite_outline ({_OUTLINE_COLUMNS}) FROM STDIN") as copy,
        ):
            for row in rows:
                await copy.write_row(row)
                count += 1
    async with database.administration() as connection:
        await connection.execute("ANALYZE platform.collectivite_outline")
    return count


async def _wait_for(connection: PooledConnection, name: str) -> None:
    """Keep other writers off a table. Processes that start at once wait for the first, however long it writes."""
    await connection.execute("SET LOCAL lock_timeout = 0")
    await connection.execute(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE".encode())


def _outline_row(identifier: str, polygons: list[Polygon]) -> tuple[Any, ...]:
    return identifier, orjson.dumps(geometry(polygons)).decode(), *bounds(polygons)


AT_ONCE = 5_000
"""Records that one statement compares: some 2 MB. They are parameters, because a temporary table is on one machine
alone (decision 0103)."""

_GIVEN = "jsonb_populate_recordset(NULL::platform.collectivite, %s::jsonb)"
_ADD = f"INSERT INTO platform.collectivite SELECT * FROM {_GIVEN} ON CONFLICT (id) DO NOTHING"  # noqa: S608  # constants of ours
_UNKNOWN = (
    f"SELECT name || ' (' || coalesce(insee_code, siren, nis_code) || ')' FROM {_GIVEN} g"  # noqa: S608  # constants of ours
    " WHERE NOT EXISTS (SELECT FROM platform.collectivite c WHERE c.id = g.id) ORDER BY id"
)
_COMPLETE = (
    "UPDATE platform.collectivite c SET siren = coalesce(c.siren, g.siren),"  # noqa: S608  # constants of ours
    " population = coalesce(c.population, g.population), lat = coalesce(c.lat, g.lat),"
    " lng = coalesce(c.lng, g.lng), position = coalesce(c.position, g.position),"
    " postal_codes = CASE WHEN c.postal_codes = '{}' THEN g.postal_codes ELSE c.postal_codes END"
    f" FROM {_GIVEN} g WHERE g.id = c.id AND ((c.siren IS NULL AND g.siren IS NOT NULL)"
    " OR (c.population IS NULL AND g.population IS NOT NULL) OR (c.lat IS NULL AND g.lat IS NOT NULL)"
    " OR (c.postal_codes = '{}' AND g.postal_codes <> '{}'))"
)


@dataclass(slots=True)
class Filled:
    """What an import did: how many rows were added and completed, and which it left out, by name and code."""

    added: int
    completed: int
    unknown: list[str]


async def fill(database: Database, given: Iterable[CollectiviteRecord], *, is_adding: bool = False) -> Filled:
    """Fill what is null in the collectivités that are there, and add the others if they are wanted.

    What the register knows is never overwritten. It is the list of its year: what it does not have was merged since, or
    will be, and would stand beside its successor.
    """
    records, filled = iter(given), Filled(0, 0, [])
    async with database.administration() as connection, connection.transaction():
        await _wait_for(connection, "platform.collectivite")
        while batch := list(itertools.islice(records, AT_ONCE)):
            rows = orjson.dumps([dict(zip(_NAMES, _row(record), strict=True)) for record in batch]).decode()
            if is_adding:
                filled.added += (await connection.execute(_ADD, [rows])).rowcount
            else:
                cursor = await connection.execute(_UNKNOWN, [rows])
                filled.unknown += [str(name) for (name,) in await cursor.fetchall()]
            filled.completed += (await connection.execute(_COMPLETE, [rows])).rowcount
    return filled


async def _copy(connection: PooledConnection, target: str, records: Iterable[CollectiviteRecord]) -> int:
    count = 0
    async with connection.cursor() as cursor, cursor.copy(f"COPY {target} ({_COLUMNS}) FROM STDIN") as copy:
        for record in records:
            await copy.write_row(_row(record))
            count += 1
    return count


def _row(record: CollectiviteRecord) -> tuple[Any, ...]:
    position = None
    if record.lat is not None and record.lng is not None:
        position = "({!r},{!r})".format(*distance.mercator(record.lat, record.lng))
    return (
        record.id,
        record.kind,
        record.name,
        record.search_name,
        record.insee_code,
        record.siren,
        record.nis_code,
        record.population,
        list(record.postal_codes),
        record.lat,
        record.lng,
        position,
        list(record.parent_ids),
    )


async def find(
    database: Database, *, insee: str | None = None, siren: str | None = None, id_: str | None = None
) -> tuple[str, str] | None:
    """Register id and name of the collectivité with a code of a commune, a SIREN number or a register id."""
    async with database.administration() as connection:
        cursor = await connection.execute(
            "SELECT id, name FROM platform.collectivite WHERE id = %s OR id = %s OR (siren = %s AND kind = 'EPCI')",
            [id_, f"commune-{insee.lower()}" if insee else None, siren],
        )
        row = await cursor.fetchone()
        return (str(row[0]), str(row[1])) if row else None
