"""Backups of the embedded PostgreSQL: a physical copy while it runs, verified, and put back where there are no data.

A physical copy takes no locks, however many tenants there are, and holds the roles, too. A backup is a folder:

    postgres/   what `pg_basebackup` wrote, with its manifest and the write-ahead log that belongs to it
    secret      the installation's secret, where it was made by Parvis
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from database.embedded.claim import Claim
from database.embedded.launcher import EmbeddedPostgresError, sync_directory
from database.embedded.process import environment
from database.embedded.program import program_directory, server_account, wheel_version

COPY: Final = "postgres"
KEPT: Final = "secret"
SOCKETS: Final = ".s.PGSQL.*"
"""The copied cluster's own sockets and their locks, which may lie beside its data; it may still hold them."""


def back_up(url: str, secret: Path, folder: Path) -> None:
    """Copy a running cluster, by the superuser's URL, into a new folder, and verify the copy.

    Takes seconds a gigabyte. Raises EmbeddedPostgresError; a folder that could not be filled is removed.
    """
    programs = program_directory(server_account(folder))
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise EmbeddedPostgresError(f"{folder} is there already: name a new folder for each backup.") from error
    try:
        place = f"--pgdata={folder / COPY}"
        _run(str(programs / "pg_basebackup"), place, "--checkpoint=fast", "--wal-method=stream", f"--dbname={url}")
        _verify(programs, folder)
        if secret.exists():
            shutil.copy2(secret, folder / KEPT)
    except BaseException:
        shutil.rmtree(folder)
        raise


def restore(folder: Path, directory: Path, secret: Path) -> None:
    """Put a backup, once it is verified, into the directory of an embedded PostgreSQL that has no data yet.

    Raises EmbeddedPostgresError; then nothing was changed.
    """
    data = directory / "data"
    copy = folder / COPY
    if not (copy / "PG_VERSION").exists():
        raise EmbeddedPostgresError(f"{folder} is no backup that `parvis backup` made.")
    if (made_by := (copy / "PG_VERSION").read_text().strip()) != (ours := wheel_version().partition(".")[0]):
        raise EmbeddedPostgresError(
            f"The backup was made by PostgreSQL {made_by} and this is PostgreSQL {ours}: restore it with that version,"
            " and then run `parvis upgrade`."
        )
    directory.mkdir(parents=True, exist_ok=True)
    claim = Claim(directory, data)
    claim.take()
    try:
        if data.exists():
            raise EmbeddedPostgresError(f"There are data in {data} already: move them away first.")
        account = server_account(data)
        _verify(program_directory(account), folder)
        unfinished = directory / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(copy, unfinished, symlinks=True, ignore=shutil.ignore_patterns(SOCKETS))
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        unfinished.chmod(0o700)
        if (folder / KEPT).exists():
            shutil.copy2(folder / KEPT, secret)  # One that was made meanwhile has signed nothing.
        unfinished.rename(data)
        sync_directory(directory)
    finally:
        claim.release()


def _verify(programs: Path, folder: Path) -> None:
    """Compare each file with the manifest's checksum, and read the write-ahead log."""
    _run(str(programs / "pg_verifybackup"), "--quiet", str(folder / COPY))


def _run(*arguments: str) -> None:
    done = subprocess.run(arguments, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = " / ".join(line for line in done.stderr.splitlines() if line)[:500]
        raise EmbeddedPostgresError(f"{Path(arguments[0]).name} failed: {said}")
