"""Values of forms and addresses: texts become variables by their types, and back."""

import pytest
from graphql import build_schema

from portal import value, word
from portal.fit import fitted

SCHEMA = build_schema("""
    scalar Latitude
    scalar Radius
    type Query { list(ids: [ID!], kind: Kind, near: Near, first: Int!, on: Boolean): Int }
    type Mutation { act(input: ActInput!): Int }
    enum Kind { OLD NEW }
    input Near { lat: Latitude!, radiusM: Radius! }
    input ActInput {
      title: String!, priceCents: Int, costEuros: Int, near: Near, kinds: [Kind!], anonymous: Boolean! = false, key: String
    }
""")
LIST = """query ($ids: [ID!], $kind: Kind, $near: Near, $first: Int! = 3, $on: Boolean) {
  list(ids: $ids, kind: $kind, near: $near, first: $first, on: $on) }"""
ACT = "mutation ($input: ActInput!) { act(input: $input) }"


def declared(text: str) -> value.Declared:
    return fitted(text, SCHEMA).variables


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({}, {}),
        ({"ids": ["a", "b"], "kind": ["OLD"]}, {"ids": ["a", "b"], "kind": "OLD"}),
        ({"kind": [""], "ids": [" "]}, {}),
        ({"near.lat": ["48,1"], "near.radiusM": ["500"]}, {"near": {"lat": 48.1, "radiusM": 500}}),
        ({"first": ["12"], "on": ["on"]}, {"first": 12, "on": True}),
        ({"gone": ["x"]}, {}),
    ],
)
def test_addresses_become_variables(fields: dict[str, list[str]], values: dict[str, object]) -> None:
    read = value.variables(declared(LIST), SCHEMA, fields)
    assert (read.values, read.refused) == (values, {})


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"first": ["many"]}, {"first": "WHOLE_NUMBER"}),
        ({"near.lat": ["48"]}, {"near.radiusM": "REQUIRED"}),
        ({"near.lat": ["north"], "near.radiusM": ["1"]}, {"near.lat": "DECIMAL"}),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(fields: dict[str, list[str]], refused: dict[str, str]) -> None:
    assert value.variables(declared(LIST), SCHEMA, fields).refused == refused


@pytest.mark.parametrize(
    ("typed", "cents"), [("4,50", 450), ("4.5", 450), ("12", 1200), ("1 200,05 €", 120_005), ("0", 0)]
)
def test_money_is_typed_in_euros(typed: str, cents: int) -> None:
    read = value.typed(declared(ACT), SCHEMA, {"title": ["A"], "priceCents": [typed]})
    assert read.values == {"input": {"title": "A", "priceCents": cents}}


@pytest.mark.parametrize(
    ("typed", "euros"),
    [("12500", 12500), ("12\u202f500", 12500), ("12\u00a0500 €", 12500), ("12 500,00", 12500), ("-3", -3)],
)
def test_whole_euros_are_typed_as_people_write_them(typed: str, euros: int) -> None:
    read = value.typed(declared(ACT), SCHEMA, {"title": ["A"], "costEuros": [typed]})
    assert (read.values, read.refused) == ({"input": {"title": "A", "costEuros": euros}}, {})


@pytest.mark.parametrize(
    ("typed", "code"), [("12 500,50", "WHOLE_EUROS"), ("12.5", "WHOLE_EUROS"), ("cher", "WHOLE_EUROS")]
)
def test_cents_of_whole_euros_have_a_sentence_of_their_own(typed: str, code: str) -> None:
    assert value.typed(declared(ACT), SCHEMA, {"title": ["A"], "costEuros": [typed]}).refused == {"costEuros": code}
    assert code in word.REFUSALS


@pytest.mark.parametrize("typed", ["free", "-4", "4,505", "4,5,5", "٤"])
def test_other_money_is_refused(typed: str) -> None:
    assert value.typed(declared(ACT), SCHEMA, {"title": ["A"], "priceCents": [typed]}).refused == {
        "priceCents": "EUROS"
    }


def test_empty_required_field_is_refused_and_what_is_left_out_is_left_out() -> None:
    read = value.typed(declared(ACT), SCHEMA, {"title": [" "], "near.lat": [""], "near.radiusM": [""], "key": ["k"]})
    assert (read.values, read.refused) == ({"input": {"key": "k"}}, {"title": "REQUIRED"})


def test_line_ends_of_browsers_become_ours() -> None:
    assert value.typed(declared(ACT), SCHEMA, {"title": ["a\r\nb"]}).values == {"input": {"title": "a\nb"}}


def test_an_object_fills_its_form() -> None:
    found = {"title": "A", "priceCents": 450, "near": {"lat": 48.1}, "kinds": ["OLD", "NEW"], "key": None}
    assert value.flat(found) == {"title": ["A"], "priceCents": ["4,50"], "near.lat": ["48.1"], "kinds": ["OLD", "NEW"]}
