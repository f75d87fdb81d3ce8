"""Traces: what a collector is sent of operations, and what it never is; slow statements in the log, without values."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

import database.slow
import server.process
from database.slow import SlowStatements
from demo import tenants as stories
from server.settings import SettingsError
from tests.acting import published
from tests.conftest import Portal, serve, settings
from tests.given import Given
from tests.own import Own, until

PROJECT = Path(__file__).resolve().parents[1]
OURS = "query Registered { portal { title } }"
REGISTER = "mutation($input: TrustedDocumentsRegisterInput!) { trustedDocumentsRegister(input: $input) { trustedDocuments { digest } } }"
THEIRS = (
    "query Planted_Name($word: String) { plantedAlias: contributions(search: $word, first: 1) { nodes { title } } }"
)
COMMENT = "mutation Planted_Act($input: CommentPublishInput!) { commentPublish(input: $input) { comment { id } userErrors { code } } }"
HEADERS = {"x-request-id": "planted-request", "traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}


class Collector(HTTPServer):
    """Takes what is sent to it, as OpenTelemetry's own collector would."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[bytes] = []


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as collector:
        thread = Thread(target=collector.serve_forever, daemon=True)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join(10)


@dataclass(frozen=True)
class Span:
    name: str
    trace: str
    kind: str
    said: dict[str, Any]
    is_error: bool


def spans(bodies: list[bytes]) -> list[Span]:
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    requests = [service.ExportTraceServiceRequest.FromString(body) for body in bodies]
    return [
        Span(span.name, span.trace_id.hex(), str(said.pop("graphql.operation.type")), said, span.status.code == 2)
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        for said in [{each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}]
    ]


@dataclass(frozen=True)
class Day:
    """What was asked on a day, and what became of it."""

    tenant: int
    actor: str
    cost: int
    bodies: list[bytes]
    records: list[dict[str, Any]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of requests to the API."""
        return [record for record in self.records if record["name"] == "parvis.graphql"]

    def one(self, **said: Any) -> Span:
        """The one span with this outcome, or other attributes."""
        [span] = [
            span
            for span in spans(self.bodies)
            if {key.replace("_", "."): span.said.get(f"parvis.{key}") for key in said}
            == {key.replace("_", "."): value for key, value in said.items()}
        ]
        return span


@pytest.fixture(scope="module")
def day(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    pytest.importorskip("opentelemetry.sdk")
    records: list[logging.LogRecord] = []
    listening = logging.Handler()
    listening.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("parvis")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(listening)
    with collecting() as collector, pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_PROXY", "127.0.0.1")
        url = f"http://127.0.0.1:{collector.server_port}/v1/traces"
        asked = [
            _asked(own, running)
            for running in serve(own.url, tmp_path_factory.mktemp("traced"), traces_url=url, traces_percent=100)
        ]
        tenant, actor, cost = asked[0]
        yield Day(tenant, actor, cost, collector.bodies, [vars(record) for record in records])
    logger.removeHandler(listening)
    logger.setLevel(level)


def _asked(own: Own, running: Any) -> tuple[int, str, int]:
    with closing(Given(own.url)) as given, httpx.Client(base_url=running.url, timeout=30) as client:
        portal = given.tenant(Portal(client, stories()[0], running), "traced", "commune-35238")
        admin, member = given.actor(portal, role="ADMIN"), given.actor(portal)
        idea = published(member, given.activity(portal))
        documents = {"documents": [{"document": OURS, "name": "Registered"}]}
        [made] = admin.ask(REGISTER, input=documents)["trustedDocumentsRegister"]["trustedDocuments"]
        body = {"documentId": f"sha256:{made['digest']}"}
        trusted = client.post(
            "/graphql", json=body, headers={"host": portal.host, "authorization": f"Bearer {member.token}"}
        )
        assert trusted.json()["data"]["portal"]["title"]
        answer = member.post(THEIRS, {"word": "planted word"}, **HEADERS).json()
        for contribution, text in ((idea, "planted text"), ("planted id", "planted text")):
            member.ask(COMMENT, input={"contribution": contribution, "body": text})
        assert member.post("{ plantedField }").status_code == 200
        assert client.get("/?planted=1", headers={"host": portal.host}).status_code == 200
        actor = member.ask("{ viewer { id } }")["viewer"]["id"]
        return portal.number, actor, answer["extensions"]["cost"]["requested"]


def test_registered_names_and_kinds_are_all_that_is_told_of_a_document(day: Day) -> None:
    names = {span.name for span in spans(day.bodies)}
    assert {"query", "mutation", "refused", "query Registered"} <= names
    pages = names - {"query", "mutation", "refused", "query Registered"}
    assert pages and all(name.startswith("query ") for name in pages)  # Of the product's own documents.
    assert {span.kind for span in spans(day.bodies)} == {"query", "mutation", "refused"}


def test_no_text_no_value_no_address_and_nobodys_id_is_sent(day: Day) -> None:
    sent = b"".join(day.bodies).decode("latin-1")
    assert "query Registered" in sent
    for word in ("lanted", "contributions", "SELECT", "0123456789abcdef", "127.0.0.1", day.actor, "host", "Bearer"):
        assert word not in sent


def test_span_counts_statements_rows_and_cost(day: Day) -> None:
    span = day.one(cost=day.cost, outcome="OK", statements=1)
    assert (span.kind, span.said["parvis.rows"], span.said["parvis.tenant"]) == ("query", 1, day.tenant)
    assert span.said["parvis.database_ms"] > 0
    written = [span for span in spans(day.bodies) if span.kind == "mutation" and span.said["parvis.outcome"] == "OK"]
    assert len(written) >= 2 and all(span.said["parvis.statements"] >= 2 for span in written)


def test_outcome_is_the_code_of_the_first_refusal(day: Day) -> None:
    assert (day.one(outcome="BAD_ID").kind, day.one(outcome="BAD_ID").is_error) == ("mutation", False)
    refused = day.one(outcome="GRAPHQL_VALIDATION_FAILED")
    assert (refused.name, refused.said["parvis.statements"], refused.said["parvis.cost"]) == ("refused", 0, 0)


def test_line_of_the_log_names_the_trace_and_why_a_write_failed(day: Day) -> None:
    [line] = [line for line in day.lines if line.get("codes") == "BAD_ID"]
    assert (line["kind"], line["trace"]) == ("mutation", day.one(outcome="BAD_ID").trace)
    [refused] = [line for line in day.lines if line.get("codes") == "GRAPHQL_VALIDATION_FAILED"]
    assert refused["kind"] == "refused"
    assert {line["status"] for line in day.lines if "codes" not in line} == {200}


def test_change_that_was_refused_is_told_whoever_carried_it(day: Day) -> None:
    told = [record for record in day.records if record["name"] == "parvis.operation"]
    said = [{key: record[key] for key in ("tenant_number", "kind", "operation", "code")} for record in told]
    assert said == [{"tenant_number": day.tenant, "kind": "mutation", "operation": None, "code": "BAD_ID"}]
    assert "lanted" not in str(told)


def test_without_a_collector_opentelemetry_is_not_loaded() -> None:
    program = "import server.app, sys; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_collector_without_the_extra_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "server.tracing", None)
    monkeypatch.delattr("server.tracing", raising=False)
    with pytest.raises(SettingsError, match=r"pip install 'parvis\[tracing\]'"):
        server.process._traces(replace(settings(tmp_path), traces_url="http://127.0.0.1:9/v1/traces"))


def test_slow_statement_is_told_once_with_its_plan_and_without_values(
    own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server.process, "SlowStatements", lambda _: SlowStatements(0.0))
    monkeypatch.setattr(database.slow, "WAITING", 1_000)
    caplog.set_level(logging.WARNING, "parvis.slow")
    for running in serve(own.url, tmp_path, slow_statement_ms=1):
        with closing(Given(own.url)) as given, httpx.Client(base_url=running.url, timeout=30) as client:
            portal = given.tenant(Portal(client, stories()[0], running), "slow", "commune-35238")
            member = given.actor(portal)

            def told(number: int = portal.number) -> list[dict[str, Any]]:
                records = [vars(record) for record in caplog.records if record.name == "parvis.slow"]
                return [
                    record
                    for record in records
                    if record["tenant_number"] == number and "contribution" in record["plan"]
                ]

            def ask(member: Portal = member) -> bool:
                member.ask(THEIRS, word="planted word")
                return bool(told())

            until(ask, 90)
        said = "".join(str(record) for record in (vars(each) for each in caplog.records if each.name == "parvis.slow"))
        assert "lanted" not in said
        assert "none: SQLSTATE" not in said
        assert all("(cost=" in record["plan"] and record["ms"] >= 0 for record in told())
        statements = [(record["tenant_number"], record["statement"]) for record in told()]
        assert len(statements) == len(set(statements))
