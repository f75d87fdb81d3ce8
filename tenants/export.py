"""Export of a tenant: everything it holds, as a ZIP of JSON Lines, for whoever leaves, archives or restores."""

import os
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.every import tenant_tables
from tenants import directory
from tenants.archive import MANIFEST, Content, Manifest, derived

_REGISTRY = "SELECT to_jsonb(t) FROM platform.tenant t WHERE number = %s"
_HOSTS = "SELECT array_agg(host ORDER BY host) FROM platform.host WHERE tenant_number = %s"
_MIGRATIONS = "SELECT jsonb_object_agg(name, checksum) FROM platform.migration WHERE schema_name = %s"


async def export(database: Database, slug: str, file: Path) -> dict[str, int]:
    """Write a tenant's tables to `file`, one `<table>.jsonl` each and a `manifest.json`; the number of rows by table.

    All tables are read in one snapshot; a failed export leaves no file, and who wrote it alone may read it.
    Raises ProvisioningError for an unknown slug and OSError for a file that is there already or cannot be written.
    """
    own = await directory.has(database, slug)
    async with own.administration() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        number, _ = await directory.placed(connection, slug)
        with open(file, "xb", opener=_private) as opened, zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive:  # noqa: ASYNC230  # as blocking as the writing is
            try:
                names = [str(table.name) for table in tenant_tables()]
                contents = {name: await _write(connection, number, name, archive) for name in names}
                archive.writestr(MANIFEST, (await _manifest(connection, slug, number, contents)).written())
            except BaseException:  # A Ctrl-C included: half an export could pass for a whole one.
                file.unlink()  # noqa: ASYNC240  # as blocking as the writing was
                raise
        return {name: content.rows for name, content in contents.items()}


def _private(path: str, flags: int) -> int:
    """A file of everybody's exact positions and votes is its writer's alone, whatever the system's mask."""
    return os.open(path, flags, 0o600)


async def rows(connection: PooledConnection, number: int, name: str) -> AsyncIterator[bytes]:
    """The rows of a tenant's table, each as JSON without what is derived of others; never all in memory."""
    query = naming.qualify(f"SELECT (to_jsonb(t) - %s::text[])::text FROM __tenant__.{name} t", number)  # noqa: S608  # names of our tables
    async with connection.cursor(name=f"export_{name}") as cursor:
        await cursor.execute(query, [derived(name)])
        async for (line,) in cursor:
            yield str(line).encode()


async def _write(connection: PooledConnection, number: int, name: str, archive: zipfile.ZipFile) -> Content:
    """One table, a row a line."""
    content = Content()
    with archive.open(f"{name}.jsonl", "w") as lines:
        async for row in rows(connection, number, name):
            lines.write(row + b"\n")
            content.add(row)
    return content


async def _manifest(connection: PooledConnection, slug: str, number: int, contents: dict[str, Content]) -> Manifest:
    async def value(query: str, given: object) -> object:
        row = await directory.one(connection, query, given)
        return row[0] if row else None

    return Manifest(
        tenant=slug,
        number=number,
        exported_at=datetime.now(UTC).isoformat(),
        rows={name: content.rows for name, content in contents.items()},
        sha256={name: content.sha256 for name, content in contents.items()},
        digest={name: content.digest for name, content in contents.items()},
        registry=cast(dict[str, object], await value(_REGISTRY, number)),
        hosts=tuple(cast(list[str] | None, await value(_HOSTS, number)) or ()),
        migrations=cast(dict[str, str], await value(_MIGRATIONS, naming.schema_name(number))),
    )
