"""What variables decide, the planner answers: directives, values, defaults, nulls, inputs and lists."""

from typing import Any

import pytest

from tests.conftest import Portal
from tests.test_planner import only


@pytest.fixture(scope="module")
def portal(twins: tuple[Portal, Portal]) -> Portal:
    return twins[0]


# Directives ----------------------------------------------------------------------------------------------------------

DIRECTED = """query ($yes: Boolean!, $no: Boolean!) {
  portal @include(if: $no) { title }
  spaces @skip(if: $no) {
    totalCount @include(if: $no)
    pageInfo @skip(if: $no) { hasNextPage @include(if: $yes) hasPreviousPage @skip(if: $yes) }
    edges { cursor @include(if: $no) node @include(if: $yes) { slug @skip(if: $no) @include(if: $yes) title @skip(if: $yes) @include(if: $yes) } }
    nodes { ... on ParticipatorySpace @include(if: $yes) { slug } ... @skip(if: $yes) { title } ...Never @include(if: $no) }
  }
}
fragment Never on ParticipatorySpace { description }"""


def test_skip_and_include_with_variables_in_all_places(portal: Portal) -> None:
    assert portal.ask(DIRECTED, yes=True, no=False) == {
        "spaces": {
            "pageInfo": {"hasNextPage": False},
            "edges": [{"node": {"slug": "dehors"}}],
            "nodes": [{"slug": "dehors"}],
        }
    }


def test_same_document_under_other_variables_has_another_plan(portal: Portal) -> None:
    assert portal.ask(DIRECTED, yes=False, no=True) == {"portal": {"title": "Portail hirondelle"}}
    assert portal.ask(DIRECTED, yes=True, no=True) == {"portal": {"title": "Portail hirondelle"}}


def test_include_decides_even_where_the_same_field_stands_twice(portal: Portal) -> None:
    found = only(
        portal,
        "title @include(if: $no) author { name @skip(if: true) } title author { kind }",
        "($no: Boolean = false)",
    )
    assert list(found.items()) == [("author", {"kind": "CITIZEN"}), ("title", "Tondeuse hirondelle dehors")]


def test_selections_left_empty_by_directives_are_empty_objects(portal: Portal) -> None:
    found = only(
        portal,
        """author { id @skip(if: true) } tally { totalCount @skip(if: true) } location { lat @skip(if: true) }
        zone { id @skip(if: true) } activity { categories { id @skip(if: true) } } distance(from: {lat: 48, lng: 0}) { band @skip(if: true) }
        comments { edges { cursor @skip(if: true) } nodes { id @skip(if: true) } pageInfo { endCursor @skip(if: true) } }
        arguments { nodes @skip(if: true) { id } } viewerVote { id @skip(if: true) } about { id @skip(if: true) }""",
    )
    assert found == {
        "author": {},
        "tally": {},
        "location": {},
        "zone": {},
        "activity": {"categories": [{}]},
        "distance": {},
        "comments": {"edges": [{}], "nodes": [{}], "pageInfo": {}},
        "arguments": {},
        "viewerVote": None,
        "about": None,
    }


def test_operation_left_empty_by_directives_is_empty_data(portal: Portal) -> None:
    assert portal.ask("query ($no: Boolean!) { portal @include(if: $no) { title } }", no=False) == {}


# Variables -----------------------------------------------------------------------------------------------------------

FILTERED = """query ($near: NearInput = {lat: 48.1, lng: -1.6, radiusM: 2000}, $kinds: [ContributionKind!] = [OFFER, REQUEST],
    $order: ContributionOrder! = NEWEST, $status: ContributionStatus, $first: Int! = 20, $search: String) {
  contributions(near: $near, kinds: $kinds, order: $order, status: $status, first: $first, search: $search) { nodes { title } } }"""


def titles(answer: Any) -> list[str]:
    return [node["title"].split()[0] for node in answer["contributions"]["nodes"]]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {"Tondeuse", "Courses"}),
        ({"kinds": ["LISTING", "OFFER"]}, {"Tondeuse", "Pommes"}),
        ({"kinds": "LISTING"}, {"Pommes"}),
        ({"kinds": []}, set()),
        ({"kinds": None}, {"Tondeuse", "Courses", "Pommes"}),
        ({"kinds": None, "near": None}, {"Tondeuse", "Courses", "Pommes", "Fontaine", "Argument"}),
        ({"near": {"lat": 0, "lng": 0, "radiusM": 50}}, set()),
        ({"status": "CLOSED"}, set()),
        ({"status": None, "order": "NEAREST"}, {"Tondeuse", "Courses"}),
        ({"search": "tondeuse"}, {"Tondeuse"}),
        ({"first": 0}, set()),
    ],
)
def test_variables_given_null_and_left_to_their_defaults(
    portal: Portal, variables: dict[str, Any], expected: set[str]
) -> None:
    found = titles(portal.ask(FILTERED, **variables))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_variables_inside_literal_inputs_and_lists(portal: Portal) -> None:
    query = """query ($lat: Latitude!, $radius: Radius!, $kind: ContributionKind!) {
      contributions(near: {lat: $lat, lng: -1.6, radiusM: $radius}, kinds: [$kind, LISTING]) { nodes { title } } }"""
    assert sorted(titles(portal.ask(query, lat=48.1, radius=1000, kind="OFFER"))) == ["Pommes", "Tondeuse"]
    assert titles(portal.ask(query, lat=48.2, radius=1000, kind="OFFER")) == []


def test_variable_left_out_of_a_nullable_argument_leaves_its_default(portal: Portal) -> None:
    query = "query ($status: ContributionStatus, $first: Int) { contributions(status: $status) { totalCount } }"
    assert portal.errors(query)[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"  # $first is not used.
    query = "query ($status: ContributionStatus) { contributions(status: $status) { totalCount } }"
    assert portal.ask(query) == portal.ask(query, status="OPEN") == {"contributions": {"totalCount": 5}}


def test_one_of_several_operations_by_name(portal: Portal) -> None:
    document = "query A { portal { slug } } query B { portal { title } }"
    headers = {"host": portal.host}
    answer = portal.client.post("/graphql", json={"query": document, "operationName": "B"}, headers=headers).json()
    assert answer["data"] == {"portal": {"title": "Portail hirondelle"}}
    answer = portal.client.post("/graphql", json={"query": document, "operationName": "C"}, headers=headers).json()
    assert answer["errors"][0]["extensions"] == {"code": "OPERATION_NOT_FOUND"}
