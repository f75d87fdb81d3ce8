"""Senders of webhooks: several processes at once, one that is killed in the middle, and what a delivery costs."""

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest

from auth.outbound import Outbound
from auth.sealed_secret import Sealer
from database.transaction import Transaction
from jobs.courier import Courier
from tenants.registry import TenantRegistry
from tests.acting import published, revise
from tests.conftest import SECRET, Portal
from tests.given import Given, uuid_in
from tests.hooking import hooked, read, register
from tests.own import Own, until

Town = tuple[Given, Portal]
TAKES_S = 0.02
"""How long the receiver takes, so that messages meet."""


@pytest.fixture(scope="module")
def town(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Its own courier is at rest: the processes of the tests send."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Courier, "serve_next", _rest)
        with hooked(own, tmp_path_factory.mktemp("hooked")) as here:
            yield here


async def _rest(_courier: Courier, _tenant: int) -> bool:
    return False


SERVE_NEXT = Courier.serve_next


@pytest.fixture
def admin(town: Town) -> Iterator[Portal]:
    """An administrator, whose webhooks are gone afterwards."""
    given, portal = town
    yield given.actor(portal, role="ADMIN")
    given.sql(portal, "DELETE FROM __tenant__.webhook")


@dataclass
class Told:
    """A message as it came: from which sender, which event of which subject, and when it came and was answered."""

    sender: str
    event: str
    subject: str
    began: float
    ended: float | None = None


@dataclass
class Desk:
    """A receiver that notes when each message came and when it was answered."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    is_open: threading.Event = field(default_factory=threading.Event)
    """It answers while this is set."""


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk on the loopback, which answers."""
    here, turn = Desk(), threading.Lock()
    here.is_open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["content-length"])))
            sender, event = str(self.headers["user-agent"]), str(self.headers["webhook-id"])
            told = Told(sender, event, message["data"]["subject"]["id"], time.monotonic())
            with turn:
                here.told.append(told)
            time.sleep(TAKES_S)
            here.is_open.wait(20)
            told.ended = time.monotonic()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, *_arguments: object) -> None:
            """Whoever was killed does not wait for an answer."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        here.url = f"http://127.0.0.1:{server.server_port}/parvis"
        try:
            yield here
        finally:
            here.is_open.set()
            server.shutdown()
            thread.join()


@contextmanager
def senders(town: Town, *names: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that begin to send together, and are killed at the end."""
    given, portal = town
    with ExitStack() as held:
        processes = []
        for name in names:
            command = [sys.executable, "-m", "tests.fault.couriering", given.url, SECRET, str(portal.number), name]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            held.enter_context(process)
            held.callback(process.kill)
            processes.append(process)
        for process in processes:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        yield processes


def happened(town: Town, hook: str, count: int) -> list[str]:
    """The events that a webhook waits for, in the journal's order, once so many are written down for it."""
    given, portal = town
    waits = "SELECT event_id FROM __tenant__.webhook_delivery WHERE webhook_id = %s ORDER BY position"

    def rows() -> list[tuple[Any, ...]]:
        return given.sql(portal, waits, uuid_in(hook))

    until(lambda: len(rows()) == count, 30)
    return [f"event_{portal.number}_{id_}" for (id_,) in rows()]


def test_two_processes_send_each_event_once_and_one_of_a_subject_at_a_time_in_order(town: Town, admin: Portal) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    with desk() as receiver:
        hook, _ = register(admin, receiver.url)
        contributions = [published(author, activity) for _ in range(8)]
        for turn in range(4):
            for contribution in contributions:
                assert revise(author, contribution, title=f"Titre {turn}")["userErrors"] == []
        wanted = happened(town, hook, 40)
        with senders(town, "first", "second"):
            until(lambda: read(admin, hook)["waitingCount"] == 0, 60)
    assert sorted(told.event for told in receiver.told) == sorted(wanted)
    assert {told.sender for told in receiver.told} == {"first", "second"}
    of: defaultdict[str, list[Told]] = defaultdict(list)
    for told in receiver.told:
        of[told.subject].append(told)
    assert sorted(of) == sorted(contributions)
    for messages in of.values():
        assert [wanted.index(told.event) for told in messages] == sorted(wanted.index(told.event) for told in messages)
        assert all(before.ended is not None and before.ended <= after.began for before, after in pairwise(messages))


def test_what_a_killed_sender_had_on_its_way_is_sent_again_by_another_and_holds_its_subject_until_then(
    town: Town, admin: Portal
) -> None:
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    with desk() as receiver:
        hook, _ = register(admin, receiver.url)
        mine = published(author, activity)
        assert revise(author, mine, title="Autre titre")["userErrors"] == []
        first, second = happened(town, hook, 2)
        receiver.is_open.clear()
        with senders(town, "killed") as [process]:
            until(lambda: len(receiver.told) == 1, 30)
            process.kill()
            process.wait(10)
        receiver.is_open.set()
        other = published(author, activity)
        third = happened(town, hook, 3)[2]
        with senders(town, "other"):
            until(lambda: [told.event for told in receiver.told] == [first, third], 30)
            assert [told.subject for told in receiver.told] == [mine, other]
            given.sql(  # The claim of the one that was killed has run out.
                portal, "UPDATE __tenant__.webhook_delivery SET due_at = now() WHERE state = 'WAITING'"
            )
            until(lambda: read(admin, hook)["waitingCount"] == 0, 60)
    assert [(told.sender, told.event) for told in receiver.told] == [
        ("killed", first),
        ("other", third),
        ("other", first),
        ("other", second),
    ]
    attempts = given.sql(portal, "SELECT attempts FROM __tenant__.webhook_delivery ORDER BY position")
    assert attempts == [(2,), (1,), (1,)]


def test_statements_of_a_turn_do_not_grow_with_its_messages(
    town: Town, admin: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look, a claim, what the public sees, and four of what came of it: said in docs/webhooks.md."""
    given, portal = town
    author, activity = given.actor(portal), given.activity(portal)
    counts, sent = [], list[int]()
    send = Transaction._sent

    def noted(transaction: Transaction, *asked: Any) -> Any:
        sent.append(threading.get_ident())
        return send(transaction, *asked)

    monkeypatch.setattr(Transaction, "_sent", noted)
    with desk() as receiver:
        for count in (1, 5):
            hook, _ = register(admin, receiver.url)
            for _ in range(count):
                published(author, activity)
            happened(town, hook, count)
            counts.append(given.run(_turn(given, portal, sent)))
            assert read(admin, hook)["waitingCount"] == 0
            given.sql(portal, "DELETE FROM __tenant__.webhook")
    assert counts == [7, 7]
    assert len(receiver.told) == 6


async def _turn(given: Given, portal: Portal, sent: list[int]) -> int:
    """How many statements one turn of a courier is; `sent` has the thread of each."""
    outbound = Outbound(allows_private=True)
    registry = TenantRegistry(given.database, local_suffix=None)
    await registry.refresh()
    courier = Courier(given.database, registry, Sealer(SECRET), outbound)
    sent.clear()
    try:
        assert await SERVE_NEXT(courier, portal.number)
    finally:
        await outbound.close()
    return sent.count(threading.get_ident())
