"""Wishes of operators: written by a page, claimed and settled by the process that carries them out; and what operators
see of all tenants."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import BigInteger, Integer, Uuid

from database import deadline, failure
from database.door import READY_S, Database
from database.failure import DatabaseUnavailableError, StatementTimeoutError
from models.base import new_id
from models.operator import WishKind, WishState
from tenants import migration
from tenants.host_name import SERVED

# A hundred tenants; a search finds the others.
OVERVIEW = text("""
SELECT
 (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
   SELECT t.number, t.slug, t.title, t.state, c.name AS collectivite, t.created_at::date::text AS created_on,
     (SELECT coalesce(json_agg(h.host ORDER BY h.host), '[]') FROM platform.host h WHERE h.tenant_number = t.number)
       AS hosts,
     t.database, false AS is_away,
     :migrations - (SELECT count(*) FROM platform.migration m WHERE m.schema_name = 't_' || t.number) AS behind,
     coalesce(w.due_at < now() - interval '10 minutes', false) AS is_late,
     s.size, g.changed_at
   FROM platform.tenant t
   JOIN platform.collectivite c ON c.id = t.collectivite_id
   LEFT JOIN platform.work w ON w.tenant_number = t.number
   LEFT JOIN platform.tenant_change g ON g.tenant_number = t.number
   LEFT JOIN LATERAL (
     SELECT sum(r.relpages::bigint) * current_setting('block_size')::int AS size
     FROM pg_namespace n JOIN pg_class r ON r.relnamespace = n.oid WHERE n.nspname = 't_' || t.number
   ) s ON true
   WHERE :search IN ('', t.database) OR t.slug LIKE '%' || :search || '%' OR lower(c.name) LIKE '%' || :search || '%'
   ORDER BY t.state = 'ACTIVE', t.slug LIMIT 100
 ) t) AS tenants,
 (SELECT count(*) FROM platform.tenant) AS total,
 (SELECT coalesce(json_object_agg(d.database, d.tenants), '{}') FROM (
   SELECT database, count(*) AS tenants FROM platform.tenant GROUP BY database
 ) d) AS places,
 (SELECT coalesce(json_agg(row_to_json(w)), '[]') FROM (
   SELECT kind, slug, state, problem, created_at, done_at FROM platform.tenant_wish
   ORDER BY created_at DESC, id DESC LIMIT 10
 ) w) AS wishes
""").bindparams(bindparam("migrations", type_=Integer()), bindparam("search", type_=Text()))
# What only the cluster that has a tenant knows of it.
FACTS = text("""
SELECT t.number, :migrations - (SELECT count(*) FROM platform.migration m WHERE m.schema_name = 't_' || t.number),
 (SELECT sum(r.relpages::bigint) * current_setting('block_size')::int
  FROM pg_namespace n JOIN pg_class r ON r.relnamespace = n.oid WHERE n.nspname = 't_' || t.number)
FROM platform.tenant t WHERE t.number = ANY (:numbers)
""").bindparams(bindparam("migrations", type_=Integer()), bindparam("numbers", type_=ARRAY(BigInteger())))
TAKEN = text(f"""
SELECT c.id, c.name,
 EXISTS (SELECT FROM {SERVED} WHERE host = :host) AS has_host,
 EXISTS (SELECT FROM platform.tenant WHERE collectivite_id = c.id) AS has_portal,
 ARRAY(SELECT slug FROM platform.tenant UNION ALL
   SELECT slug FROM platform.tenant_wish WHERE state = 'WAITING' AND details ->> 'collectivite' <> :collectivite
 ) AS slugs,
 EXISTS (SELECT FROM platform.tenant_wish
   WHERE state = 'WAITING' AND kind = 'CREATE' AND details ->> 'host' = :host) AS waits_for_host,
 EXISTS (SELECT FROM platform.tenant_wish
   WHERE state = 'WAITING' AND kind = 'CREATE' AND details ->> 'collectivite' = :collectivite) AS waits
FROM (SELECT) AS always LEFT JOIN platform.collectivite c ON c.id = :collectivite
""").bindparams(*(bindparam(name, type_=Text()) for name in ("host", "collectivite")))  # noqa: S608  # a constant of ours
NAMED = text("""
SELECT t.title, c.name, ARRAY(SELECT h.host FROM platform.host h WHERE h.tenant_number = t.number ORDER BY h.host)
FROM platform.tenant t JOIN platform.collectivite c ON c.id = t.collectivite_id WHERE t.slug = :slug
""").bindparams(bindparam("slug", type_=Text()))
WISH = text("""
INSERT INTO platform.tenant_wish (id, kind, slug, details, state, wished_by, created_at)
VALUES (:id, :kind, :slug, :details, 'WAITING', :wished_by, now()) ON CONFLICT DO NOTHING
""").bindparams(
    bindparam("id", type_=Uuid()),
    bindparam("details", type_=JSONB()),
    *(bindparam(name, type_=Text()) for name in ("kind", "slug", "wished_by")),
)
# After a crash another process takes a wish five minutes later.
CLAIM = text("""
UPDATE platform.tenant_wish SET held_until = now() + interval '5 minutes' WHERE id = (
  SELECT id FROM platform.tenant_wish WHERE state = 'WAITING' AND (held_until IS NULL OR held_until < now())
  ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, kind, slug, details
""")
WAITING = text("SELECT EXISTS (SELECT FROM platform.tenant_wish WHERE state = 'WAITING')")
SETTLE = text("""
UPDATE platform.tenant_wish SET state = :state, problem = :problem, done_at = now(), details = details - 'email'
WHERE id = :id
""").bindparams(bindparam("id", type_=Uuid()), bindparam("state", type_=Text()), bindparam("problem", type_=Text()))


@dataclass(frozen=True, slots=True)
class Overview:
    """The tenants of a search as an operator sees them, how many there are in all and in each cluster, and the last
    wishes."""

    tenants: list[dict[str, Any]]
    total: int
    places: Mapping[str, int]
    wishes: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FormCheck:
    """What a form names: a collectivité's id and name, where the register has it, and what is taken already."""

    collectivite: str | None
    name: str | None
    has_host: bool
    has_portal: bool
    slugs: frozenset[str]
    """Of all tenants, and of those that wait for other collectivités."""
    waits_for_host: bool
    """Another request, which is not carried out yet, names the host."""
    waits: bool
    """The collectivité's portal is asked for already."""


@dataclass(frozen=True, slots=True)
class ClaimedWish:
    """A wish that this process alone carries out."""

    id: UUID
    kind: WishKind
    slug: str
    details: Mapping[str, Any]


async def overview(database: Database, search: str = "") -> Overview:
    """All that the page shows, in one statement, and one for each cluster but `main`."""
    wanted = len(migration.scripts("tenant"))
    [[tenants, total, places, wishes]] = await database.rows(OVERVIEW, migrations=wanted, search=search.strip().lower())
    assert isinstance(tenants, list) and isinstance(total, int)
    assert isinstance(places, dict) and isinstance(wishes, list)
    await asyncio.gather(*(_add_facts(cluster, tenants, wanted) for cluster in database.clusters.values()))
    return Overview(tenants, total, places, wishes)


async def _add_facts(cluster: Database, tenants: list[dict[str, Any]], wanted: int) -> None:
    """Say of the tenants of a cluster what it alone knows, or that it is away."""
    own = {tenant["number"]: tenant for tenant in tenants if tenant["database"] == cluster.name}
    try:
        with deadline.within(READY_S):
            facts = await cluster.rows(FACTS, migrations=wanted, numbers=sorted(own))
    except (DatabaseUnavailableError, StatementTimeoutError, *failure.UNMADE):
        facts = [(number, 0, None) for number in own]
        for tenant in own.values():
            tenant["is_away"] = True
    for number, behind, size in facts:
        own[int(str(number))] |= {"behind": behind, "size": size}


async def named(database: Database, slug: str) -> Mapping[str, Any] | None:
    """A tenant's title, collectivité and hosts; None where there is none of this slug."""
    rows = await database.rows(NAMED, slug=slug)
    return {"slug": slug, **dict(zip(("title", "collectivite", "hosts"), rows[0], strict=True))} if rows else None


async def check(database: Database, *, collectivite: str, host: str) -> FormCheck:
    """What a form names: a register id, and a host's name."""
    rows = await database.rows(TAKEN, collectivite=collectivite, host=host)
    [[id_, name, has_host, has_portal, slugs, *waits]] = rows
    assert isinstance(slugs, list)
    taken, named = id_ if isinstance(id_, str) else None, str(name) if name else None
    return FormCheck(taken, named, bool(has_host), bool(has_portal), frozenset(map(str, slugs)), *map(bool, waits))


async def write(database: Database, kind: WishKind, slug: str, details: Mapping[str, Any], by: str) -> bool:
    """Ask for something; whether it is asked for: not where a request waits for the same tenant or host."""
    async with database.transaction(None) as transaction:
        count = await transaction.execute(
            WISH, id=new_id(), kind=kind.value, slug=slug, details=dict(details), wished_by=by
        )
    return bool(count)


async def is_waiting(database: Database) -> bool:
    """Whether there is anything to carry out."""
    [[waits]] = await database.rows(WAITING)
    return bool(waits)


async def claim(database: Database) -> ClaimedWish | None:
    """The oldest wish that waits."""
    async with database.transaction(None) as transaction:
        row = await transaction.one(CLAIM)
    if row is None:
        return None
    id_, kind, slug, details = row
    assert isinstance(id_, UUID) and isinstance(details, dict)
    return ClaimedWish(id_, WishKind(kind), str(slug), details)


async def settle(database: Database, wish: UUID, problem: str | None) -> None:
    """It is done, or refused."""
    state = WishState.DONE if problem is None else WishState.REFUSED
    async with database.transaction(None) as transaction:
        await transaction.execute(SETTLE, id=wish, state=state.value, problem=problem)
