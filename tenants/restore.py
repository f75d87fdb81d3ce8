"""Restore of a tenant from an export: taken in under a new number, or put back in the place of what there is.

Schema, rows and the registry's lines change in one transaction: it is all there, verified, or nothing is.
"""

import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import orjson

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.tenant_move import TenantMoveState
from tenants import archive, directory, export, migration, provisioning, tenant_copy, wall
from tenants.archive import ArchiveError, Content, Manifest
from tenants.directory import ProvisioningError, registry_change
from tenants.provisioning import COUNT_ALL_UP, TAKE_NUMBER, NewTenant

BATCH_ROWS, BATCH_BYTES = 1_000, 8_000_000
"""What one statement writes at most; a single row may be longer."""

_LOCK = "SELECT FROM platform.registry FOR UPDATE"
_COPY = "SELECT from_database, state FROM platform.tenant_move WHERE tenant_number = %s"
_END = "DELETE FROM platform.tenant_move WHERE tenant_number = %s"
_LEFT = (
    "INSERT INTO platform.tenant_move (tenant_number, from_database, to_database, state, switched_at)"  # noqa: S608  # a constant of ours
    f" VALUES (%s, %s, %s, '{TenantMoveState.OPEN.value}', now())"
)
_IS_KNOWN = "SELECT FROM platform.collectivite WHERE id = %s"


async def take_in(
    database: Database, file: Path, *, slug: str | None = None, hosts: Sequence[str] = (), to: str = naming.HOME
) -> Manifest:
    """A tenant of its own from an export of this or another installation; `slug` and `hosts` in place of the file's.

    It gets a new number, and with it its objects get new ids, and lives in the cluster `to`. The manifest that is given
    says its slug, number, hosts and cluster here. Raises ArchiveError for a file that was changed or needs a newer
    release, ProvisioningError for a taken slug or host, an unknown collectivité and an unknown cluster, and OSError.
    """
    target = directory.cluster(database, to)
    with archive.opened(file) as opened:
        manifest = _verified(opened).at(to)
        manifest = replace(manifest, tenant=slug or manifest.tenant, hosts=tuple(hosts) or manifest.hosts)
        async with registry_change(database) as main:
            await _require_free(main, manifest, None)
            row = await directory.one(main, TAKE_NUMBER)
            manifest = replace(manifest, number=cast(int, (row or (0,))[0]))
        async with target.administration() as own, own.transaction():
            await _build(own, manifest, opened)
            async with _listing(database, target, own) as main:
                await _require_free(main, manifest, None)
                await _register(own, manifest)
                await _list(own, main, manifest)
    return manifest


@asynccontextmanager
async def _listing(database: Database, target: Database, own: PooledConnection) -> AsyncIterator[PooledConnection]:
    """The cluster that lists all tenants, whose registry nobody else changes meanwhile; `own` where that is it."""
    if target is not database:
        async with registry_change(database) as main:
            yield main
        return
    await own.execute(_LOCK)
    yield own


async def put_back(database: Database, file: Path, slug: str, to: str | None = None) -> Manifest:
    """The tenant `slug` of an export of this installation as it was then, whatever it has become, or deleted, since.

    Its number and ids stay. It goes into the cluster `to`; by default where it is, and where it was when it was
    exported once it is deleted. What it leaves in another cluster is a former copy, as a move leaves one. The manifest
    that is given says its cluster. Raises ArchiveError, also where the file is another tenant's, ProvisioningError
    where number or slug are another tenant's by now, while it moves, and for a cluster that nobody named, and OSError.
    """
    with archive.opened(file) as opened:
        if (held := archive.Manifest.read(opened).tenant) != slug:
            raise ArchiveError(f"it holds the tenant {held!r}, not {slug!r}")
        manifest = _verified(opened)
        async with registry_change(database) as main:
            manifest = manifest.at(to or await _place(main, manifest.number) or manifest.database)
            await _require_possible(main, manifest)
        target = directory.cluster(database, manifest.database)
        async with target.administration() as own, own.transaction():
            if target is database:
                await own.execute(_LOCK)
            await _clear(own, manifest.number)
            await _build(own, manifest, opened)
            async with _listing(database, target, own) as main:
                place = await _require_possible(main, manifest)
                await _leave(main, manifest, place)
                await _register(own, manifest)
                await _list(own, main, manifest)
    return manifest


async def _require_possible(main: PooledConnection, manifest: Manifest) -> str | None:
    """The cluster in which the tenant is now; None: it is deleted.

    Raises ProvisioningError: its number was never given here or is another tenant's, a name is not free, it moves, or
    an earlier copy stands in a third cluster.
    """
    row = await directory.one(main, "SELECT next_number FROM platform.registry")
    if row is None or manifest.number >= cast(int, row[0]):
        raise ProvisioningError(f"the number {manifest.number} was never given here: import the file instead")
    there = await directory.one(main, "SELECT slug FROM platform.tenant WHERE number = %s", manifest.number)
    if there is not None and there[0] != manifest.tenant:
        raise ProvisioningError(f"the tenant {manifest.number} is {there[0]!r} here: import the file instead")
    await _require_free(main, manifest, manifest.number)
    place = await _place(main, manifest.number)
    copy = await directory.one(main, _COPY, manifest.number)
    if copy is not None and copy[1] != TenantMoveState.OPEN.value:
        raise ProvisioningError(
            f"{manifest.tenant!r} moves to another cluster: end that before, as `parvis tenant move` does"
        )
    if copy is not None and manifest.database not in (place, copy[0]):
        raise ProvisioningError(
            f"the former copy of {manifest.tenant!r} is in {copy[0]!r} still: remove it with"
            " `parvis tenant move --clean` before"
        )
    return place


async def _place(main: PooledConnection, number: int) -> str | None:
    """The cluster in which a tenant is; None: it is deleted."""
    row = await directory.one(main, "SELECT database FROM platform.tenant WHERE number = %s", number)
    return None if row is None else str(row[0])


async def _leave(main: PooledConnection, manifest: Manifest, place: str | None) -> None:
    """Note what stays where it was, in a cluster that may be lost: `parvis tenant move --clean` removes it."""
    if place not in (None, manifest.database):
        await main.execute(_END, [manifest.number])
        await main.execute(_LEFT, [manifest.number, place, manifest.database])


def _verified(opened: zipfile.ZipFile) -> Manifest:
    """Raises ArchiveError: a byte is another, or a migration is of a newer release or was edited since."""
    manifest = archive.verify(opened)
    ours = {script.name: script.checksum for script in migration.scripts("tenant")}
    if newer := sorted(manifest.migrations.keys() - ours):
        raise ArchiveError(f"it was exported by a newer release, which has the migration {newer[0]}")
    for name, checksum in manifest.migrations.items():
        if checksum not in (None, ours[name]):
            raise ArchiveError(f"its migration {name} is not this release's")
    return manifest


async def _require_free(connection: PooledConnection, manifest: Manifest, number: int | None) -> None:
    """Raises ProvisioningError: its slug or a host is another tenant's, or its collectivité is not in the register."""
    collectivite = str(manifest.registry["collectivite_id"])
    provisioning.check(NewTenant(collectivite, manifest.tenant, manifest.hosts))
    if await directory.one(connection, _IS_KNOWN, collectivite) is None:
        raise ProvisioningError(f"no collectivité {collectivite!r} in the register")
    row = await directory.one(connection, "SELECT number FROM platform.tenant WHERE slug = %s", manifest.tenant)
    if row is not None and row[0] != number:
        raise ProvisioningError(f"the slug {manifest.tenant!r} belongs to another tenant")
    await provisioning.require_free_hosts(connection, manifest.hosts, number)


async def _clear(connection: PooledConnection, number: int) -> None:
    """Remove what the tenant holds now; its row stays, and with it what others publish to it."""
    await connection.execute(f"DROP SCHEMA IF EXISTS {naming.schema_name(number)} CASCADE".encode())
    await connection.execute("DELETE FROM platform.migration WHERE schema_name = %s", [naming.schema_name(number)])
    for name in ("host", "territory_publication", "territory_cell_count"):
        await connection.execute(f"DELETE FROM platform.{name} WHERE tenant_number = %s", [number])  # noqa: S608  # names of ours


async def _build(connection: PooledConnection, manifest: Manifest, opened: zipfile.ZipFile) -> None:
    """Tables as the export's release made them, its rows, compared; then what later releases changed."""
    number = manifest.number
    await wall.make_tenant(connection, number)
    scripts = [script for script in migration.scripts("tenant") if script.name in manifest.migrations]
    await migration.apply(connection, naming.schema_name(number), scripts, number)
    keys = await tenant_copy.take_keys(connection, number)
    for table in manifest.rows:
        await _fill(connection, number, table, opened)
        content = Content()
        async for row in export.rows(connection, number, table):
            content.add(row)
        archive.require(table, content, manifest, is_file=False)
    await tenant_copy.give_keys(connection, keys)
    await migration.apply_tenant(connection, number)


async def _fill(connection: PooledConnection, number: int, table: str, opened: zipfile.ZipFile) -> None:
    """Write the rows of a table in the place of what its migrations wrote."""
    name = f"{naming.schema_name(number)}.{table}"
    columns = ", ".join(await _columns(connection, name))
    await connection.execute(f"DELETE FROM {name}".encode())  # noqa: S608  # names of our tables
    put = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, %s::jsonb)"  # noqa: S608  # names of our tables
    for batch in _batches(archive.lines(opened, table)):
        await connection.execute(put.encode(), [batch])


async def _columns(connection: PooledConnection, table: str) -> list[str]:
    """The names of the columns that a row is written with."""
    row = await directory.one(connection, tenant_copy.COLUMNS, table)
    return cast(list[str], (row or ([],))[0])


def _batches(lines: Iterator[bytes]) -> Iterator[str]:
    """Rows as JSON arrays."""
    batch: list[bytes] = []
    size = 0
    for line in lines:
        if batch and (len(batch) == BATCH_ROWS or size + len(line) > BATCH_BYTES):
            yield f"[{b','.join(batch).decode()}]"
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield f"[{b','.join(batch).decode()}]"


async def _register(connection: PooledConnection, manifest: Manifest) -> None:
    """The tenant's lines of a cluster's registry; servers follow within a second, and jobs look at it soon."""
    row = dict(manifest.registry) | {"number": manifest.number, "slug": manifest.tenant}
    named = [name for name in await _columns(connection, "platform.tenant") if name in row]
    columns, given = ", ".join(named), ", ".join(f"excluded.{name}" for name in named)
    statement = (
        f"INSERT INTO platform.tenant ({columns})"  # noqa: S608  # names of our columns
        f" SELECT {columns} FROM jsonb_populate_record(NULL::platform.tenant, %s::jsonb)"
        f" ON CONFLICT (number) DO UPDATE SET ({columns}) = ROW({given})"
    )
    await connection.execute(statement.encode(), [orjson.dumps(row).decode()])
    for host in manifest.hosts:
        await connection.execute(
            "INSERT INTO platform.host (host, tenant_number) VALUES (%s, %s)", [host, manifest.number]
        )
    await _tell(connection, manifest.number)


async def _list(own: PooledConnection, main: PooledConnection, manifest: Manifest) -> None:
    """Say the same in the cluster `main`, which lists all tenants, where it is another one."""
    if own is not main:
        await directory.copy(own, main, manifest.number)
        await _tell(main, manifest.number)


async def _tell(connection: PooledConnection, number: int) -> None:
    await provisioning.look_soon(connection, number)
    await connection.execute(COUNT_ALL_UP)  # Its version may be one that servers have read before.
