"""Documents made to hurt: too deep, too wide, too many, in circles; each is refused before anything runs."""

from collections.abc import Iterator

import pytest

from tests import refused
from tests.conftest import Portal, Running

LONG = "a" * 64
"""One character more than a column's name may have."""


@pytest.fixture
def nothing_runs(server: Running) -> Iterator[None]:
    """A refused document costs the database nothing."""
    before = server.database.statement_count
    yield
    assert server.database.statement_count == before


@pytest.fixture(autouse=True)
def _still_serves(rennes: Portal) -> Iterator[None]:
    """After each of these documents the server answers the next one."""
    yield
    assert rennes.ask("{ portal { title } }")["portal"]["title"] == "La Fabrique citoyenne"


def aliases(count: int, field: str) -> str:
    return " ".join(f"a{index}: {field}" for index in range(count))


def doubling(levels: int, on: str, leaf: str) -> str:
    """Fragments of which each spreads the next one twice, under two names."""
    pairs = (
        f"fragment F{level} on {on} {{ ...F{level + 1} ... on {on} {{ ...F{level + 1} }} }}" for level in range(levels)
    )
    return f"{{ ...F0 }} {' '.join(pairs)} fragment F{levels} on {on} {{ {leaf} }}"


def chain(length: int) -> str:
    spreads = (f"fragment F{index} on Query {{ ...F{index + 1} }}" for index in range(length))
    return f"{{ ...F0 }} {' '.join(spreads)} fragment F{length} on Query {{ __typename }}"


def spread(roots: int) -> str:
    """A fragment of 50 fields below each of so many fields."""
    return f"{{ {aliases(roots, 'portal { ...F }')} }} fragment F on Portal {{ {aliases(50, 'title')} }}"


PARENTS = 'collectivite(inseeCode: "35238")'

REFUSED = {
    "blank": ("  ", "GRAPHQL_PARSE_FAILED"),
    "a comment alone": ("# { portal { title } }", "GRAPHQL_PARSE_FAILED"),
    "50,000 open braces": ("{" * 50_000, "GRAPHQL_PARSE_FAILED"),
    "50,001 characters": ("{ portal { title } }".ljust(50_001), "QUERY_TOO_LARGE"),
    "1,000 levels": ("{ a " * 1_000 + "}" * 1_000, "GRAPHQL_PARSE_FAILED"),
    "1,000 inline fragments": ("{" + "... {" * 1_000 + "__typename" + "}" * 1_001, "GRAPHQL_PARSE_FAILED"),
    "a list of 1,000 levels": (f"{{ contributions(kinds: {'[' * 1_000}) {{ totalCount }} }}", "GRAPHQL_PARSE_FAILED"),
    "2,000 aliases": (f"{{ portal {{ {aliases(2_000, 'title')} }} }}", "GRAPHQL_PARSE_FAILED"),
    "51 aliases of a field": (f"{{ portal {{ {aliases(51, 'title')} }} }}", "QUERY_TOO_LARGE"),
    "a lone surrogate": ('{ space(slug: "\\ud800") { id } }', "GRAPHQL_PARSE_FAILED"),
    "a lone surrogate in braces": ('{ space(slug: "\\u{DFFF}") { id } }', "GRAPHQL_PARSE_FAILED"),
    "21 levels": (f"{{ {PARENTS} {'{ parents ' * 19}{{ name }} {'}' * 19} }}", "QUERY_TOO_DEEP"),
    "1,530 fields": (spread(30), "QUERY_TOO_LARGE"),
    "26 doubling fragments": (doubling(26, "Query", "__typename"), "QUERY_TOO_LARGE"),
    "31 fields at the root": (f"{{ {aliases(31, 'portal { title }')} }}", "QUERY_TOO_LARGE"),
    "31 fields at the root by a fragment": (
        f"{{ ...F }} fragment F on Query {{ {aliases(31, 'portal { title }')} }}",
        "QUERY_TOO_LARGE",
    ),
    "51 keys in pageInfo": (f"{{ spaces {{ pageInfo {{ {aliases(51, 'hasNextPage')} }} }} }}", "QUERY_TOO_LARGE"),
    "101 fragments in a row": (chain(100), "QUERY_TOO_LARGE"),
    "a fragment in itself": ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
    "fragments in a circle": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a circle through a field": (
        f"{{ {PARENTS} {{ ...A }} }} fragment A on Collectivite {{ parents {{ ...A }} }}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a fragment that is not there": ("{ ...A }", "GRAPHQL_VALIDATION_FAILED"),
    "a field that is not there": ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    "a subscription": ("subscription { portal { title } }", "GRAPHQL_VALIDATION_FAILED"),
    "an unknown directive": ("{ portal @fast { title } }", "GRAPHQL_VALIDATION_FAILED"),
    "fields that differ under one name": ("{ portal { a: title a: slug } }", "GRAPHQL_VALIDATION_FAILED"),
    "an integer of 5,000 digits": (f"{{ spaces(first: {'9' * 5_000}) {{ totalCount }} }}", "BAD_USER_INPUT"),
    "NUL": ('{ space(slug: "\\u0000") { id } }', "BAD_USER_INPUT"),
    "NUL in braces": ('{ space(slug: "a\\u{000}b") { id } }', "BAD_USER_INPUT"),
    "NUL as it is": ('{ space(slug: "\0") { id } }', "BAD_USER_INPUT"),
    "NUL in a block": ('{ space(slug: """\0""") { id } }', "BAD_USER_INPUT"),
}


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(("document", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_document_is_refused(rennes: Portal, document: str, code: str) -> None:
    assert refused.codes(rennes.post(document)) == {code}


@pytest.mark.parametrize("escaped", [rb"\\\u00750000", rb"\\\u0075{0}", rb"\\u0000", rb"\u0000"])
def test_nul_is_refused_however_it_is_written(rennes: Portal, escaped: bytes) -> None:
    body = b'{"query": "{ space(slug: \\"' + escaped + b'\\") { id } }"}'
    answer = rennes.client.post(
        "/graphql", content=body, headers={"host": rennes.host, "content-type": "application/json"}
    )
    assert refused.codes(answer) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("spread", [False, True])
def test_many_mutations_are_refused_and_change_nothing(rennes: Portal, spread: bool) -> None:
    contribution = rennes.ask("{ contributions(first: 1) { nodes { id commentCount } } }")["contributions"]["nodes"][0]
    fields = aliases(6, "commentPublish(input: $input) { comment { id } }")
    body = f"{{ ...F }} fragment F on Mutation {{ {fields} }}" if spread else f"{{ {fields} }}"
    variables = {"input": {"contribution": contribution["id"], "body": "Six fois"}}
    answer = rennes.member().post(f"mutation($input: CommentPublishInput!) {body}", variables)
    assert refused.codes(answer) == {"QUERY_TOO_LARGE"}
    assert rennes.ask("query($id: ID!) { contribution(id: $id) { commentCount } }", id=contribution["id"]) == {
        "contribution": {"commentCount": contribution["commentCount"]}
    }


def test_what_is_just_within_the_limits_is_answered(rennes: Portal) -> None:
    data = rennes.ask(spread(29))
    assert [set(portal.values()) for portal in data.values()] == [{"La Fabrique citoyenne"}] * 29
    assert [len(portal) for portal in data.values()] == [50] * 29
    assert set(rennes.ask(f"{{ {aliases(30, 'portal { slug }')} }}")) == {f"a{index}" for index in range(30)}
    [argument] = rennes.ask("{ contributions(kinds: [ARGUMENT], first: 1) { nodes { id } } }")["contributions"]["nodes"]
    deep = rennes.ask(f"query ($id: ID!) {{ contribution(id: $id) {'{ about ' * 18}{{ id }} {'}' * 18} }}", **argument)
    assert deep["contribution"]["about"] == {"about": None}
    info = rennes.ask(f"{{ spaces {{ pageInfo {{ {aliases(50, 'hasNextPage')} }} }} }}")["spaces"]["pageInfo"]
    assert list(info) == [f"a{index}" for index in range(50)]
    assert set(info.values()) == {False}
    assert rennes.ask(chain(99)) == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("B", "query A { portal { title } }"),
        ("a", "query A { portal { title } }"),
        (None, "query A { portal { title } } query B { portal { slug } }"),
    ],
)
def test_operation_that_cannot_be_told_is_refused(rennes: Portal, name: str | None, document: str) -> None:
    answer = rennes.client.post(
        "/graphql", json={"query": document, "operationName": name}, headers={"host": rennes.host}
    )
    assert refused.codes(answer) == {"OPERATION_NOT_FOUND"}


KEYS = [
    "__tenant__", "__proto__", "constructor", "prototype", "select", "from", "null", "r1", "r2", "r3", "r4", "r5", "r6",
    "n", "k0", "k1", "total", "value", "errors", "row", "root", "p1", "id", "ID", "_", "a" * 63, LONG, LONG + "b",
    LONG * 20,
]  # fmt: skip
"""Response keys that mean something in SQL, in Python or in JavaScript, or are longer than a column's name."""


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:12] + str(len(key)))
def test_response_key_is_any_name(rennes: Portal, key: str) -> None:
    query = f"""{{
      {key}: portal {{ {key}: title other: slug {key}_: collectivite {{ {key}: name }} }}
      spaces(first: 1) {{
        {key}: nodes {{ {key}: slug }}
        edges {{ {key}: cursor node {{ {key}: slug activities {{ {key}: title }} }} }}
        pageInfo {{ {key}: hasPreviousPage }}
      }}
    }}"""
    data, plain = (
        rennes.ask(query),
        rennes.ask("{ spaces(first: 1) { edges { cursor node { slug activities { title } } } } }"),
    )
    portal = {key: "La Fabrique citoyenne", "other": "rennes", f"{key}_": {key: "Rennes"}}
    [edge] = plain["spaces"]["edges"]
    assert data == {
        key: portal,
        "spaces": {
            key: [{key: edge["node"]["slug"]}],
            "edges": [{
                key: edge["cursor"],
                "node": {
                    key: edge["node"]["slug"],
                    "activities": [{key: activity["title"]} for activity in edge["node"]["activities"]],
                },
            }],
            "pageInfo": {key: False},
        },
    }  # fmt: skip
    assert list(data[key]) == [key, "other", f"{key}_"]


def test_keys_that_are_as_long_and_begin_alike_stay_apart(rennes: Portal) -> None:
    data = rennes.ask(f"{{ portal {{ {LONG}1: title {LONG}2: slug short: slug }} }}")
    assert data == {"portal": {f"{LONG}1": "La Fabrique citoyenne", f"{LONG}2": "rennes", "short": "rennes"}}


def test_long_keys_are_right_in_computed_fields_and_payloads_and_beside_introspection(rennes: Portal) -> None:
    bounds = "bounds: { south: 47, west: -3, north: 49, east: 0 }, zoom: 9"
    plain = rennes.ask(f"{{ hexagons({bounds}) {{ boundary {{ lat lng }} }} }}")["hexagons"]
    renamed = rennes.ask(f"{{ hexagons({bounds}) {{ {LONG}: boundary {{ {LONG}: lat lng }} }} }}")["hexagons"]
    assert renamed == [{LONG: [{LONG: p["lat"], "lng": p["lng"]} for p in cell["boundary"]]} for cell in plain]
    mutation = (
        f"mutation($input: VoteCastInput!) {{ voteCast(input: $input) {{ {LONG}: userErrors {{ {LONG}: code }} }} }}"
    )
    answer = rennes.ask(mutation, input={"contribution": "contribution_1_x", "choice": "SUPPORT"})
    assert answer == {"voteCast": {LONG: [{LONG: "UNAUTHENTICATED"}]}}
    beside = rennes.ask(f"{{ __schema {{ queryType {{ {LONG}: name }} }} {LONG}: portal {{ {LONG}: slug }} }}")
    assert beside == {"__schema": {"queryType": {LONG: "Query"}}, LONG: {LONG: "rennes"}}
