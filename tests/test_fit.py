"""Fitting: what a scope does not have is left out of a document, with all that becomes pointless by it."""

import pytest
from graphql import GraphQLSchema, build_schema, parse, print_ast, validate

from portal.fit import NothingLeftError, fitted

SCHEMA = build_schema("""
    type Query { here: Thing list(kinds: [Kind!], order: Kind = OLD, where: Where, known: Int): [Thing!]! }
    type Mutation { act(input: ActInput!): Thing }
    type Thing { id: ID! name: String friend: Thing }
    enum Kind { OLD NEW }
    input Where { near: Int }
    input ActInput { name: String }
""")


def fit(text: str, name: str | None = None, schema: GraphQLSchema = SCHEMA) -> str:
    found = fitted(text, schema, name).text
    assert validate(schema, parse(found)) == []
    return found


def same(text: str, wanted: str, name: str | None = None) -> bool:
    return fit(text, name).strip() == print_ast(parse(wanted)).strip()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{ here { id gone } }", "{ here { id } }"),
        ("{ here { id friend { gone { id } } } list { id } }", "{ here { id } list { id } }"),
        ("{ here { id } list(kinds: [OLD, GONE]) { id } }", "{ here { id } list(kinds: [OLD]) { id } }"),
        ("{ list(kinds: [GONE]) { id } }", "{ list(kinds: []) { id } }"),
        ("{ list(order: GONE) { id } }", "{ list { id } }"),
        ("{ list(where: {near: 1, gone: 2}, gone: 3) { id } }", "{ list(where: {near: 1}) { id } }"),
        ("query ($a: Int, $b: Gone) { list(known: $a, gone: $b) { id } }", "query ($a: Int) { list(known: $a) { id } }"),
        ("query ($a: Int) { here { id gone(by: $a) } }", "{ here { id } }"),
        ("query ($a: Kind = GONE) { list(order: $a) { id } }", "query ($a: Kind) { list(order: $a) { id } }"),
        ("{ here { ...F } } fragment F on Thing { id gone }", "{ here { ...F } } fragment F on Thing { id }"),
        ("{ here { id ...F } } fragment F on Thing { gone }", "{ here { id } }"),
        ("{ here { id ...F } } fragment F on Gone { id }", "{ here { id } }"),
        ("{ here { id ... on Gone { id } ... on Thing { name gone } } }", "{ here { id ... on Thing { name } } }"),
        ("{ here { ...F } } fragment F on Thing { ...G } fragment G on Thing { id }",
         "{ here { ...F } } fragment F on Thing { ...G } fragment G on Thing { id }"),
        ("{ here { id } } fragment F on Thing { id }", "{ here { id } }"),
        ("{ here { __typename id @skip(if: true) } }", "{ here { __typename id @skip(if: true) } }"),
    ],
)  # fmt: skip
def test_what_the_scope_lacks_is_left_out(text: str, wanted: str) -> None:
    assert same(text, wanted)


def test_one_operation_of_several_is_taken_with_its_own_fragments() -> None:
    text = """query A { here { ...F } } mutation B($input: ActInput!) { act(input: $input) { ...G gone } }
              fragment F on Thing { id } fragment G on Thing { name }"""
    wanted = "mutation B($input: ActInput!) { act(input: $input) { ...G } } fragment G on Thing { name }"
    assert same(text, wanted, "B")


def test_inputs_fields_are_left_out() -> None:
    assert same('mutation { act(input: {name: "a", gone: 1}) { id } }', 'mutation { act(input: {name: "a"}) { id } }')


@pytest.mark.parametrize("text", ["{ gone }", "{ here { gone } }", "{ ...F } fragment F on Query { gone }"])
def test_document_of_which_nothing_remains_is_refused(text: str) -> None:
    with pytest.raises(NothingLeftError):
        fitted(text, SCHEMA)


def test_answers_are_filled_where_fields_were_left_out() -> None:
    text = """{ here { id gone friend { lost } } again: nothing { id } list { ...F friend { id away } } }
              fragment F on Thing { away }"""
    answer = {"here": {"id": "1"}, "list": [{"friend": {"id": "2"}}, {"friend": None}]}
    assert fitted(text, SCHEMA).filled(answer) == {
        "here": {"id": "1", "gone": None, "friend": None},
        "again": None,
        "list": [{"friend": {"id": "2", "away": None}, "away": None}, {"friend": None, "away": None}],
    }


def test_absent_objects_stay_null() -> None:
    assert fitted("{ here { id gone } }", SCHEMA).filled({"here": None}) == {"here": None}


def test_a_document_that_the_scope_has_stays_as_it_is() -> None:
    text = "query A($a: Int = 3) { list(known: $a) { id friend { ...F } } } fragment F on Thing { name }"
    assert same(text, text)
    assert fitted(text, SCHEMA).gaps == {}
