"""Logs: one JSON object a line with the request's id, and nothing that signs anybody in."""

import atexit
import io
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest

from server import log
from server.log import JsonFormatter, TextFormatter, request_id
from tests.conftest import Portal
from tests.given import Given
from tests.own import until

TITLE = "{ portal { title } }"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    found = logging.getLogger()
    handlers, level = found.handlers[:], found.level
    yield found
    found.handlers[:] = handlers
    found.setLevel(level)


@contextmanager
def configured(log_format: str) -> Iterator[log.Gathering]:
    """Logs as a server has them, until the last line is written."""
    listener = log.configure(log_format)
    try:
        yield listener
    finally:
        atexit.unregister(listener.stop)
        listener.stop()


def record(message: str, *values: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    return logging.getLogger("parvis.test").makeRecord(
        "parvis.test", level, "file", 1, message, values, None, extra=extra
    )


def test_json_event_has_time_level_logger_message_request_and_what_was_added() -> None:
    given = record("hello %s", "world", tenant="rennes", ms=1.5, request="request-7")
    event = json.loads(JsonFormatter().format(given))
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "info",
        "logger": "parvis.test",
        "message": "hello world",
        "request": "request-7",
        "tenant": "rennes",
        "ms": 1.5,
    }


@pytest.mark.parametrize("text", ["two\nlines", 'quote " and \\', "é \x1b[31m \x00"])
def test_json_event_is_one_line_whatever_the_text(text: str) -> None:
    line = JsonFormatter().format(record(text, given=text))
    assert "\n" not in line
    assert (json.loads(line)["message"], json.loads(line)["given"]) == (text, text)


def test_exceptions_are_in_the_event() -> None:
    try:
        raise ValueError("reason")
    except ValueError:
        found = record("failed", level=logging.ERROR)
        found.exc_info = sys.exc_info()
    assert json.loads(JsonFormatter().format(found))["exception"].endswith("ValueError: reason")
    assert TextFormatter().format(found).startswith("error   failed\nTraceback")


def test_text_is_one_line_for_people() -> None:
    assert TextFormatter().format(record("hello", tenant="rennes", ms=1.5)) == "info    hello  tenant=rennes ms=1.5"


@pytest.mark.parametrize(("log_format", "kind"), [("json", JsonFormatter), ("text", TextFormatter)])
def test_configured_logs_go_to_standard_error_once(
    root: logging.Logger, log_format: str, kind: type[logging.Formatter], capfd: pytest.CaptureFixture[str]
) -> None:
    with configured(log_format) as listener:
        assert type(listener.formatter) is kind
        logging.getLogger("uvicorn.error").info("once")
        logging.getLogger("uvicorn.access").info("never: the endpoint logs requests itself")
    out, err = capfd.readouterr()
    assert (out, err.count("once"), err.count("never")) == ("", 1, 0)


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_request_is_one_line_with_its_id_tenant_status_time_and_size(
    root: logging.Logger, rennes: Portal, log_format: str
) -> None:
    stream = io.StringIO()
    with configured(log_format) as listener:
        listener.stream = stream
        answer = rennes.post(TITLE, None, **{"x-request-id": "request-7"})
        rennes.post(TITLE, None, **{"x-request-id": "request-8", "host": "nowhere.example"})
        until(lambda: "request-8" in stream.getvalue())
    first, second = [line for line in stream.getvalue().splitlines() if "request-" in line]
    if log_format == "text":
        shape = rf"info    graphql  request=request-7 tenant=rennes method=POST status=200 ms=[\d.]+ bytes={len(answer.content)}"
        assert re.fullmatch(shape, first)
        return
    event = json.loads(first)
    assert event.pop("time").endswith("+00:00")
    assert isinstance(event.pop("ms"), float)
    assert event == {
        "level": "info",
        "logger": "parvis.graphql",
        "message": "graphql",
        "request": "request-7",
        "tenant": "rennes",
        "method": "POST",
        "status": 200,
        "bytes": len(answer.content),
    }
    assert (json.loads(second)["tenant"], json.loads(second)["status"]) == (None, 404)


def test_waiting_lines_are_written_when_the_process_ends(
    root: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    with configured("text"):
        for number in range(1_000):
            logging.getLogger("parvis.test").info("line %s", number)
    assert len(capfd.readouterr().err.splitlines()) == 1_000


def test_thread_is_not_woken_for_each_record(root: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waking costs the event loop its turn: a burst of requests is written in a few pieces."""
    pieces: list[str] = []
    gathered = threading.Event()
    stream = io.StringIO()
    monkeypatch.setattr(stream, "write", pieces.append)
    monkeypatch.setattr(log, "time", SimpleNamespace(sleep=lambda _: gathered.wait()))
    with configured("text") as listener:
        listener.stream = stream
        for number in range(500):
            logging.getLogger("parvis.test").info("line %s", number)
        gathered.set()
    assert [f"line {number}" in line for number, line in enumerate("".join(pieces).splitlines())] == [True] * 500
    assert len(pieces) <= 2


def test_line_that_cannot_be_formatted_stops_no_others(root: logging.Logger, capfd: pytest.CaptureFixture[str]) -> None:
    with configured("text"):
        logging.getLogger("parvis.test").info("one %s %s", 1)
        logging.getLogger("parvis.test").info("another")
    assert capfd.readouterr().err == "info    cannot be formatted: 'one %s %s'\ninfo    another\n"


def test_given_recordis_formatted_with_the_request_that_it_is_about(
    root: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    with configured("json"):
        token = request_id.set("request-8")
        logging.getLogger("parvis.test").info("inside")
        request_id.reset(token)
        logging.getLogger("parvis.test").info("outside")
    inside, outside = map(json.loads, capfd.readouterr().err.splitlines())
    assert (inside["request"], "request" in outside) == ("request-8", False)


def test_request_is_answered_under_the_id_that_its_client_sent_or_a_new_one(rennes: Portal) -> None:
    assert (
        rennes.post(TITLE, None, **{"x-request-id": "from-the-proxy.1"}).headers["x-request-id"] == "from-the-proxy.1"
    )
    first, second = (
        rennes.post(TITLE, None, **given).headers["x-request-id"] for given in ({}, {"x-request-id": "a b"})
    )
    assert first != second
    assert re.fullmatch(r"[0-9a-f]+", second)


def test_tokens_are_in_no_log(
    rennes: Portal, lehavre: Portal, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    good, foreign = rennes.member().token, lehavre.member().token
    assert good
    assert foreign
    with caplog.at_level(logging.DEBUG):
        for token in (good, foreign, "garbage-token"):
            rennes.post(TITLE, authorization=f"Bearer {token}")
        last = rennes.post("mutation { nonsense }", authorization=f"Bearer {good}").headers["x-request-id"]
    until(lambda: any(getattr(found, "request", None) == last for found in caplog.records))
    ours = [found for found in caplog.records if not found.name.startswith(("httpx", "httpcore"))]  # The client's own.
    text = "\n".join(JsonFormatter().format(found) + TextFormatter().format(found) for found in ours)
    text += "".join(capfd.readouterr())
    for secret in (good, foreign, "garbage-token", good.split(".")[0], "Bearer"):
        assert secret not in text


def test_what_postgresql_said_is_told_by_its_code(given: Given, town: Portal) -> None:
    secret = "planted-with-a-value"
    with pytest.raises(psycopg.Error, match=secret) as caught:
        given.sql(town, f"SELECT '{secret}'::integer")
    given_record = record("failed", level=logging.ERROR)
    try:
        raise ExceptionGroup("of one", [caught.value])
    except ExceptionGroup:
        given_record.exc_info = sys.exc_info()
    for formatter in (JsonFormatter(), TextFormatter()):
        text = formatter.format(given_record)
        assert "SQLSTATE 22P02" in text and "Traceback" in text
        assert secret not in text
