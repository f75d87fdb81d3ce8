"""What Parvis wants of a cluster, looked at before anything is written."""

import psycopg
from sqlalchemy import Integer, cast, func, select

from database.door import Database
from database.failure import DatabaseUnavailableError
from database.host import Hosts
from database.pool import PooledConnection, connect
from models.base import table
from models.tenant import Tenant

OLDEST = 16
"""The first version that knows the grants of the second wall (decision 0012)."""

TESTED = 18

_LOCKS, _CONNECTIONS, _PREPARED = (
    cast(func.current_setting(name), Integer)
    for name in ("max_locks_per_transaction", "max_connections", "max_prepared_transactions")
)
_LOCKABLE = select(_LOCKS, _CONNECTIONS + _PREPARED, select(func.count()).select_from(table(Tenant)).scalar_subquery())


class UnfitClusterError(Exception):
    """The cluster is not one that Parvis can use, and nothing was changed in it; the message says why, for a person."""


async def check(database: Database) -> None:
    """Look at version, encoding and what stands between. Raises UnfitClusterError."""
    for url in database.urls:
        try:
            hosts = Hosts(url)
            first, second = await hosts.connected(connect), await hosts.connected(connect)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError from error
        async with first, second:
            _check_version(first.info.server_version)
            _check_encoding(first.info.parameter_status("server_encoding"))
            _check_sessions([await _backend(connection) for connection in (first, second, first, second)])


def _check_version(version: int) -> None:
    """`version` as libpq gives it: 180004 is 18.4."""
    if version // 10_000 < OLDEST:
        raise UnfitClusterError(
            f"this is PostgreSQL {version // 10_000}, and Parvis wants {OLDEST} at least: take {TESTED}, with which"
            " it is tested"
        )


def _check_encoding(encoding: str | None) -> None:
    if encoding != "UTF8":
        raise UnfitClusterError(
            f"the database's encoding is {encoding}, in which not everything can be written: make one with CREATE"
            " DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )


def _check_sessions(backends: list[int]) -> None:
    """`backends` served two connections, by turns: each has to have one of its own and keep it."""
    first, second, *again = backends
    if first == second or again != [first, second]:
        raise UnfitClusterError(
            "a pooler between Parvis and the database hands sessions from one to another: connect directly, or set it"
            " to keep sessions (pool_mode = session in PgBouncer)"
        )


async def _backend(connection: PooledConnection) -> int:
    row = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
    assert row is not None and isinstance(row[0], int)
    return row[0]


async def advice(database: Database) -> str | None:
    """What to change before the cluster outgrows its settings; None where all is well.

    A dump of everything locks each table at once.
    """
    [(locks, sessions, tenants)] = await database.rows(_LOCKABLE)
    assert isinstance(locks, int) and isinstance(sessions, int) and isinstance(tenants, int)
    from models.every import tenant_tables  # Most commands do without most models.

    tables = tenants * len(tenant_tables())
    if tables <= locks * sessions:
        return None
    wanted = -(-tables // sessions)
    return (
        f"{tenants} tenants have {tables} tables, and the cluster has room for {locks * sessions} locks: pg_dump of"
        f" the whole database may fail. Set max_locks_per_transaction to {wanted} or more (it is {locks}) and restart"
        " PostgreSQL, or back up as docs/operations.md says"
    )
