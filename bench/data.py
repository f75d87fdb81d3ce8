"""Data: the tenants of the bench, provisioned like any other and filled by SQL in a minute or a few."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import register.load
from bench import city
from database import naming
from database.door import Database
from database.pool import PooledConnection
from models.activity import ActivityKind, LocationRule
from models.vote import VoteMethod
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

RENNES = "commune-35238"
ACTORS = 20_000
PETITIONS = 64
"""Contributions without a vote, for the work `vote`."""

VOTES_EACH = 29.4
"""Votes on a contribution that can be voted on, on average: 2,000,000 on a third of 200,000."""

CATEGORIES = 6

_NAMESPACE = UUID("5b8b1a3e-0f0a-5d6b-9d4a-6c3f6e1d7a10")
_FILL = Path(__file__).with_name("fill.sql")
_ROLL_UPS = ("cell_count", "space_cell_count", "activity_count")
_FILLED = ("actor", "contribution", "comment", "vote", "tally", "activity", "category", *_ROLL_UPS)
_BULKY = ("contribution", "comment", "vote", "cell_count", "space_cell_count")


@dataclass(frozen=True, slots=True)
class Size:
    """How much one tenant holds."""

    contributions: int
    has_replies: bool
    """Whether there are comments and votes."""

    votes_each: float = VOTES_EACH
    """On a contribution that can be voted on, on average."""

    @property
    def slug(self) -> str:
        """The tenant's short name, which tells its size."""
        return f"{'bench' if self.has_replies else 'large'}-{self.contributions}"

    @property
    def host(self) -> str:
        """Where it is served."""
        return f"{self.slug}.localhost"


@dataclass(frozen=True, slots=True)
class Activity:
    """What people do in the tenant: `share` of a thousand contributions are published in it."""

    kind: ActivityKind
    share: int
    contributions: tuple[str, ...]
    vote: VoteMethod | None = None


ACTIVITIES = (
    Activity(ActivityKind.MUTUAL_AID, 300, ("OFFER", "REQUEST")),
    Activity(ActivityKind.MARKETPLACE, 200, ("LISTING",)),
    Activity(ActivityKind.IDEA_BOX, 200, ("PROPOSAL",), VoteMethod.SUPPORT),
    Activity(ActivityKind.CONSULTATION, 140, ("PROPOSAL",), VoteMethod.OPINION),
    *(Activity(ActivityKind.MUTUAL_AID, 40, ("OFFER", "REQUEST")) for _ in range(4)),
)
PETITION = Activity(ActivityKind.PETITION, 1, ("PROPOSAL",), VoteMethod.SUPPORT)
STATISTICS = tuple(range(4, 8))
"""The activities whose statistics are asked for: each a twenty-fifth of the contributions."""


def activity_id(rank: int) -> UUID:
    """An activity's id, the same for every tenant; the petition comes last."""
    return uuid5(_NAMESPACE, f"activity/{rank}")


def category_id(rank: int, number: int) -> UUID:
    """The id of one of an activity's categories."""
    return uuid5(_NAMESPACE, f"category/{rank}/{number}")


async def provide(database: Database, size: Size, say: Callable[[str], None]) -> int:
    """The number of a filled tenant, made if it is not there yet."""
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    new = NewTenant(RENNES, size.slug, (size.host,), first_space=False)
    number, _ = await provisioning.create(database, new)
    async with database.administration(naming.LOGIN) as connection:
        cursor = await connection.execute(naming.qualify("SELECT 1 FROM __tenant__.contribution LIMIT 1", number))
        if await cursor.fetchone() is None:
            say(f"writing {size.contributions:,} contributions …")
            started = time.monotonic()
            await _fill(connection, number, size)
            say(f"  written in {time.monotonic() - started:.0f} s")
    return number


async def _fill(connection: PooledConnection, number: int, size: Size) -> None:
    """Everything in one transaction, its indexes last; foreign keys hold by construction and are not checked."""
    await connection.execute("SET maintenance_work_mem = '512MB'")
    await connection.execute("SET work_mem = '256MB'")
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await _prepare(connection, number, size)
        indexes = await _drop_indexes(connection, number)
        for statement in naming.qualify(_FILL.read_text("utf-8"), number).split(";\n\n"):
            await connection.execute(statement.encode())
        for definition in indexes:
            await connection.execute(definition.encode())
    for name in _FILLED:
        await connection.execute(naming.qualify(f"VACUUM (ANALYZE) __tenant__.{name}", number).encode())
    await connection.execute("RESET maintenance_work_mem")
    await connection.execute("RESET work_mem")
    await connection.execute("CHECKPOINT")


async def _prepare(connection: PooledConnection, number: int, size: Size) -> None:
    """The tenant's space and activities, and the temporary tables that `fill.sql` reads."""
    ranks = tuple(enumerate((*ACTIVITIES, PETITION)))
    space = uuid5(_NAMESPACE, "space")
    opens = "2025-01-01 00:00+00"
    await _copy(
        connection,
        naming.qualify("__tenant__.participatory_space", number),
        "id, slug, title, description, visibility, opens_at, created_at",
        [(space, "ville", "La ville participe", "Tout ce qui se passe dans la ville.", "PUBLIC", opens, opens)],
    )
    await _copy(
        connection,
        naming.qualify("__tenant__.activity", number),
        "id, space_id, kind, title, description, rank, opens_at, vote_method, location_rule",
        [
            (
                activity_id(rank),
                space,
                found.kind.value,
                f"Activité {rank + 1}",
                "Une activité.",
                rank,
                opens,
                found.vote.value if found.vote else None,
                LocationRule.OPTIONAL.value,
            )
            for rank, found in ranks
        ],
    )
    labels = [(rank, number) for rank, _ in ranks for number in range(CATEGORIES)]
    await _copy(
        connection,
        naming.qualify("__tenant__.category", number),
        "id, activity_id, slug, name, rank",
        [(category_id(r, n), activity_id(r), f"categorie-{n}", f"Catégorie {n + 1}", n) for r, n in labels],
    )
    await _table(
        connection,
        "size",
        "contributions INT, actors INT, places INT, petitions INT, votes_each FLOAT8, has_replies BOOL",
        [(size.contributions, ACTORS, city.PLACES, PETITIONS, size.votes_each, size.has_replies)],
    )
    await _table(connection, "share", "low INT, high INT, activity_id UUID, kinds TEXT[], vote_method TEXT", _shares())
    await _table(
        connection,
        "label",
        "activity_id UUID, n INT, category_id UUID",
        [(activity_id(rank), n, category_id(rank, n)) for rank, n in labels],
    )
    await _table(connection, "phrase", "kind TEXT, n INT, said TEXT, plain TEXT", city.phrases())
    cells = "cell_5 INT8, cell_6 INT8, cell_7 INT8, cell_8 INT8"
    place = f"n INT, is_exact BOOL, cell INT8, lat FLOAT8, lng FLOAT8, position POINT, {cells}"
    await _table(connection, "place", place, city.place_rows())
    level = "n INT, is_exact BOOL, level INT2, cell INT8, lat FLOAT8, lng FLOAT8"
    await _table(connection, "level", level, city.level_rows())


def _shares() -> Iterable[tuple[object, ...]]:
    low = 0
    for rank, found in enumerate((*ACTIVITIES, PETITION)):
        vote = found.vote.value if found.vote else None
        yield low, low + found.share - 1, activity_id(rank), list(found.contributions), vote
        low += found.share


async def _table(connection: PooledConnection, name: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    await connection.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP".encode())
    await _copy(connection, name, ", ".join(column.split()[0] for column in columns.split(", ")), rows)
    await connection.execute(f"ANALYZE {name}".encode())


async def _copy(connection: PooledConnection, name: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    text = f"COPY {name} ({columns}) FROM STDIN".encode()
    async with connection.cursor() as cursor, cursor.copy(text) as copy:
        for row in rows:
            await copy.write_row(row)


async def _drop_indexes(connection: PooledConnection, number: int) -> list[str]:
    """Drop what is no constraint of the bulky tables; the definitions to make it anew."""
    cursor = await connection.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
        " WHERE n.nspname = %s AND t.relname = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname",
        [naming.schema_name(number), list(_BULKY)],
    )
    found = [(str(name), str(definition)) for name, definition in await cursor.fetchall()]
    for name, _ in found:
        await connection.execute(f"DROP INDEX {naming.schema_name(number)}.{name}".encode())
    return [definition for _, definition in found]
