"""`python -m bench.move`: how long a large tenant that moves is closed, both ways in turn, under votes."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import UUID

import click
import psycopg

import register.load
from bench import data
from database import failure, naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models.base import new_id
from register import record
from tenants import migration, placement, tenant_move

EAST = "east"
SETTINGS = {"wal_level": "logical", "shared_buffers": "512MB", "max_wal_size": "4GB"}
PETITIONS = """SELECT c.id, a.id FROM {0}.contribution c, {0}.actor a
 WHERE activity_id = %s AND NOT EXISTS (
 SELECT FROM {0}.vote WHERE contribution_id = c.id AND actor_id = a.id) LIMIT %s"""
CAST = "INSERT INTO {0}.vote (id, contribution_id, actor_id, choice, cast_at) VALUES (%s, %s, %s, 'SUPPORT', now())"
WHERE = "SELECT database FROM platform.tenant WHERE number = %s"
PAUSE_S = 0.01


@dataclass
class Voters:
    """Vote one after the other, wherever the tenant is; who is refused asks again."""

    number: int
    clusters: dict[str, str]
    pairs: list[tuple[UUID, UUID]]
    cast: set[UUID] = field(default_factory=set)
    longest_s: float = 0.0
    is_over: bool = False

    async def run(self) -> None:
        """Until there are no more, or it is over."""
        schema = naming.schema_name(self.number)
        open_ = {
            name: await psycopg.AsyncConnection.connect(url, autocommit=True) for name, url in self.clusters.items()
        }
        began = 0.0
        while self.pairs and not self.is_over:
            id_, began = new_id(), began or time.monotonic()
            if await self._cast(open_, schema, id_):
                self.cast.add(id_)
                self.pairs.pop()
                self.longest_s, began = max(self.longest_s, time.monotonic() - began), 0.0
            await asyncio.sleep(PAUSE_S)
        for each in open_.values():
            await each.close()

    async def _cast(self, open_: dict[str, psycopg.AsyncConnection], schema: str, id_: UUID) -> bool:
        [name] = await (await open_[naming.HOME].execute(WHERE, [self.number])).fetchone() or ("",)
        try:
            await open_[str(name)].execute(CAST.format(schema).encode(), [id_, *self.pairs[-1]])
        except psycopg.Error as error:
            if error.sqlstate != failure.HELD:
                raise
            return False
        return True


@click.command()
@click.option("--contributions", default=20_000, show_default=True, help="With votes and comments: 20 rows each.")
@click.option("--rounds", default=1, show_default=True, help="Four moves each.")
@click.option("--data", "folder", type=click.Path(path_type=Path), default=Path(".parvis/move"), show_default=True)
def main(contributions: int, rounds: int, folder: Path) -> None:
    """Fill a tenant, if it is not there yet, and move it there and back, copied closed and followed by turns."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(folder / "main", settings=SETTINGS) as here,
        EmbeddedPostgres(folder / EAST, settings=SETTINGS) as there,
    ):
        asyncio.run(_measure(here.url, there.url, data.Size(contributions, has_replies=True), rounds))


async def _measure(here: str, there: str, size: data.Size, rounds: int) -> None:
    database = Database(here, connections=4, clusters=[Database(there, connections=4, name=EAST)])
    await database.open()
    try:
        number = await data.provide(database, size, click.echo)
        await migration.migrate(database.clusters[EAST])
        await register.load.load(database.clusters[EAST], record.bundled())
        await placement.christen(database, database.clusters[EAST])
        found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        for turn in range(4 * rounds):
            to, is_closed = (EAST, naming.HOME)[turn % 2], turn % 4 in (0, 3)
            moved = await _moved(database, {naming.HOME: here, EAST: there}, number, to, is_closed=is_closed)
            found[is_closed].append((moved.copied_s, moved.closed_s))
    finally:
        await database.close()
    for is_closed, figures in found.items():
        copied, closed = (median(values) for values in zip(*figures, strict=True))
        click.echo(f"{_way(is_closed)}: median copied in {copied:.1f} s, closed for {closed:.1f} s")


async def _moved(
    database: Database, clusters: dict[str, str], number: int, to: str, *, is_closed: bool
) -> tenant_move.MovedTenant:
    """One move under votes, with what was lost of them; the former copy is removed."""
    voters = Voters(number, clusters, await _pairs(database, number))
    voting = asyncio.ensure_future(voters.run())
    await placement.find(database)
    moved = await tenant_move.move(database, number, to, lambda _: None, is_closed=is_closed)
    voters.is_over = True
    await voting
    async with database.clusters.get(to, database).administration() as there:
        counted = f"SELECT count(*) FROM {naming.schema_name(number)}.vote WHERE id = ANY (%s)"
        [kept] = await (await there.execute(counted.encode(), [list(voters.cast)])).fetchone() or (0,)
    await tenant_move.clean(database, number)
    lost = len(voters.cast) - int(str(kept))
    click.echo(
        f"{_way(is_closed)} to {to}: {moved.rows:,} rows copied in {moved.copied_s:.1f} s, closed for"
        f" {moved.closed_s:.1f} s; {len(voters.cast):,} votes, {lost} lost, the longest took {voters.longest_s:.1f} s"
    )
    return moved


def _way(is_closed: bool) -> str:
    return "copied closed" if is_closed else "followed"


async def _pairs(database: Database, number: int) -> list[tuple[UUID, UUID]]:
    await placement.find(database)
    async with database.at(number).administration() as own:
        asked = PETITIONS.format(naming.schema_name(number))
        cursor = await own.execute(asked.encode(), [data.activity_id(len(data.ACTIVITIES)), 20_000])
        return [
            (one, other) for one, other in await cursor.fetchall() if isinstance(one, UUID) and isinstance(other, UUID)
        ]


if __name__ == "__main__":
    main()
