"""Neither logs nor answers show the database's password or the secret that tokens are signed with."""

import logging
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from database import door
from tests.command import refusal, runner
from tests.conftest import serve, settings
from tests.own import Own, serving, until

PASSWORD = "correct-horse-battery"
SECRET = settings(Path()).secret


def with_password(url: str) -> str:
    """The embedded cluster asks for none and takes any."""
    return serving(url).replace("//parvis@", f"//parvis:{PASSWORD}@")


def shown(records: list[logging.LogRecord]) -> str:
    """Everything that any formatter could write of the events, stack traces included."""
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) + repr(vars(record)) for record in records)


def test_unforeseen_errors_show_neither_password_nor_secret(
    own: Own, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number, _ = own.create("leaky")
    running = serve(with_password(own.url), tmp_path)
    server = next(running)
    until(lambda: server.registry.at("leaky.example"))
    asked = {"query": "{ spaces { nodes { title } } }"}
    own.rows(f"ALTER TABLE t_{number}.participatory_space RENAME COLUMN title TO heading")
    answer = httpx.post(f"{server.url}/graphql", json=asked, headers={"host": "leaky.example"})
    next(running, None)
    own.rows(f"ALTER TABLE t_{number}.participatory_space RENAME COLUMN heading TO title")
    assert "reference" in answer.json()["errors"][0]["extensions"]
    written = shown(caplog.records)
    assert "UndefinedColumn" in written
    for confidential in (PASSWORD, SECRET):
        assert confidential not in written
        assert confidential not in answer.text + str(answer.headers)


def test_database_that_is_away_is_told_without_its_password(
    own: Own, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(door, "OPEN_TIMEOUT_S", 0.2)
    url = f"postgresql://parvis:{PASSWORD}@127.0.0.1:1/parvis"
    found = runner(own, tmp_path)("tenant", "list", DATABASE_URL=url, PARVIS_SECRET=SECRET)
    assert refusal(found) == "Error: the database does not answer; is DATABASE_URL right and the cluster up?"
    written = shown(caplog.records)
    assert PASSWORD not in written + found.output
    assert SECRET not in written + found.output


def test_malformed_url_is_told_at_once_without_its_password(own: Own, tmp_path: Path, caplog: Any) -> None:
    started = time.monotonic()
    found = runner(own, tmp_path)("serve", DATABASE_URL=f"postgres:/parvis:{PASSWORD}@db/parvis")
    assert refusal(found).startswith("Error: DATABASE_URL is no URL of a database: ")
    assert time.monotonic() - started < 5  # It was retried for thirty seconds.
    assert PASSWORD not in found.output + shown(caplog.records)
