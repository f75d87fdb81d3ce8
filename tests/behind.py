"""Two clusters behind one installation: a database of a test module's own, and one in a second PostgreSQL."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from database import naming
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

    administering: Callable[[str], str] = str
    """The URL of the login that administers a cluster, from the superuser's."""

    def database(self, connections: int = 6, *, is_serving: bool = False) -> Database:
        """Both as one, not open yet: for commands, or for a server, whose login may not administer."""

        def reached(own: Own, name: str, *others: Database) -> Database:
            admin_url = self.administering(own.url)
            url = serving(own.url) if is_serving else admin_url
            return Database(url, connections=connections, admin_url=admin_url, name=name, clusters=others)

        return reached(self.main, naming.HOME, reached(self.east, EAST))

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


MOVER = "mover"
RIGHTS = (
    f"CREATE ROLE {MOVER} LOGIN CREATEROLE REPLICATION PASSWORD '{MOVER}'",
    f"GRANT {naming.SERVER} TO {MOVER} WITH ADMIN OPTION",
    f"GRANT pg_create_subscription TO {MOVER}",
    f"GRANT CREATE ON DATABASE parvis TO {MOVER}",
)
"""What docs/operations.md gives the login that moves tenants without closing them, which is no superuser."""

PUBLISHING = f"GRANT CREATE ON DATABASE parvis TO {naming.OWNER}"


def moving(url: str) -> str:
    """The same database for that login."""
    return url.replace("//postgres@", f"//{MOVER}:{MOVER}@", 1)


@contextmanager
def following() -> Iterator[Pair]:
    """Two PostgreSQLs, of which each can follow the other, administered by a login with the rights for that alone."""
    settings = {"wal_level": "logical"}
    with tempfile.TemporaryDirectory(prefix="parvis-", dir="/tmp") as place, ExitStack() as stack:
        Path(place).chmod(0o755)  # Servers look for each other's sockets there, under their own account.
        main, east = (
            stack.enter_context(EmbeddedPostgres(Path(place, name), durable=False, settings=settings))
            for name in ("main", EAST)
        )
        pair = Pair(Own(main.url), Own(east.url), east, moving)
        for own, postgres in ((pair.main, main), (pair.east, east)):
            (postgres.data / "pg_hba.conf").write_text(f"local all {MOVER} scram-sha-256\nlocal all all trust\n")
            for right in (*RIGHTS, "SELECT pg_reload_conf()"):
                own.rows(right)
            Own(moving(own.url)).prepare()
            own.rows(PUBLISHING)
        pair.run(lambda database: placement.christen(database, database.clusters[EAST]))
        yield pair
