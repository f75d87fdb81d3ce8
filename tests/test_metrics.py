"""Metrics: for operators alone, with hits and misses of plans."""

import re

from auth import operator_token
from tests.conftest import Portal
from tests.given import Given

QUERY = "query Mesure { portal { title slug } }"


def values(text: str) -> dict[str, float]:
    assert all(
        re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]+"(,[a-z]+="[^"]+")*\})? [0-9.e+-]+', line)
        for line in text.splitlines()
    ), text
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def test_metrics_count_plans_for_operators_alone(rennes: Portal, given: Given) -> None:
    _, token = given.run(operator_token.create(given.database, "metrics", 1))
    host = {"host": rennes.host}
    for headers in ({}, {"authorization": f"Bearer {rennes.admin().token}"}, {"authorization": "Bearer pot_nonsense"}):
        assert rennes.client.get("/metrics", headers={**host, **headers}).status_code == 404

    def read() -> dict[str, float]:
        answer = rennes.client.get("/metrics", headers={**host, "authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        return values(answer.text)

    member = rennes.member()
    member.ask(QUERY)
    before = read()
    member.ask(QUERY)
    member.ask(QUERY)
    after = read()
    hit, miss = ('parvis_cache_total{cache="plan",outcome="hit"}', 'parvis_cache_total{cache="plan",outcome="miss"}')
    assert (after[hit] - before[hit], after[miss] - before[miss]) == (2, 0)
    assert after["parvis_statements_total"] - before["parvis_statements_total"] >= 2
    assert after["parvis_tenants"] >= 3
    assert after['parvis_connections{state="open"}'] >= 2


REFUSED = 'mutation { commentPublish(input: {contribution: "nonsense", body: "Bonjour"}) { userErrors { code } } }'
QUERIES, MUTATIONS = (f'parvis_request_seconds_count{{kind="{kind}"}}' for kind in ("query", "mutation"))


def test_metrics_count_requests_by_kind_and_what_was_refused_by_code(rennes: Portal, given: Given) -> None:
    _, token = given.run(operator_token.create(given.database, "durations", 1))
    headers = {"host": rennes.host, "authorization": f"Bearer {token}"}

    def read() -> dict[str, float]:
        return values(rennes.client.get("/metrics", headers=headers).text)

    before = read()
    rennes.member().ask(QUERY)
    rennes.member().post(REFUSED)
    rennes.post("{ nonsense }")
    rennes.client.get("/", headers={"host": rennes.host})
    after = read()

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    page, refused = (f'parvis_request_seconds_count{{kind="{kind}"}}' for kind in ("page", "refused"))
    assert [more(name) for name in (QUERIES, MUTATIONS, page, refused)] == [1, 1, 1, 1]
    assert more('parvis_refusals_total{code="BAD_ID"}') == 1
    assert (
        more('parvis_errors_total{code="GRAPHQL_VALIDATION_FAILED"}')
        + more('parvis_errors_total{code="BAD_USER_INPUT"}')
        == 1
    )
    assert after['parvis_request_seconds_bucket{kind="query",le="+Inf"}'] == after[QUERIES]
    assert more('parvis_statement_seconds_count{cluster="primary"}') >= 2
