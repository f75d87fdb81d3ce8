"""Two clusters behind one installation: a database of a test module's own, and one in a second PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from tenants import placement
from tests.cluster import serving
from tests.own import Own

T = TypeVar("T")

EAST = "east"


@dataclass(frozen=True)
class Pair:
    """The cluster that lists all tenants, and the one to which they move."""

    main: Own
    east: Own
    postgres: EmbeddedPostgres
    """The second one's program."""

    def database(self, connections: int = 6, *, is_serving: bool = False) -> Database:
        """Both as one, not open yet: for commands, or for a server, whose login may not administer."""
        reach = serving if is_serving else str
        east = Database(reach(self.east.url), connections=connections, admin_url=self.east.url, name=EAST)
        return Database(reach(self.main.url), connections=connections, admin_url=self.main.url, clusters=[east])

    def run(self, act: Callable[[Database], Awaitable[T]]) -> T:
        """What `act` returns for both, open, as a command has them."""

        async def opened() -> T:
            database = self.database()
            await database.open()
            try:
                await placement.find(database)
                return await act(database)
            finally:
                await database.close()

        return asyncio.run(opened())


@contextmanager
def second(main: Own, folder: Path) -> Iterator[Pair]:
    """A second PostgreSQL behind a database, migrated, with the same register."""
    with EmbeddedPostgres(folder, durable=False) as postgres:
        pair = Pair(main, Own(postgres.url), postgres)
        pair.east.prepare()
        pair.run(lambda database: placement.christen(database, database.clusters[EAST]))
        yield pair
