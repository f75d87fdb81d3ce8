"""Webhooks of tests: a portal whose courier may reach the loopback, receivers that are killed, and what they were told."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from demo import tenants as stories
from tests.administering import done
from tests.conftest import Portal, serve
from tests.given import Given
from tests.own import Own, until

PROJECT = Path(__file__).resolve().parents[1]
KINDS = ["CONTRIBUTION_PUBLISHED", "CONTRIBUTION_REVISED", "CONTRIBUTION_CLOSED", "COMMENT_PUBLISHED"]
DELIVERIES = """query($id: ID!) { webhook(id: $id) { state failingSince stoppedAt waitingCount formerSecretUntil
  deliveries(first: 100) { nodes { id kind state attempts statusCode problem tookMs triedAt } } } }"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def hooked(own: Own, data: Path, **settings: Any) -> Iterator[tuple[Given, Portal]]:
    """A portal in a database of its own, with a server that may reach the loopback unless the settings say otherwise."""
    slug = f"hook-{len(own.rows('SELECT 1 FROM platform.tenant'))}"
    own.create(slug, first_space=False)
    story = next(story for story in stories() if story.slug == "rennes")
    for running in serve(own.url, data, **{"allows_private_urls": True} | settings):
        with httpx.Client(base_url=running.url, timeout=30) as client:
            given = Given(own.url)
            try:
                yield given, Portal(client, replace(story, slug=slug, hosts=(f"{slug}.example",)), running)
            finally:
                given.close()


@dataclass
class Receiver:
    """The receiver of docs/webhooks.md in a process of its own, which can be killed and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    logs: list[Path] = field(default_factory=list)
    """One for each time that it was started: of the last word of one that was killed a part may be missing."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/parvis"

    def start(self, secret: str) -> None:
        """Start it; comes back when it listens."""
        [program] = re.findall(r"```python\n(.*?)```", (PROJECT / "docs" / "webhooks.md").read_text("utf-8"), re.DOTALL)
        assert sum(bool(line) for line in program.splitlines()) == 10
        environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(self.port)}
        self.logs.append(self.folder / f"told-{len(self.logs)}")
        with self.logs[-1].open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program], env=environment, stdout=log, stderr=subprocess.DEVNULL
            )
        until(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Kill it without a word."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Each message that it verified, by its `webhook-id`, in the order in which they came."""
        whole = [log.read_text("utf-8").rpartition("\n")[0].splitlines() for log in self.logs]
        return [(name, message) for lines in whole for name, message in map(json.loads, lines)]


@dataclass
class Bench:
    """A receiver in a thread of this process, which answers what a test says."""

    answers: list[int] = field(default_factory=list)
    """Statuses in their order; 204 once there are none left."""
    headers: dict[str, str] = field(default_factory=dict)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    waits_for: threading.Event | None = None


@contextmanager
def bench() -> Iterator[Bench]:
    """A receiver on the loopback."""
    here = Bench()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            here.told.append(({name.lower(): text for name, text in self.headers.items()}, body))
            if here.waits_for is not None:
                here.waits_for.wait(20)
            self.send_response(here.answers.pop(0) if here.answers else 204)
            for name, text in here.headers.items():
                self.send_header(name, text)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_arguments: object) -> None:
            """Whoever does not wait for an answer is no error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        here.url = f"http://127.0.0.1:{server.server_port}/parvis"
        try:
            yield here
        finally:
            if here.waits_for is not None:
                here.waits_for.set()
            server.shutdown()
            thread.join()


def register(admin: Portal, url: str, kinds: list[str] = KINDS, name: str = "Outil") -> tuple[str, str]:
    """A webhook's id, and its secret."""
    made = done(admin, "webhookRegister", "webhook { id } secret", name=name, url=url, kinds=kinds)
    return made["webhook"]["id"], made["secret"]


def read(admin: Portal, webhook: str) -> dict[str, Any]:
    """What its administrators read of a webhook."""
    return dict(admin.ask(DELIVERIES, id=webhook)["webhook"])


def deliveries(admin: Portal, webhook: str) -> list[dict[str, Any]]:
    return list(read(admin, webhook)["deliveries"]["nodes"])


def settled(admin: Portal, webhook: str, count: int, state: str = "DELIVERED") -> None:
    """Comes back when so many deliveries of a webhook are in a state."""
    until(lambda: sum(one["state"] == state for one in deliveries(admin, webhook)) >= count, 30)


def problems(admin: Portal, webhook: str) -> list[str | None]:
    """Why the last attempt at each of a webhook's deliveries failed, the newest first."""
    return [one["problem"] for one in deliveries(admin, webhook)]
