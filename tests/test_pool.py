"""The pool: who comes alone meets a backend that is warm, and many at once get one each."""

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy import func, select

from tenants import statement
from tenants.door import Database

BACKEND = statement.build(select(func.pg_backend_pid()))


async def at_once(database: Database, many: int) -> list[bytes | None]:
    """The backends of transactions that are open at the same time, in the order of their endings."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(database.transaction(None)) for _ in range(many)]
        return [(await transaction.json(BACKEND, {}))[0] for transaction in reversed(opened)]


def test_connection_given_back_last_is_taken_first(database_url: str) -> None:
    async def run() -> None:
        database = Database(database_url, connections=3)
        await database.open()
        try:
            backends = await at_once(database, 3)
            assert len(set(backends)) == 3
            alone = [(await database.read(BACKEND, None, {}))[0] for _ in range(5)]
            assert alone == [backends[-1]] * 5
        finally:
            await database.close()

    asyncio.run(run())
