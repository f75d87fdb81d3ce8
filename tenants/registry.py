"""The registry: which host is which tenant, kept in memory and followed within a second."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, any_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from database import deadline, failure, naming
from database.door import Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from database.wire import Row
from models import time_zone
from models.base import table
from models.collectivite import Collectivite
from models.tenant import Cover, Feature, Host, Registry, Tenant, TenantState
from models.territory import TerritoryReader

ASK_S = 1.0
"""Another cluster is asked no longer: one that hangs keeps nobody from following the others."""

POLL_SECONDS = 0.5
"""Other processes' changes are followed within this time; where there are none, one statement says so (`VERSION`)."""

_tenant, _host, _registry, _collectivite = table(Tenant), table(Host), table(Registry), table(Collectivite)
_reader = table(TerritoryReader)

_counted = select(func.count().label("tenants"), func.sum(_tenant.c.version).label("versions")).subquery("counted")
VERSION = select(_registry.c.version, _registry.c.next_number, _counted.c.tenants, _counted.c.versions)
"""It moves with any change: a tenant that is made takes a number, one that is deleted is missed, and whatever else
changes a tenant or its hosts counts its own version up. The first one is of what concerns all."""

TENANTS = (
    select(
        _tenant.c.version,
        _tenant.c.number,
        _tenant.c.slug,
        _tenant.c.title,
        _tenant.c.collectivite_id,
        _collectivite.c.name,
        _tenant.c.lat,
        _tenant.c.lng,
        _tenant.c.primary_color,
        _tenant.c.secondary_color,
        _tenant.c.font,
        _tenant.c.cover,
        _tenant.c.locales,
        _tenant.c.features,
        _tenant.c.origins,
        _tenant.c.trusted_documents_only,
        _tenant.c.state,
        _tenant.c.time_zone,
        _tenant.c.subtitle,
        _tenant.c.welcome,
        _tenant.c.logo_url,
        _tenant.c.contact_email,
        _tenant.c.contact_phone,
        _tenant.c.contact_address,
        _tenant.c.footer_links,
        exists().where(_reader.c.tenant_number == _tenant.c.number).label("receives_territory"),
        _tenant.c.database,
    )
    .join_from(_tenant, _collectivite, _collectivite.c.id == _tenant.c.collectivite_id)
    .order_by(_tenant.c.number)
)
HOSTS = select(_host.c.host, _host.c.tenant_number).order_by(_host.c.host)
_NUMBERS = bindparam("numbers", type_=ARRAY(BigInteger()))
SOME_TENANTS = TENANTS.where(_tenant.c.number == any_(_NUMBERS))
SOME_HOSTS = HOSTS.where(_host.c.tenant_number == any_(_NUMBERS))
VERSIONS = select(_tenant.c.number, _tenant.c.version)

_PORT = re.compile(r":\d*$")

logger = logging.getLogger("parvis.registry")


@dataclass(frozen=True, slots=True)
class Contact:
    """How residents reach the city; what is empty is not shown."""

    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class TenantRecord:
    """What the server knows of a tenant without asking the database."""

    number: int
    slug: str
    title: str
    collectivite_id: str
    collectivite_name: str
    lat: float | None
    lng: float | None
    primary_color: str
    secondary_color: str
    font: str
    cover: Cover
    locales: tuple[str, ...]
    features: frozenset[Feature]
    is_active: bool
    hosts: tuple[str, ...]
    origins: frozenset[str]
    trusted_documents_only: bool = False
    time_zone: str = time_zone.PARIS
    subtitle: str = ""
    welcome: str = ""
    logo_url: str | None = None
    contact: Contact = Contact()
    links: tuple[tuple[str, str], ...] = ()
    """What the links at the foot of every page say, and where they lead."""

    receives_territory: bool = False
    """Whether it shows what other portals publish to it."""

    database: str = naming.HOME
    """The cluster that has its schema."""

    @property
    def is_at_home(self) -> bool:
        """Whether that is the cluster that has what concerns all tenants."""
        return self.database == naming.HOME


class RegistryPart:
    """What one cluster says of tenants."""

    def __init__(self, cluster: Database, changed: Counter[int]) -> None:
        """`changed` counts the changes of each tenant."""
        self.cluster = cluster
        self.records: dict[int, TenantRecord] = {}
        self._changed = changed
        self._version: list[Row] = []
        self._versions: dict[int, object] = {}
        """By tenant, the version that is kept."""

    async def refresh(self) -> bool:
        """Read what changed; whether anything did. Answers of a tenant that changed are made anew, and only they;
        those of all, where the version of the whole registry moved."""
        version = (await self.cluster.rows(VERSION))[:1]
        if not version or version == self._version:
            return False
        if self._version and self._version[0][0] == version[0][0]:
            await self._read_changed()
        else:
            await self._read_all()
        self._version = version
        return True

    async def _read_all(self) -> None:
        tenants, hosts = await self.cluster.rows(TENANTS), await self.cluster.rows(HOSTS)
        self.records, self._versions = {}, {}
        self._take(tenants, hosts)

    async def _read_changed(self) -> None:
        """Those that are new or have another version; those that are gone are forgotten."""
        versions = {int(str(number)): version for number, version in await self.cluster.rows(VERSIONS)}
        for number in self.records.keys() - versions.keys():
            del self.records[number], self._versions[number]
        changed = [number for number, version in versions.items() if self._versions.get(number) != version]
        tenants = await self.cluster.rows(SOME_TENANTS, numbers=changed)
        self._take(tenants, await self.cluster.rows(SOME_HOSTS, numbers=changed))

    def _take(self, tenants: Sequence[Row], hosts: Sequence[Row]) -> None:
        """Keep what was read of some tenants; what was answered for them before is out of date."""
        names: dict[object, list[str]] = {}
        for host, number in hosts:
            names.setdefault(number, []).append(str(host))
        for version, *row in tenants:
            record = _record(tuple(row), tuple(names.get(row[0], ())))
            self.records[record.number], self._versions[record.number] = record, version
            self._changed[record.number] += 1


class TenantRegistry:
    """All tenants by host. `follow` keeps it fresh; reading it costs one dictionary look-up."""

    def __init__(self, database: Database, *, local_suffix: str | None) -> None:
        """`local_suffix`, for example `localhost`, also serves each tenant as `<slug>.<suffix>`; None does not."""
        self._database = database
        self._suffix = local_suffix
        self._main, *self._others = (RegistryPart(cluster, database.versions) for cluster in database.everywhere)
        self._by_host: dict[str, TenantRecord] = {}
        self.tenants: tuple[TenantRecord, ...] = ()

    def at(self, host: str) -> TenantRecord | None:
        """The tenant of a Host header, with or without port, in any case."""
        return self._by_host.get(name_of(host))

    def served(self, number: int) -> TenantRecord | None:
        """The tenant of a number, unless it is suspended or gone."""
        return next((tenant for tenant in self.tenants if tenant.number == number and tenant.is_active), None)

    def is_local(self, host: str) -> bool:
        """Whether a host is the developer's own machine, where the list of portals may be shown."""
        name = name_of(host)
        return self._suffix is not None and (name in ("localhost", "127.0.0.1") or name.endswith(f".{self._suffix}"))

    async def refresh(self) -> None:
        """Read what changed, if anything did. Which cluster has a tenant the cluster `main` says; what the tenant is,
        the cluster that has it, or while that is away what `main` knows of it."""
        is_changed = await self._main.refresh()
        for part in self._others:
            is_changed |= await self._refreshed(part)
        if not is_changed:
            return
        records = self._main.records
        self._database.place({record.number: record.database for record in records.values() if not record.is_at_home})
        parts = {part.cluster.name: part.records for part in self._others}
        self.tenants = tuple(
            parts.get(records[number].database, records).get(number, records[number]) for number in sorted(records)
        )
        by_host: dict[str, TenantRecord] = {}
        for tenant in self.tenants:  # By number: a younger one takes no name over, neither by a host nor by its slug.
            for host in (*tenant.hosts, *((f"{tenant.slug}.{self._suffix}",) if self._suffix else ())):
                by_host.setdefault(host, tenant)
        self._by_host = by_host

    async def _refreshed(self, part: RegistryPart) -> bool:
        """The same of a cluster that may be away, and in which nothing may be written yet."""
        try:
            with deadline.within(ASK_S):
                return await part.refresh()
        except (DatabaseUnavailableError, StatementTimeoutError, *failure.UNMADE):
            return False  # Its pool tells of it, and /readyz.

    async def follow(self) -> None:
        """Refresh for ever; a database that is away is waited for."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.refresh()
            except DatabaseUnavailableError:
                pass  # The database's pool tells of it, once for all.
            except StatementTimeoutError:
                logger.warning("the registry could not be read; the last known one serves")


def name_of(host: str) -> str:
    """The name in a Host header, in small letters, without port and root."""
    name = host.lower()
    return (_PORT.sub("", name) if ":" in name else name).rstrip(".")


def _record(row: tuple[object, ...], hosts: tuple[str, ...]) -> TenantRecord:
    number, slug, title, collectivite_id, name, lat, lng, primary, secondary, font, cover, *settings = row
    locales, features, origins, trusted_documents_only, state, clock, *said = settings
    subtitle, welcome, logo_url, email, phone, address, links, receives_territory, database = said
    assert isinstance(number, int) and isinstance(locales, list) and isinstance(features, list)
    assert isinstance(origins, list) and isinstance(links, list)
    return TenantRecord(
        number,
        str(slug),
        str(title),
        str(collectivite_id),
        str(name),
        lat if isinstance(lat, float) else None,
        lng if isinstance(lng, float) else None,
        str(primary),
        str(secondary),
        str(font),
        Cover(cover),
        tuple(locales),
        frozenset(map(Feature, features)),
        state == TenantState.ACTIVE.value,
        hosts,
        frozenset(origins),
        trusted_documents_only is True,
        str(clock),
        str(subtitle),
        str(welcome),
        logo_url if isinstance(logo_url, str) else None,
        Contact(str(email), str(phone), str(address)),
        tuple((str(link["label"]), str(link["url"])) for link in links),
        receives_territory is True,
        str(database),
    )
