"""Every statement that changes something runs where schemas are spread over machines, as far as its text tells."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

from database import moment, statement
from tenants.piecewise import pieces
from tenants.script import scripts as script_of
from tests.spreading import UNSTEADY, VOLATILE, in_the_way, mixed

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
        ("ALTER TABLE t ADD COLUMN a text", set()),
        ("ALTER TABLE t ADD CONSTRAINT a CHECK (a IN ('b, c', 'd'))", set()),
        ("ALTER TABLE t ADD a text, DROP b", {"more than one action in ALTER TABLE"}),
        ("ALTER TABLE t ADD COLUMN a int CHECK (a > 0)", {"a constraint without a name beside a column"}),
        ("ALTER TABLE t ALTER COLUMN a SET STATISTICS 0", {"SET STATISTICS"}),
        ("CREATE POLICY a ON t USING (b = 't_' || current_user)", set()),
        ("CREATE POLICY a ON t USING (b = (SELECT current_user))", {"a subquery in a policy"}),
        ("CREATE TRIGGER a BEFORE UPDATE ON t EXECUTE FUNCTION f()", {"a trigger"}),
        ("CREATE SEQUENCE a", {"a sequence"}),
        ("CREATE TABLE t (id bigserial PRIMARY KEY)", {"a column that counts by itself"}),
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


def sent() -> dict[str, str]:
    """By their modules' names, the texts of all these statements as they are sent to such an engine."""
    texts = {}
    for name, clause in constants():
        try:
            text = statement.build(clause).text
        except CompileError:
            continue  # A part that others are made of, with columns that are not said yet.
        texts[f"{name} {len(texts)}"] = moment.bound(text, 99) or text
    return texts


def broken(texts: dict[str, str]) -> dict[str, set[str]]:
    return {name: rules for name, text in texts.items() if (rules := in_the_way(text))}


def test_every_statement_is_sent_so_that_it_runs() -> None:
    texts = sent()
    assert broken(texts) == {}
    assert sum(bool(set(each.split()) & {"INSERT", "UPDATE", "DELETE"}) for each in texts.values()) > AT_LEAST


AGAIN = {
    "revoked": text("UPDATE __tenant__.api_token SET revoked_at = coalesce(revoked_at, current_timestamp)"),
    "returned": text("UPDATE __tenant__.session SET seen_at = NULL RETURNING expires_at > current_timestamp"),
    "renewed": text("UPDATE __tenant__.session SET a = least(renewed_at, statement_timestamp() - interval '1 day')"),
    "chance": text("UPDATE __tenant__.session SET id = gen_random_uuid()"),
    "typed": text("UPDATE __tenant__.session SET name = CAST('a' AS text)::VARCHAR, at = current_timestamp"),
    "sound": text(
        "UPDATE __tenant__.session SET revoked_at = coalesce(revoked_at, now()) RETURNING expires_at > now()"
    ),
}
"""What stood in the way, as nothing binds it; and what is bound where it is sent."""


def test_what_is_put_back_is_found_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, clause in AGAIN.items():
        monkeypatch.setattr(f"resolvers.vote.{name}", clause, raising=False)
    assert {name.split()[0]: rules for name, rules in broken(sent()).items()} == {
        "resolvers.vote.revoked": {"now() in coalesce()"},
        "resolvers.vote.returned": {"now() in RETURNING"},
        "resolvers.vote.renewed": {"now() in least()"},
        "resolvers.vote.chance": {"gen_random_uuid() in a change"},
        "resolvers.vote.typed": {"a bind of VARCHAR beside now()"},
    }


AT = "2026-11-30 15:00:00.5+00"


@pytest.mark.parametrize("family", ["platform", "tenant"])
def test_every_migration_is_sent_so_that_it_runs(family: str) -> None:
    given = {f"{script.name}: {each}": each for script in script_of(family) for each in script.statements}
    assert broken(given) != {}  # They say it as they like.
    assert broken({piece: piece for each in given.values() for piece in pieces(each, AT)}) == {}


@pytest.mark.parametrize(
    ("said", "sent_as"),
    [
        (
            "ALTER TABLE __tenant__.a\n    ADD COLUMN b UUID REFERENCES __tenant__.c (id),\n    DROP CONSTRAINT d,\n"
            "    ADD CONSTRAINT d CHECK (e IN ('f, g', '(h')),\n    ADD UNIQUE (i, j);",
            [
                "ALTER TABLE __tenant__.a ADD COLUMN b UUID REFERENCES __tenant__.c (id)",
                "ALTER TABLE __tenant__.a DROP CONSTRAINT d",
                "ALTER TABLE __tenant__.a ADD CONSTRAINT d CHECK (e IN ('f, g', '(h'))",
                "ALTER TABLE __tenant__.a ADD UNIQUE (i, j)",
            ],
        ),
        (
            "ALTER TABLE a ADD COLUMN b text DEFAULT 'it''s, so' NOT NULL",
            ["ALTER TABLE a ADD COLUMN b text DEFAULT 'it''s, so' NOT NULL"],
        ),
        ("ALTER TABLE a ALTER COLUMN b SET STATISTICS 0", []),
        ("ALTER TABLE a ALTER b SET STATISTICS 0, ADD c int[]", ["ALTER TABLE a ADD c int[]"]),
        (
            "CREATE POLICY a ON b USING (c = (SELECT substr(current_user::text, 3)::bigint))",
            ["CREATE POLICY a ON b USING (c = substr(current_user::text, 3)::bigint)"],
        ),
        (
            "UPDATE a SET b = greatest(b, now()), c = 'now()'",
            [f"UPDATE a SET b = greatest(b, '{AT}'::TIMESTAMP WITH TIME ZONE), c = 'now()'"],
        ),
        (
            "CREATE TABLE a (b int, c timestamptz DEFAULT now());",
            ["CREATE TABLE a (b int, c timestamptz DEFAULT now())"],
        ),
    ],
)
def test_statement_is_sent_in_pieces(said: str, sent_as: list[str]) -> None:
    assert pieces(said, AT) == sent_as


def test_no_module_asks_for_time_but_by_now_nor_for_chance_but_by_an_id() -> None:
    """Whoever makes a statement when it is needed, too: `now()` is bound wherever it stands in a change."""
    names = "|".join(sorted((UNSTEADY | VOLATILE) - {"now", "gen_random_uuid"}))
    made, said = re.compile(rf"\bfunc\.({names})\b"), re.compile(rf"\b({names})\b", re.IGNORECASE)
    assert made.findall("func.random(), func.now()") == ["random"]
    named = {
        str(path.relative_to(PROJECT)): every
        for package in PACKAGES
        for path in sorted((PROJECT / package).rglob("*.py"))
        if (every := {*made.findall(path.read_text("utf-8")), *_in_sql(said, path)})
    }
    assert named == {"database/silence.py": {"clock_timestamp"}}  # It reads, and no tenant's table.


def _in_sql(pattern: re.Pattern[str], path: Path) -> set[str]:
    """What is found in a module's literal texts that are SQL."""
    sql = [each for each in texts(path) if re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b", each)]
    return {name for each in sql for name in pattern.findall(each)}


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


def test_no_change_that_administration_writes_as_text_reckons_time_among_columns() -> None:
    said = {
        f"{path.relative_to(PROJECT)}: {each}": each
        for package in PACKAGES
        for path in sorted((PROJECT / package).rglob("*.py"))
        for each in texts(path)
        if each.lstrip().startswith(("INSERT INTO", "UPDATE ", "DELETE FROM", "WITH "))
    }
    assert broken(said) == {}
    assert len(said) > 50
