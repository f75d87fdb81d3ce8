"""A cluster from before the second wall comes behind it at its next start, whoever its login was, and nobody is locked out."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from database import naming
from database.door import Database
from database.embedded.launcher import LOGIN, EmbeddedPostgres
from database.failure import TenantGoneError
from models.base import PLATFORM, new_id, table
from models.category import Category
from models.space import ParticipatorySpace
from server.cluster import Cluster
from tenants import migration, provisioning
from tenants.provisioning import NewTenant
from tests.command import refusal, runner
from tests.own import RENNES, Own, serving

TITLES = select(table(ParticipatorySpace).c.title)
NUMBER = 3

OWNERS = """SELECT DISTINCT relowner::regrole::text, nspowner::regrole::text FROM pg_class c
    JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'platform' OR nspname ~ '^t_'"""


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path, durable=False) as started:
        yield started


def before_the_wall(url: str) -> None:
    """A platform and a tenant as Parvis made them before there was a wall, all of it the login's."""
    platform, tenant = (migration.scripts(family)[0] for family in ("platform", "tenant"))
    with psycopg.connect(url) as connection:

        def run(text: str, *values: object) -> None:
            connection.execute(naming.qualify(text, NUMBER).encode(), values or None)

        def record(schema: str, name: str) -> None:
            run("INSERT INTO platform.migration VALUES (%s, %s, now())", schema, name)

        run("CREATE SCHEMA platform")
        run(
            "CREATE TABLE platform.migration (schema_name text, name text, applied_at timestamptz,"
            " PRIMARY KEY (schema_name, name))"
        )
        for text in platform.statements:
            run(text)
        record(PLATFORM, platform.name)
        run(
            "INSERT INTO platform.collectivite (id, kind, name, search_name, postal_codes, parent_ids)"
            " VALUES (%s, 'COMMUNE', 'Rennes', 'rennes', '{}', '{}')",
            RENNES.id,
        )
        run(
            "INSERT INTO platform.tenant (number, slug, title, collectivite_id, primary_color, secondary_color, font,"
            " locales, features, origins, state, database, created_at)"
            f" VALUES ({NUMBER}, 'old', 'Ancien', %s, '', '', '', '{{}}', '{{}}', '{{}}', 'ACTIVE', 'main', now())",
            RENNES.id,
        )
        run("UPDATE platform.registry SET next_number = 4")
        role = naming.schema_name(NUMBER)
        for text in (
            "CREATE ROLE {0} NOLOGIN",
            "CREATE SCHEMA {0}",
            "GRANT {0} TO CURRENT_USER",
            "GRANT USAGE ON SCHEMA {0} TO {0}",
            "GRANT USAGE ON SCHEMA platform TO {0}",
            "GRANT SELECT ON platform.collectivite TO {0}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}",
        ):
            run(text.format(role))
        for text in tenant.statements:
            run(text)
        record(role, tenant.name)
        run(
            "INSERT INTO __tenant__.participatory_space VALUES (%s, 'a', 'Gardé', '', 'PUBLIC', now(), null, now())",
            new_id(),
        )


async def titles(database: Database, number: int = NUMBER) -> list[Any]:
    return [title for (title,) in await database.rows(TITLES, number)]


def act(cluster: Cluster, *steps: Any) -> list[Any]:
    """What each step returns for one open database."""

    async def opened() -> list[Any]:
        database = cluster.database(2)
        await database.open()
        try:
            return [await step(database) for step in steps]
        finally:
            await database.close()

    return asyncio.run(opened())


def new(slug: str) -> Any:
    return lambda database: provisioning.create(database, NewTenant(RENNES.id, slug, (f"{slug}.example",)))


def test_superusers_cluster_comes_behind_the_wall(postgres: EmbeddedPostgres) -> None:
    """As every embedded cluster was."""
    before_the_wall(postgres.url)
    cluster = Cluster(postgres.serving_url, postgres.url)
    applied, kept, created, first = act(cluster, migration.migrate, titles, new("young"), lambda d: titles(d, 4))
    assert applied == sum(len(migration.scripts(family)) - 1 for family in ("platform", "tenant"))
    assert (kept, created, first) == (["Gardé"], (4, True), ["Accueil"])
    check(Own(postgres.url), "parvis")


def test_plain_logins_cluster_comes_behind_the_wall(postgres: EmbeddedPostgres) -> None:
    """As docs/operations.md told: one login, which makes roles and owned everything."""
    admin = Own(postgres.url)
    admin.rows(f"DROP ROLE {LOGIN}, {naming.SERVER}")  # Which the embedded server made, and others do not have.
    admin.rows("CREATE ROLE plain LOGIN CREATEROLE")
    admin.rows("GRANT CREATE ON DATABASE parvis TO plain")
    url = postgres.url.replace("//postgres@", "//plain@")
    before_the_wall(url)
    cluster = Cluster(url, url)
    _, kept, created = act(cluster, migration.migrate, titles, new("young"))
    assert (kept, created) == (["Gardé"], (4, True))
    check(admin, "plain")
    assert act(cluster, lambda database: provisioning.delete(database, "old")) == [NUMBER]
    assert admin.rows("SELECT rolname FROM pg_roles WHERE rolname ~ '^t_'") == [("t_4",)]


def check(own: Own, login: str) -> None:
    """The owner owns all, the login inherits nothing of it, and no right of before is left."""
    assert own.rows(OWNERS) == [(naming.OWNER, naming.OWNER)]
    held = "SELECT rolname FROM pg_roles WHERE rolname ~ '^(t_|parvis_)' AND pg_has_role(%s, rolname, 'USAGE')"
    assert own.rows(held, login) == [(naming.SERVER,)]
    readable = "SELECT relname FROM pg_class WHERE relnamespace::regnamespace::text ~ '^t_' AND relkind = 'r'"
    assert own.rows(readable + " AND has_table_privilege(%s, oid, 'SELECT')", login) == []
    named = "SELECT relname FROM pg_class WHERE relnamespace = 'platform'::regnamespace AND relacl::text LIKE %s"
    assert own.rows(named, f"%t_{NUMBER}=%") == []
    assert f"t_{NUMBER}=" not in own.value("SELECT nspacl::text FROM pg_namespace WHERE nspname = 'platform'")
    assert own.value("SELECT count(*) FROM pg_policies") == 20


def test_login_that_only_serves_starts_by_itself_where_nothing_is_to_be_done(postgres: EmbeddedPostgres) -> None:
    before_the_wall(postgres.url)
    act(Cluster(postgres.serving_url, postgres.url), migration.migrate)
    alone = Cluster(postgres.serving_url, postgres.serving_url)
    assert act(alone, migration.migrate, titles) == [0, ["Gardé"]]
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="parvis_owner"):
        act(alone, new("young"))
    Own(postgres.url).rows("DELETE FROM platform.migration WHERE schema_name = 't_3' AND name <> '0001_start'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        act(alone, migration.migrate)
    assert act(alone, titles) == [["Gardé"]]


def test_other_login_is_made_a_server_by_the_one_that_administers(postgres: EmbeddedPostgres) -> None:
    own = Own(postgres.url)
    before_the_wall(postgres.url)
    own.rows("CREATE ROLE web LOGIN")
    act(Cluster(postgres.url, postgres.url), migration.migrate)
    web = postgres.url.replace("//postgres@", "//web@")
    assert act(Cluster(web, postgres.url), migration.migrate, titles) == [0, ["Gardé"]]
    assert own.rows("SELECT pg_has_role('web', 'parvis_owner', 'MEMBER')") == [(False,)]


def test_migration_that_was_interrupted_between_tenants_is_gone_on_with(postgres: EmbeddedPostgres) -> None:
    before_the_wall(postgres.url)
    own = Own(postgres.url)
    cluster = Cluster(postgres.serving_url, postgres.url)
    act(cluster, migration.migrate)
    own.rows(f"ALTER SCHEMA t_{NUMBER} OWNER TO postgres")
    own.rows(f"ALTER TABLE t_{NUMBER}.{table(Category).name} OWNER TO postgres")
    assert act(cluster, migration.migrate, titles) == [0, ["Gardé"]]
    assert own.rows(OWNERS) == [(naming.OWNER, naming.OWNER)]


def test_role_that_is_missing_is_told_like_a_tenant_that_is_gone(postgres: EmbeddedPostgres) -> None:
    before_the_wall(postgres.url)
    cluster = Cluster(serving(postgres.url), postgres.url)
    with pytest.raises(TenantGoneError):
        act(cluster, migration.migrate, lambda database: titles(database, 99))


def test_commands_take_the_login_that_administers(own: Own, tmp_path: Path) -> None:
    run = runner(own, tmp_path)
    created = ("tenant", "create", "--insee", "35238", "--host", "two-logins.example", "--slug", "two-logins")
    refused = refusal(run(*created, DATABASE_URL=serving(own.url)))
    assert refused.startswith('Error: the database refused: permission denied to set role "parvis_owner"; ')
    assert "DATABASE_ADMIN_URL" in refused
    assert run("tenant", "list", DATABASE_URL=own.url).stdout == ""
    done = run(*created, DATABASE_URL=serving(own.url), DATABASE_ADMIN_URL=own.url)
    assert (done.exit_code, "two-logins" in done.stdout) == (0, True)
