"""Export of a tenant: everything it holds, as a ZIP of JSON Lines, for whoever leaves or archives."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import orjson

from models.base import tenant_metadata
from tenants import naming, provisioning
from tenants.door import Connection, Database


async def export(database: Database, slug: str, file: Path) -> dict[str, int]:
    """Write a tenant's tables to `file`, one `<table>.jsonl` each and a `manifest.json`; the number of rows by table.

    All tables are read in one snapshot. Raises ProvisioningError for an unknown slug and FileExistsError.
    """
    async with database.administration() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        number = await provisioning.number_of(connection, slug)
        counts: dict[str, int] = {}
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
            for table in tenant_metadata.sorted_tables:
                counts[table.name] = await _write(connection, number, table.name, archive)
            manifest = {"tenant": slug, "number": number, "exported_at": datetime.now(UTC).isoformat(), "rows": counts}
            archive.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        return counts


async def _write(connection: Connection, number: int, name: str, archive: zipfile.ZipFile) -> int:
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
