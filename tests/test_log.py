"""Logs: one JSON object a line with the request's id, and nothing that signs anybody in."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from server import log
from server.log import JsonFormatter, TextFormatter, request_id
from tests.conftest import Portal

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


def events(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [found for found in caplog.records if found.name == "parvis.graphql"]


def test_request_is_logged_with_its_tenant_status_and_size(rennes: Portal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = rennes.post(TITLE)
    event = vars(events(caplog)[-1])
    assert (event["tenant"], event["method"], event["status"], event["bytes"]) == (
        "rennes",
        "POST",
        200,
        len(answer.content),
    )
    assert 0 < event["ms"] < 10_000


def test_events_of_a_request_have_the_id_that_its_client_sent(rennes: Portal, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str | None] = []

    class Seen(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            seen.append(json.loads(JsonFormatter().format(record))["request"])
            return True

    logger = logging.getLogger("parvis.graphql")
    only = Seen()
    logger.addFilter(only)
    try:
        with caplog.at_level(logging.INFO):
            rennes.post(TITLE, None, **{"x-request-id": "from-the-proxy.1"})
            rennes.post(TITLE)
    finally:
        logger.removeFilter(only)
    first, second = seen
    assert first == "from-the-proxy.1"
    assert second not in (None, first)


def test_tokens_are_in_no_log(rennes: Portal, lehavre: Portal, caplog: pytest.LogCaptureFixture) -> None:
    good, foreign = rennes.member().token, lehavre.member().token
    assert good
    assert foreign
    with caplog.at_level(logging.DEBUG):
        for token in (good, foreign, "garbage-token"):
            rennes.post(TITLE, authorization=f"Bearer {token}")
        rennes.post("mutation { nonsense }", authorization=f"Bearer {good}")
    assert len(events(caplog)) == 4
    ours = [found for found in caplog.records if not found.name.startswith(("httpx", "httpcore"))]  # The client's own.
    text = "\n".join(JsonFormatter().format(found) + TextFormatter().format(found) for found in ours)
    for secret in (good, foreign, "garbage-token", good.split(".")[0], "Bearer"):
        assert secret not in text
