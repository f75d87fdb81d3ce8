"""Processes: CPU time and memory of servers and of PostgreSQL, as Linux tells them, and children that always end."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
GRACE_S = 10.0
"""How long a server may take to stop before it is killed."""

_PINNED = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: it never outlives the bench.
os.sched_setaffinity(0, {int(sys.argv[1])})
os.execvp(sys.argv[2], sys.argv[2:])
"""


def cpu_s(pid: int, *, with_reaped: bool = False) -> float:
    """User and system seconds of a process with all its threads; 0 when it is gone."""
    fields = _stat(pid)
    if fields is None:
        return 0.0
    ticks = sum(int(field) for field in fields[11 : 15 if with_reaped else 13])
    return ticks / TICKS_A_SECOND


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [child for child in found if (fields := _stat(child)) is not None and int(fields[1]) == pid]


def tree_cpu_s(pid: int) -> float:
    """CPU seconds of a process and its children, those that ended included."""
    return cpu_s(pid, with_reaped=True) + sum(cpu_s(child) for child in children(pid))


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:") / 1024


def anonymous_mb(pid: int) -> float:
    """Memory of a process without files and shared memory in MB."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "RssAnon:") / 1024


def shared_memory_mb(pid: int) -> float:
    """Memory of a process and its children in MB, what they share counted once."""
    return sum(_kilobytes(Path(f"/proc/{one}/smaps_rollup"), "Pss:") for one in (pid, *children(pid))) / 1024


def private_memory_mb(pid: int) -> float:
    """Memory of a process alone in MB, without what it shares with others."""
    file = Path(f"/proc/{pid}/smaps_rollup")
    return (_kilobytes(file, "Private_Clean:") + _kilobytes(file, "Private_Dirty:")) / 1024


def title(pid: int) -> str:
    """What a process says that it is; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat behind the process' name, from its state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _kilobytes(file: Path, name: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


class Window:
    """CPU seconds of a server and of PostgreSQL between two moments."""

    def __init__(self, server: int | None, postgres: int) -> None:
        self._pids = (server, postgres)
        self.server_s = self.postgres_s = 0.0

    def begin(self) -> None:
        """The counted time begins."""
        self._from = self._now()

    def end(self) -> None:
        """The counted time is over."""
        now = self._now()
        self.server_s, self.postgres_s = (after - before for after, before in zip(now, self._from, strict=True))

    def _now(self) -> tuple[float, float]:
        server, postgres = self._pids
        return 0.0 if server is None else cpu_s(server), tree_cpu_s(postgres)


class Child:
    """A process of the bench's own, pinned to one core, its output in a file."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path, core: int
    ) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = _spawn([sys.executable, "-c", _PINNED, str(core), *arguments], environment, folder, output)

    @property
    def pid(self) -> int:
        """Its process id; the pinning process becomes the server."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it stopped by itself."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it and wait until it is gone."""
        if self.has_ended:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """The end of its output."""
        return self.log.read_text("utf-8", "replace")[-2_000:]


def _spawn(
    arguments: list[str], environment: Mapping[str, str], folder: Path, output: BinaryIO
) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches the bench alone, which then stops everything in order."""
    return subprocess.Popen(
        arguments,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
