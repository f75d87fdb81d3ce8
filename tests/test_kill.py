"""`kill -9` in mid-write: what was acknowledged is there at the next start, and the next start works."""

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from auth.token import DevelopmentTokens
from database.embedded.launcher import EmbeddedPostgres
from demo import tenants as stories
from demo.load import actor_id, load
from models import ident
from models.actor import Role
from tests.own import Own, until
from tests.test_command_serve import PATIENCE_S, free_port, serving

SECRET = "secret of the test that kills"
WRITERS = 4
ENOUGH = 24
"""Acknowledged writes after which the server is killed, while each writer is at its next."""

PUBLISH = """mutation($input: ContributionPublishInput!) {
  contributionPublish(input: $input) { contribution { id title } userErrors { code } } }"""
FIND = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Contribution { id title } } }"


def prepare(data: Path) -> tuple[str, dict[str, str]]:
    """Write Rennes into an embedded cluster; an activity that takes offers, and a member's headers, through a router."""
    [story] = [found for found in stories() if found.slug == "rennes"]
    with EmbeddedPostgres(data / "postgres", durable=False) as postgres:
        own = Own(postgres.url)
        own.prepare()
        own.run(lambda database: load(database, [story], lambda _: None))
        number = own.value("SELECT number FROM platform.tenant WHERE slug = 'rennes'")
        activity = own.value(f"SELECT id FROM t_{number:d}.activity WHERE kind = 'MUTUAL_AID'")
    member = next(actor for actor in story.actors if actor.role == "MEMBER")
    token = DevelopmentTokens(SECRET).make(number, actor_id("rennes", member.key), Role.MEMBER)
    router = DevelopmentTokens(SECRET).make_router(number)
    headers = {"host": story.hosts[0], "authorization": f"Bearer {token}", "parvis-router": router}
    return ident.encode("activity", number, activity), headers


def is_ready(process: subprocess.Popen[str], client: httpx.Client) -> bool:
    assert process.poll() is None, process.stderr.read() if process.stderr else ""
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def write(
    client: httpx.Client, activity: str, numbers: Iterator[int], acknowledged: dict[str, str], stop: Event
) -> None:
    """Publish one contribution after the other until the server is gone, and note those that it acknowledged."""
    place = {"lat": 48.11, "lng": -1.68}
    while not stop.is_set():
        title = f"Offre {next(numbers)}"
        sent = {
            "activity": activity,
            "kind": "OFFER",
            "title": title,
            "body": "Écrite.",
            "location": place,
            "isOldEnough": True,
        }
        try:
            answer = client.post("/graphql", json={"query": PUBLISH, "variables": {"input": sent}})
        except httpx.TransportError:
            return
        done: dict[str, Any] = answer.json()["data"]["contributionPublish"]
        assert done["userErrors"] == []
        acknowledged[done["contribution"]["id"]] = title


def test_server_killed_in_mid_write_loses_no_acknowledged_write_and_starts_again(tmp_path: Path) -> None:
    activity, headers = prepare(tmp_path)
    port = free_port()
    environment = {"PARVIS_DEMO": "1", "PARVIS_SECRET": SECRET}
    acknowledged: dict[str, str] = {}
    numbers, stop = count(1), Event()
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)
    with client, serving(tmp_path, port=port, **environment) as process, ThreadPoolExecutor(WRITERS) as writers:
        until(lambda: is_ready(process, client), PATIENCE_S)
        working = [writers.submit(write, client, activity, numbers, acknowledged, stop) for _ in range(WRITERS)]
        try:
            until(lambda: len(acknowledged) >= ENOUGH or any(found.done() for found in working), PATIENCE_S)
            os.kill(process.pid, signal.SIGKILL)
        finally:
            stop.set()
        for found in working:
            found.result(PATIENCE_S)
    assert process.returncode == -signal.SIGKILL
    assert len(acknowledged) >= ENOUGH

    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)
    with client, serving(tmp_path, port=port, **environment) as process:
        until(lambda: is_ready(process, client), PATIENCE_S)
        references = [{"__typename": "Contribution", "id": id_} for id_ in acknowledged]
        answer = client.post("/graphql", json={"query": FIND, "variables": {"of": references}}).json()
        assert answer["data"]["_entities"] == [{"id": id_, "title": title} for id_, title in acknowledged.items()]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
