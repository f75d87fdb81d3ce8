"""Logs: one JSON object a line with the request's id, and nothing that signs anybody in."""

import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import log
from server.access_log import MAX_LINES, AccessLog
from server.log import JsonFormatter, TextFormatter, request_id
from tests.conftest import Portal
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


def record(message: str, *values: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    return logging.getLogger("parvis.test").makeRecord(
        "parvis.test", level, "file", 1, message, values, None, extra=extra
    )


def test_json_event_has_time_level_logger_message_request_and_what_was_added() -> None:
    token = request_id.set("request-7")
    try:
        event = json.loads(JsonFormatter().format(record("hello %s", "world", tenant="rennes", ms=1.5)))
    finally:
        request_id.reset(token)
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "info",
        "logger": "parvis.test",
        "message": "hello world",
        "request": "request-7",
        "tenant": "rennes",
        "ms": 1.5,
    }


def test_json_event_outside_a_request_has_no_request() -> None:
    assert json.loads(JsonFormatter().format(record("hello")))["request"] is None


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
    log.configure(log_format)
    assert [type(handler.formatter) for handler in root.handlers] == [kind]
    logging.getLogger("uvicorn.error").info("once")
    logging.getLogger("uvicorn.access").info("never: the endpoint logs requests itself")
    out, err = capfd.readouterr()
    assert (out, err.count("once"), err.count("never")) == ("", 1, 0)


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_request_is_one_line_with_its_id_tenant_status_time_and_size(log_format: str) -> None:
    stream = io.StringIO()
    access = AccessLog(log_format, stream)
    access.note("request-7", "rennes", "POST", 200, 1.26, 512)
    access.note("request-8", None, "GET", 404, 0.04, 90)
    assert stream.getvalue() == "", "lines are written a few times a second"
    access.write()
    first, second = stream.getvalue().splitlines()
    if log_format == "text":
        assert first == "info    graphql  request=request-7 tenant=rennes POST 200 ms=1.3 bytes=512"
        return
    event = json.loads(first)
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "info",
        "logger": "parvis.graphql",
        "message": "graphql",
        "request": "request-7",
        "tenant": "rennes",
        "method": "POST",
        "status": 200,
        "ms": 1.3,
        "bytes": 512,
    }
    assert json.loads(second)["tenant"] is None


def test_many_lines_do_not_wait() -> None:
    stream = io.StringIO()
    access = AccessLog("text", stream)
    for number in range(MAX_LINES):
        access.note(str(number), "rennes", "POST", 200, 1, 1)
    assert len(stream.getvalue().splitlines()) == MAX_LINES


def test_waiting_lines_are_written_when_the_server_stops() -> None:
    stream = io.StringIO()

    async def run() -> None:
        access = AccessLog("text", stream)
        task = asyncio.create_task(access.follow())
        await asyncio.sleep(0)
        access.note("last", "rennes", "POST", 200, 1, 1)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(run())
    assert "request=last" in stream.getvalue()


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
    rennes: Portal,
    lehavre: Portal,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    access_log: Path,
) -> None:
    good, foreign = rennes.member().token, lehavre.member().token
    assert good
    assert foreign
    with caplog.at_level(logging.DEBUG):
        for token in (good, foreign, "garbage-token"):
            rennes.post(TITLE, authorization=f"Bearer {token}")
        last = rennes.post("mutation { nonsense }", authorization=f"Bearer {good}").headers["x-request-id"]
    until(lambda: last in access_log.read_text("utf-8"))
    ours = [found for found in caplog.records if not found.name.startswith(("httpx", "httpcore"))]  # The client's own.
    text = "\n".join(JsonFormatter().format(found) + TextFormatter().format(found) for found in ours)
    text += "".join(capfd.readouterr()) + access_log.read_text("utf-8")
    for secret in (good, foreign, "garbage-token", good.split(".")[0], "Bearer"):
        assert secret not in text
