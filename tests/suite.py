"""Runs pytest, and gives the few tests that failed beside others a second try alone.

The suite's server has a worker that sends, folds and closes things meanwhile, on machines that may be busy. A test that
fails beside others and passes alone is named at the end: it is a fault of the test or of the product, to be mended, but
not one of the change that was tried. More failures than `FEW` are failures.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

FEW = 3
"""As many tests may be tried again."""

FAILED = 1
"""pytest's exit status where tests ran and some failed."""

KEEPING = {"PYTHONDONTWRITEBYTECODE": ""}
"""Bytecode is kept, whatever the machine is told: else each process compiles all modules anew, and pytest rewrites the
assertions of all tests, half a minute of a processor."""


def tried(arguments: Sequence[str], cache: Path) -> tuple[int, list[str]]:
    """Runs pytest; its exit status and the tests that failed in this run."""
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *arguments]
    status = subprocess.run(command, env=os.environ | KEEPING, check=False).returncode
    record = cache / "v" / "cache" / "lastfailed"
    return status, sorted(json.loads(record.read_text("utf-8"))) if record.exists() else []


def say(words: str, tests: Sequence[str]) -> None:
    """Writes a line of words, and a line for each test."""
    sys.stdout.write("\n  ".join(["\n" + words, *tests]) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """The exit status of the run, or of the second try where there was one."""
    with TemporaryDirectory() as folder:
        status, failed = tried(arguments, Path(folder))
        if status != FAILED or not 0 < len(failed) <= FEW:
            return status
        say("Once more, alone:", failed)
        again, _ = tried(["-n", "0", *failed], Path(folder) / "again")
    if again == os.EX_OK:
        say("UNSTEADY, to be mended (they failed beside others and passed alone):", failed)
    return again


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
