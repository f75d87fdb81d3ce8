"""`python -m bench.measure`: how long the measures of a large portal take: a month, a year, broken down."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import click

import register.load
from auth.viewer import Audience, Viewer
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models.actor import Role
from planner.engine import Operation
from planner.request import Request
from register import record
from schema.scoped import ScopedContract
from tenants import migration, provisioning
from tenants.provisioning import NewTenant
from tenants.registry import TenantRegistry

HOST = "measure.example"
ROUNDS = 15
FILL = (
    "INSERT INTO __tenant__.actor SELECT md5('actor' || n)::uuid, 'CITIZEN', 'MEMBER', 'Voisin ' || n, now()"
    " FROM generate_series(1, 5000) n",
    "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at, created_at)"
    " SELECT md5('space' || n)::uuid, 'espace-' || n, 'Espace ' || n, '', 'PUBLIC', now(), now()"
    " FROM generate_series(1, 5) n",
    "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, vote_method,"
    " location_rule) SELECT md5('activity' || n)::uuid, md5('space' || 1 + n % 5)::uuid, 'IDEA_BOX', 'Boîte ' || n, '',"
    " n, now() - interval '2 years', 'SUPPORT', 'NONE' FROM generate_series(1, 15) n",
    "INSERT INTO __tenant__.category SELECT md5('category' || n)::uuid, md5('activity' || 1 + n % 15)::uuid, 'c' || n,"
    " 'Catégorie ' || n, n FROM generate_series(1, 90) n",
    "INSERT INTO __tenant__.contribution (id, activity_id, kind, status, title, body, author_id, is_anonymous,"
    " category_id, support_count, published_at, search_text)"
    " SELECT md5('contribution' || n)::uuid, md5('activity' || 1 + n %% 15)::uuid, 'PROPOSAL', 'OPEN',"
    " 'Proposition ' || n, repeat('Un banc à l''ombre. ', 20), md5('actor' || 1 + (hashint4(n) & 4095))::uuid, false,"
    " md5('category' || 1 + n %% 90)::uuid, 0, now() - n * interval '630 s', 'banc ombre'"
    " FROM generate_series(1, %(contributions)s) n",
    "INSERT INTO __tenant__.comment SELECT md5('comment' || n)::uuid,"
    " md5('contribution' || 1 + n %% %(contributions)s)::uuid, md5('actor' || 1 + (hashint4(n + 7) & 4095))::uuid,"
    " 'Bonne idée.', now() - (1 + n %% %(contributions)s) * interval '630 s' + interval '5 h'"
    " FROM generate_series(1, 2 * %(contributions)s) n ORDER BY 5",
    "INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, cast_at)"
    " SELECT md5('vote' || n)::uuid, md5('contribution' || 1 + n %% %(contributions)s)::uuid,"
    " md5('actor' || 1 + (n / %(contributions)s * 911 + n) %% 5000)::uuid, 'SUPPORT',"
    " now() - (1 + n %% %(contributions)s) * interval '630 s' + n / %(contributions)s * interval '9 h'"
    " FROM generate_series(1, %(votes)s) n ORDER BY 5",
)
FIGURES = (
    "participants contributions comments votes unanswered firstAnswerMinutes reports answersDue knownOutcomePercent"
    " firstProposalMinutes lapsedPercent"
)
PERIOD = "firstDay: $firstDay, lastDay: $lastDay"
TOTALS = f"query($firstDay: Date!, $lastDay: Date!) {{ measureTotals({PERIOD}) {{ {FIGURES} }} }}"
ROWS = (
    "query($firstDay: Date!, $lastDay: Date!) {{ measureRows(groupBy: {group}, " + PERIOD + ")"
    f" {{{{ day hour kind category {{{{ name }}}} space {{{{ title }}}} {FIGURES} }}}} }}}}"
)
ASKED = {
    "totals": TOTALS,
    "without answers": TOTALS.replace("unanswered firstAnswerMinutes", ""),
    **{group.lower(): ROWS.format(group=group) for group in ("DAY", "HOUR", "SPACE", "CATEGORY", "CHANNEL", "CELL")},
}


async def filled(database: Database, contributions: int, votes: int) -> int:
    """A tenant's number."""
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "measure", (HOST,)))
    async with database.administration() as connection:
        for statement in FILL:
            values = {"contributions": contributions, "votes": votes} if "%(" in statement else None
            await connection.execute(naming.qualify(statement, number), values)
        await connection.execute("ANALYZE")
    return number


async def measured(url: str, contributions: int, votes: int) -> None:
    """Fill, and ask again and again."""
    database = Database(url, connections=4)
    await database.open()
    await filled(database, contributions, votes)
    registry = TenantRegistry(database, local_suffix="localhost")
    await registry.refresh()
    tenant = registry.at(HOST)
    assert tenant is not None
    engine = ScopedContract().engine(tenant.features, Audience.MODERATOR)
    viewer = Viewer(uuid4(), Role.MODERATOR)
    today = datetime.now(UTC).date()
    click.echo(f"{contributions:,} contributions, {2 * contributions:,} comments, {votes:,} votes; p50 in ms")
    for days in (30, 90, 365):
        variables = {"firstDay": str(today - timedelta(days=days - 1)), "lastDay": str(today)}
        times: dict[str, float] = {}
        for name, document in ASKED.items():
            took = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                request = Request(database, tenant, viewer)
                answer = await engine.execute(request, Operation(document, variables, None), may_change=False)
                took.append(1_000 * (time.perf_counter() - started))
                assert b'"errors"' not in answer.body, answer.body
            times[name] = median(took)
        click.echo(f"{days:>4} days: " + ", ".join(f"{name} {ms:.0f}" for name, ms in times.items()))
    await database.close()


@click.command()
@click.option("--contributions", default=50_000, show_default=True)
@click.option("--votes", default=200_000, show_default=True)
def main(contributions: int, votes: int) -> None:
    """Measure in a PostgreSQL of its own."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(measured(postgres.url, contributions, votes))


if __name__ == "__main__":
    main()
