"""The second wall: roles of the database, which keep tenants apart whatever a statement says.

`parvis_owner` owns every schema and table and never serves a request. `parvis_server` is what serving logins are
members of: it reaches the platform's tables and inherits nothing of a tenant's, but may take each tenant's role.
`t_<number>` reaches its own tables and, as a member of `parvis_tenant`, what all tenants share.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg import sql

from database import engine, naming
from database.pool import PooledConnection
from models.schema_name import PLATFORM

SPREADING = "citus.enable_schema_based_sharding"
"""Whether a schema that is made now goes to one machine as a whole; on for tenants' schemas alone."""

_SHARE = (
    "SELECT create_reference_table('platform.collectivite') WHERE NOT EXISTS"
    " (SELECT FROM pg_dist_partition WHERE logicalrelid = 'platform.collectivite'::regclass)"
)
_OWNER, _SERVER, _TENANTS = (sql.Identifier(name) for name in (naming.OWNER, naming.SERVER, naming.TENANTS))


async def raise_wall(connection: PooledConnection, server_login: str) -> None:
    """Make the platform's roles, let this login take the owner's and make `server_login` a server.

    What is there already is left alone, so that only the first start wants a login that may make roles.
    """
    for name in (naming.OWNER, naming.SERVER, naming.TENANTS):
        await _make_role(connection, name)
    if not await _holds(connection, "pg_has_role(%s, 'SET')", naming.OWNER):
        await connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(_OWNER))
    if not await _holds(connection, "pg_has_role(%s, %s, 'USAGE')", server_login, naming.SERVER):
        grant = sql.SQL("GRANT {} TO {} WITH INHERIT TRUE, SET TRUE")
        await connection.execute(grant.format(_SERVER, sql.Identifier(server_login)))


async def make_schema(connection: PooledConnection, name: str) -> None:
    """A new schema of the owner's, by the login, which alone may make one; in a transaction of the caller's.

    Where schemas are spread the owner makes it, since another role's is not known to the other machines yet, and a
    tenant's is told to be spread.
    """
    if not await engine.is_distributed(connection):
        statement = sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}")
        await connection.execute(statement.format(sql.Identifier(name), _OWNER))
        return
    database = sql.Identifier(connection.info.dbname)
    await connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, _OWNER))
    await connection.execute(sql.SQL("SET ROLE {}").format(_OWNER))
    if name != PLATFORM:
        await connection.execute(f"SET LOCAL {SPREADING} = on".encode())
    await connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    if name != PLATFORM:
        await connection.execute(f"SET LOCAL {SPREADING} = off".encode())
    await connection.execute("SET ROLE NONE")


async def share_register(connection: PooledConnection) -> None:
    """Have each machine keep a copy of the register, which tenants' tables refer to, where schemas are spread; by the
    owner."""
    if await engine.is_distributed(connection):
        await connection.execute(_SHARE)


async def make_tenant_role(connection: PooledConnection, number: int) -> None:
    """The role of a tenant, by the login. Roles belong to the cluster: another of our databases may have made it."""
    await _make_role(connection, naming.schema_name(number))
    role = sql.Identifier(naming.schema_name(number))
    await connection.execute(sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(role, _SERVER))
    await connection.execute(sql.SQL("GRANT {} TO {}").format(_TENANTS, role))


async def drop_tenant_role(connection: PooledConnection, number: int) -> None:
    """Remove a tenant's role, by the login, unless another database of the cluster uses it."""
    role = sql.Identifier(naming.schema_name(number))
    with suppress(psycopg.errors.DependentObjectsStillExist):
        async with connection.transaction():
            await connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))


async def make_tenant(connection: PooledConnection, number: int) -> None:
    """The role and the schema of a new tenant, by the owner, who borrows the login's rights for them."""
    async with as_login(connection):
        await make_tenant_role(connection, number)
        await make_schema(connection, naming.schema_name(number))
    await let_in(connection, number)


async def let_in(connection: PooledConnection, number: int) -> None:
    """Give a tenant's role its own schema and whatever tables will be made in it, by the owner."""
    for template in (
        "GRANT USAGE ON SCHEMA {0} TO {0}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}",
    ):
        await connection.execute(sql.SQL(template).format(sql.Identifier(naming.schema_name(number))))


async def adopt_schema(connection: PooledConnection, name: str) -> bool:
    """Give a schema from before the wall to the owner, by the login that made it; whether it was one.

    The schema comes last: who has given it away cannot reach its tables any more.
    """
    if not await _holds(
        connection, "(SELECT nspowner::regrole::text <> %s FROM pg_namespace WHERE nspname = %s)", naming.OWNER, name
    ):
        return False
    schema = sql.Identifier(name)
    await connection.execute(sql.SQL("GRANT ALL ON SCHEMA {} TO {}").format(schema, _OWNER))
    cursor = await connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'", [name]
    )
    for (table,) in await cursor.fetchall():
        change = sql.SQL("ALTER TABLE {}.{} OWNER TO {}")
        await connection.execute(change.format(schema, sql.Identifier(str(table)), _OWNER))
    await connection.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(schema, _OWNER))
    return True


async def adopt_tenant(connection: PooledConnection, number: int) -> None:
    """Put a tenant from before the wall behind it, in a transaction; no-op for others. For the owner's connection."""
    async with connection.transaction():
        role = sql.Identifier(naming.schema_name(number))
        async with as_login(connection):
            if not await adopt_schema(connection, naming.schema_name(number)):
                return
            await make_tenant_role(connection, number)
            await connection.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(role))
        await let_in(connection, number)
        await connection.execute(sql.SQL("REVOKE ALL ON platform.collectivite FROM {}").format(role))
        await connection.execute(sql.SQL("REVOKE ALL ON SCHEMA platform FROM {}").format(role))


@asynccontextmanager
async def as_login(connection: PooledConnection) -> AsyncIterator[None]:
    """Inside the owner's transaction: the login, who may make roles and schemas."""
    await connection.execute(sql.SQL("SET ROLE NONE"))
    yield
    await connection.execute(sql.SQL("SET ROLE {}").format(_OWNER))


async def _make_role(connection: PooledConnection, name: str) -> None:
    if not await _holds(connection, "EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", name):
        # Between machines a role signs in as itself; without a password nobody else does.
        may_log_in = sql.SQL("LOGIN" if await engine.is_distributed(connection) else "NOLOGIN")
        await connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), may_log_in))


async def _holds(connection: PooledConnection, condition: str, *values: object) -> bool:
    row = await (await connection.execute(f"SELECT {condition}", values)).fetchone()
    return row is not None and row[0] is True
