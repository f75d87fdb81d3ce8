"""Standby: a cluster and a copy that follows it, of which each commit waits for both; the cluster is lost, the copy
promoted, and a new copy made: what an operator does by hand or by a program."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

from bench.process import children
from database.embedded.backup import SOCKETS
from database.embedded.launcher import DATABASE, LOGIN, PORT, SUPERUSER, EmbeddedPostgres
from database.embedded.process import environment
from database.embedded.program import program_directory, server_account

FOLLOWED_WITHIN_S: Final = 60.0
ANY: Final = "*"


class Loss(Enum):
    """How a cluster is lost."""

    HUNG = "hung"
    """It takes connections and says nothing any more, as a machine without network: nobody is told."""

    KILLED = "killed"
    """All of its processes at once: whoever is connected is told by the system."""


class Pair:
    """Both of them; `folder` should have a short path that everybody may enter."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.chmod(0o755)
        self._settings = settings
        self._places = [EmbeddedPostgres(folder / name, settings=settings) for name in ("a", "b")]
        self.primary, self.standby = self._places
        self._lost: EmbeddedPostgres | None = None

    def start(self) -> None:
        """Start the cluster alone."""
        self.primary.start()

    def close(self) -> None:
        """Stop whatever runs, also what hangs."""
        self.bury()
        self.standby.stop()
        self.primary.stop()

    @property
    def serving_url(self) -> str:
        """Where whoever serves finds the one that can be written, whichever that is."""
        return self._url(LOGIN, self._places, "&target_session_attrs=read-write")

    @property
    def admin_url(self) -> str:
        """The same for the superuser."""
        return self._url(SUPERUSER, self._places, "&target_session_attrs=read-write")

    @property
    def replica_url(self) -> str:
        """Where whoever serves finds the copy; the cluster where there is none."""
        return self._url(LOGIN, self._places[::-1], "&target_session_attrs=prefer-standby")

    def _url(self, login: str, places: list[EmbeddedPostgres], more: str) -> str:
        hosts = ",".join(quote(str(place.data), safe="") for place in places)
        ports = ",".join([str(PORT)] * len(places))
        return f"postgresql://{login}@/{DATABASE}?host={hosts}&port={ports}{more}"

    def follow(self) -> None:
        """Copy the cluster, have the copy follow it, and from then on let each commit wait for both."""
        folder = self.standby.data
        shutil.rmtree(folder, ignore_errors=True)
        self.standby.directory.mkdir(exist_ok=True)
        account = server_account(folder)
        words = [
            str(program_directory(account) / "pg_basebackup"),
            f"--pgdata={folder}",
            f"--dbname={self.primary.url}",
        ]
        words += ["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf"]
        done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        for path in folder.glob(SOCKETS):
            path.unlink()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        folder.chmod(0o700)
        self.standby.start()
        _say(self.primary, f"ALTER SYSTEM SET synchronous_standby_names = '{ANY}'", "SELECT pg_reload_conf()")
        until = time.monotonic() + FOLLOWED_WITHIN_S
        while _say(self.primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != [(1,)]:
            assert time.monotonic() < until, "the copy does not follow"
            time.sleep(0.02)

    @contextmanager
    def lagging(self) -> Iterator[None]:
        """Meanwhile the copy takes what is written and shows none of it."""
        _say(self.standby, "SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            _say(self.standby, "SELECT pg_wal_replay_resume()")

    def fail_over(self, loss: Loss) -> float:
        """Lose the cluster and promote its copy, which alone decides from then on; the seconds that this took."""
        began = time.monotonic()
        self._lost, self.primary, self.standby = self.primary, self.standby, self.primary
        assert self._lost.pid is not None
        _signal(self._lost.pid, signal.SIGKILL if loss is Loss.KILLED else signal.SIGSTOP)
        _say(self.primary, "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
        assert _say(self.primary, "SELECT pg_promote(wait => true, wait_seconds => 60)") == [(True,)]
        return time.monotonic() - began

    def bury(self) -> None:
        """End what was lost for good: what only hung must not come back and be written to as well."""
        if self._lost is not None and self._lost.pid is not None:
            _signal(self._lost.pid, signal.SIGKILL)
        if self._lost is not None:
            self._lost.stop()
        self._lost = None


def _signal(pid: int, number: signal.Signals) -> None:
    """To a server and all its processes; meanwhile it starts no others."""
    os.kill(pid, signal.SIGSTOP)
    for child in (*children(pid), pid):
        with suppress(ProcessLookupError):
            os.kill(child, number)


def _say(place: EmbeddedPostgres, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last of some statements, each by itself."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []
