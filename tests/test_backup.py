"""The drill: what is backed up comes back whole, by the product's own commands and by PostgreSQL's as documented."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.embedded.launcher import EmbeddedPostgres
from database.embedded.program import program_directory, server_account
from server import cluster, settings
from tests.command import refusal, runner
from tests.own import Own

READ = (
    "SELECT (SELECT slug FROM platform.tenant), (SELECT count(*) FROM pg_tables WHERE schemaname LIKE 't\\_%'),"
    " (SELECT count(*) FROM pg_roles WHERE rolname LIKE 't\\_%'), (SELECT count(*) FROM platform.collectivite)"
)


def run(data: Path, *arguments: str) -> str:
    """What a command says, without a cluster of somebody's own."""
    done = runner(Own(""), data)(*arguments, PARVIS_SECRET="", DATABASE_URL="")
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(data: Path, *arguments: str, **environment: str) -> str:
    return refusal(runner(Own(""), data)(*arguments, **({"PARVIS_SECRET": "", "DATABASE_URL": ""} | environment)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a portal."""
    made = tmp_path_factory.mktemp("backup") / "data"
    with EmbeddedPostgres(made / "postgres", durable=False) as postgres:
        own = Own(postgres.url)
        own.prepare()
        own.create("kept-town")
    (made / "secret").write_text("of this installation")
    return made


@pytest.fixture(scope="module")
def whole(data: Path) -> tuple[object, ...]:
    with EmbeddedPostgres(data / "postgres", durable=False) as postgres:
        return one(postgres.url)


def one(url: str) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        read = connection.execute(READ).fetchone()
    assert read is not None and read[0] == "kept-town" and read[2] == 1
    return read


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """A backup that was made while the installation ran."""
    made = tmp_path / "backup"
    given = settings.read({"PARVIS_DATA": str(data)})
    with cluster.own(given):
        assert run(data, "backup", str(made)) == f"all data are in {made}, verified\n"
    return made


def test_backup_of_a_running_installation_comes_back_with_its_secret(
    folder: Path, whole: tuple[object, ...], tmp_path: Path
) -> None:
    new = tmp_path / "new"
    assert run(new, "restore", str(folder)) == f"1 tenant is back in {new}\n"
    assert (new / "secret").read_text() == "of this installation"
    with EmbeddedPostgres(new / "postgres", durable=False) as postgres:
        assert one(postgres.url) == whole
    assert f"There are data in {new / 'postgres' / 'data'} already" in refused(new, "restore", str(folder))


def test_backup_comes_back_beside_the_installation_that_still_runs(data: Path) -> None:
    """The drill of each month: the copy holds the lock of the socket that lies beside the original's data."""
    with tempfile.TemporaryDirectory(prefix="drill-", dir="/tmp") as place:
        here, new = Path(place) / "here", Path(place) / "new"  # Paths so short that sockets do lie there.
        shutil.copytree(data, here, ignore=shutil.ignore_patterns("*.lock"))
        shutil.chown(here / "postgres" / "data", (data / "postgres" / "data").owner())
        for path in (here / "postgres" / "data").rglob("*"):
            shutil.chown(path, (data / "postgres" / "data").owner())
        Path(place).chmod(0o755)
        with cluster.own(settings.read({"PARVIS_DATA": str(here)})):
            run(here, "backup", str(Path(place) / "backup"))
            assert run(new, "restore", str(Path(place) / "backup")) == f"1 tenant is back in {new}\n"


def test_damaged_backup_is_refused_before_anything_is_put_back(folder: Path, tmp_path: Path) -> None:
    victim = max((folder / "postgres" / "base").rglob("*"), key=lambda path: path.stat().st_size)
    with victim.open("r+b") as opened:
        opened.seek(100)
        opened.write(b"changed")
    new = tmp_path / "new"
    assert "pg_verifybackup failed" in refused(new, "restore", str(folder))
    assert not (new / "postgres" / "data").exists()
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    assert "was made by PostgreSQL 17 and this is PostgreSQL 18" in refused(new, "restore", str(folder))
    shutil.rmtree(folder / "postgres")
    assert "is no backup that `parvis backup` made" in refused(new, "restore", str(folder))


def test_backup_wants_a_new_folder_and_the_embedded_cluster(data: Path, tmp_path: Path) -> None:
    assert "is there already: name a new folder" in refused(data, "backup", str(tmp_path))
    own = {"DATABASE_URL": "postgresql:///x"}
    for command in (("backup", str(tmp_path / "b")), ("restore", str(tmp_path))):
        assert "back it up as docs/operations.md says" in refused(data, *command, **own)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The URL of a cluster to which nothing was restored yet."""
    with EmbeddedPostgres(tmp_path / "empty", durable=False) as postgres:
        yield postgres.url


def test_logical_backup_as_documented_comes_back_in_a_new_cluster(
    data: Path, whole: tuple[object, ...], empty: str, tmp_path: Path
) -> None:
    programs = program_directory(server_account(data / "postgres" / "data"))

    def do(name: str, url: str, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        command = [str(programs / name), f"--dbname={url}", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0 or name == "psql", done.stderr

    roles, dump = str(tmp_path / "roles.sql"), str(tmp_path / "parvis.dump")
    with EmbeddedPostgres(data / "postgres", durable=False) as postgres:
        do("pg_dumpall", postgres.url, "--roles-only", f"--file={roles}")
        do("pg_dump", postgres.url, "--role=parvis_owner", "--format=custom", "--create", f"--file={dump}")
    with psycopg.connect(empty.replace("/parvis?", "/postgres?"), autocommit=True) as connection:
        connection.execute("DROP DATABASE parvis")
    do("psql", empty.replace("/parvis?", "/postgres?"), "--quiet", f"--file={roles}")  # Some roles are there already.
    do("pg_restore", empty.replace("/parvis?", "/postgres?"), "--create", dump)
    assert one(empty) == whole
