"""Upload: stores a file in pieces, with the run that will read it."""

import hashlib
from typing import IO
from uuid import UUID

from database.door import Transaction
from intake import import_work
from models import writing
from models.base import new_id, table
from models.import_run import ImportChunk

PIECE = 1024 * 1024
NAME_LENGTH = 200


async def store(
    transaction: Transaction, file: IO[bytes], *, name: str, source: str, activity: UUID, actor: UUID | None
) -> UUID:
    """Store a file, holding one piece in memory at a time, and start its trial; returns the run's id."""
    run, digest, size = new_id(), hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    await transaction.execute(
        import_work.NEW,
        id=run,
        file_name=writing.name(name)[:NAME_LENGTH] or "?",
        file_size=size,
        digest=digest.hexdigest(),
        source=source,
        activity_id=activity,
        created_by_id=actor,
    )
    file.seek(0)
    rank = 0
    while piece := file.read(PIECE):
        await transaction.copy(table(ImportChunk), [{"run_id": run, "rank": rank, "content": piece}])
        rank += 1
    return run
