"""Export of a tenant: everything it holds, as a ZIP of JSON Lines, for whoever leaves or archives."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import orjson

from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.base import tenant_metadata
from tenants import provisioning


async def export(database: Database, slug: str, file: Path) -> dict[str, int]:
    """Write a tenant's tables to `file`, one `<table>.jsonl` each and a `manifest.json`; the number of rows by table.

    All tables are read in one snapshot; a failed export leaves no file. Raises ProvisioningError for an unknown slug
    and OSError for a file that is there already or cannot be written.
    """
    async with database.administration() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        number = await provisioning.number_of(connection, slug)
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
            try:
                names = [str(table.name) for table in tenant_metadata.sorted_tables]
                counts = {name: await _write(connection, number, name, archive) for name in names}
                manifest = {
                    "tenant": slug,
                    "number": number,
                    "exported_at": datetime.now(UTC).isoformat(),
                    "rows": counts,
                }
                archive.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
            except BaseException:  # A Ctrl-C included: half an export could pass for a whole one.
                file.unlink()  # noqa: ASYNC240  # as blocking as the writing was
                raise
        return counts


async def _write(connection: PooledConnection, number: int, name: str, archive: zipfile.ZipFile) -> int:
    """One table, a row a line, without ever holding it in memory."""
    count = 0
    query = naming.qualify(f"SELECT to_jsonb(t)::text FROM __tenant__.{name} t", number)  # noqa: S608  # names of our tables
    with archive.open(f"{name}.jsonl", "w") as lines:
        async with connection.cursor(name=f"export_{name}") as cursor:
            await cursor.execute(query)
            async for (line,) in cursor:
                lines.write(f"{line}\n".encode())
                count += 1
    return count
