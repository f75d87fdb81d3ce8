"""Restore of a tenant from an export: taken in under a new number, or put back in the place of what there is.

Schema, rows and the registry's lines change in one transaction: it is all there, verified, or nothing is.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import orjson

from database import naming
from database.door import Database
from database.pool import PooledConnection
from tenants import archive, directory, export, migration, provisioning, tenant_copy, wall
from tenants.archive import ArchiveError, Content, Manifest
from tenants.directory import ProvisioningError
from tenants.provisioning import COUNT_ALL_UP, TAKE_NUMBER, NewTenant
from tenants.script import HERE

BATCH_ROWS, BATCH_BYTES = 1_000, 8_000_000
"""What one statement writes at most; a single row may be longer."""

_IS_KNOWN = "SELECT FROM platform.collectivite WHERE id = %s"


async def take_in(database: Database, file: Path, *, slug: str | None = None, hosts: Sequence[str] = ()) -> Manifest:
    """A tenant of its own from an export of this or another installation; `slug` and `hosts` in place of the file's.

    It gets a new number, and with it its objects get new ids. The manifest that is given says its slug, number and
    hosts here. Raises ArchiveError for a file that was changed or needs a newer release, ProvisioningError for a taken
    slug or host and an unknown collectivité, and OSError.
    """
    with archive.opened(file) as opened:
        manifest = _verified(opened)
        manifest = replace(manifest, tenant=slug or manifest.tenant, hosts=tuple(hosts) or manifest.hosts)
        async with directory.registry_change(database) as connection:
            await _require_free(connection, manifest, None)
            row = await directory.one(connection, TAKE_NUMBER)
            manifest = replace(manifest, number=cast(int, (row or (0,))[0]))
        async with database.administration() as connection, connection.transaction():
            await _build(connection, manifest, opened)
            await connection.execute("SELECT FROM platform.registry FOR UPDATE")
            await _require_free(connection, manifest, None)
            await _register(connection, manifest)
    return manifest


async def put_back(database: Database, file: Path, slug: str) -> Manifest:
    """The tenant `slug` of an export of this installation as it was then, whatever it has become, or deleted, since.

    Its number and ids stay. Raises ArchiveError, also where the file is another tenant's, ProvisioningError where
    number or slug are another tenant's by now, and OSError.
    """
    with archive.opened(file) as opened:
        if (held := archive.Manifest.read(opened).tenant) != slug:
            raise ArchiveError(f"it holds the tenant {held!r}, not {slug!r}")
        manifest = _verified(opened)
        async with directory.registry_change(database) as connection:
            await _require_here(connection, slug)
            row = await directory.one(connection, "SELECT next_number FROM platform.registry")
            if row is None or manifest.number >= cast(int, row[0]):
                raise ProvisioningError(f"the number {manifest.number} was never given here: import the file instead")
            there = await directory.one(
                connection, "SELECT slug FROM platform.tenant WHERE number = %s", manifest.number
            )
            if there is not None and there[0] != manifest.tenant:
                raise ProvisioningError(f"the tenant {manifest.number} is {there[0]!r} here: import the file instead")
            await _require_free(connection, manifest, manifest.number)
            await _clear(connection, manifest.number)
            await _build(connection, manifest, opened)
            await _register(connection, manifest)
    return manifest


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


async def _require_here(connection: PooledConnection, slug: str) -> None:
    """Raises ProvisioningError: the tenant is in another cluster."""
    row = await directory.one(connection, f"SELECT {HERE}, database FROM platform.tenant t WHERE slug = %s", slug)  # noqa: S608  # a constant of ours
    if row is not None and row[0] is not True:
        raise ProvisioningError(f"{slug!r} is in the cluster {row[1]!r}: move it to {naming.HOME!r} before")


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
    """The tenant's lines of the registry; servers follow within a second, and jobs look at it soon."""
    row = dict(manifest.registry) | {"number": manifest.number, "slug": manifest.tenant, "database": naming.HOME}
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
    await provisioning.look_soon(connection, manifest.number)
    await connection.execute(COUNT_ALL_UP)  # Its version may be one that servers have read before.
