"""Variables: what they are coerced to, or refused for, is what graphql-core says, whatever a client sends."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.error import MAX_ERRORS
from planner.variable import Variables
from tests.operation import CONTRACT

SCHEMA = build_schema(
    """
    enum Kind { OFFER REQUEST }
    input Near { lat: Float!, lng: Float! = 2.5, radiusM: Int = 500, kinds: [Kind!], inner: Near }
    input Either @oneOf { id: ID, slug: String }
    type Query { found(kind: Kind, near: Near, either: Either, numbers: [[Int]!], text: String): Boolean }
    """
)
DECLARED = """query ($plain: Int, $required: Int!, $default: Int = 7, $both: Int! = 8, $null: String = null, $kind: Kind = OFFER,
  $kinds: [Kind!]! = [REQUEST], $near: Near, $away: Near = {lat: 1, inner: {lat: 2}}, $either: Either, $numbers: [[Int]!],
  $yes: Boolean, $id: ID, $float: Float) { found }"""


def operation(text: str) -> OperationDefinitionNode:
    [node] = parse(text).definitions
    assert isinstance(node, OperationDefinitionNode)
    return node


NAMES = [found.variable.name.value for found in operation(DECLARED).variable_definitions or ()]


def told(found: VariableValues | list[Any]) -> Any:
    """What can be compared: errors as clients read them, or values and what they were made from."""
    if isinstance(found, list):
        return [error.formatted for error in found]
    made_from = [
        (name, str(signature.type), signature.default and signature.default.literal, value)
        for name, (signature, value) in found.sources.items()
    ]
    return found.coerced, made_from


def both(declared: str, inputs: Mapping[str, Any], schema: Any = SCHEMA) -> tuple[Any, Any]:
    """What we say and what graphql-core says."""
    node = operation(declared)
    expected = get_variable_values(schema, node.variable_definitions or (), dict(inputs), MAX_ERRORS)
    return told(Variables(schema, node).coerce(inputs)), told(expected)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**33), 2**33)
    | st.floats()
    | st.sampled_from(["OFFER", "REQUEST", "offer", "", "7", "é"])
)
NEAR: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "lat": st.floats(-90, 90, width=16) | st.integers(-90, 90) | LEAVES,
            "lng": st.integers(-180, 180) | st.none(),
            "radiusM": st.integers(0, 9) | LEAVES,
            "kinds": st.lists(st.sampled_from(["OFFER", "REQUEST", None, "NO"]), max_size=2) | st.just("OFFER"),
            "inner": NEAR | st.none(),
            "unknown": LEAVES,
        },
    )
)
EITHER = st.fixed_dictionaries({}, optional={"id": LEAVES, "slug": LEAVES})
VALUES = LEAVES | NEAR | EITHER | st.lists(LEAVES | st.lists(LEAVES, max_size=2), max_size=3)
REQUIRED = st.integers(-(2**31), 2**31 - 1)
GOOD = {
    "plain": st.integers(-5, 5) | st.none(),
    "default": st.integers(0, 9) | st.none(),
    "both": st.integers(0, 9),
    "null": st.none() | st.text(max_size=3),
    "kind": st.sampled_from(["OFFER", "REQUEST", None]),
    "kinds": st.lists(st.sampled_from(["OFFER", "REQUEST"]), max_size=3) | st.just("OFFER"),
    "near": st.none() | st.fixed_dictionaries({"lat": st.integers(-90, 90)}, optional={"kinds": st.just(["OFFER"])}),
    "either": st.sampled_from([None, {"id": "a"}, {"slug": "b"}]),
    "numbers": st.none() | st.lists(st.lists(st.integers(0, 9) | st.none(), max_size=2), max_size=2) | st.just(3),
    "yes": st.booleans() | st.none(),
    "id": st.integers(0, 9) | st.text(max_size=3) | st.none(),
    "float": st.integers(0, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
}  # fmt: skip


@settings(max_examples=100, database=None)
@given(st.fixed_dictionaries({"required": REQUIRED}, optional=GOOD))
def test_good_values_are_coerced_as_graphql_core_does(inputs: dict[str, Any]) -> None:
    ours, expected = both(DECLARED, inputs)
    assert ours == expected
    assert isinstance(expected, tuple), expected


@settings(max_examples=100, database=None)
@given(st.dictionaries(st.sampled_from((*NAMES, "undeclared")), VALUES, max_size=6))
def test_whatever_is_sent_is_answered_as_graphql_core_does(inputs: dict[str, Any]) -> None:
    ours, expected = both(DECLARED, inputs)
    assert repr(ours) == repr(expected)  # Also where a number is none.


def test_defaults_stand_for_what_is_not_given_and_null_is_given() -> None:
    found = Variables(SCHEMA, operation(DECLARED)).coerce({"required": 1, "plain": None, "default": None})
    assert isinstance(found, VariableValues)
    assert found.coerced == {
        "plain": None,
        "required": 1,
        "default": None,
        "both": 8,
        "null": None,
        "kind": "OFFER",
        "kinds": ["REQUEST"],
        "away": {"lat": 1.0, "lng": 2.5, "radiusM": 500, "inner": {"lat": 2.0, "lng": 2.5, "radiusM": 500}},
    }


@pytest.mark.parametrize(
    ("inputs", "messages"),
    [
        ({}, ["Variable '$required' has invalid value: Expected a value of non-null type 'Int!' to be provided."]),
        ({"required": None}, ["Variable '$required' has invalid value: Expected value of non-null type 'Int!' not to be None."]),
        ({"required": 1, "both": None}, ["Variable '$both' has invalid value: Expected value of non-null type 'Int!' not to be None."]),
        ({"required": "1", "yes": 1}, None),
    ],
)  # fmt: skip
def test_errors_are_those_of_graphql_core(inputs: dict[str, Any], messages: list[str] | None) -> None:
    ours, expected = both(DECLARED, inputs)
    assert ours == expected
    assert len(ours) == (len(messages) if messages else 2)
    assert messages is None or [error["message"] for error in ours] == messages


def test_operation_without_variables_ignores_what_is_given() -> None:
    ours, expected = both("{ found }", {"plain": "x"})
    assert ours == expected == ({}, [])


def test_errors_are_bounded() -> None:
    ours, expected = both("query ($numbers: [[Int]!]) { found }", {"numbers": [["x"]] * 100})
    assert ours == expected
    assert len(ours) == MAX_ERRORS + 1


def test_values_of_the_contract_are_read_as_its_scalars_read_them() -> None:
    declared = """query ($near: NearInput = {lat: 48.1, lng: -1.6, radiusM: 2000}, $kinds: [ContributionKind!] = [OFFER],
        $cell: H3Cell, $id: ID!) { contributions(near: $near, kinds: $kinds) { totalCount } contribution(id: $id) { id } }"""
    for inputs in ({"id": "x"}, {"id": "x", "near": None, "kinds": "REQUEST"}, {"id": "x", "near": {"lat": 91}}, {}):
        ours, expected = both(declared, inputs, CONTRACT)
        assert ours == expected
