"""Who uses an embedded PostgreSQL's directory: one launcher at a time, told from what a crash left behind.

The claim is a lock on the file `lock`, which the launcher and all processes of its server hold through the
same open file: the system frees it when the last of them is gone, however it ended. The file names the
launcher.
"""

import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from database.embedded.program import EmbeddedPostgresError

RELEASED_WITHIN_S: Final = 30.0
POLL_S: Final = 0.005


class Claim:
    """The claim of this process on one directory; `data` is the data directory in it."""

    def __init__(self, directory: Path, data: Path) -> None:
        self._directory = directory
        self._pid_file = data / "postmaster.pid"
        self._file: int | None = None

    @property
    def file(self) -> int:
        """The descriptor of the lock, for the server's processes to inherit; RuntimeError when not taken."""
        if self._file is None:
            raise RuntimeError("The directory is not claimed.")
        return self._file

    def take(self) -> None:
        """Claim the directory, waiting for the end of a server whose launcher is gone already."""
        self._file = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = monotonic() + RELEASED_WITHIN_S
        while not self._try_lock():
            launcher = _process_id(os.pread(self._file, 32, 0).decode())
            if (launcher and _is_alive(launcher)) or monotonic() > deadline:
                os.close(self._file)
                self._file = None
                raise self._in_use(launcher)
            self._end_orphan()
            sleep(POLL_S)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the directory back, once the server is stopped; no-op when it is not claimed."""
        if self._file is not None:
            # The last processes of a server that was killed may hold the lock a moment longer than we do.
            # With no launcher named in it, the next start waits for them: the directory is not in use.
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def forget_stale_process_id(self) -> None:
        """Remove the process id that a crash left behind when another process has that id now.

        PostgreSQL clears it up itself when no process has it, but takes any process of its user for a server.
        Raises EmbeddedPostgresError when it is a server, which somebody started by hand and without our lock.
        """
        pid = self._server()
        if pid is None or not _is_alive(pid):
            return
        if self._is_server(pid):
            raise self._in_use(None)
        self._pid_file.unlink()
        for socket_lock in self._pid_file.parent.glob(".s.PGSQL.*.lock"):
            socket_lock.unlink()

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _end_orphan(self) -> None:
        """Stop a server without launcher: Linux has told it to already, other systems have not."""
        if (pid := self._server()) is not None and self._is_server(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def _server(self) -> int | None:
        """The process id that a running or crashed server has recorded in its data directory."""
        try:
            return _process_id(self._pid_file.read_text())
        except FileNotFoundError:
            return None

    def _is_server(self, pid: int) -> bool:
        """Whether the process works in the data directory; off Linux, which hides that, if it is alive."""
        if sys.platform != "linux":
            return _is_alive(pid)
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", self._pid_file.parent)
        except OSError:
            return False

    def _in_use(self, launcher: int | None) -> EmbeddedPostgresError:
        holders = [f"process {launcher}"] if launcher else []
        if (server := self._server()) is not None:
            holders.append(f"PostgreSQL process {server}")
        return EmbeddedPostgresError(
            f"The database in {self._directory} is in use by {' and '.join(holders) or 'another process'}:"
            " stop that one first (Ctrl-C where it was started), or choose another directory."
        )


def _process_id(text: str) -> int | None:
    first, _, _ = text.partition("\n")
    return int(first) if first.isdecimal() and int(first) > 0 else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # It is alive and belongs to somebody else.
        return True
    return True
