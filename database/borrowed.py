"""Borrowing: a connection of a pool while it is used, under one tenant's role."""

import asyncio

import psycopg

from database import deadline, naming
from database.disk import Disk
from database.failure import READ_ONLY, DatabaseUnavailableError, DeadlockError, DiskFullError, TenantHeldError, told
from database.pool import Pool, PooledConnection, PoolError

MAX_TENANTS = 120
"""Tenants that a connection serves before it is replaced: its backend has 2.8 MB for each that uses all tables."""

_SOUND = (DiskFullError, DeadlockError, TenantHeldError)
"""Errors after which the connection is as good as before."""


class BorrowedConnection:
    """A connection of a pool while it is used. After a cancelled statement or a lost server it is closed and not used
    again. This is a class because every read passes here, and generators as context managers are three times slower."""

    __slots__ = ("_connection", "_disk", "_pool", "_tenant")

    def __init__(self, pool: Pool, tenant: int | None, disk: Disk) -> None:
        self._disk = disk
        self._pool = pool
        self._tenant = tenant

    async def __aenter__(self) -> PooledConnection:
        role = naming.role(self._tenant)
        try:
            connection = self._connection = await self._pool.take(deadline.queue_until(), role)
        except PoolError as error:
            raise DatabaseUnavailableError from error
        if connection.role != role:
            try:
                await connection.become(role)
            except BaseException as error:
                await self._give_back(error)
                raise told(error, self._tenant) from error
        return connection

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            if len(self._connection.roles) > MAX_TENANTS:
                await self._connection.close()
            await self._pool.give_back(self._connection)
            return
        await self._give_back(error)
        if (meant := told(error, self._tenant)) is not error:
            self._disk.note(meant)
            raise meant from error

    async def _give_back(self, error: BaseException) -> None:
        meant = told(error, None)
        is_lost = isinstance(meant, DatabaseUnavailableError) and not isinstance(meant, _SOUND)
        if isinstance(error, asyncio.CancelledError) or is_lost:
            await self._connection.close()
        await self._pool.give_back(self._connection)
        if isinstance(error, psycopg.Error) and error.sqlstate == READ_ONLY:
            await self._pool.renew()  # The others were begun at the same time, or belong to the same cluster.
