"""Metrics: for operators alone; durations, errors, refusals and caches, under labels that no client makes."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from auth import operator_token
from database.duration import STEPS_S, Durations
from server.figure import KINDS, kind_at
from tests.conftest import Portal
from tests.given import Given

QUERY = "query Mesure { portal { title slug } }"
COMMENT = 'mutation { commentPublish(input: {contribution: "nonsense", body: "Bonjour"}) { userErrors { code } } }'
LABELS = {"cache", "check", "cluster", "code", "job", "kind", "lane", "le", "outcome", "queue", "state", "tenant"}
"""All that there are; each has values of ours alone, and `tenant` those of ten tenants at most."""

Values = dict[str, float]


def values(text: str) -> Values:
    """The samples of a page by name and labels."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    assert {label for sample in samples for label in sample.labels} <= LABELS
    named = {
        sample.name + "".join(f" {key}={text}" for key, text in sorted(sample.labels.items())): sample.value
        for sample in samples
    }
    assert len(named) == len(samples)
    return named


@pytest.fixture(scope="module")
def token(rennes: Portal, given: Given) -> str:
    return given.run(operator_token.create(given.database, "metrics", 1))[1]


def read(portal: Portal, token: str) -> Values:
    answer = portal.client.get("/metrics", headers={"host": portal.host, "authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return values(answer.text)


def post(portal: Portal, body: dict[str, str]) -> httpx.Response:
    return portal.client.post("/graphql", json=body, headers={"host": portal.host})


def more(before: Values, after: Values) -> Values:
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


def test_metrics_are_for_operators_alone(rennes: Portal) -> None:
    host = {"host": rennes.host}
    for headers in ({}, {"authorization": f"Bearer {rennes.admin().token}"}, {"authorization": "Bearer pot_nonsense"}):
        assert rennes.client.get("/metrics", headers={**host, **headers}).status_code == 404


def test_metrics_count_plans_statements_and_queries(rennes: Portal, token: str) -> None:
    member = rennes.member()
    member.ask(QUERY)
    before = read(rennes, token)
    member.ask(QUERY)
    member.ask(QUERY)
    after = read(rennes, token)
    counted = more(before, after)
    assert counted["parvis_cache_total cache=plan outcome=hit"] == 2
    assert "parvis_cache_total cache=plan outcome=miss" not in counted
    assert counted["parvis_request_seconds_count kind=query"] == 2
    assert counted["parvis_request_seconds_bucket kind=query le=+Inf"] == 2
    assert counted["parvis_statements_total"] >= 2
    assert counted["parvis_statement_seconds_count cluster=primary"] >= 2
    assert counted["parvis_connection_wait_seconds_count cluster=primary queue=connection"] >= 2
    assert counted["parvis_connection_wait_seconds_count cluster=primary queue=turn"] >= 2
    assert after["parvis_tenants"] >= 3
    assert after["parvis_connections cluster=primary state=open"] >= 2


def test_metrics_count_mutations_refusals_and_errors_by_code(rennes: Portal, token: str) -> None:
    before = read(rennes, token)
    payload = rennes.member().ask(COMMENT)["commentPublish"]
    assert payload["userErrors"] == [{"code": "BAD_ID"}]
    for body in ({"query": "{ nobodysField }"}, {"query": "{"}, {"query": QUERY, "operationName": "nobodys"}):
        assert "errors" in post(rennes, body).json()
    assert rennes.client.get("/graphql", headers={"host": "nobody.example"}).status_code == 404
    counted = more(before, read(rennes, token))
    assert counted["parvis_request_seconds_count kind=mutation"] == 1
    assert counted["parvis_request_seconds_count kind=refused"] == 4
    assert {
        name: count for name, count in counted.items() if name.startswith(("parvis_refusals", "parvis_errors"))
    } == {
        "parvis_refusals_total code=BAD_ID": 1,
        "parvis_errors_total code=GRAPHQL_VALIDATION_FAILED": 1,
        "parvis_errors_total code=GRAPHQL_PARSE_FAILED": 1,
        "parvis_errors_total code=OPERATION_NOT_FOUND": 1,
        "parvis_errors_total code=UNKNOWN_HOST": 1,
    }


def test_metrics_count_pages_and_files_whatever_their_address(rennes: Portal, token: str) -> None:
    before = read(rennes, token)
    for path in ("/a-propos", "/nobodys/page", "/static/icon.svg", "/static/nobodys", "/auth/sign-in", "/auth/nobodys"):
        rennes.client.get(path, headers={"host": rennes.host})
    counted = more(before, read(rennes, token))
    kinds = {name: count for name, count in counted.items() if name.startswith("parvis_request_seconds_count")}
    assert kinds == {
        "parvis_request_seconds_count kind=page": 2,
        "parvis_request_seconds_count kind=asset": 2,
        "parvis_request_seconds_count kind=sign_in": 2,
        "parvis_request_seconds_count kind=other": 1,
    }


def test_durations_are_counted_by_steps() -> None:
    durations = Durations()
    for seconds in (0.0, STEPS_S[0], 0.003, 11.0):
        durations.add(seconds)
    buckets = dict(durations.buckets())
    assert (buckets["0.0005"], buckets["0.0025"], buckets["0.005"], buckets["10.0"], buckets["+Inf"]) == (2, 2, 3, 3, 4)
    assert durations.sum_s == pytest.approx(11.0035)


def test_requests_are_told_apart_by_their_address() -> None:
    paths = ("/", "/contribution/1", "/static/a.js", "/theme-0123.css", "/auth/email", "/metrics", "/widget/1/token")
    assert [kind_at(path) for path in paths] == ["page", "page", "asset", "asset", "sign_in", "other", "other"]
    assert {kind_at(path) for path in paths} < set(KINDS)
