"""`python -m bench.docket`: how long moderators' pages take with 10,000 open cases, one of them with 30,000 reports."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

import click

import register.load
from auth.viewer import Audience, Viewer
from database import naming
from database.door import Database
from database.embedded.launcher import EmbeddedPostgres
from models import ident
from models.actor import Role
from planner.engine import Engine, Operation
from planner.request import Request
from portal import document
from portal.fit import fitted
from register import record
from schema.scoped import ScopedContract
from tenants import migration, provisioning
from tenants.provisioning import NewTenant
from tenants.registry import TenantRecord, TenantRegistry

HOST = "docket.example"
ROUNDS = 40
GOAL_MS = 20
FILL = (
    "INSERT INTO __tenant__.actor SELECT md5('actor' || n)::uuid, 'CITIZEN', CASE n WHEN 1 THEN 'MODERATOR'"
    " ELSE 'MEMBER' END, 'Voisin ' || n, now() FROM generate_series(1, 50000) n",
    "INSERT INTO __tenant__.participatory_space (id, slug, title, description, visibility, opens_at,"
    " created_at) VALUES (md5('space')::uuid, 'espace', 'Espace', '', 'PUBLIC', now(), now())",
    "INSERT INTO __tenant__.activity (id, space_id, kind, title, description, rank, opens_at, location_rule)"
    " VALUES (md5('activity')::uuid, md5('space')::uuid, 'IDEA_BOX', 'Boîte', '', 1, now() - interval '1"
    " year', 'NONE')",
    "INSERT INTO __tenant__.contribution (id, activity_id, kind, status, title, body, author_id,"
    " is_anonymous, support_count, published_at, search_text) SELECT md5('contribution' || n)::uuid,"
    " md5('activity')::uuid, 'PROPOSAL', 'OPEN', 'Proposition ' || n, repeat('Un banc à l''ombre. ', 20),"
    " md5('actor' || 2 + n %% 3000)::uuid, false, 0, now() - n * interval '5 min', 'banc ombre' FROM"
    " generate_series(1, 2 * %(cases)s::int) n",
    "INSERT INTO __tenant__.moderation_case (id, contribution_id, state, urgency, report_count, version,"
    " opened_at, changed_at) SELECT md5('case' || n)::uuid, md5('contribution' || n)::uuid, CASE WHEN n <="
    " %(cases)s::int THEN 'OPEN' ELSE 'DECIDED' END, n %% 3, 1, 0, now() - n * interval '4 min', now() - n *"
    " interval '4 min' FROM generate_series(1, 2 * %(cases)s::int) n",
    "INSERT INTO __tenant__.moderation_decision (id, case_id, author_id, moderator_id, action, category,"
    " ground, rule, facts, is_detected_automatically, source, seen_title, seen_body, decided_at) SELECT"
    " md5('decision' || n)::uuid, md5('case' || n)::uuid, md5('actor' || 2 + n %% 3000)::uuid,"
    " md5('actor1')::uuid, 'HIDE', 'CYBER_VIOLENCE', 'TERMS', 'Article 3', 'Des faits précis.', false,"
    " 'ARTICLE_16', 'Titre', 'Texte', now() - n * interval '4 min' FROM generate_series(%(cases)s::int + 1, 2"
    " * %(cases)s::int) n",
    "INSERT INTO __tenant__.report (id, case_id, reporter_id, category, receipt, created_at) SELECT"
    " md5('report' || n)::uuid, md5('case' || CASE WHEN n <= %(reports)s::int THEN 3 ELSE n -"
    " %(reports)s::int END)::uuid, md5('actor' || 3 + n)::uuid, CASE n %% 4 WHEN 0 THEN 'SCAMS_AND_FRAUD'"
    " ELSE 'CYBER_VIOLENCE' END, 'R' || n, now() - n * interval '1 min' FROM generate_series(1,"
    " %(reports)s::int + %(cases)s::int) n",
    "UPDATE __tenant__.moderation_case SET report_count = (SELECT count(*) FROM __tenant__.report WHERE"
    " case_id = md5('case3')::uuid) WHERE id = md5('case3')::uuid",
)
REPORT = """mutation($input: ReportSubmitInput!) {
  reportSubmit(input: $input) { report { receipt } userErrors { code } } }"""


async def filled(database: Database, cases: int, reports: int) -> int:
    """A tenant's number."""
    await migration.migrate(database)
    await register.load.load(database, record.bundled())
    number, _ = await provisioning.create(database, NewTenant("commune-35238", "docket", (HOST,)))
    async with database.administration() as connection:
        for statement in FILL:
            values = {"cases": cases, "reports": reports} if "%(" in statement else None
            await connection.execute(naming.qualify(statement, number), values)
        await connection.execute("ANALYZE")
    return number


class Desk:
    """A moderator who asks."""

    def __init__(self, database: Database, tenant: TenantRecord) -> None:
        self._database, self._tenant = database, tenant
        contract = ScopedContract()
        self._engines = {
            audience: contract.engine(tenant.features, audience) for audience in (Audience.MODERATOR, Audience.PUBLIC)
        }

    async def page(self, name: str, **variables: object) -> float:
        """The milliseconds that the whole document of a screen takes, in the middle of many."""
        shown, engine = document.named(name), self._engines[Audience.MODERATOR]
        text = fitted(shown.text, engine.schema, shown.query).text
        await self._ask(engine, text, variables, 1, Role.MODERATOR)
        took = [await self._ask(engine, text, variables, 1, Role.MODERATOR) for _ in range(ROUNDS)]
        return median(took)

    async def report(self, contribution: str) -> float:
        """The milliseconds that another report on the same thing takes."""
        about = {"contribution": contribution, "category": "SCAMS_AND_FRAUD", "isGoodFaith": True}
        engine = self._engines[Audience.PUBLIC]
        took = [await self._ask(engine, REPORT, {"input": about}, 49_000 + n, Role.MEMBER) for n in range(ROUNDS)]
        return median(took)

    async def _ask(self, engine: Engine, text: str, variables: Mapping[str, object], actor: int, role: Role) -> float:
        viewer, may_change = md5(f"actor{actor}"), role is Role.MEMBER
        started = time.perf_counter()
        request = Request(self._database, self._tenant, Viewer(viewer, role))
        answer = await engine.execute(request, Operation(text, dict(variables), None), may_change=may_change)
        took = 1_000 * (time.perf_counter() - started)
        assert b'"errors"' not in answer.body and b'"code"' not in answer.body, answer.body[:500]
        return took


async def measured(url: str, cases: int, reports: int) -> None:
    """Fill, and ask again and again."""
    database = Database(url, connections=4)
    await database.open()
    await filled(database, cases, reports)
    registry = TenantRegistry(database, local_suffix="localhost")
    await registry.refresh()
    tenant = registry.at(HOST)
    assert tenant is not None
    desk = Desk(database, tenant)
    click.echo(f"{cases:,} open cases, as many decided, {reports:,} reports on one; p50 in ms")
    first = await desk.page("desk_cases")
    click.echo(f"queue, first page: {first:.1f} (goal: under {GOAL_MS})")
    click.echo(f"queue, decided: {await desk.page('desk_cases', state='DECIDED'):.1f}")
    many, few = (_id("moderationcase", tenant, name) for name in ("case3", "case4"))
    click.echo(f"case with one report: {await desk.page('desk_case', id=few):.1f}")
    click.echo(f"case with {reports:,} reports: {await desk.page('desk_case', id=many):.1f}")
    click.echo(f"one report more on it: {await desk.report(_id('contribution', tenant, 'contribution3')):.1f}")
    click.echo(f"journal, first page: {await desk.page('moderation_journal'):.1f}")
    await database.close()


def _id(kind: str, tenant: TenantRecord, name: str) -> str:
    """The id of what FILL wrote under a name."""
    return ident.encode(kind, tenant.number, md5(name))


def md5(name: str) -> UUID:
    """The UUID that FILL made of a name."""
    return UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())


@click.command()
@click.option("--cases", default=10_000, show_default=True)
@click.option("--reports", default=30_000, show_default=True)
def main(cases: int, reports: int) -> None:
    """Measure in a PostgreSQL of its own."""
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres:
        asyncio.run(measured(postgres.url, cases, reports))


if __name__ == "__main__":
    main()
