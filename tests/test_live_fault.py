"""Subscribers under faults: those who do not read lose their place alone, and a message that is too long ends one socket."""

import socket as sockets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import server.live.socket
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.listening import PATIENCE_S, PROTOCOL, PUBLISHED, Socket, events, socket, start
from tests.refused import codes
from tests.telling import person

MANY = 60
"""Publications of 12 kB, told to twenty subscriptions of one socket: 14 MB, more than buffers between two processes hold."""

LONG = """subscription($activity: ID, $after: String) {
  contributionPublished(activity: $activity, after: $after) { id body } }"""
TITLED = """subscription($activity: ID, $after: String) {
  contributionPublished(activity: $activity, after: $after) { id } }"""


@contextmanager
def unread(portal: Portal) -> Iterator[Socket]:
    """An open socket whose client takes a few kilobytes and reads no more."""
    address = urlsplit(portal.running.url)
    with sockets.socket() as line:
        line.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        line.connect((address.hostname, address.port))
        with connect(
            f"ws://{portal.host}/graphql",
            subprotocols=[PROTOCOL],
            sock=line,
            proxy=None,
            compression=None,
            close_timeout=0.1,
            max_queue=1,
            max_size=None,
        ) as connection:
            client = Socket(connection)
            client.begin(Authorization=f"Bearer {portal.token}")
            yield client


def left(client: Socket, subscriptions: int) -> list[Any]:
    """What a socket was still told before it was closed, or each of its subscriptions ended because it fell behind;
    raises TimeoutError where neither happened."""
    heard, ended = [], 0
    with suppress(ConnectionClosed):
        while ended < subscriptions:
            message = client.receive()
            ended += message["type"] == "complete"
            heard += [message] if message["type"] == "next" else []
    return heard


def test_who_does_not_read_loses_the_place_and_the_others_hear_all_in_time(
    given: Given, town: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.live.socket, "SEND_S", 1.0)
    activity, after, author = given.activity(town), start(given, town), given.actor(town)
    reader, other = person(given, town), person(given, town)
    with unread(reader) as slow, socket(other) as attentive, events(other, TITLED, activity=activity) as stream:
        for _ in range(20):
            slow.subscribe(LONG, activity=activity, after=after)
        attentive.subscribe(TITLED, activity=activity, after=after)
        ids = [published(author, activity, title=f"Idée {n}", body="x" * 12_000) for n in range(MANY)]
        assert [attentive.told()["id"] for _ in ids] == ids
        assert [stream.told()["id"] for _ in ids] == ids
        assert len(left(slow, 20)) < 20 * MANY


def test_message_that_is_too_long_ends_its_socket_alone_and_a_body_is_refused_with_a_code(
    given: Given, town: Portal
) -> None:
    activity, after = given.activity(town), start(given, town)
    with socket(town) as other, socket(town) as client:
        other.subscribe(PUBLISHED, activity=activity, after=after)
        client.connection.send("x" * 1_048_576)
        with pytest.raises(ConnectionClosed) as closed:
            client.connection.recv(timeout=PATIENCE_S)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
        assert codes(town.post("{ portal { slug } }" + " " * 1_048_576), 413) == {"BODY_TOO_LARGE"}
        with socket(town) as again:
            again.subscribe(PUBLISHED, activity=activity, after=after)
            idea = published(given.actor(town), activity)
            assert (other.told()["id"], again.told()["id"]) == (idea, idea)
