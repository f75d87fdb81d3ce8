"""The programs of docs/example: they run against a portal as they stand there, so that what they show stays true."""

import csv
import html
import json
import re
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acting import published
from tests.conftest import NODE, Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_layout import PROJECT

EXAMPLE = PROJECT / "docs" / "example"
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a program as `python <name> <arguments>` does; what it prints. Hosts of tests are on this machine."""
    resolve = socket.getaddrinfo

    def here(host: Any, *rest: Any, **named: Any) -> Any:
        return resolve("127.0.0.1" if isinstance(host, str) else host, *rest, **named)

    def program(name: str, *arguments: str) -> str:
        monkeypatch.setattr(socket, "getaddrinfo", here)
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        try:
            runpy.run_path(str(EXAMPLE / name), run_name="__main__")
        except SystemExit as ended:
            told = capsys.readouterr()
            return told.out if not ended.code else f"{ended.code}: {told.err}"
        return capsys.readouterr().out

    return program


def address(portal: Portal) -> str:
    """Where a program finds a portal: by its name, at the port of the tests' server."""
    return f"http://{portal.host}:{portal.running.url.rpartition(':')[2]}"


def test_command_line_lists_what_is_around_nearest_first(rennes: Portal, run: Run) -> None:
    nodes = rennes.ask(
        """query($near: NearInput!) { contributions(near: $near, kinds: [OFFER], order: NEAREST, first: 100) {
        nodes { id title } } }""",
        near={**rennes.ask("{ portal { center { lat lng } } }")["portal"]["center"], "radiusM": 1500},
    )["contributions"]["nodes"]
    lines = run("command_line.py", address(rennes), "--kind", "OFFER", "--radius", "1500").splitlines()
    assert [line.split()[0] for line in lines] == [node["id"] for node in nodes]
    assert 20 < len(lines) < 100  # More than a page.
    assert nodes[0]["title"] in lines[0]
    assert "Rennes" in run("command_line.py", address(rennes), "35000", "--words", "mot-que-personne-n-ecrit")


def test_command_line_says_why_the_portal_refuses(rennes: Portal, run: Run) -> None:
    told = run("command_line.py", address(rennes), "--radius", "-1")
    assert told.startswith("1: ")
    assert "radiusM" in told or "BAD" in told


def test_crawler_fetches_what_changed_and_forgets_what_was_withdrawn(
    given: Given, town: Portal, run: Run, tmp_path: Path
) -> None:
    kept, gone = (published(given.actor(town), given.activity(town)) for _ in range(2))

    def listed() -> set[str]:
        with (tmp_path / "contributions.csv").open(newline="", encoding="utf-8") as table:
            return {row["id"] for row in csv.DictReader(table)}

    first = run("crawler.py", address(town), str(tmp_path))
    assert "new   contributions.csv" in first
    assert {kept, gone} <= listed()
    assert (tmp_path / "agenda.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")

    def unchanged() -> bool:
        return "same  contributions.csv" in run("crawler.py", address(town), str(tmp_path))

    until(unchanged)
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status = 'HIDDEN', status_before = 'OPEN' WHERE id = %s",
        uuid_in(gone),
    )
    published(given.actor(town), given.activity(town))  # What is done by hand above no portal announces.
    old = (tmp_path / "contributions.csv").read_bytes()

    def forgotten() -> bool:
        run("crawler.py", address(town), str(tmp_path))
        return gone not in listed()

    until(forgotten)
    assert kept in listed()
    forget = runpy.run_path(str(EXAMPLE / "crawler.py"))["forget"]
    (tmp_path / "contributions.csv").write_bytes(old)  # As a copy that was made before.
    assert forget(tmp_path) >= 1
    assert gone not in listed()


@pytest.fixture(scope="module")
def built(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example portal, compiled with the types of the contract as it is today."""
    folder = tmp_path_factory.mktemp("portal")
    for name in ("portal.ts", "tsconfig.json"):
        shutil.copy(EXAMPLE / name, folder)
    shutil.copy(PROJECT / "schema" / "schema.graphql", folder)
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    typed = called(node, folder, "node_modules/gql.tada/bin/cli.js", "generate-output", "--tsconfig", "tsconfig.json")
    assert typed.returncode == 0, typed.stdout + typed.stderr
    compiled = called(node, folder, "node_modules/typescript/bin/tsc")
    assert compiled.returncode == 0, compiled.stdout
    return folder


def called(node: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([node, *command], cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def example_portal(node: str, built: Path, rennes: Portal) -> Iterator[httpx.Client]:
    loopback = (NODE / "loopback.mjs").as_uri()
    command = [node, "--import", loopback, "portal.js", address(rennes), "0"]
    with subprocess.Popen(command, cwd=built, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = json.loads(process.stdout.readline())["port"]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield client
        finally:
            process.terminate()


def test_example_portal_shows_the_list_and_its_next_page(example_portal: httpx.Client, rennes: Portal) -> None:
    ask = "query($after: String) { contributions(first: 10, after: $after) { nodes { id title } pageInfo { endCursor } } }"
    first = rennes.ask(ask)["contributions"]
    second = rennes.ask(ask, after=first["pageInfo"]["endCursor"])["contributions"]
    page = example_portal.get("/")
    assert page.status_code == 200
    assert re.findall(r'<li><a href="/([^"]+)">', page.text) == [node["id"] for node in first["nodes"]]
    [link] = re.findall(r'rel="next" href="([^"]+)"', page.text)
    following = example_portal.get(html.unescape(link)).text
    assert re.findall(r'<li><a href="/([^"]+)">', following) == [node["id"] for node in second["nodes"]]
    one = example_portal.get(f"/{first['nodes'][0]['id']}")
    assert (one.status_code, f"<h1>{first['nodes'][0]['title']}" in html.unescape(one.text)) == (200, True)
    assert example_portal.get("/contribution_1_nothing").status_code == 404


def test_field_that_the_contract_does_not_have_is_an_error_of_the_compiler(node: str, built: Path) -> None:
    wrong = (built / "portal.ts").read_text("utf-8").replace("author { name }", "author { nickname }")
    (built / "wrong.ts").write_text(wrong, "utf-8")
    config = json.loads((built / "tsconfig.json").read_text("utf-8"))
    (built / "wrong.json").write_text(json.dumps(config | {"files": ["wrong.ts"]}), "utf-8")
    refused = called(node, built, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "wrong.json")
    assert refused.returncode != 0
    assert "wrong.ts" in refused.stdout


def test_example_is_short_and_wants_what_is_pinned() -> None:
    lines = (EXAMPLE / "portal.ts").read_text("utf-8").splitlines()
    assert len(lines) <= 125
    wanted = set(re.findall(r'from "(@?[\w./-]+)"', "\n".join(lines))) - {"./contract.d.ts"}
    pinned = json.loads((NODE / "package.json").read_text("utf-8"))["dependencies"]
    assert wanted <= set(pinned)
