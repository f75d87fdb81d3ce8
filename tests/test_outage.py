"""An outage of the database is told once, when it begins and when it is over, with its reason; and a request's once."""

import logging
import tempfile
from pathlib import Path

import httpx
import psycopg
import pytest

from database import deadline
from database.outage import TOLD_EVERY_S, Outage
from tests.conftest import serve
from tests.fault.proxy import Way, proxied
from tests.own import Own, until


class Clock:
    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


def test_outage_is_told_at_once_and_once_a_minute_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    outage = Outage("the replica", clock)
    with caplog.at_level(logging.WARNING, "parvis.database"):
        outage.end()
        for _ in range(700):
            outage.note(psycopg.OperationalError("connection refused\n  is it running?"))
            outage.note_crowd(16)
            clock.now += TOLD_EVERY_S / 600
        outage.end()
        outage.end()
        assert not outage.is_on
        clock.now += 1
        outage.note(TimeoutError())
        assert outage.is_on
    assert caplog.messages == [
        "the replica does not answer, for 0 s now: connection refused is it running?",
        "the replica does not answer, for 60 s now: connection refused is it running?",
        "the replica answers again, after 70 s",
        "the replica does not answer, for 0 s now: TimeoutError",
    ]


def test_crowd_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    outage = Outage("the database", clock)
    with caplog.at_level(logging.WARNING, "parvis.database"):
        for _ in range(700):
            outage.note_crowd(16)
            clock.now += TOLD_EVERY_S / 600
    assert caplog.messages == ["all 16 connections to the database were in use for too long"] * 2


def test_process_tells_of_an_outage_once_and_of_each_request_once(
    own: Own, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own.create("outage")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, proxied(own.url, "tcp", Path(folder)) as proxy:
        server = serve(proxy.url, tmp_path)
        running = next(server)

        def ask(number: int) -> int:
            body = {"query": f"{{ portal {{ title }} }} # {number}"}
            return httpx.post(
                f"{running.url}/graphql", json=body, headers={"host": "outage.example"}, timeout=4 * deadline.TOTAL_S
            ).status_code

        assert ask(0) == 200
        told = [name for name in logging.root.manager.loggerDict if name.startswith("parvis")]
        with caplog.at_level(logging.WARNING):
            target, proxy._target = proxy._target, "/nowhere"
            proxy.end(Way.CLOSED)
            assert [ask(number) for number in (1, 2)] == [503, 503]  # Each waits; jobs and followers fail meanwhile.
            proxy._target = target
            until(lambda: ask(3) == 200)
            until(lambda: any("answers again" in message for message in caplog.messages))
        next(server, None)
    assert told != []
    said = [
        (record.name, record.message.partition(":")[0].partition(",")[0])
        for record in caplog.records
        if record.name.startswith("parvis") and record.levelno >= logging.WARNING
    ]
    assert said.count(("parvis.database", "the database does not answer")) == 1
    assert said.count(("parvis.database", "the database answers again")) == 1
    failed = said.count(("parvis.operation", "an operation failed"))
    assert failed >= 2
    assert len(said) == 2 + failed
