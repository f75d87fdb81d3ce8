"""`parvis serve` on the embedded cluster: it stops cleanly, and other commands work beside it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from database.embedded.launcher import EmbeddedPostgres
from server import cluster, settings
from tests.command import refusal, runner
from tests.own import RENNES, Own, until

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a small register, so that a start does not load the whole one."""
    folder = tmp_path_factory.mktemp("data")
    with EmbeddedPostgres(folder / "postgres", durable=False) as postgres:
        Own(postgres.url).prepare()
    return folder


@contextmanager
def serving(
    data: Path, *arguments: str, port: int, before: str = "", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A server process, which runs the code `before` first; killed at the end if it still runs."""
    command = [
        sys.executable,
        "-c",
        f"{before}\nfrom server.command.main import main; main()",
        "serve",
        "--port",
        str(port),
        *arguments,
    ]
    base = {
        name: value for name, value in os.environ.items() if name != "DATABASE_URL" and not name.startswith("PARVIS_")
    }
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=base | {"PARVIS_DATA": str(data), "PARVIS_LOG": "json"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(process: subprocess.Popen[str], port: int) -> bool:
    assert process.poll() is None, process.stderr.read() if process.stderr else ""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def cluster_pid(data: Path) -> int:
    return int((data / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=lambda found: found.name)
def test_server_that_is_asked_to_stop_leaves_nothing_behind(data: Path, asked: signal.Signals, own: Own) -> None:
    port = free_port()
    with serving(data, port=port) as process:
        until(lambda: answers(process, port), PATIENCE_S)
        cluster = cluster_pid(data)
        assert is_running(cluster)
        commands_work_beside(own, data, port, asked.name.lower())
        process.send_signal(asked)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert not is_running(cluster)  # At once: it was waited for.
    assert not (data / "postgres.url").exists()
    assert not (data / "postgres" / "data" / "postmaster.pid").exists()
    assert out == ""
    assert "Traceback" not in err
    assert '"level":"error"' not in err


def commands_work_beside(own: Own, data: Path, port: int, slug: str) -> None:
    run = runner(own, data)
    made = run("tenant", "create", "--insee", "35238", "--host", f"{slug}.example", "--slug", slug, DATABASE_URL="")
    assert made.exit_code == 0, made.output
    query = {"query": "{ portal { title } }"}

    def title() -> Any:
        return httpx.post(f"http://127.0.0.1:{port}/graphql", json=query, headers={"host": f"{slug}.example"}).json()

    until(lambda: title().get("data") == {"portal": {"title": RENNES.name}})
    assert slug in run("tenant", "list", DATABASE_URL="").output
    assert "is in use by process" in refusal(run("serve", "--port", str(free_port()), DATABASE_URL=""))
    assert (
        refusal(run("serve", "--port", str(port)))
        == f"Error: cannot listen on 127.0.0.1, port {port}: Address already in use"
    )
    assert slug not in run("tenant", "list").output  # The module's own database is another one.


@pytest.mark.parametrize("host", ["192.0.2.1", "::2", "no.such.host.invalid"])
def test_address_that_is_not_ours_is_told(own: Own, tmp_path: Path, host: str) -> None:
    assert refusal(runner(own, tmp_path)("serve", "--host", host)).startswith(
        f"Error: cannot listen on {host}, port 8000: "
    )


def test_installation_that_begins_is_told_and_one_that_is_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that nobody meant would be filled in silence, and its list of portals be empty."""
    config = settings.read({"PARVIS_DATA": str(tmp_path / "meant")})
    monkeypatch.setattr(cluster, "EmbeddedPostgres", lambda _folder: pytest.fail("started"))
    for _ in range(2):
        with pytest.raises(pytest.fail.Exception, match="started"), cluster.own(config):
            pass
        assert [str(tmp_path / "meant") in each for each in caplog.messages] == [True]
        (tmp_path / "meant" / "postgres").mkdir(exist_ok=True)
