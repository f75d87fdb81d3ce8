"""Provisioning: a tenant is created, switched, suspended and deleted by commands, each atomic."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import literal_column, select

from database import naming
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from database.pool import PooledConnection
from models import time_zone, writing
from models.base import new_id, table
from models.space import Visibility
from models.tenant import PORTAL_TITLE_LENGTH, POSITION_RULE, Cover, Feature, Registry, Tenant, TenantState
from register import former
from tenants import migration, roster, wall
from tenants.directory import ProvisioningError, cluster, one, placed, registry_change, tenant_change
from tenants.host_name import SERVED

DEFAULT_PRIMARY_COLOR = "#1d4ed8"
DEFAULT_SECONDARY_COLOR = "#0f766e"
DEFAULT_FONT = "system-ui"

EVERY_FEATURE = tuple(Feature)
ALL_FEATURES = tuple(feature.value for feature in EVERY_FEATURE)

DELETE_TRIES = 5
FOLLOWED_S = 1.0
"""By then all servers know that a portal is suspended."""

_tenant = table(Tenant)
_BEHIND = select(_tenant.c.number).where(
    _tenant.c.position_rule < literal_column(str(POSITION_RULE)),
    _tenant.c.database == select(table(Registry).c.database).scalar_subquery(),
)

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?")
_COLOR = re.compile(r"#[0-9a-f]{6}")

COUNT_UP = "UPDATE platform.tenant SET version = version + 1 WHERE number = %s"
"""What makes servers read a tenant and its hosts anew."""

COUNT_ALL_UP = "UPDATE platform.registry SET version = version + 1"
"""What makes servers read all tenants anew."""

TAKE_NUMBER = "UPDATE platform.registry SET next_number = next_number + 1 RETURNING next_number - 1"


@dataclass(frozen=True, slots=True)
class NewTenant:
    """What a tenant is made from. `collectivite` is a register id; title and centre default to its name and centre."""

    collectivite: str
    slug: str
    hosts: tuple[str, ...]
    title: str | None = None
    primary_color: str = DEFAULT_PRIMARY_COLOR
    secondary_color: str = DEFAULT_SECONDARY_COLOR
    font: str = DEFAULT_FONT
    cover: str = Cover.HILLS.value
    locales: tuple[str, ...] = ("fr",)
    features: tuple[str, ...] = ALL_FEATURES
    origins: tuple[str, ...] = ()
    lat: float | None = None
    lng: float | None = None
    first_space: bool = True


async def create(database: Database, new: NewTenant) -> tuple[int, bool]:
    """Create schema, tables, role, hosts and a first space in one transaction.

    Gives the tenant's number and whether it is new: the same request again changes nothing.
    Raises ProvisioningError for an unknown collectivité, a bad or taken slug or host, and a tenant that is there
    without one of the hosts.
    """
    check(new)
    async with registry_change(database) as connection:
        if (number := await _existing(connection, new)) is not None:
            return number, False
        center = await one(
            connection, "SELECT name, lat, lng, parent_ids FROM platform.collectivite WHERE id = %s", new.collectivite
        )
        if center is None:
            raise ProvisioningError(f"no collectivité {new.collectivite!r} in the register{_merged(new.collectivite)}")
        row = await one(connection, TAKE_NUMBER)
        number = cast(int, (row or (0,))[0])
        name, lat, lng, parents = center
        await _insert(
            connection,
            number,
            new,
            str(new.title or name),
            lat if new.lat is None else new.lat,
            lng if new.lng is None else new.lng,
            time_zone.of(new.collectivite, cast(list[str], parents)),
        )
        await _build(connection, number)
        if new.first_space:
            await _first_space(connection, number)
        return number, True


def _merged(collectivite: str) -> str:
    """Which commune an unknown one is part of today."""
    kind, _, code = collectivite.partition("-")
    today = former.code_today(code)
    return f": it is part of {kind}-{today} today" if kind == "commune" and today != code else ""


async def is_possible(database: Database) -> bool:
    """Whether this process' login may provision at all."""
    try:
        async with database.administration():
            return True
    except psycopg.errors.InsufficientPrivilege:
        return False


async def set_state(database: Database, slug: str, state: TenantState) -> None:
    """Suspend a tenant or take it up again. What a suspended one publishes to others is taken back with it; jobs soon
    look at one that is taken up again. Raises ProvisioningError for an unknown slug."""
    async with tenant_change(database, slug) as reached:
        own, number = reached.own, reached.number
        await own.execute("UPDATE platform.tenant SET state = %s WHERE number = %s", [state.value, number])
        if state is TenantState.SUSPENDED:
            for name in ("territory_publication", "territory_cell_count"):
                await own.execute(f"DELETE FROM platform.{name} WHERE tenant_number = %s", [number])  # noqa: S608  # names of ours
        await look_soon(reached.main, number)
        await own.execute(COUNT_UP, [number])


async def switch(database: Database, slug: str, on: Iterable[Feature], off: Iterable[Feature]) -> list[Feature]:
    """Switch features of a tenant on and off; those that it has now. Servers follow within a second.

    Raises ProvisioningError for an unknown slug.
    """
    async with tenant_change(database, slug) as reached:
        own, number = reached.own, reached.number
        row = await one(own, "SELECT features FROM platform.tenant WHERE number = %s", number)
        wanted = ({Feature(name) for name in cast(list[str], (row or ([],))[0])} | set(on)) - set(off)
        features = [feature for feature in Feature if feature in wanted]
        names = [feature.value for feature in features]
        await own.execute("UPDATE platform.tenant SET features = %s WHERE number = %s", [names, number])
        await look_soon(reached.main, number)  # What it publishes to others may be less.
        await own.execute(COUNT_UP, [number])
        return features


async def look_soon(connection: PooledConnection, number: int) -> None:
    """Have jobs look at a tenant now."""
    await connection.execute(
        "UPDATE platform.work SET due_at = now() WHERE tenant_number = %s AND due_at > now()", [number]
    )


async def delete(database: Database, slug: str) -> int:
    """Remove a tenant with all its data and its role; its number, never given again.

    A portal whose visitors are in the way is suspended first. Raises ProvisioningError for an unknown slug.
    """
    for _ in range(DELETE_TRIES - 1):
        try:
            number = await _delete(database, slug)
            break
        except (DatabaseUnavailableError, StatementTimeoutError):  # A deadlock, or a lock that was not to be had.
            await set_state(database, slug, TenantState.SUSPENDED)
            await asyncio.sleep(FOLLOWED_S)
    else:
        number = await _delete(database, slug)
    return number


async def _delete(database: Database, slug: str) -> int:
    """Where it is first: what `main` lists and has no more is deleted again by the same command."""
    async with registry_change(database) as main:
        number, name = await placed(main, slug)
        if await one(main, "SELECT FROM platform.tenant_move WHERE tenant_number = %s", number) is not None:
            raise ProvisioningError(f"{slug!r} moves to another cluster: end that before, as `parvis tenant move` does")
        if name == naming.HOME:
            await remove(main, number)
        else:
            async with cluster(database, name).administration() as own, own.transaction():
                await remove(own, number)
            await forget(main, number)
    async with cluster(database, name).administration(naming.LOGIN) as connection:
        await wall.drop_tenant_role(connection, number)  # Again: other machines let go of it after the commit alone.
    return number


async def remove(connection: PooledConnection, number: int) -> None:
    """Remove a tenant's schema and role from a cluster, and what the registry says of it there."""
    name = sql.Identifier(naming.schema_name(number))
    await connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    async with wall.as_login(connection):
        await wall.drop_tenant_role(connection, number)
    await forget(connection, number)


async def forget(connection: PooledConnection, number: int) -> None:
    """Remove what the registry of a cluster says of a tenant."""
    await connection.execute("DELETE FROM platform.host WHERE tenant_number = %s", [number])
    await connection.execute("DELETE FROM platform.tenant WHERE number = %s", [number])
    await connection.execute("DELETE FROM platform.migration WHERE schema_name = %s", [naming.schema_name(number)])


def check(new: NewTenant) -> None:
    """Its names can be names. Raises ProvisioningError."""
    if not _SLUG.fullmatch(new.slug):
        raise ProvisioningError(f"slug {new.slug!r}: 1 to 63 of a-z, 0-9 and -, as in a host name")
    for host in new.hosts:
        if not _HOST.fullmatch(host):
            raise ProvisioningError(
                f"host {host!r}: a host's name is wanted, without scheme, port or path, as in participer.ville.fr"
            )
    for origin in new.origins:
        if not _ORIGIN.fullmatch(origin):
            raise ProvisioningError(f"origin {origin!r}: a scheme and a host are wanted, as in https://www.example.fr")
    for color in (new.primary_color, new.secondary_color):
        if not _COLOR.fullmatch(color):
            raise ProvisioningError(f"colour {color!r}: #rrggbb in lower case is wanted")
    if new.title and not fits(new.title):
        least, most = PORTAL_TITLE_LENGTH
        raise ProvisioningError(f"title {new.title[:most]!r}: {least} to {most} characters on one line are wanted")
    features = {feature.value for feature in Feature}
    if unknown := set(new.features) - features:
        raise ProvisioningError(f"unknown feature {min(unknown)!r}; known: {', '.join(sorted(features))}")


def fits(title: str) -> bool:
    """Whether a text can be a portal's title as it is: the same bounds as where administrators write it."""
    least, most = PORTAL_TITLE_LENGTH
    return title == writing.line(title) and least <= len(writing.seen(title)) and len(title) <= most


async def _existing(connection: PooledConnection, new: NewTenant) -> int | None:
    row = await one(connection, "SELECT number, collectivite_id FROM platform.tenant WHERE slug = %s", new.slug)
    if row is not None and row[1] != new.collectivite:
        raise ProvisioningError(f"the slug {new.slug!r} belongs to another tenant")
    number = cast(int, row[0]) if row else None
    await require_free_hosts(connection, new.hosts, number)
    if number is not None:
        cursor = await connection.execute("SELECT host FROM platform.host WHERE tenant_number = %s", [number])
        if missing := set(new.hosts) - {row[0] for row in await cursor.fetchall()}:
            raise ProvisioningError(f"the tenant {new.slug!r} is there already, without the host {min(missing)!r}")
    return number


async def require_free_hosts(connection: PooledConnection, hosts: Iterable[str], number: int | None) -> None:
    """None is served for another tenant than this one. Raises ProvisioningError."""
    cursor = await connection.execute(
        f"SELECT host FROM {SERVED} WHERE host = ANY(%s) AND tenant_number IS DISTINCT FROM %s",  # noqa: S608  # a constant of ours
        [list(hosts), number],
    )
    if taken := await cursor.fetchone():
        raise ProvisioningError(f"the host {taken[0]!r} belongs to another tenant")


async def _insert(
    connection: PooledConnection, number: int, new: NewTenant, title: str, lat: object, lng: object, zone: str
) -> None:
    await connection.execute(
        "INSERT INTO platform.tenant (number, slug, title, collectivite_id, lat, lng, time_zone, primary_color,"
        " secondary_color, font, cover, locales, features, origins, state, database, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'ACTIVE', 'main', now())",
        [
            number,
            new.slug,
            title,
            new.collectivite,
            lat,
            lng,
            zone,
            new.primary_color,
            new.secondary_color,
            new.font,
            new.cover,
            list(new.locales),
            list(new.features),
            list(new.origins),
        ],
    )
    for host in dict.fromkeys(new.hosts):
        await connection.execute("INSERT INTO platform.host (host, tenant_number) VALUES (%s, %s)", [host, number])


async def _build(connection: PooledConnection, number: int) -> None:
    """Role, schema and tables, behind the second wall."""
    await wall.make_tenant(connection, number)
    await migration.apply_tenant(connection, number)


async def _first_space(connection: PooledConnection, number: int) -> None:
    statement = (
        "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)"
        " VALUES (%s, 'accueil', 'Accueil', 'Votre premier espace participatif.', %s, now(), now())"
    )
    await connection.execute(naming.qualify(statement, number), [new_id(), Visibility.DRAFT.value])


async def behind(database: Database) -> list[int]:
    """The numbers of the tenants whose positions were published by an older rule."""
    rows = await database.rows(_BEHIND)
    return [number for (number,) in rows if isinstance(number, int)]


async def listed(database: Database) -> list[roster.Listed]:
    """Every tenant, by number."""
    async with database.administration() as connection:
        cursor = await connection.execute(roster.ROSTER)
        return cast(list[roster.Listed], await cursor.fetchall())
