"""Restore: a tenant's export is taken in, or put back, whole and as it was, or not at all."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from database import naming
from tenants import archive, export, migration, provisioning, restore
from tenants.archive import ArchiveError
from tenants.directory import ProvisioningError
from tenants.migration import Script
from tests.own import Own
from tests.test_command import Run
from tests.test_command import run as run
from tests.test_export import TABLES, by_text, stored
from tests.test_export import numbers as numbers

SLUG = "jumeau-martinet"
MADE = """SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE connamespace = %(schema)s::text::regnamespace
 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = %(schema)s::text
 UNION ALL SELECT grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.role_table_grants
 WHERE table_schema = %(schema)s::text"""
"""Keys, indexes and rights of a schema."""


@pytest.fixture
def file(own: Own, numbers: dict[str, int], tmp_path: Path) -> Path:
    del numbers
    path = tmp_path / "martinet.zip"
    own.run(lambda database: export.export(database, SLUG, path))
    return path


@pytest.fixture
def taken(own: Own, file: Path) -> Iterator[int]:
    manifest = own.run(lambda database: restore.take_in(database, file, slug="ailleurs", hosts=["ailleurs.example"]))
    yield manifest.number
    own.run(lambda database: provisioning.delete(database, "ailleurs"))


def held(own: Own, number: int) -> dict[str, list[str]]:
    return {table: by_text(stored(own, number, table)) for table in TABLES}


def made(own: Own, number: int) -> list[str]:
    schema = naming.schema_name(number)
    with psycopg.connect(own.url) as connection:
        rows = connection.execute(MADE, {"schema": schema}).fetchall()
    return sorted(str(row[0]).replace(schema, "t") for row in rows)


def state(own: Own) -> list[tuple[Any, ...]]:
    """What a failed restore leaves as it was."""
    return [
        *own.rows("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 't_') ORDER BY 1"),
        *own.rows("SELECT to_jsonb(t)::text FROM platform.tenant t ORDER BY number"),
        *own.rows("SELECT * FROM platform.host ORDER BY host"),
        *own.rows("SELECT schema_name, count(*) FROM platform.migration GROUP BY 1 ORDER BY 1"),
    ]


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of an archive with its files changed; None leaves one out."""
    copy = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return copy


def with_manifest(file: Path, **more: object) -> Path:
    return rewritten(
        file, lambda name, text: json.dumps(json.loads(text) | more).encode() if name == archive.MANIFEST else text
    )


# Taken in


def test_tenant_taken_in_holds_every_row_and_is_made_alike(own: Own, numbers: dict[str, int], taken: int) -> None:
    assert taken not in numbers.values()
    assert held(own, taken) == held(own, numbers["martinet"])
    assert made(own, taken) == made(own, numbers["martinet"])


def test_registry_has_it_under_its_own_number_slug_and_host(own: Own, numbers: dict[str, int], taken: int) -> None:
    rows = [
        own.value("SELECT to_jsonb(t) FROM platform.tenant t WHERE number = %s", number)
        for number in (numbers["martinet"], taken)
    ]
    assert rows[1] == rows[0] | {"number": taken, "slug": "ailleurs"}
    assert own.rows("SELECT host FROM platform.host WHERE tenant_number = %s", taken) == [("ailleurs.example",)]


def test_its_role_reads_it_and_no_other_tenant(own: Own, numbers: dict[str, int], taken: int) -> None:
    with psycopg.connect(own.url) as connection:
        connection.execute(f"SET ROLE {naming.role(taken)}".encode())
        row = connection.execute(f"SELECT count(*) FROM t_{taken}.contribution".encode()).fetchone()
        assert row is not None and row[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT FROM t_{numbers['martinet']}.contribution".encode())


def test_what_a_later_release_changes_is_applied_to_an_older_export(
    own: Own, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = migration.scripts
    later = Script("9999_later", ("ALTER TABLE __tenant__.zone ADD COLUMN later INT DEFAULT 7 NOT NULL",))
    monkeypatch.setattr(
        migration, "scripts", lambda family: [*scripts(family), *([later] if family == "tenant" else [])]
    )
    taken = own.run(lambda database: restore.take_in(database, file, slug="plus-tard", hosts=["plus-tard.example"]))
    assert own.rows(f"SELECT DISTINCT later FROM t_{taken.number}.zone") == [(7,)]
    own.run(lambda database: provisioning.delete(database, "plus-tard"))


@pytest.mark.parametrize(
    ("slug", "host", "says"),
    [
        (None, "libre.example", "the slug 'jumeau-martinet' belongs to another tenant"),
        ("libre", "jumeau-martinet.localhost", "the host 'jumeau-martinet.localhost' belongs to another tenant"),
        ("libre", "https://a.example", "host 'https://a.example': a host's name is wanted"),
    ],
)
def test_taken_names_are_refused(own: Own, file: Path, slug: str | None, host: str, says: str) -> None:
    before = state(own)
    with pytest.raises(ProvisioningError, match=says):
        own.run(lambda database: restore.take_in(database, file, slug=slug, hosts=[host]))
    assert state(own) == before


def test_unknown_collectivite_is_refused(own: Own, file: Path) -> None:
    with zipfile.ZipFile(file) as opened:
        registry = dict(archive.Manifest.read(opened).registry)
    other = with_manifest(file, registry=registry | {"collectivite_id": "commune-00000"})
    with pytest.raises(ProvisioningError, match="no collectivité 'commune-00000' in the register"):
        own.run(lambda database: restore.take_in(database, other, slug="libre", hosts=["libre.example"]))


# Put back


def test_tenant_is_put_back_as_it_was(own: Own, numbers: dict[str, int], file: Path) -> None:
    number = numbers["martinet"]
    before, registry = held(own, number), state(own)
    own.rows(f"DELETE FROM t_{number}.vote")
    own.rows(f"UPDATE t_{number}.contribution SET title = 'Autre'")
    own.rows("UPDATE platform.tenant SET features = '{}', state = 'SUSPENDED' WHERE number = %s", number)
    assert held(own, number) != before
    assert own.run(lambda database: restore.put_back(database, file, SLUG)).number == number
    assert held(own, number) == before
    assert state(own) == registry
    assert made(own, number) == made(own, numbers["hirondelle"])


def test_deleted_tenant_comes_back_with_its_number(own: Own, numbers: dict[str, int], file: Path) -> None:
    before, registry = held(own, numbers["martinet"]), state(own)
    own.run(lambda database: provisioning.delete(database, SLUG))
    own.run(lambda database: restore.put_back(database, file, SLUG))
    assert held(own, numbers["martinet"]) == before
    assert state(own) == registry


def test_number_that_is_another_tenants_is_not_replaced(own: Own, numbers: dict[str, int], file: Path) -> None:
    before = state(own)
    other = with_manifest(file, number=numbers["hirondelle"])
    with pytest.raises(ProvisioningError, match="is 'jumeau-hirondelle' here: import the file instead"):
        own.run(lambda database: restore.put_back(database, other, SLUG))
    never = with_manifest(file, number=99_999)
    with pytest.raises(ProvisioningError, match="the number 99999 was never given here"):
        own.run(lambda database: restore.put_back(database, never, SLUG))
    assert state(own) == before


# Files that are not what was exported


def one_byte(name: str, text: bytes) -> bytes:
    return text.replace(b'"Nom"', b'"Non"') if name == "evidence.jsonl" else text


def one_row_less(name: str, text: bytes) -> bytes:
    return b"\n".join(text.split(b"\n")[1:]) if name == "vote.jsonl" else text


def one_table_less(name: str, text: bytes) -> bytes | None:
    return None if name == "seal.jsonl" else text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (one_byte, "evidence is not what was exported"),
        (one_row_less, "vote is not what was exported"),
        (one_table_less, "seal is missing or damaged"),
    ],
)
def test_changed_file_is_found_before_anything_is_done(
    own: Own, file: Path, change: Callable[[str, bytes], bytes | None], says: str
) -> None:
    before = state(own)
    other = rewritten(file, change)
    with pytest.raises(ArchiveError, match=says):
        own.run(lambda database: restore.take_in(database, other))
    with pytest.raises(ArchiveError, match=says):
        own.run(lambda database: restore.put_back(database, other, SLUG))
    assert state(own) == before


def test_export_of_a_newer_release_or_format_is_refused(own: Own, file: Path) -> None:
    with zipfile.ZipFile(file) as opened:
        there = dict(archive.Manifest.read(opened).migrations)
    newer = with_manifest(file, migrations=there | {"9999_later": "x"})
    with pytest.raises(ArchiveError, match="exported by a newer release, which has the migration 9999_later"):
        own.run(lambda database: restore.take_in(database, newer))
    edited = with_manifest(file, migrations=there | {"0001_start": "x"})
    with pytest.raises(ArchiveError, match="its migration 0001_start is not this release's"):
        own.run(lambda database: restore.take_in(database, edited))
    with pytest.raises(ArchiveError, match="a table that this release does not have: pg_class"):
        own.run(lambda database: restore.take_in(database, with_manifest(file, rows={"pg_class": 0})))
    with pytest.raises(ArchiveError, match="its format is 2; this release reads 1"):
        own.run(lambda database: restore.take_in(database, with_manifest(file, format=2)))


def test_restore_that_fails_leaves_nothing(own: Own, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = restore._fill

    async def fill(connection: Any, number: int, table: str, opened: zipfile.ZipFile) -> None:
        if table == "vote":
            raise OSError("the disk is full")
        await original(connection, number, table, opened)

    monkeypatch.setattr(restore, "_fill", fill)
    before = state(own)
    with pytest.raises(OSError, match="the disk is full"):
        own.run(lambda database: restore.take_in(database, file, slug="libre", hosts=["libre.example"]))
    with pytest.raises(OSError, match="the disk is full"):
        own.run(lambda database: restore.put_back(database, file, SLUG))
    assert state(own) == before


def test_rows_that_came_out_otherwise_are_found(own: Own, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = restore._fill

    async def fill(connection: Any, number: int, table: str, opened: zipfile.ZipFile) -> None:
        await original(connection, number, table, opened)
        if table == "contribution":
            await connection.execute(f"UPDATE t_{number}.contribution SET title = title || '.'".encode())

    monkeypatch.setattr(restore, "_fill", fill)
    before = state(own)
    with pytest.raises(ArchiveError, match="contribution is not what was exported"):
        own.run(lambda database: restore.put_back(database, file, SLUG))
    assert state(own) == before


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "BATCH_ROWS", 3)
    monkeypatch.setattr(restore, "BATCH_BYTES", 10)
    rows = [b"1", b"2", b"3", b"4", b'"567890123456"', b"7"]
    assert list(restore._batches(iter(rows))) == ["[1,2,3]", "[4]", '["567890123456"]', "[7]"]


# Commands


def test_export_is_verified_taken_in_and_put_back_by_commands(run: Run, own: Own, file: Path) -> None:
    rows = sum(
        len(stored(own, own.value("SELECT number FROM platform.tenant WHERE slug = %s", SLUG), t)) for t in TABLES
    )
    told = f"{rows} rows of {len(TABLES)} tables of "
    assert run("tenant", "verify", str(file)).output.startswith(f"{told}{SLUG}, exported at 20")
    done = run("tenant", "import", str(file), "--slug", "essai", "--host", "essai.example")
    assert done.output.startswith(f"{told}essai are the tenant essai, number ")
    assert run("tenant", "delete", "essai", "--yes", "essai").exit_code == 0
    wrong = run("tenant", "restore", str(file), "--yes", "essai")
    assert (wrong.exit_code, wrong.output) == (1, f"Error: it holds the tenant '{SLUG}', not 'essai'\n")
    assert run("tenant", "restore", str(file), "--yes", SLUG).output.startswith(f"{told}{SLUG} are back as at 20")
    no_zip = file.with_name("no.zip")
    no_zip.write_text("text")
    damaged = run("tenant", "verify", str(no_zip))
    assert (damaged.exit_code, damaged.output) == (1, f"Error: {no_zip} is no ZIP, or was cut off\n")
