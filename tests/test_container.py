"""The container's build context: what the image needs, and neither history nor environments nor people's data."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LINES = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
RULES = [line for line in LINES if line and not line.startswith("#")]


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of .dockerignore names a path or one of its parents, as Docker documents it."""
    text = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
    return re.fullmatch(f"{text}(/.*)?", path) is not None


def is_sent(path: str) -> bool:
    """Whether a file is part of the context: the last rule that names it decides."""
    found = True
    for rule in RULES:
        if matches(rule.removeprefix("!"), path):
            found = rule.startswith("!")
    return found


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        ".parvis/secret",
        ".parvis/postgres/data/PG_VERSION",
        ".parvis/mail/01.eml",
        "server/.parvis/secret",
        "server/__pycache__/app.cpython-313.pyc",
        "web/graphiql/node_modules/react/index.js",
        "tests/conftest.py",
        "bench/result.json",
        "deploy/compose.yaml",
        "build/lib/server/app.py",
        "parvis.egg-info/PKG-INFO",
        "roles.sql",
        "parvis.dump",
        ".env",
        "secret",
    ],
)
def test_context_holds_no_history_no_environment_and_nobodys_data(path: str) -> None:
    assert not is_sent(path)


def test_context_holds_all_that_is_installed() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    packages = [name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]]
    listed = subprocess.run(["git", "ls-files", *packages], cwd=PROJECT, capture_output=True, text=True, check=True)
    files = [name for name in listed.stdout.splitlines() if not name.startswith("web/graphiql/")]
    assert len(files) > 200
    files += ["pyproject.toml", "requirements.txt", project["project"]["readme"], *project["project"]["license-files"]]
    assert [name for name in files if not is_sent(name)] == []


def test_ignored_files_lie_where_the_build_looks_for_them() -> None:
    compose = (PROJECT / "deploy" / "compose.yaml").read_text("utf-8")
    assert "build: {context: .., dockerfile: deploy/Containerfile}" in compose
    assert "podman build -f deploy/Containerfile -t parvis ." in (PROJECT / "deploy" / "Containerfile").read_text(
        "utf-8"
    )
    assert not (PROJECT / "deploy" / "Containerfile.dockerignore").exists()  # It would count in its place.
