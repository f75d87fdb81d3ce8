"""The second wall: the login that serves requests has no rights of its own on any tenant's tables."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from database import naming
from database.embedded.launcher import LOGIN
from models.base import tenant_metadata
from models.tenant import SETTINGS
from tests.conftest import Portal
from tests.own import serving

TRIED = (
    "SELECT FROM {}",
    "INSERT INTO {} DEFAULT VALUES",
    "UPDATE {0} SET {1} = DEFAULT WHERE false",
    "DELETE FROM {} WHERE false",
    "TRUNCATE {}",
)

APPENDED = ("event", "event_detail", "seal", "vote_seal")
"""Whose rows stay as they were written."""

ALL, READ = "SELECT INSERT UPDATE DELETE", "SELECT"
PLATFORM_RIGHTS = {
    "budget": (ALL, ""),
    "collectivite": (READ, READ),
    "collectivite_outline": (READ, READ),
    "host": (READ, "SELECT DELETE"),  # Of its rows a tenant's role sees its own, and takes some away.
    "migration": (READ, ""),
    "moved_contribution": (ALL, READ),  # Of its rows a tenant's role sees those from and to it.
    "moved_person": (ALL, ""),
    "operator_token": (ALL, ""),
    "registry": (READ, ""),
    "territory_cell_count": ("", ALL),
    "territory_publication": ("", ALL),  # A tenant's role reads what is published to it, and writes its own.
    "territory_reader": (READ, ALL),  # Everybody finds who receives; a tenant's role writes its own row.
    "tenant": (READ, READ),  # Of its rows a tenant's role sees its own.
    "tenant_change": (ALL, ""),
    "tenant_move": ("", ""),  # Moves are commands' alone.
    "tenant_wish": (ALL, ""),
    "work": (ALL, ""),
    "zone_move": ("SELECT UPDATE", "SELECT INSERT"),  # Jobs carry out on what both portals agreed.
}
"""What the serving login and a tenant's role may do with each table of the platform. A new table needs its line here."""


@pytest.fixture
def login(database_url: str, twins: tuple[Portal, Portal]) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the serving login, in a cluster with two tenants."""
    with psycopg.connect(serving(database_url), autocommit=True) as connection:
        yield connection


def is_denied(connection: psycopg.Connection[Any], text: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(text.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.errors.NotNullViolation:
        return False
    return False


def attempts(tenant: int) -> list[str]:
    """Every kind of statement on every table of a tenant."""
    tables = tenant_metadata.sorted_tables
    return [
        text.format(f"t_{tenant}.{found.name}", next(iter(found.primary_key.columns)).name)
        for found in tables
        for text in TRIED
    ]


def test_serving_login_itself_reaches_no_table_of_any_tenant(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    for portal in twins:
        assert [text for text in attempts(portal.number) if not is_denied(login, text)] == []


def test_tenants_role_does_all_with_its_own_rows_but_delete_contributions_and_nothing_with_anothers(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    for here, there in (twins, twins[::-1]):
        login.execute(f"SET ROLE t_{here.number}".encode())
        assert [text for text in attempts(there.number) if not is_denied(login, text)] == []
        allowed = {text for text in attempts(here.number) if not is_denied(login, text)}
        kept = [f"DELETE FROM t_{here.number}.{name} " for name in ("contribution", *APPENDED)]
        kept += [f"UPDATE t_{here.number}.{name} " for name in APPENDED]
        assert allowed == {text for text in attempts(here.number) if not text.startswith(("TRUNCATE", *kept))}


OWN_NUMBER = "( SELECT (substr((CURRENT_USER)::text, 3))::bigint AS substr)"
"""The number in a tenant's role's name, reckoned once a statement."""

EITHER = f"((from_number = {OWN_NUMBER}) OR (to_number = {OWN_NUMBER}))"
"""A row of the platform that is of two portals."""

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def rights(connection: psycopg.Connection[Any], role: str) -> dict[str, str]:
    """What a role may do with each table of the platform, its groups' rights included."""
    rows = connection.execute(
        "SELECT c.relname, coalesce(string_agg(p, ' ' ORDER BY n), '') FROM pg_class c LEFT JOIN unnest(%s::text[])"
        " WITH ORDINALITY AS q (p, n) ON has_table_privilege(%s, c.oid, p)"
        " WHERE c.relnamespace = 'platform'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY 1",
        [[*PRIVILEGES, *(["MAINTAIN"] if connection.info.server_version >= 170_000 else [])], role],
    )
    return dict(rows.fetchall())


def test_rights_on_the_platforms_tables_are_those_written_here(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    assert rights(login, LOGIN) == {name: found for name, (found, _) in PLATFORM_RIGHTS.items()}
    for portal in twins:
        assert rights(login, f"t_{portal.number}") == {name: found for name, (_, found) in PLATFORM_RIGHTS.items()}
    by_column = "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attacl IS NOT NULL"
    columns = login.execute(by_column + " AND attrelid >= 16384").fetchall()
    assert {(name.partition(".")[2], column) for name, column in columns} == {
        *(("tenant", name) for name in SETTINGS),  # Of its own row.
        *(("zone_move", name) for name in ("state", "accepted_by", "accepted_at", "ended_at")),
        *(("zone_move", name) for name in ("to_title", "to_slug", "to_host")),
        ("event", "position"),
        ("event_detail", "columns"),  # What it holds is forgotten in time.
        ("event_detail", "salt"),
        ("vote_seal", "vote_id"),
    }


def test_policies_are_those_written_here(login: psycopg.Connection[Any], twins: tuple[Portal, Portal]) -> None:
    policies = login.execute("SELECT tablename, policyname, roles::text[], cmd, qual FROM pg_policies ORDER BY 2")
    assert policies.fetchall() == [
        ("host", "all_hosts", [naming.SERVER], "SELECT", "true"),
        ("tenant", "all_tenants", [naming.SERVER], "SELECT", "true"),
        ("moved_contribution", "moved_contribution_carried", [naming.SERVER], "ALL", "true"),
        ("moved_contribution", "moved_contribution_seen", [naming.TENANTS], "SELECT", EITHER),
        ("host", "own_host_left", [naming.TENANTS], "DELETE", "(CURRENT_USER = ('t_'::text || tenant_number))"),
        ("host", "own_hosts", [naming.TENANTS], "SELECT", "(CURRENT_USER = ('t_'::text || tenant_number))"),
        ("tenant", "own_settings", [naming.TENANTS], "UPDATE", "(CURRENT_USER = ('t_'::text || number))"),
        ("tenant", "own_tenant", [naming.TENANTS], "SELECT", "(CURRENT_USER = ('t_'::text || number))"),
        (
            "territory_cell_count",
            "territory_cell_count_own",
            [naming.TENANTS],
            "ALL",
            f"(tenant_number = {OWN_NUMBER})",
        ),
        (
            *("territory_cell_count", "territory_cell_count_read", [naming.TENANTS], "SELECT"),
            f"(reader_number = {OWN_NUMBER})",
        ),
        (
            *("territory_publication", "territory_publication_own", [naming.TENANTS], "ALL"),
            f"(tenant_number = {OWN_NUMBER})",
        ),
        (
            *("territory_publication", "territory_publication_read", [naming.TENANTS], "SELECT"),
            f"(reader_number = {OWN_NUMBER})",
        ),
        ("territory_reader", "territory_reader_all", [naming.SERVER], "SELECT", "true"),
        ("territory_reader", "territory_reader_known", [naming.TENANTS], "SELECT", "true"),
        ("territory_reader", "territory_reader_own", [naming.TENANTS], "ALL", f"(tenant_number = {OWN_NUMBER})"),
        ("zone_move", "zone_move_answered", [naming.TENANTS], "UPDATE", f"(to_number = {OWN_NUMBER})"),
        ("zone_move", "zone_move_carried", [naming.SERVER], "ALL", "true"),
        ("zone_move", "zone_move_proposed", [naming.TENANTS], "INSERT", None),
        ("zone_move", "zone_move_seen", [naming.TENANTS], "SELECT", EITHER),
        ("zone_move", "zone_move_withdrawn", [naming.TENANTS], "UPDATE", f"(from_number = {OWN_NUMBER})"),
    ]


def test_policy_leaves_the_row_of_a_tenant_to_its_key(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    login.execute(f"SET ROLE t_{twins[0].number}".encode())
    login.execute("SET enable_seqscan = off")  # The table of the tests is too small for an index.
    asked = login.execute("EXPLAIN SELECT title FROM platform.tenant WHERE number = 7").fetchall()
    assert [line.strip() for (line,) in asked if "Index Cond" in line] == ["Index Cond: (number = 7)"]


def test_serving_login_owns_nothing_and_makes_nothing(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    assert login.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles"
        " WHERE rolname = session_user"
    ).fetchall() == [(False,) * 5]
    schemas = ["platform", *(f"t_{portal.number}" for portal in twins)]
    owners = login.execute(
        "SELECT DISTINCT relowner::regrole::text, nspowner::regrole::text FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ANY(%s)",
        [schemas],
    )
    assert owners.fetchall() == [(naming.OWNER, naming.OWNER)]
    for text in ("CREATE SCHEMA mine", "CREATE ROLE mine", f"CREATE TABLE t_{twins[0].number}.mine ()"):
        assert is_denied(login, text), text


def test_serving_login_may_take_a_tenants_role_alone(
    login: psycopg.Connection[Any], twins: tuple[Portal, Portal]
) -> None:
    taken = {f"t_{portal.number}" for portal in twins}
    found = login.execute(
        "SELECT rolname, pg_has_role(rolname, 'USAGE') FROM pg_roles WHERE pg_has_role(rolname, 'SET')"
        " AND rolname = ANY(%s)",
        [[*taken, naming.OWNER, naming.SERVER, naming.TENANTS, "postgres"]],
    ).fetchall()
    assert dict(found) == dict.fromkeys(taken, False) | {naming.SERVER: True, naming.TENANTS: False}
    assert is_denied(login, f"SET ROLE {naming.OWNER}")
