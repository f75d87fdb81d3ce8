"""Processes of the embedded PostgreSQL: started as its system user, tied to our life, stopped cleanly."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from database.embedded.program import SystemUser

STOPPED_WITHIN_S: Final = 30.0
PR_SET_PDEATHSIG: Final = 1  # From Linux's <sys/prctl.h>.
FAST_SHUTDOWN: Final = signal.SIGINT  # Clean, without waiting for clients to leave.
IMMEDIATE_SHUTDOWN: Final = signal.SIGQUIT  # As good as a crash: the next start recovers.


def spawn(
    arguments: Sequence[str], *, folder: Path, account: SystemUser, log: Path, inherited: Sequence[int]
) -> subprocess.Popen[bytes]:
    """Start a program in the folder; it appends to the log and inherits file descriptors.

    It does not hear a Ctrl-C in our terminal. On Linux it is told to stop when the calling thread ends, even
    by SIGKILL.
    """
    is_root = os.geteuid() == 0
    with log.open("ab") as output:
        return subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=inherited,
            start_new_session=True,
            preexec_fn=_tie_to_parent(),
            user=account.uid if is_root else None,
            group=account.gid if is_root else None,
            extra_groups=[] if is_root else None,
        )


def environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: ours, in no language.

    Variables such as PGCLIENTENCODING are meant for clients, and would change the defaults of the server.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {"LC_ALL": "C", "TZ": "UTC"}


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop the server (or its initialisation) and wait until it is gone; no-op when it is already."""
    process.send_signal(FAST_SHUTDOWN)
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.send_signal(IMMEDIATE_SHUTDOWN)
        process.wait()


def _tie_to_parent() -> Callable[[], None] | None:
    """What a child runs before its program so that Linux stops it when we die; None on other systems."""
    if sys.platform != "linux":
        return None
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl  # Found before the fork: the child should do as little as possible.

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(FAST_SHUTDOWN))
        if os.getppid() != parent:  # We died before the call: nothing would tell the child any more.
            os._exit(1)

    return tie
