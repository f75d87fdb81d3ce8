"""Traces («ftv1»): given to routers that ask, read with Apollo's own decoder, true and without anybody's words."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from planner import protobuf
from tests.conftest import NODE, Portal

ASKED = {"apollo-federation-include-trace": "ftv1"}
Trace = dict[str, Any]
Decode = Callable[[dict[str, Any]], Trace]


@pytest.fixture(scope="module")
def decode(node: str) -> Iterator[Decode]:
    """Reads the trace of an answer."""
    with subprocess.Popen([node, "trace.mjs"], cwd=NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as decoder:

        def read(answer: dict[str, Any]) -> Trace:
            assert decoder.stdin is not None and decoder.stdout is not None
            decoder.stdin.write(answer["extensions"]["ftv1"].encode() + b"\n")
            decoder.stdin.flush()
            trace: Trace = json.loads(decoder.stdout.readline())
            return trace

        yield read
        assert decoder.stdin is not None
        decoder.stdin.close()


def router(portal: Portal, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
    """The answer to a router's request for a trace."""
    shown = {"parvis-router": portal.running.tokens.make_router(portal.number), **ASKED, **headers}
    return portal.post(query, variables, **shown).json()


def tree(node: Trace) -> Any:
    """Response name (behind an alias the field's own beside), parent's type and type of each field, with those below."""
    name = node.get("responseName", node.get("index"))
    own = f"{node['originalFieldName']} as {name}" if "originalFieldName" in node else name
    label = f"{node['parentType']}.{own}: {node['type']}" if "type" in node else name
    return {label: [tree(child) for child in node["child"]]} if "child" in node else label


def fields(node: Trace) -> Iterator[Trace]:
    """All the nodes below one."""
    for child in node.get("child", ()):
        yield child
        yield from fields(child)


def instant(stamp: dict[str, int]) -> int:
    """Nanoseconds since 1970."""
    return stamp["seconds"] * 10**9 + stamp.get("nanos", 0)


def test_query_has_each_selected_field_once_with_the_times_of_the_statement(rennes: Portal, decode: Decode) -> None:
    before = time.time_ns()
    answer = router(
        rennes,
        """query ($no: Boolean!) { __typename list: contributions(first: 3) { ...Page totalCount @skip(if: true) }
           portal { slug @include(if: $no) title } }
           fragment Page on ContributionConnection { nodes { id name: title author { name } location { lat } } }""",
        {"no": False},
    )
    after = time.time_ns()
    trace = decode(answer)
    assert len(answer["data"]["list"]["nodes"]) == 3
    assert set(trace) == {"startTime", "endTime", "durationNs", "root"}
    assert tree(trace["root"]) == {
        None: [
            {
                "Query.contributions as list: ContributionConnection!": [
                    {
                        "ContributionConnection.nodes: [Contribution!]!": [
                            "Contribution.id: ID!",
                            "Contribution.title as name: String!",
                            {"Contribution.author: Actor": ["Actor.name: String!"]},
                            {"Contribution.location: Location": ["Location.lat: Latitude!"]},
                        ]
                    }
                ]
            },
            {"Query.portal: Portal!": ["Portal.title: String!"]},
        ]
    }
    (times,) = {(node["startTime"], node["endTime"]) for node in fields(trace["root"])}
    assert 0 < times[0] < times[1] < trace["durationNs"]
    assert before <= instant(trace["startTime"]) < after
    assert instant(trace["endTime"]) - instant(trace["startTime"]) == trace["durationNs"] < after - before


def test_entities_have_the_fields_of_the_types_that_are_represented_and_errors_in_their_places(
    rennes: Portal, decode: Decode
) -> None:
    (actor,) = rennes.ask("{ contributions(first: 1) { nodes { author { id } } } }")["contributions"]["nodes"]
    good, bad = {"__typename": "Actor", "id": actor["author"]["id"]}, {"__typename": "Actor", "id": "Jeanne Martin"}
    answer = router(
        rennes,
        """query ($r: [_Any!]!) { _entities(representations: $r) {
           ... on Actor { name } ... on Collectivite { inseeCode } ... on Zone { name } } }""",
        {"r": [good, bad, {"__typename": "Collectivite", "inseeCode": "35238"}]},
    )
    trace = decode(answer)
    (entities,) = trace["root"]["child"]
    assert tree(entities) == {
        "Query._entities: [_Entity]!": ["Actor.name: String!", "Collectivite.inseeCode: String", 1]
    }
    (error,) = entities["child"][2]["error"]
    assert json.loads(error["json"]) == {
        "message": "<masked>",
        "path": ["_entities", 1],
        "extensions": {"code": answer["errors"][0]["extensions"]["code"]},
    }
    assert error["message"] == "<masked>" and "Jeanne" not in json.dumps(trace)


@pytest.mark.parametrize(
    ("query", "variables", "code", "places"),
    [
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED", [{"line": 1, "column": 3}]),
        ("{", {}, "GRAPHQL_PARSE_FAILED", [{"line": 1, "column": 2}]),
        ("{ contributions(first: 1000) { totalCount } }", {}, "BAD_PAGE_SIZE", [{"line": 1, "column": 3}]),
        ("query A { __typename } query B { __typename }", {}, "OPERATION_NOT_FOUND", None),
    ],
)
def test_what_is_refused_has_errors_and_no_fields(
    rennes: Portal, decode: Decode, query: str, variables: dict[str, Any], code: str, places: Any
) -> None:
    answer = router(rennes, query, variables)
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    trace = decode(answer)
    assert trace["durationNs"] > 0 and set(trace["root"]) == {"error"}
    (error,) = trace["root"]["error"]
    assert error.get("location") == places
    assert json.loads(error["json"])["extensions"] == {"code": code}


def test_mutation_has_its_fields(rennes: Portal, decode: Decode) -> None:
    query = """mutation { voteCast(input: {contribution: "x", choice: FOR, idempotencyKey: "trace of a vote"}) {
        contribution { title } userErrors { code } } }"""
    answer = router(rennes, query, authorization=f"Bearer {rennes.member().token}")
    assert answer["data"]["voteCast"]["userErrors"] != [], answer
    assert tree(decode(answer)["root"]) == {
        None: [
            {
                "Mutation.voteCast: VoteCastPayload!": [
                    {"VoteCastPayload.contribution: Contribution": ["Contribution.title: String!"]},
                    {"VoteCastPayload.userErrors: [UserError!]!": ["UserError.code: ErrorCode!"]},
                ]
            }
        ]
    }


def test_answer_is_the_same_but_for_its_trace(rennes: Portal) -> None:
    query = "{ contributions(first: 5) { totalCount nodes { title location { lat lng cell } publishedAt } } }"
    traced = router(rennes, query)
    assert traced["extensions"].pop("ftv1")
    assert traced == rennes.post(query).json()


def test_nobody_but_a_router_that_asks_gets_a_trace(rennes: Portal) -> None:
    query = "{ portal { slug } }"
    for answer in (
        rennes.post(query, None, **ASKED),
        rennes.member().post(query, None, **ASKED),
        rennes.admin().post(query, None, **ASKED),
        rennes.post(query, None, **{"parvis-router": rennes.running.tokens.make_router(rennes.number)}),
    ):
        assert set(answer.json()["extensions"]) == {"cost"}
    assert "ftv1" not in router(rennes, query, None, **{"apollo-federation-include-trace": "ftv2"})["extensions"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1, "0801"), (127, "087f"), (128, "088001"), (300, "08ac02"), (2**63, "0880808080808080808001")],
)
def test_numbers_are_written_in_sevens_of_bits(value: int, written: str) -> None:
    assert protobuf.number(1, value).hex() == written
