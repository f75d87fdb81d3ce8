"""Introspection beside data: what the schema tells of itself comes with what is read, in one answer."""

from typing import Any

import pytest

from tests.conftest import Portal
from tests.test_statement_count import DETAIL, MANY, MAP, NEAREST, PAGE, statements

BESIDE = "__schema { queryType { name } }"
"""What is read from no table."""


def by_both(portal: Portal, query: str, variables: dict[str, Any]) -> tuple[Any, Any]:
    """The data of an operation asked alone, and asked together with what the schema tells."""
    planned = portal.ask(query, **variables)
    start = query.index("{")
    answered = portal.ask(f"{query[: start + 1]} {BESIDE} {query[start + 1 :]}", **variables)
    assert answered.pop("__schema") == {"queryType": {"name": "Query"}}
    return planned, answered


@pytest.mark.parametrize(
    ("query", "variables"), [(NEAREST, {"first": 20}), (MAP, {"zoom": 12}), (PAGE, {"first": 5}), (MANY, {"first": 20})]
)
def test_same_answer_as_the_planner(rennes: Portal, query: str, variables: dict[str, Any]) -> None:
    planned, answered = by_both(rennes.member(), query, variables)
    assert answered == planned
    assert str(answered) == str(planned)  # The order of keys, too.


def test_detail_page_answers_the_same(rennes: Portal) -> None:
    id_ = rennes.ask("{ contributions(kinds: [PROPOSAL], first: 1) { nodes { id } } }")["contributions"]["nodes"][0][
        "id"
    ]
    planned, answered = by_both(rennes.moderator(), DETAIL, {"id": id_, "first": 5})
    assert answered == planned


def test_introspection_beside_data(twins: tuple[Portal, Portal]) -> None:
    assert twins[0].ask('{ __type(name: "Portal") { name } portal { slug } }') == {
        "__type": {"name": "Portal"},
        "portal": {"slug": "jumeau-hirondelle"},
    }


def test_one_statement_answers_what_is_asked_beside_the_schema(rennes: Portal) -> None:
    query = f"query ($n: Int!) {{ {BESIDE} contributions(first: $n) {{ nodes {{ author {{ name }} activity {{ space {{ title }} }} }} }} }}"
    for count in (1, 20):
        with statements(rennes, 1):
            assert len(rennes.member().ask(query, n=count)["contributions"]["nodes"]) == count


def test_entities_of_several_types(twins: tuple[Portal, Portal]) -> None:
    portal = twins[0]
    (offer,) = portal.ask('{ contributions(search: "tondeuse") { nodes { id author { id } } } }')["contributions"][
        "nodes"
    ]
    query = f"""query ($r: [_Any!]!) {{ {BESIDE} _entities(representations: $r) {{
        ... on Contribution {{ title author {{ name }} }} ... on Actor {{ name }} }} }}"""
    asked = [
        {"__typename": "Actor", "id": offer["author"]["id"]},
        {"__typename": "Contribution", "id": offer["id"]},
        {"__typename": "Contribution", "id": f"contribution_{portal.number}_00000000-0000-4000-8000-000000000000"},
    ]
    assert portal.ask(query, r=asked)["_entities"] == [
        {"name": "Autrice hirondelle"},
        {"title": "Tondeuse hirondelle dehors", "author": {"name": "Autrice hirondelle"}},
        None,
    ]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("contributions(first: 101) { totalCount }", "BAD_PAGE_SIZE"),
        ('contributions(after: "x") { nodes { id } }', "BAD_CURSOR"),
        ('contribution(id: "x") { id }', "BAD_ID"),
        ("spaces { nodes { activities { contributions(order: NEAREST) { nodes { id } } } } }", "BAD_INPUT"),
    ],
)
def test_refused_arguments_have_their_code_and_nothing_internal(
    twins: tuple[Portal, Portal], field: str, code: str
) -> None:
    (error,) = twins[0].errors(f"{{ {BESIDE} {field} }}")
    assert error["extensions"]["code"] == code
    assert twins[0].codes(f"{{ {field} }}") == [code]
