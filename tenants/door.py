"""The only door to the database: a pool of connections, single-statement reads, and transactions as one tenant."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.types.json import Jsonb
from psycopg.types.numeric import FloatBinaryDumper, Int8BinaryDumper, Int8Dumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Table
from sqlalchemy.sql import ClauseElement

from tenants import naming, statement

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
POOL_TIMEOUT_S = 5.0
OPEN_TIMEOUT_S = 30.0
"""A cluster that starts together with this process is waited for."""

PREPARED_STATEMENTS = 100
"""Kept per connection: each costs the server about 47 kB."""

PROGRAM_LIMIT = "54"
"""The class of SQLSTATE for a statement that exceeds what PostgreSQL can do, for example in columns or depth."""

Row = tuple[object, ...]
Connection = AsyncConnection[Row]


class DatabaseUnavailableError(Exception):
    """The database does not answer; nothing was changed. Try again after a while."""


class StatementTimeoutError(Exception):
    """The statement took longer than STATEMENT_TIMEOUT_MS or waited too long for a lock, and was stopped."""


class TenantGoneError(Exception):
    """The tenant's role or tables are not there (any more): it was deleted meanwhile."""


class _Int8(Int8BinaryDumper):
    """Every integer as int8: one prepared statement whatever the size of the number."""


@dataclass(slots=True)
class Transaction:
    """One transaction of one tenant (or of the platform, when `tenant` is None)."""

    connection: Connection
    tenant: int | None

    async def execute(self, clause: ClauseElement, /, **values: object) -> int:
        """Run a constant statement; the number of rows that it touched."""
        return (await self._run(clause, values)).rowcount

    async def one(self, clause: ClauseElement, /, **values: object) -> Row | None:
        """The first row of a constant statement, or None."""
        return await (await self._run(clause, values)).fetchone()

    async def all(self, clause: ClauseElement, /, **values: object) -> list[Row]:
        """All rows of a constant statement."""
        return await (await self._run(clause, values)).fetchall()

    async def json(self, compiled: statement.Statement, values: Mapping[str, object]) -> list[bytes | None]:
        """The first row's columns as PostgreSQL encoded them."""
        return await _first_row(self.connection, compiled, self.tenant, values)

    async def copy(self, target: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Write many rows of one table, all with the columns of the first."""
        names = list(rows[0])
        listed = ", ".join(names)
        text = f"COPY {target.schema}.{target.name} ({listed}) FROM STDIN"
        qualified = text if self.tenant is None else naming.qualify(text, self.tenant)
        async with self.connection.cursor() as cursor, cursor.copy(qualified) as copy:
            for row in rows:
                await copy.write_row([_dumped(row[name]) for name in names])

    async def _run(self, clause: ClauseElement, values: Mapping[str, object]) -> AsyncRawCursor[Row]:
        compiled = statement.cached(clause)
        cursor = AsyncRawCursor(self.connection)
        await cursor.execute(compiled.text_for(self.tenant), compiled.values(values), prepare=True)
        return cursor


class Database:
    """One database cluster. Open it before use; it recovers by itself when the cluster comes back."""

    def __init__(self, url: str, *, connections: int = 16) -> None:
        self._pool = AsyncConnectionPool[Connection](
            url,
            min_size=2,
            max_size=connections,
            open=False,
            timeout=POOL_TIMEOUT_S,
            configure=_configure,
            reconnect_timeout=60,
            kwargs={"autocommit": True, "prepare_threshold": 0},
        )
        self.statement_count = 0
        """How many statements were run to read operations' answers, for tests that count them."""
        self.changed: set[int] = set()
        """The tenants in which a request of this process committed something since the worker last looked."""
        self.untold: set[int] = set()
        """The same, since other processes were last told."""
        self.versions: Counter[int] = Counter()
        """How often each tenant was seen to change: an answer made under another version is not known any more."""

    def note_change(self, tenant: int) -> None:
        """Something of a tenant was committed."""
        self.changed.add(tenant)
        self.untold.add(tenant)
        self.versions[tenant] += 1

    async def open(self) -> None:
        """Connect. Raises DatabaseUnavailableError when no connection can be had."""
        try:
            await self._pool.open(wait=True, timeout=OPEN_TIMEOUT_S)
        except (PoolTimeout, psycopg.OperationalError) as error:
            await self._pool.close()
            raise DatabaseUnavailableError from error

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def read(
        self, compiled: statement.Statement, tenant: int | None, values: Mapping[str, object]
    ) -> list[bytes | None]:
        """The first row of one statement as PostgreSQL encoded it; tried again when the connection was broken."""
        try:
            return await self._read(compiled, tenant, values)
        except DatabaseUnavailableError:
            await self._pool.check()
            return await self._read(compiled, tenant, values)

    async def _read(
        self, compiled: statement.Statement, tenant: int | None, values: Mapping[str, object]
    ) -> list[bytes | None]:
        async with self._connection() as connection:
            self.statement_count += 1
            return await _first_row(connection, compiled, tenant, values)

    async def rows(self, clause: ClauseElement, /, tenant: int | None = None, **values: object) -> list[Row]:
        """All rows of one constant statement outside a transaction."""
        async with self._connection() as connection:
            return await Transaction(connection, tenant).all(clause, **values)

    @asynccontextmanager
    async def transaction(self, tenant: int | None) -> AsyncIterator[Transaction]:
        """A transaction under the tenant's own role, which reaches no other tenant's tables; committed at the end.

        Raises TenantGoneError for a tenant that was deleted.
        """
        begin = "BEGIN" if tenant is None else f"BEGIN; SET LOCAL ROLE {naming.schema_name(tenant)}"
        async with self._connection() as connection:
            try:
                await connection.execute(begin, prepare=False)  # One round trip for both.
                yield Transaction(connection, tenant)
                await connection.execute("COMMIT")
            except asyncio.CancelledError:
                raise  # The connection is thrown away, and the transaction with it.
            except BaseException as error:
                if not connection.closed:
                    await connection.execute("ROLLBACK")
                if isinstance(error, psycopg.errors.InvalidParameterValue | psycopg.errors.UndefinedTable):
                    raise TenantGoneError from error
                raise

    @asynccontextmanager
    async def administration(self) -> AsyncIterator[Connection]:
        """A bare connection for migrations and provisioning, without statement time-out."""
        async with self._connection() as connection:
            await connection.execute("SET statement_timeout = 0")
            try:
                yield connection
            finally:
                if not connection.closed:
                    await connection.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS:d}")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """A pooled connection; after a cancelled statement or a lost server it is thrown away, never handed on."""
        try:
            connection = await self._pool.getconn()
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseUnavailableError from error
        try:
            yield connection
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
            raise StatementTimeoutError from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if (error.sqlstate or "").startswith(PROGRAM_LIMIT):
                raise  # The statement is at fault, not the cluster: trying again would not help.
            await connection.close()
            raise DatabaseUnavailableError from error
        except asyncio.CancelledError:
            await connection.close()
            raise
        finally:
            await self._pool.putconn(connection)


async def _first_row(
    connection: Connection, compiled: statement.Statement, tenant: int | None, values: Mapping[str, object]
) -> list[bytes | None]:
    cursor = AsyncRawCursor(connection)
    await cursor.execute(compiled.text_for(tenant), compiled.values(values), prepare=True)
    result = cursor.pgresult
    if result is None or result.ntuples == 0:
        return []
    return [result.get_value(0, column) for column in range(result.nfields)]


async def _configure(connection: Connection) -> None:
    connection.prepared_max = PREPARED_STATEMENTS
    connection.adapters.register_dumper(int, Int8Dumper)  # Lists of integers go as text: these must be int8 too.
    connection.adapters.register_dumper(int, _Int8)
    connection.adapters.register_dumper(float, FloatBinaryDumper)
    settings = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
    }
    for name, value in settings.items():
        await connection.execute(f"SET {name} = {value:d}")
    await connection.execute("SET timezone = 'UTC'")
    await connection.execute("SET jit = off")


def _dumped(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value
