"""Followable: whether a tenant's rows can be kept up in another cluster, or why they cannot."""

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from database import engine, naming
from database.door import Database
from database.pool import PooledConnection
from tenants.directory import one

CONNECT_S = 5
"""How long the other cluster's server tries to reach the one that has the tenant."""

_SLOTS = 2
"""Replication slots that a move has at most at a time."""

_OF_SOURCE = f"""SELECT CASE
 WHEN {engine.IS_DISTRIBUTED} THEN 'it spreads schemas over machines'
 WHEN current_setting('wal_level') <> 'logical'
 THEN 'its wal_level is ' || current_setting('wal_level') || ', not logical'
 WHEN NOT (rolsuper OR rolreplication) THEN 'its login ' || rolname || ' lacks REPLICATION'
 WHEN NOT (rolsuper OR has_database_privilege('{naming.OWNER}', current_database(), 'CREATE'))
 THEN '{naming.OWNER} lacks CREATE on its database'
 WHEN (SELECT count(*) FROM pg_replication_slots) > current_setting('max_replication_slots')::int - {_SLOTS}
 THEN 'its replication slots are all taken (max_replication_slots)'
 ELSE (SELECT 'its table ' || min(relname) || ' has rows that nothing tells apart' FROM pg_class
  WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relreplident = 'd' AND NOT EXISTS (
   SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary AND indimmediate) HAVING count(*) > 0)
 END FROM pg_roles WHERE rolname = session_user"""  # noqa: S608  # constants of ours
"""A table without primary key would refuse its visitors' changes as soon as it is published."""

_OF_TARGET = f"""SELECT CASE
 WHEN {engine.IS_DISTRIBUTED} THEN 'it spreads schemas over machines'
 WHEN NOT (rolsuper OR pg_has_role('pg_create_subscription', 'USAGE'))
 THEN 'its login ' || rolname || ' is no member of pg_create_subscription'
 WHEN current_setting('max_logical_replication_workers') = '0' THEN 'its max_logical_replication_workers is 0'
 END FROM pg_roles WHERE rolname = session_user"""  # noqa: S608  # constants of ours
_TRY = """CREATE SUBSCRIPTION parvis_try CONNECTION {} PUBLICATION parvis_try
 WITH (enabled = false, create_slot = false, slot_name = NONE, copy_data = false)"""


async def hindrance(source: Database, target: Database, number: int) -> str | None:
    """Why a tenant's rows cannot be kept up, as a person may mend it; None where they can. Nothing is changed."""
    async with source.administration(naming.LOGIN) as here, target.administration(naming.LOGIN) as there:
        if (said := await one(here, _OF_SOURCE, naming.schema_name(number))) != (None,):
            return f"in {source.name}, {said and said[0]}"
        if (said := await one(there, _OF_TARGET)) != (None,):
            return f"in {target.name}, {said and said[0]}"
        return await _unreached(there, way(source, here), f"{target.name} cannot subscribe to {source.name}")


def way(source: Database, here: PooledConnection) -> str:
    """How the other cluster's server signs in at the one that has the tenant: as this process does, by the login that
    administers. It holds a password, if there is one."""
    return make_conninfo(source.admin_url, password=here.info.password or None, connect_timeout=CONNECT_S)


async def _unreached(there: PooledConnection, way_: str, words: str) -> str | None:
    """What PostgreSQL says of a subscription that is taken back at once."""
    try:
        async with there.transaction(force_rollback=True):
            await there.execute(sql.SQL(_TRY).format(sql.Literal(way_)))
    except psycopg.Error as error:
        return f"{words}: {' '.join((error.diag.message_primary or str(error)).split())}"
    return None
