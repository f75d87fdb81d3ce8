"""`python -m bench.notice`: how long the notices of one event for 40,000 followers take, and what votes beside feel."""

import asyncio
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import click

import register.load
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from jobs import digest, worker
from register import record
from tenants import migration, provisioning
from tenants.provisioning import NewTenant

VOTERS = 200
"""Votes a second that are cast beside."""

FILL = (
    "INSERT INTO __tenant__.actor SELECT gen_random_uuid(), 'CITIZEN', 'MEMBER', 'Voisin ' || n, now()"
    " FROM generate_series(1, {followers}) n",
    "INSERT INTO __tenant__.account (id, actor_id, email, created_at)"
    " SELECT id, id, id || '@b.example', now() FROM __tenant__.actor",
    "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)"
    " VALUES (gen_random_uuid(), 'banc', 'Espace', '', 'PUBLIC', now(), now())",
    "INSERT INTO __tenant__.activity"
    " (id, space_id, kind, title, description, rank, opens_at, location_rule, vote_method)"
    " SELECT gen_random_uuid(), id, 'IDEA_BOX', 'Idées', '', 0, now(), 'NONE', 'SUPPORT'"
    " FROM __tenant__.participatory_space WHERE slug = 'banc'",
    "INSERT INTO __tenant__.contribution (id, activity_id, kind, status, title, body, author_id, is_anonymous,"
    " support_count, published_at, search_text)"
    " SELECT gen_random_uuid(), a.id, 'PROPOSAL', 'OPEN', 'Un banc', 'Un banc.',"
    " (SELECT id FROM __tenant__.actor LIMIT 1), false, 0, now(), 'banc' FROM __tenant__.activity a",
    "INSERT INTO __tenant__.follow (id, actor_id, activity_id, started_at)"
    " SELECT gen_random_uuid(), p.id, a.id, now() FROM __tenant__.actor p, __tenant__.activity a",
    "ANALYZE",
)
PUBLISH = (
    "INSERT INTO __tenant__.event SELECT gen_random_uuid(), 'CONTRIBUTION_ACCEPTED', id, NULL, '{}', now(), NULL"
    " FROM __tenant__.contribution"
)
VOTE = (
    "WITH voter AS (SELECT id FROM __tenant__.actor OFFSET {place} LIMIT 1),"
    " cast_ AS (INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, cast_at)"
    " SELECT gen_random_uuid(), c.id, v.id, 'SUPPORT', now() FROM __tenant__.contribution c, voter v"
    " ON CONFLICT DO NOTHING RETURNING id, contribution_id)"
    " INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)"
    " SELECT gen_random_uuid(), id, contribution_id, 'SUPPORT', 1 FROM cast_"
)


class Voters:
    """Cast votes at a steady pace, and note how long each takes."""

    def __init__(self, database: Database, number: int, most: int) -> None:
        self._database, self._number, self._most = database, number, most
        self._place = 0
        self.taken_ms: list[float] = []

    async def vote(self, seconds: float | None, until: "asyncio.Task[None] | None" = None) -> tuple[float, float]:
        """Vote for so long, or until something is done; the median and the 95th percentile in milliseconds."""
        self.taken_ms, started = [], time.monotonic()
        async with self._database.administration() as connection:
            while (time.monotonic() - started < seconds) if seconds else (until is not None and not until.done()):
                begun = time.monotonic()
                self._place = (self._place + 1) % self._most
                await connection.execute(naming.qualify(VOTE.format(place=self._place), self._number))
                self.taken_ms.append((time.monotonic() - begun) * 1_000)
                await asyncio.sleep(max(0.0, 1 / VOTERS - (time.monotonic() - begun)))
        cuts = quantiles(self.taken_ms, n=20) if len(self.taken_ms) > 1 else [0.0] * 19
        return cuts[9], cuts[18]


async def measured(url: str, followers: int) -> None:
    """Fill, vote, deliver while people vote, and cut the digests."""
    database = Database(url, connections=6)
    await database.open()
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "notice", ("notice.example",)))
    async with database.administration() as connection:
        for text in FILL:
            await connection.execute(naming.qualify(text.replace("{followers}", str(followers)), number))
    voters = Voters(database, number, followers)
    alone = await voters.vote(5.0)
    async with database.administration() as connection:
        await connection.execute(naming.qualify(PUBLISH, number))
    started = time.monotonic()
    delivering = asyncio.create_task(worker.follow(database, number))
    beside = await voters.vote(None, delivering)
    await delivering
    took, voted = time.monotonic() - started, len(voters.taken_ms)
    async with database.administration() as connection:
        cursor = await connection.execute(naming.qualify("SELECT count(*) FROM __tenant__.notice", number))
        [count] = await cursor.fetchone() or [0]
        await connection.execute(
            naming.qualify("UPDATE __tenant__.notice SET made_at = now() - interval '2 days'", number)
        )
        await connection.execute(
            naming.qualify(
                "INSERT INTO __tenant__.mail_preference SELECT id, id, 'DAILY', 'DAILY', NULL, 0, 0, now()"
                " FROM __tenant__.actor",
                number,
            )
        )
    click.echo(f"{count:,} notices of one event written in {took:.1f} s")
    click.echo(f"votes alone: median {alone[0]:.1f} ms, p95 {alone[1]:.1f} ms")
    click.echo(f"votes beside: median {beside[0]:.1f} ms, p95 {beside[1]:.1f} ms ({voted} votes)")
    started = time.monotonic()
    made = await digest.cut(database, number)
    click.echo(f"{made:,} digests cut in {time.monotonic() - started:.1f} s")
    await database.close()


@click.command()
@click.option("--followers", default=40_000, show_default=True)
def main(followers: int) -> None:
    """Measure in a PostgreSQL of its own."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(measured(postgres.url, followers))


if __name__ == "__main__":
    main()
