"""A database of a test module's own, for tests that change the registry, the register or migrations."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg

import register.load
from database.door import Database
from register.record import CollectiviteRecord
from tenants import migration, provisioning, rollout
from tenants.provisioning import NewTenant
from tests.cluster import MADE, renamed
from tests.cluster import serving as serving

T = TypeVar("T")


RENNES = CollectiviteRecord(
    "commune-35238",
    "COMMUNE",
    "Rennes",
    insee_code="35238",
    siren="213502388",
    population=230_890,
    postal_codes=("35000", "35200", "35700"),
    lat=48.1117,
    lng=-1.6802,
    parent_ids=("departement-35",),
)
BARE = CollectiviteRecord("commune-2a004", "COMMUNE", "L'Haÿ-les-Bains", insee_code="2A004")
"""A commune of which the register knows the code and the name alone."""

HALF = CollectiviteRecord(
    "commune-22113",
    "COMMUNE",
    "Lannion",
    insee_code="22113",
    siren="212201131",
    population=20_158,
    postal_codes=("22300",),
)
"""A commune of which the register knows all but the place."""

METROPOLE = CollectiviteRecord("epci-243500139", "EPCI", "Rennes Métropole", siren="243500139", population=480_000)

_numbers = count(1)


@dataclass(frozen=True)
class Own:
    """A way into the database; every call is a connection of its own."""

    url: str

    @classmethod
    def make(cls, cluster: str, *, is_migrated: bool = True) -> "Own":
        """A new database. Roles belong to the cluster: tenants' numbers begin elsewhere in each of its databases."""
        number = next(_numbers)
        name = f"parvis_test_{number}"
        with closing(psycopg.connect(cluster, autocommit=True)) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0".encode())
        MADE.append(name)
        made = cls(renamed(cluster, name))
        if is_migrated:
            made.prepare()
            made.rows("UPDATE platform.registry SET next_number = %s", number * 1_000)
        return made

    def prepare(self) -> None:
        """Migrate, and load the small register."""
        self.run(migration.migrate)
        self.run(lambda database: register.load.load(database, [RENNES, BARE, HALF, METROPOLE]))
        corners = [(0, 0), (100, 0), (0, 100), (0, 0)]
        self.run(lambda database: register.load.load_outlines(database, [(RENNES.id, [[corners]])]))

    def run(self, act: Callable[[Database], Awaitable[T]]) -> T:
        """What `act` returns for an open database."""

        async def opened() -> T:
            database = Database(self.url, connections=rollout.AT_ONCE + 1)
            await database.open()
            try:
                return await act(database)
            finally:
                await database.close()

        return asyncio.run(opened())

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement, committed."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            cursor = connection.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def value(self, text: str, *values: object) -> Any:
        """The first column of a statement's only row."""
        [(found, *_)] = self.rows(text, *values)
        return found

    def create(self, slug: str, *hosts: str, **changes: Any) -> tuple[int, bool]:
        """Provision a tenant of Rennes; by default its host is `<slug>.example`."""
        new = NewTenant(**{"collectivite": RENNES.id, "slug": slug, "hosts": hosts or (f"{slug}.example",)} | changes)
        return self.run(lambda database: provisioning.create(database, new))


def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait for what another thread or process does."""
    deadline = monotonic() + within_s
    while not condition():
        assert monotonic() < deadline, "this did not happen in time"
        sleep(0.01)
