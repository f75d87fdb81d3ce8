"""Schema state: whether the database is of this process' version, for those who watch a process that serves."""

from functools import cache

from sqlalchemy import Text, bindparam, text

from database import failure
from database.door import Database
from tenants.script import HERE, scripts

_STATE = text(
    "SELECT count(*) FILTER (WHERE is_platform AND name = :last_platform),"  # noqa: S608  # a constant of ours
    " count(*) FILTER (WHERE NOT is_platform AND name = :last_tenant),"
    " count(*) FILTER (WHERE name > CASE WHEN is_platform THEN :last_platform ELSE :last_tenant END),"
    f" (SELECT count(*) FROM platform.tenant t WHERE {HERE})"
    " FROM (SELECT name, schema_name = 'platform' AS is_platform FROM platform.migration m"
    " WHERE schema_name = 'platform'"
    f" OR EXISTS (SELECT FROM platform.tenant t WHERE schema_name = 't_' || t.number AND {HERE})) AS applied"
).bindparams(bindparam("last_platform", type_=Text()), bindparam("last_tenant", type_=Text()))


async def state(database: Database) -> str:
    """`ok` where each schema has this version's last migration, `migrations pending` where one has not, and `ahead`
    where a later version has migrated already, beside which this one may go on."""
    try:
        rows = await database.rows(_STATE, last_platform=last("platform"), last_tenant=last("tenant"))
    except failure.UNMADE:  # From before clusters had names.
        return "migrations pending"
    [(has_platform, tenants, later, wanted)] = rows
    if not has_platform or tenants != wanted:
        return "migrations pending"
    return "ahead" if later else "ok"


@cache
def last(family: str) -> str:
    """The name of the last migration of `platform` or `tenant`."""
    return scripts(family)[-1].name
