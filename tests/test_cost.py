"""Cost: reckoned from the contract before anything runs, never less than what an answer holds, and quickly."""

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost as Weight
from strawberry.federation.schema_directives import ListSize

import schema.root
from auth.viewer import Audience
from bench import document as bench
from models.tenant import Feature
from planner import cost
from planner.cost import Cost
from planner.document import Documents
from planner.selection import Selections
from portal import example
from schema.scoped import ScopedContract
from tests import test_statement_count as pages
from tests.conftest import Portal
from tests.operation import CONTRACT
from tests.test_property_planner import SEEDS, Stage, operation, stage  # noqa: F401  # A fixture.

VALUES: dict[str, Any] = {
    "lat": 48.1,
    "lng": -1.68,
    "south": 48.0,
    "west": -1.8,
    "north": 48.2,
    "east": -1.5,
    "zoom": 12,
    "first": 20,
    "words": "vélo",
    **dict.fromkeys(("id", "activity", "contribution", *(f"c{number}" for number in range(6))), "x"),
    "representations": [{"__typename": "Contribution", "id": "x"}] * 50,
}
"""What the variables of examples and of the bench are given."""


def compiled(document: DocumentNode, variables: dict[str, Any]) -> tuple[Cost, VariableValues]:
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    coerced = get_variable_values(CONTRACT, operation.variable_definitions or (), variables)
    assert isinstance(coerced, VariableValues), coerced
    return cost.compiled(Selections(CONTRACT, document, coerced), operation), coerced


def cost_of(query: str, /, **variables: Any) -> int:
    found, coerced = compiled(parse(query), variables)
    return found.of(coerced.coerced)


# What fields cost ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ portal { title slug } }", 1),
        ("{ portal { theme { font } center { lat lng } } }", 3),
        ("{ a: portal { title } b: portal { title } }", 2),
        ("{ __typename portal { __typename } }", 1),
        ("{ contributions { nodes { id } } }", 1 + 20),
        ("{ contributions(first: 3) { nodes { id author { name } } } }", 1 + 3 * 2),
        ("{ contributions(first: 3) { nodes { id } edges { cursor node { id } } pageInfo { endCursor } } }", 1 + 3 + 6 + 1),
        ("{ contributions(first: 0) { nodes { id } } }", 1),
        ("{ contributions(first: 100000) { nodes { id } } }", 1 + 100),
        ("{ contributions(first: -5) { nodes { id } } }", 1),
        ("{ contributions { totalCount } }", 1 + 20),
        ('{ contributions(search: "vélo", first: 1) { nodes { id } } }', 200 + 1 + 1),
        ("{ contributions(search: null, near: {lat: 1, lng: 1, radiusM: 100}, first: 1) { nodes { id } } }", 50 + 1 + 1),
        ("{ contributions(first: 5) { nodes { comments(first: 4) { nodes { author { name } } } } } }", 1 + 5 * (1 + 1 + 4 * 2)),
        ('{ collectivite(inseeCode: "35238") { parents { name } } }', 1 + 4),
        ("{ zones { name } }", 20),
        ("{ zones { geometry cells } }", 20 * (1 + 10 + 10)),
        ("{ __schema { types { name } } }", 3_000),
        ("mutation { commentPublish(input: {contribution: 1, body: \"a\"}) { comment { id } userErrors { code } } }", 10 + 1 + 1),
    ],
)  # fmt: skip
def test_field_costs_what_the_contract_says(query: str, expected: int) -> None:
    assert cost_of(query) == expected


def test_map_costs_by_its_cells() -> None:
    bounds = "bounds: {south: 48, west: -1.8, north: 48.2, east: -1.5}, zoom: 12"
    assert cost_of(f"{{ hexagons({bounds}) {{ cell count }} }}") == 500
    assert cost_of(f"{{ hexagons({bounds}) {{ cell boundary {{ lat lng }} }} }}") == 500 * (1 + 6 * 2)


def test_what_merges_costs_once() -> None:
    whole = "{ contributions { nodes { id author { id name } } } }"
    parts = """{ contributions { nodes { id ...A } } contributions { nodes { ...A ...B } ... { nodes { author { name } } } } }
        fragment A on Contribution { author { id } } fragment B on Contribution { author { id } }"""
    assert cost_of(parts) == cost_of(whole) == 41


def test_entities_cost_by_their_number_and_the_dearest_type() -> None:
    query = """query ($r: [_Any!]!) { _entities(representations: $r) {
        ... on Actor { name } ... on Contribution { author { name } tally { totalCount } } } }"""
    contribution = {"__typename": "Contribution", "id": "x"}
    assert [cost_of(query, r=[contribution] * count) for count in (0, 1, 200)] == [0, 3, 600]
    assert cost_of("{ _entities(representations: []) { __typename } }") == 0


SKIPPED = "query ($all: Boolean!) { spaces(first: 5) { nodes { id activities @include(if: $all) { id } } } }"


def test_what_is_left_out_costs_nothing() -> None:
    assert (cost_of(SKIPPED, all=False), cost_of(SKIPPED, all=True)) == (1 + 5, 1 + 5 * (1 + 5))


# Variables -----------------------------------------------------------------------------------------------------------

NESTED = """query ($a: Int! = 7, $b: Int!, $c: Int = 3) {
  contributions(first: $a) { nodes { comments(first: $b) { nodes { author {
    contributions(first: $c) { edges { node { title } } } } } } } } }"""

size = st.integers(-3, 130)


def nested(a: int, b: int, c: int) -> int:
    a, b, c = (min(max(value, 0), 100) for value in (a, b, c))
    return 1 + a * (1 + 1 + b * (1 + 1 + 1 + c * 2))


@given(a=size, b=size, c=size)
def test_cost_is_a_sum_of_products_of_page_sizes(a: int, b: int, c: int) -> None:
    assert cost_of(NESTED, a=a, b=b, c=c) == nested(a, b, c)
    assert cost_of(NESTED.replace("$a)", f"{a})").replace("$a: Int! = 7, ", ""), b=b, c=c) == nested(a, b, c)
    assert cost_of(NESTED, a=a + 1, b=b, c=c) >= cost_of(NESTED, a=a, b=b, c=c)
    assert cost_of(NESTED, a=a, b=b, c=c + 1) >= cost_of(NESTED, a=a, b=b, c=c)


def test_cost_is_compiled_once_for_all_page_sizes() -> None:
    found, _ = compiled(parse(NESTED), {"b": 1, "c": 1})
    assert found.of({"a": 5, "b": 6, "c": 7}) == nested(5, 6, 7)


def test_variable_that_is_not_given_counts_as_its_default_or_the_arguments() -> None:
    assert cost_of(NESTED, b=1) == nested(7, 1, 3)
    assert cost_of("query ($n: Int) { spaces(first: $n) { nodes { id } } }") == 1 + 20


# Limits --------------------------------------------------------------------------------------------------------------

EXAMPLES = {
    name: getattr(example, name) for name in ("NEAREST_OFFERS", "MAP", "PORTAL", "PROPOSALS", "SEARCH", "COMMUNES")
}
PAGES = {name: getattr(pages, name) for name in ("NEAREST", "MAP", "PAGE", "DETAIL", "MANY")}
LONG = """{ contributions(first: 100) { nodes { id title author { name } category { name } location { cell lat lng }
  distance(from: {lat: 48, lng: -1}) { band } tally { totalCount } comments(first: 20) { nodes { body author { name } } } } } }"""


@pytest.mark.parametrize("query", [*EXAMPLES.values(), *bench.DOCUMENTS.values(), *PAGES.values(), LONG])
def test_pages_cost_less_than_an_operation_may(query: str) -> None:
    cost.refuse_costly(cost_of(query, **VALUES))


def test_costly_operation_is_refused_with_its_cost_and_the_limit() -> None:
    cost.refuse_costly(10_000)
    for price, told in ((10_001, 10_001), (100**20, 2**53)):
        with pytest.raises(GraphQLError) as refusal:
            cost.refuse_costly(price)
        assert refusal.value.extensions == {"code": "QUERY_TOO_COSTLY", "cost": told, "limit": 10_000}


CARD = """nodes { id kind title publishedAt author { id name kind } category { name } location { cell lat lng }
  tally { totalCount supportCount } comments(first: 3) { nodes { body author { name } } } }"""
PORTAL_PAGE = f"query Page {{ {' '.join(f'list{n}: contributions(first: 5) {{ {CARD} }}' for n in range(20))} }}"


def test_portal_page_of_400_fields_is_answered(rennes: Portal) -> None:
    fields = 0

    class Count(Visitor):
        def enter_field(self, *_: object) -> None:
            nonlocal fields
            fields += 1

    visit(parse(PORTAL_PAGE), Count())
    assert fields >= 400
    assert cost_of(PORTAL_PAGE) == 1_220
    data = rennes.ask(PORTAL_PAGE)
    assert [len(found["nodes"]) for found in data.values()] == [5] * 20


PARTS = " ".join(
    f"fragment Card{n} on Contribution {{ id title author {{ id name }} tally {{ totalCount }} }}" for n in range(15)
)


def test_page_whose_components_repeat_each_others_fields_is_answered(rennes: Portal) -> None:
    spread = " ".join(f"...Card{n}" for n in range(15))
    lists = " ".join(f"list{n}: contributions(first: 5) {{ nodes {{ {spread} }} }}" for n in range(5))
    query = f"{{ {lists} }} {PARTS}"
    assert cost_of(query) == 5 * (1 + 5 * 3)
    assert set(rennes.ask(query)["list0"]["nodes"][0]) == {"id", "title", "author", "tally"}


def doubling(levels: int) -> str:
    """Fragments of which each spreads the next one twice, below two fields."""
    pairs = (
        f"fragment F{n} on Collectivite {{ a: parents {{ ...F{n + 1} }} b: parents {{ ...F{n + 1} }} }}"
        for n in range(levels)
    )
    return f'{{ collectivite(siren: "1") {{ ...F0 }} }} {" ".join(pairs)} fragment F{levels} on Collectivite {{ name }}'


def test_bomb_of_26_fragments_is_reckoned_and_refused_at_once() -> None:
    bomb = doubling(26)
    began = time.process_time()
    price = cost_of(bomb)
    [error] = Documents(CONTRACT).read(bomb).errors
    took_s = time.process_time() - began
    assert price == sum(8**level for level in range(27))
    assert (error.extensions or {})["code"] == "QUERY_TOO_LARGE"
    assert took_s < 0.05


# The contract --------------------------------------------------------------------------------------------------------


def marked_fields() -> Iterator[tuple[str, Any, dict[type, Any]]]:
    """Every field of ours with its directives by their class."""
    for type_ in CONTRACT.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("_"):
            for name, field in type_.fields.items():
                definition = field.extensions.get("strawberry-definition")
                if definition is not None and not name.startswith("_"):
                    yield f"{type_.name}.{name}", field, {type(mark): mark for mark in definition.directives}


def test_every_list_of_objects_says_how_long_it_is() -> None:
    sized_by_connection = ("Connection.nodes", "Connection.edges")
    silent = [
        name
        for name, field, marks in marked_fields()
        if isinstance(get_nullable_type(field.type), GraphQLList)
        and not is_leaf_type(get_named_type(field.type))
        and not name.endswith(sized_by_connection)
        and ListSize not in marks
    ]
    assert silent == []


def test_every_connection_is_sized_by_first() -> None:
    found = 0
    for name, field, marks in marked_fields():
        if get_named_type(field.type).name.endswith("Connection"):
            found += 1
            listed = marks[ListSize]
            assert listed.slicing_arguments == ["first"], name
            assert listed.sized_fields == ["nodes", "edges"], name
            assert listed.assumed_size is UNSET  # Routers know the default of `first`; Cosmo takes no two sizes.
            assert listed.require_one_slicing_argument is False, name
    assert found >= 7


def test_every_mutation_weighs_more_than_its_answer() -> None:
    assert CONTRACT.mutation_type is not None
    weights = {name: marks[Weight].weight for name, _, marks in marked_fields() if name.startswith("Mutation.")}
    assert set(weights) == {f"Mutation.{name}" for name in CONTRACT.mutation_type.fields}
    assert set(weights.values()) == {10}


def test_directives_stand_in_the_contract_as_routers_read_them() -> None:
    sdl = schema.root.sdl()
    assert '"@cost"' in sdl.split("{")[0] + sdl.split("}")[0]
    assert "totalCount: Int! @cost(weight: 20)" in sdl
    assert "zones: [Zone!]! @listSize(assumedSize: 20)" in sdl


def test_scoped_contract_costs_the_same() -> None:
    scoped = ScopedContract().engine(frozenset(Feature), Audience.PUBLIC).schema
    document = parse(LONG)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    variables = get_variable_values(scoped, (), {})
    assert isinstance(variables, VariableValues)
    assert cost.compiled(Selections(scoped, document, variables), operation).of({}) == cost_of(LONG)


# Properties ----------------------------------------------------------------------------------------------------------


class Inline(Visitor):
    """Puts what a fragment says in the place of its spreads."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self._fragments = {f.name.value: f for f in document.definitions if isinstance(f, FragmentDefinitionNode)}

    def leave_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> InlineFragmentNode:
        fragment = self._fragments[node.name.value]
        return InlineFragmentNode(
            type_condition=fragment.type_condition,
            directives=node.directives,
            selection_set=visit(fragment.selection_set, self),
        )


def objects(value: Any) -> int:
    """How many objects a JSON value holds."""
    if isinstance(value, dict):
        return 1 + sum(map(objects, value.values()))
    return sum(map(objects, value)) if isinstance(value, list) else 0


@settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(seed=SEEDS)
def test_no_answer_holds_more_objects_than_its_operation_costs(stage: Stage, seed: int) -> None:  # noqa: F811
    random = Random(seed)
    query, variables = operation(random, stage.values)
    note(query)
    price = cost_of(query, **variables)
    document = parse(query)
    inlined, coerced = compiled(visit(document, Inline(document)), variables)
    assert inlined.of(coerced.coerced) == price
    planned, *_ = stage.run(query, variables, random.choice(stage.viewers))
    if "errors" not in planned:
        assert sum(map(objects, planned["data"].values())) <= price
