"""Clients that subscribe: by WebSocket and by server-sent events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.conftest import Portal
from tests.given import Given

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE_S = 20.0
"""For what must come; nothing is asserted by its not coming in time."""

CHANGED = """subscription($id: ID, $after: String) {
  exchangeChanged(exchange: $id, after: $after) { id status contribution { title } } }"""
RECEIVED = """subscription($id: ID, $after: String) {
  messageReceived(exchange: $id, after: $after) { body isMine exchange { id } } }"""
PUBLISHED = """subscription($activity: ID, $near: NearInput, $after: String) {
  contributionPublished(activity: $activity, near: $near, after: $after) { id title author { name } } }"""
NOTICED = "subscription($after: String) { noticeReceived(after: $after) { id kind contribution { id title } } }"
TALLIED = "subscription($id: ID!) { tallyChanged(contribution: $id) { tally { totalCount supportCount } } }"


def start(given: Given, portal: Portal) -> str:
    """The last event of a portal: whoever subscribes `after` it misses nothing of what a test does then."""
    [(position,)] = given.sql(portal, "SELECT coalesce(max(position), 0) FROM __tenant__.event")
    return str(position)


class Socket:
    """A client that speaks graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ids = map(str, count(1))

    def send(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def receive(self) -> dict[str, Any]:
        """The next message."""
        return dict(json.loads(self.connection.recv(timeout=PATIENCE_S)))

    def begin(self, **payload: Any) -> None:
        """Say who listens; it is let in."""
        self.send(type="connection_init", payload=payload)
        assert self.receive() == {"type": "connection_ack"}

    def subscribe(self, query: str, **variables: Any) -> str:
        """Subscribe; returns the subscription's id."""
        id_ = next(self._ids)
        self.send(type="subscribe", id=id_, payload={"query": query, "variables": variables})
        return id_

    def told(self) -> Any:
        """The data of what is told next."""
        message = self.receive()
        assert message["type"] == "next" and "errors" not in message["payload"], message
        [found] = message["payload"]["data"].values()
        return found

    def code(self) -> str:
        """The code of the error that is told next."""
        message = self.receive()
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        return str(errors[0]["extensions"]["code"])


@contextmanager
def dialled(portal: Portal, path: str = "/graphql", **headers: str) -> Iterator[Socket]:
    """An open socket that has not said anything yet."""
    address = urlsplit(portal.running.url)
    with connect(
        f"ws://{portal.host}{path}",
        subprotocols=[PROTOCOL],
        additional_headers=headers,
        address=(address.hostname, address.port),
        proxy=None,
        compression=None,
        close_timeout=2,
    ) as connection:
        yield Socket(connection)


@contextmanager
def socket(portal: Portal) -> Iterator[Socket]:
    """An open socket of whoever is signed in."""
    with dialled(portal) as opened:
        opened.begin(**({"Authorization": f"Bearer {portal.token}"} if portal.token else {}))
        yield opened


class Events:
    """A stream of server-sent events."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        self.last = ""
        """The id of the last event."""

    def next(self) -> tuple[str, Any]:
        """The next event: its name and its data."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line == "" and "event" in fields:
                self.last = fields.get("id", self.last)
                return fields["event"], json.loads(fields["data"]) if fields["data"] else None
            name, _, text = line.partition(": ")
            fields[name.rstrip(":")] = text
        raise AssertionError("the stream has ended")

    def told(self) -> Any:
        """The data of what is told next."""
        name, answer = self.next()
        assert name == "next" and "errors" not in answer, answer
        [found] = answer["data"].values()
        return found


@contextmanager
def events(portal: Portal, query: str, last: str | None = None, **variables: Any) -> Iterator[Events]:
    """An open stream of whoever is signed in."""
    headers = {"host": portal.host, "accept": "text/event-stream"}
    headers |= {"authorization": f"Bearer {portal.token}"} if portal.token else {}
    headers |= {"last-event-id": last} if last is not None else {}
    params = {"query": query, "variables": json.dumps(variables)}
    with (
        httpx.Client(base_url=portal.running.url, timeout=PATIENCE_S) as client,
        client.stream("GET", "/graphql", params=params, headers=headers) as response,
    ):
        if response.status_code != 200:
            response.read()
        yield Events(response)
