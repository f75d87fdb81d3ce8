"""What migrations make: exactly what the models say, with nothing in it that thousands of tenants could not afford."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from models.base import PLATFORM, TENANT, platform_metadata, tenant_metadata
from resolvers.look_back import FUNCTIONS
from tests.own import Own

MAX_TABLES = 103
"""Thousands of tenants live in one cluster: a table in use costs 28 kB in each backend for each tenant (decision 0035)."""

FINGERPRINT = {
    "tables": """
        SELECT c.relname, c.relkind::text, c.relpersistence::text, c.reloptions, c.relrowsecurity FROM pg_class c
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind <> 'i'""",
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated::text,
               a.attidentity::text, l.collname, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace = %(schema)s::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT c.conrelid::regclass::text, c.conname, c.contype::text, c.convalidated, pg_get_constraintdef(c.oid)
        FROM pg_constraint c WHERE c.connamespace = %(schema)s::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s",
    "triggers": """
        SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal""",
    "types": """
        SELECT typname, typtype::text FROM pg_type
        WHERE typnamespace = %(schema)s::regnamespace AND typtype <> 'c' AND typelem = 0""",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = %(schema)s",
}


def fingerprint(connection: psycopg.Connection[Any], schema: str) -> dict[str, set[tuple[str, ...]]]:
    """All that a schema holds, by what it is, without the schema's own name."""
    return {
        what: {
            tuple(str(value).replace(f"{schema}.", "") for value in row)
            for row in connection.execute(query.encode(), {"schema": schema})
        }
        for what, query in FINGERPRINT.items()
    }


def create_from_models(connection: psycopg.Connection[Any], metadata: MetaData, token: str, schema: str) -> None:
    """The tables as SQLAlchemy would create them, in a schema of another name."""
    connection.execute(f"CREATE SCHEMA {schema}".encode())
    for table in metadata.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        elements: list[DDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
        for element in elements:
            text = str(element.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy's
            connection.execute(text.replace(f"{token}.", f"{schema}.").encode())
        if storage := table.info.get("storage"):
            connection.execute(f"ALTER TABLE {schema}.{table.name} SET ({storage})".encode())
        if table.info.get("row_security"):
            connection.execute(f"ALTER TABLE {schema}.{table.name} ENABLE ROW LEVEL SECURITY".encode())


@pytest.fixture(scope="module")
def number(own: Own) -> int:
    """A tenant, migrated by every script there is."""
    return own.create("migrated")[0]


@pytest.fixture(scope="module")
def modelled(own: Own) -> Own:
    """The database with both schemas once more, made from the models."""
    with psycopg.connect(own.url) as connection:
        create_from_models(connection, platform_metadata, PLATFORM, "models_platform")
        create_from_models(connection, tenant_metadata, TENANT, "models_tenant")
    return own


def test_migrated_tenant_is_what_the_models_say(modelled: Own, number: int) -> None:
    with psycopg.connect(modelled.url) as connection:
        migrated, expected = fingerprint(connection, f"t_{number}"), fingerprint(connection, "models_tenant")
    for what in FINGERPRINT:
        assert migrated[what] == expected[what], what


def test_migrated_platform_is_what_the_models_say(modelled: Own) -> None:
    with psycopg.connect(modelled.url) as connection:
        migrated, expected = fingerprint(connection, PLATFORM), fingerprint(connection, "models_platform")
    expected["functions"] = {(name,) for name in (*FUNCTIONS, "refuse_held", "plain", "trigrams")}
    for what in FINGERPRINT:
        assert migrated[what] == expected[what], what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("ALTER TABLE {}.actor ADD COLUMN age int", "columns"),
        ("ALTER TABLE {}.comment DROP COLUMN body", "columns"),
        ("ALTER TABLE {}.vote ALTER COLUMN cast_at TYPE timestamp", "columns"),
        ("ALTER TABLE {}.zone ALTER COLUMN name DROP NOT NULL", "columns"),
        ("ALTER TABLE {}.tally ALTER COLUMN count SET DEFAULT 0", "columns"),
        ("ALTER TABLE {}.contribution ALTER COLUMN search DROP EXPRESSION", "columns"),
        ('ALTER TABLE {}.zone ALTER COLUMN name TYPE text COLLATE "C"', "columns"),
        ("ALTER TABLE {}.vote DROP CONSTRAINT vote_once", "constraints"),
        ("ALTER TABLE {0}.comment DROP CONSTRAINT comment_author_id_fkey", "constraints"),
        (
            "ALTER TABLE {}.actor DROP CONSTRAINT role_known, ADD CONSTRAINT role_known CHECK (role IN ('MEMBER'))",
            "constraints",
        ),
        ("DROP INDEX {}.vote_actor", "indexes"),
        ("DROP INDEX {0}.vote_actor; CREATE INDEX vote_actor ON {0}.vote (actor_id)", "indexes"),
        ("CREATE TABLE {}.forgotten (id int PRIMARY KEY)", "tables"),
        ("DROP TABLE {}.consent", "tables"),
        ("CREATE VIEW {0}.seen AS SELECT id FROM {0}.actor", "views"),
        ("CREATE TYPE {}.mood AS ENUM ('good')", "types"),
        ("CREATE FUNCTION {}.one() RETURNS int LANGUAGE sql RETURN 1", "functions"),
        ("CREATE TRIGGER t BEFORE UPDATE ON {}.actor EXECUTE FUNCTION tsvector_update_trigger()", "triggers"),
    ],
)
def test_fingerprint_shows_every_difference(modelled: Own, change: str, what: str) -> None:
    with psycopg.connect(modelled.url) as connection:
        before = fingerprint(connection, "models_tenant")
        connection.execute(change.format("models_tenant").encode())
        after = fingerprint(connection, "models_tenant")
        connection.rollback()
    assert after[what] != before[what]


def test_every_table_has_a_primary_key(own: Own, number: int) -> None:
    without = own.rows(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND c.relnamespace::regnamespace::text IN ('platform', %s)"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')",
        f"t_{number}",
    )
    assert without == []


def test_tenant_has_tables_and_indexes_alone_and_few_of_them(own: Own, number: int) -> None:
    schema = f"t_{number}"
    with psycopg.connect(own.url) as connection:
        found = fingerprint(connection, schema)
    assert {kind for _, kind, *_ in found["tables"]} == {"r"}  # So no sequence, view or foreign table.
    assert {row[5] for row in found["columns"]} == {""}  # So no identity column.
    assert [found[what] for what in ("triggers", "types", "functions", "views")] == [set()] * 4
    assert len(found["tables"]) <= MAX_TABLES
    types = {row[2] for row in found["columns"]}
    assert types <= {
        "uuid",
        "uuid[]",
        "text",
        "text[]",
        "integer",
        "integer[]",
        "smallint",
        "smallint[]",
        "bigint",
        "bigint[]",
        "boolean",
        "bytea",
        "date",
        "double precision",
        "jsonb",
        "point",
        "tsvector",
        "timestamp with time zone",
    }


def test_no_extension_is_needed(own: Own) -> None:
    assert own.rows("SELECT extname FROM pg_extension") == [("plpgsql",)]


def test_no_foreign_key_leaves_its_schema(own: Own, number: int) -> None:
    keys = own.rows(
        "SELECT f.relnamespace::regnamespace::text, t.relnamespace::regnamespace::text FROM pg_constraint c"
        " JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid WHERE c.contype = 'f'"
    )
    assert {schema for schema, _ in keys} >= {PLATFORM, f"t_{number}"}
    assert [key for key in keys if key[0] != key[1]] == []
