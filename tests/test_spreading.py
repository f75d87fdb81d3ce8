"""Every statement that changes something runs where schemas are spread over machines, as far as its text tells."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

from database import moment, statement
from tests.spreading import in_the_way, mixed

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = (
    *("auth", "mail", "tenants", "register", "database", "planner", "resolvers"),
    *("office", "counting", "intake", "jobs", "schema", "server", "demo"),
)
AT_LEAST = 400
"""Statements that change something; fewer, and we look in the wrong place."""

UPDATE = "UPDATE __tenant__.token SET {} WHERE id = $1::UUID"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (UPDATE.format("revoked_at=now()"), set()),
        (UPDATE.format("name=$2::VARCHAR"), set()),
        (UPDATE.format("name=$2::TEXT, at=now()"), set()),
        (UPDATE.format("name=$2::VARCHAR, at=now()"), {"a bind of VARCHAR beside now()"}),
        (UPDATE.format("names=$2::VARCHAR[], at=now()"), {"a bind of VARCHAR beside now()"}),
        ("INSERT INTO t (a, b) VALUES ($1::VARCHAR, now())", {"a bind of VARCHAR beside now()"}),
        (UPDATE.format("revoked_at=coalesce(revoked_at, now())"), {"now() in coalesce()"}),
        (UPDATE.format("at=least(token.at, now() - interval '1 day')"), {"now() in least()"}),
        (UPDATE.format("at=greatest(at, now())"), {"now() in greatest()"}),
        (UPDATE.format("at=CASE WHEN (a > 1) THEN now() ELSE at END"), {"now() in CASE"}),
        (UPDATE.format("at=NULL") + " RETURNING expires_at > now()", {"now() in RETURNING"}),
        (UPDATE.format("at=now()") + " RETURNING id", set()),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET at = now()", {"now() in ON CONFLICT"}),
        ("INSERT INTO t (a, at) VALUES (1, now()) ON CONFLICT DO NOTHING", set()),
        ("INSERT INTO t (a) SELECT gen_random_uuid()", set()),
        (UPDATE.format("a=gen_random_uuid()"), {"gen_random_uuid() in a change"}),
        ("DELETE FROM t WHERE random() < 0.5", {"random() in a change"}),
        (
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = clock_timestamp()",
            {"clock_timestamp() in a change"},
        ),
        ("SELECT coalesce(at, now()) FROM t FOR UPDATE", set()),
        (
            "WITH a AS (UPDATE t SET at = coalesce(at, now()) RETURNING id) SELECT coalesce(b, now()) FROM a",
            {"now() in coalesce()"},
        ),
        ("WITH a AS (SELECT coalesce(b, now()) FROM c) SELECT 'UPDATE now()' FROM a", set()),
        (UPDATE.format("a='coalesce(a, now())'"), set()),
    ],
)
def test_what_stands_in_the_way_is_seen(text: str, rules: set[str]) -> None:
    assert in_the_way(text) == rules


def test_temporary_table_beside_a_reference_table_is_seen() -> None:
    made = "CREATE TEMP TABLE given (LIKE platform.collectivite) ON COMMIT DROP"
    join = "UPDATE platform.collectivite c SET lat = g.lat FROM given g WHERE g.id = c.id"
    assert mixed([made, join, "SELECT id FROM given", "SELECT id FROM platform.collectivite"]) == {join}
    assert mixed([join]) == set()


def constants() -> Iterator[tuple[str, Any]]:
    """All statements that modules keep, with their names: what changes something is one of them (rule 1, 0017)."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            for name, held in list(vars(importlib.import_module(found.name)).items()):
                every = held.values() if isinstance(held, dict) else held if isinstance(held, tuple | list) else [held]
                for one in every:
                    if isinstance(one, UpdateBase | SelectBase | TextClause):
                        yield f"{found.name}.{name}", one


def test_every_statement_is_sent_so_that_it_runs() -> None:
    broken, changes = {}, 0
    for name, clause in constants():
        try:
            text = statement.build(clause).text
        except CompileError:
            continue  # A part that others are made of, with columns that are not said yet.
        sent = moment.bound(text, 99) or text
        changes += bool(set(text.split()) & {"INSERT", "UPDATE", "DELETE"})
        if rules := in_the_way(sent):
            broken[name] = rules
    assert broken == {}
    assert changes > AT_LEAST


def texts(path: Path) -> list[str]:
    """The literal texts of a module."""
    return [
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_no_module_joins_a_temporary_table_with_a_reference_table() -> None:
    joined = {
        str(path.relative_to(PROJECT)): beside
        for package in PACKAGES
        for path in sorted((PROJECT / package).rglob("*.py"))
        if (beside := mixed(texts(path)))
    }
    assert joined == {}
