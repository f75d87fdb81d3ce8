"""A cluster that Parvis cannot use is told in one sentence, and nothing is left behind in it."""

import logging
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from models import every
from models.base import tenant_metadata
from tenants import requirement
from tenants.requirement import UnfitClusterError
from tests.cluster import MADE, renamed
from tests.command import refusal, runner
from tests.own import Own

TABLES = len(tenant_metadata.tables)


@pytest.fixture(params=["LATIN1", "SQL_ASCII"])
def other_encoding(own: Own, request: pytest.FixtureRequest) -> Own:
    """A database of another encoding in the same cluster."""
    name = f"in_{request.param.lower()}"
    options = f"ENCODING '{request.param}' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    with closing(psycopg.connect(own.url, autocommit=True)) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute(f"CREATE DATABASE {name} {options}".encode())
    MADE.append(name)
    return Own(renamed(own.url, name))


def schemas(own: Own) -> int:
    return int(own.value("SELECT count(*) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)'"))


@pytest.mark.parametrize("command", [("migrate",), ("serve", "--port", "0"), ("tenant", "list")], ids=" ".join)
def test_other_encoding_is_told_and_nothing_is_written(
    other_encoding: Own, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.log.configure", lambda _: None)
    encoding = urlsplit(other_encoding.url).path.removeprefix("/in_").upper()
    assert refusal(runner(other_encoding, tmp_path)(*command)) == (
        f"Error: the database's encoding is {encoding}, in which not everything can be written: make one with CREATE"
        " DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )
    assert schemas(other_encoding) == 0


def test_old_version_is_told_and_leaves_no_role_behind(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Own.make(database_url, is_migrated=False)
    monkeypatch.setattr(requirement, "OLDEST", 99)
    roles = own.rows("SELECT rolname FROM pg_roles ORDER BY rolname")
    said = refusal(runner(own, tmp_path)("migrate"))
    assert said.startswith("Error: this is PostgreSQL ")
    assert said.endswith(", and Parvis wants 99 at least: take 18, with which it is tested")
    assert (own.rows("SELECT rolname FROM pg_roles ORDER BY rolname"), schemas(own)) == (roles, 0)


@pytest.mark.parametrize(("version", "is_fit"), [(150_015, False), (159_999, False), (160_000, True), (180_004, True)])
def test_versions_from_16_on_are_fit(version: int, is_fit: bool) -> None:
    if is_fit:
        requirement._check_version(version)
        return
    with pytest.raises(UnfitClusterError, match="this is PostgreSQL 15, and Parvis wants 16 at least"):
        requirement._check_version(version)


@pytest.mark.parametrize(
    ("backends", "is_fit"),
    [([1, 2, 1, 2], True), ([1, 1, 1, 1], False), ([1, 2, 3, 2], False), ([1, 2, 2, 1], False), ([1, 2, 1, 3], False)],
)
def test_each_connection_has_a_backend_of_its_own_and_keeps_it(backends: list[int], is_fit: bool) -> None:
    """As PgBouncer hands them out in transaction mode: the one that was free last, or any."""
    if is_fit:
        requirement._check_sessions(backends)
        return
    with pytest.raises(UnfitClusterError, match="a pooler between Parvis and the database"):
        requirement._check_sessions(backends)


def test_cluster_of_the_tests_is_fit(own: Own) -> None:
    own.run(requirement.check)


def test_locks_that_a_dump_of_all_tenants_lacks_are_told(
    own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [(locks, connections)] = own.rows(
        "SELECT current_setting('max_locks_per_transaction')::int, current_setting('max_connections')::int"
    )
    assert own.run(requirement.advice) is None
    own.create("locks")
    monkeypatch.setattr(every, "tenant_tables", lambda: range(locks * connections + 1))
    with caplog.at_level(logging.WARNING, "parvis.cluster"):
        assert runner(own, tmp_path)("migrate").stdout == "0 migrations applied\n"
    assert caplog.messages == [
        f"1 tenants have {locks * connections + 1} tables, and the cluster has room for {locks * connections} locks: pg_dump"
        f" of the whole database may fail. Set max_locks_per_transaction to {locks + 1} or more (it is {locks}) and restart"
        " PostgreSQL, or back up as docs/operations.md says"
    ]
