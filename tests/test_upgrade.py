"""The embedded PostgreSQL's upgrade: data are copied by pg_upgrade, kept until confirmed, and as they were when it fails.

`pg_upgrade` also goes from a version to itself: so the whole way is tried with the programs at hand. Where the variable
PARVIS_OLD_POSTGRES names a folder with those of PostgreSQL 17, from those, too.
"""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

import database.embedded.launcher
import database.embedded.upgrade
from database.embedded.launcher import EmbeddedPostgres, EmbeddedPostgresError, initdb_options
from database.embedded.program import program_directory, server_account
from database.embedded.upgrade import Upgrade
from tests.command import refusal, runner
from tests.own import Own

ROWS = 1_000


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of a portal, stopped cleanly; tests work on copies."""
    made = tmp_path_factory.mktemp("upgrade") / "postgres"
    fill(made)
    return made


def fill(directory: Path) -> None:
    with EmbeddedPostgres(directory, durable=False) as postgres:
        own = Own(postgres.url)
        own.prepare()
        own.create("upgraded")
        own.rows(f"CREATE TABLE public.many AS SELECT n, 'Été ' || n AS text FROM generate_series(1, {ROWS}) AS n")


@pytest.fixture
def directory(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("copy") / "postgres"
    shutil.copytree(kept, made, symlinks=True)
    account = server_account(kept / "data")
    for path in (made / "data", *(made / "data").rglob("*")):
        os.chown(path, account.uid, account.gid)
    return made


@pytest.fixture
def programs(kept: Path) -> Path:
    return program_directory(server_account(kept / "data"))


@pytest.fixture
def as_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the version after the one at hand."""
    monkeypatch.setattr(database.embedded.upgrade, "wheel_version", lambda: "19.0.0")


def rows(directory: Path) -> tuple[object, ...]:
    with EmbeddedPostgres(directory, durable=False) as postgres, psycopg.connect(postgres.url) as connection:
        read = connection.execute(
            "SELECT (SELECT count(*) FROM public.many), (SELECT max(text) FROM public.many),"
            " (SELECT slug FROM platform.tenant), (SELECT count(*) FROM pg_roles WHERE rolname LIKE 't\\_%')"
        ).fetchone()
    assert read is not None
    return read


WHOLE = (ROWS, "Été 999", "upgraded", 1)


@pytest.mark.usefixtures("as_next")
def test_old_data_come_back_without_what_was_written_since(directory: Path, programs: Path) -> None:
    upgrade = Upgrade(directory)
    with pytest.raises(EmbeddedPostgresError, match="No old data are kept"):
        upgrade.revert()
    upgrade.run(programs)
    with EmbeddedPostgres(directory, durable=False) as postgres, psycopg.connect(postgres.url) as connection:
        connection.execute("DELETE FROM public.many")
    with pytest.raises(EmbeddedPostgresError, match="is kept from an earlier upgrade: confirm that one first"):
        upgrade.run(programs)
    assert upgrade.revert() == directory.resolve() / "data.left-19"
    assert rows(directory) == WHOLE


def test_there_is_nothing_to_do_for_data_of_this_version(directory: Path, programs: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="is of PostgreSQL 18, and this is PostgreSQL 18: nothing is to be"):
        Upgrade(directory).run(programs)
    with pytest.raises(EmbeddedPostgresError, match="There is no database in"):
        Upgrade(directory / "nowhere").run(programs)


@pytest.mark.usefixtures("as_next")
def test_what_cannot_be_upgraded_is_left_as_it_was(
    directory: Path, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(folder: Path | None, match: str) -> None:
        with pytest.raises(EmbeddedPostgresError, match=match):
            Upgrade(directory).run(folder)
        assert sorted(path.name for path in directory.iterdir() if path.is_dir()) in (
            ["data"],
            ["data", "data.upgrading"],
        )

    refused(tmp_path, r"There are no programs of PostgreSQL 18 in .* name a folder that has them by --old")
    with EmbeddedPostgres(directory, durable=False):
        refused(programs, "is in use by")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
        refused(programs, r"The upgrade wants .* GB in .* where 0.0 are free: make room")
    with monkeypatch.context() as patched:
        patched.setattr(database.embedded.upgrade, "initdb_options", lambda: ["--username=somebody"])
        refused(programs, r"pg_upgrade failed .* the data are as they were; see also .*upgrade\.log")
    crash(directory, programs)
    refused(programs, r"was not stopped cleanly \(in production\): start Parvis once more with PostgreSQL 18")
    assert rows(directory) == WHOLE


def crash(directory: Path, programs: Path) -> None:
    """Leave the data as a server leaves them that was killed."""
    postgres = EmbeddedPostgres(directory, durable=False)
    postgres.start()
    assert postgres.pid is not None
    os.kill(postgres.pid, 3)
    postgres.stop()


@pytest.mark.usefixtures("as_next")
def test_crash_between_the_renames_loses_nothing(directory: Path) -> None:
    shutil.copytree(directory / "data", directory / "data.old-18", symlinks=True)
    (directory / "data").rename(directory / "data.ready")
    with pytest.raises(EmbeddedPostgresError, match="was interrupted in its last moment"):
        EmbeddedPostgres(directory, durable=False).start()
    assert Upgrade(directory).confirm() == [directory.resolve() / "data.old-18"]
    assert rows(directory) == WHOLE


def test_command_upgrades_confirms_and_leaves_a_real_cluster_alone(
    directory: Path, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner(Own("postgresql:///nowhere"), tmp_path)
    assert "DATABASE_URL names a cluster of your own" in refusal(run("upgrade", "--old", str(programs)))
    data = directory.rename(tmp_path / "postgres").parent
    said = refusal(run("upgrade", "--old", str(programs), DATABASE_URL="", PARVIS_DATA=str(data)))
    assert "nothing is to be upgraded" in said
    monkeypatch.setattr(database.embedded.upgrade, "wheel_version", lambda: "19.0.0")
    done = run("upgrade", "--old", str(programs), DATABASE_URL="", PARVIS_DATA=str(data))
    kept = data / "postgres" / "data.old-18"
    assert done.stdout == f"PostgreSQL 18 to 19: 1 tenants; the old data are in {kept} until --confirm\n"
    assert (kept / "PG_VERSION").read_text() == "18\n"
    done = run("upgrade", "--confirm", DATABASE_URL="", PARVIS_DATA=str(data))
    assert done.stdout == f"removed {kept}\n"
    assert sorted(path.name for path in (data / "postgres").iterdir() if path.is_dir()) == ["data"]
    assert rows(data / "postgres") == WHOLE


def test_portal_on_postgresql_17_is_upgraded(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = os.environ.get("PARVIS_OLD_POSTGRES")
    if folder is None:
        pytest.skip("PARVIS_OLD_POSTGRES names no folder with the programs of PostgreSQL 17")
    directory = tmp_path_factory.mktemp("seventeen") / "postgres"
    with monkeypatch.context() as patched:
        old = database.embedded.upgrade.old_programs("17", Path(folder), server_account(directory / "data"))
        options = [option.replace("PG_UNICODE_FAST", "C.UTF-8") for option in initdb_options()]
        patched.setattr(database.embedded.launcher, "program_directory", lambda _: old)
        patched.setattr(database.embedded.launcher, "wheel_version", lambda: "17.0.0")
        patched.setattr(database.embedded.launcher, "initdb_options", lambda: options)
        fill(directory)
    with pytest.raises(
        EmbeddedPostgresError, match="was made by PostgreSQL 17 and this is PostgreSQL 18: `parvis upgrade`"
    ):
        EmbeddedPostgres(directory).start()
    assert Upgrade(directory).run(Path(folder))[:2] == ("17", "18")
    assert rows(directory) == WHOLE
