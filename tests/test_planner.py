"""What GraphQL lets a client write, the planner answers: fragments, aliases, type names, computed and conditional fields."""

from typing import Any

import pytest

from tests.conftest import Portal

NODE = 'contributions(search: "tondeuse dehors") { nodes { %s } }'


def only(portal: Portal, selection: str, document: str = "", **variables: Any) -> Any:
    """The one contribution that the search finds, with a selection; `document` declares variables or fragments."""
    head, _, tail = document.partition("|")
    answer = portal.ask(f"query {head} {{ {NODE % selection} }} {tail}", **variables)
    (found,) = answer["contributions"]["nodes"]
    return found


@pytest.fixture(scope="module")
def portal(twins: tuple[Portal, Portal]) -> Portal:
    return twins[0]


# Fragments -----------------------------------------------------------------------------------------------------------


def test_overlapping_fragments_are_merged_in_the_order_of_the_first(portal: Portal) -> None:
    fragments = """|
        fragment Head on Contribution { title author { ...Who } category { name } }
        fragment Tail on Contribution { kind author { kind name } title comments(first: 1) { nodes { author { ...Who } } } }
        fragment Who on Actor { name }"""
    found = only(portal, "kind ...Tail ...Head author { role }", fragments)
    assert list(found) == ["kind", "author", "title", "comments", "category"]
    assert list(found["author"].items()) == [("kind", "CITIZEN"), ("name", "Autrice hirondelle"), ("role", None)]
    assert found["comments"] == {"nodes": [{"author": {"name": "Voisin hirondelle"}}]}
    assert found["category"] == {"name": "Catégorie hirondelle dehors"}


def test_nested_inline_fragments_with_and_without_a_type(portal: Portal) -> None:
    found = only(
        portal, "... { ... on Contribution { title ... @include(if: true) { kind } } } ... @skip(if: true) { body }"
    )
    assert found == {"title": "Tondeuse hirondelle dehors", "kind": "OFFER"}


def test_fragment_spread_twice_and_in_two_places(portal: Portal) -> None:
    fragments = "|fragment Names on Actor { name kind }"
    found = only(portal, "author { ...Names ...Names } comments { nodes { author { ...Names } } }", fragments)
    assert found["author"] == {"name": "Autrice hirondelle", "kind": "CITIZEN"}
    assert found["comments"]["nodes"] == [{"author": {"name": "Voisin hirondelle", "kind": "CITIZEN"}}]


def test_fragments_on_the_query_and_on_pages(portal: Portal) -> None:
    answer = portal.ask("""
        { ...Root spaces { ...Page } }
        fragment Root on Query { portal { title } spaces { totalCount } }
        fragment Page on ParticipatorySpaceConnection { nodes { title } pageInfo { ...Info } edges { ...Edge } }
        fragment Info on PageInfo { hasNextPage }
        fragment Edge on ParticipatorySpaceEdge { node { slug } }""")
    assert answer == {
        "portal": {"title": "Portail hirondelle"},
        "spaces": {
            "totalCount": 1,
            "nodes": [{"title": "Espace hirondelle dehors"}],
            "pageInfo": {"hasNextPage": False},
            "edges": [{"node": {"slug": "dehors"}}],
        },
    }


# Aliases -------------------------------------------------------------------------------------------------------------


def test_one_field_under_several_aliases_with_different_arguments(portal: Portal) -> None:
    found = only(
        portal,
        """near: distance(from: {lat: 48.1, lng: -1.6}) { band } far: distance(from: {lat: 48.6, lng: -1.6}) { band }
        none: comments(first: 0) { nodes { body } } one: comments(first: 1) { nodes { body } }""",
    )
    assert found == {
        "near": {"band": "UNDER_1_KM"},
        "far": {"band": "OVER_50_KM"},
        "none": {"nodes": []},
        "one": {"nodes": [{"body": "Réponse hirondelle dehors"}]},
    }


@pytest.mark.parametrize(
    "alias",
    [
        "id",
        "Title",
        "n",
        "total",
        "k0",
        "r1",
        "select",
        "user",
        "order",
        "value",
        "_",
        "__tenant__",
        "t_1",
        "p1",
        "a" * 63,
        "payload_id",
    ],
)
def test_any_name_is_an_alias(portal: Portal, alias: str) -> None:
    assert only(portal, f"{alias}: title kind") == {alias: "Tondeuse hirondelle dehors", "kind": "OFFER"}


def test_aliases_that_differ_only_in_case(portal: Portal) -> None:
    assert list(only(portal, "a: title A: kind").items()) == [("a", "Tondeuse hirondelle dehors"), ("A", "OFFER")]


def test_aliases_longer_than_the_name_of_a_column_and_alike_in_its_length(portal: Portal) -> None:
    long = "a" * 64
    fields = f"{long}_1: title kind {long}_2: author {{ {long}: name role }} {long}_3: comments {{ {long}: nodes {{ {long}: body }} }}"
    found = only(portal, fields)
    assert list(found) == [f"{long}_1", "kind", f"{long}_2", f"{long}_3"]
    assert found == {
        f"{long}_1": "Tondeuse hirondelle dehors",
        "kind": "OFFER",
        f"{long}_2": {long: "Autrice hirondelle", "role": None},
        f"{long}_3": {long: [{long: "Réponse hirondelle dehors"}]},
    }
    assert portal.ask(f"{{ {long}_1: portal {{ slug }} {long}_2: __typename }}") == {
        f"{long}_1": {"slug": "jumeau-hirondelle"},
        f"{long}_2": "Query",
    }
    corner = portal.ask(f"""{{ hexagons(bounds: {{south: 48.09, west: -1.61, north: 48.11, east: -1.59}}, zoom: 14) {{
        {long}: boundary {{ {long}: lat }} cell }} }}""")["hexagons"][0]
    assert [list(corner), [list(point) for point in corner[long]]] == [[long, "cell"], [[long]] * 6]


def test_alias_swaps_two_fields(portal: Portal) -> None:
    assert only(portal, "title: kind kind: title") == {"title": "OFFER", "kind": "Tondeuse hirondelle dehors"}


# Type names ----------------------------------------------------------------------------------------------------------


def test_type_names_everywhere(portal: Portal) -> None:
    found = portal.ask("""{ __typename contributions(search: "tondeuse") { t: __typename
        edges { __typename node { __typename } } pageInfo { __typename hasNextPage } nodes { __typename author { __typename }
        location { __typename } tally { __typename } comments { __typename } } }
        hexagons(bounds: {south: 48.05, west: -1.7, north: 48.12, east: -1.5}, zoom: 6) { __typename boundary { __typename } } }""")
    assert found.pop("hexagons")[0] == {"__typename": "Hexagon", "boundary": [{"__typename": "Point"}] * 6}
    assert found == {
        "__typename": "Query",
        "contributions": {
            "t": "ContributionConnection",
            "edges": [{"__typename": "ContributionEdge", "node": {"__typename": "Contribution"}}],
            "pageInfo": {"__typename": "PageInfo", "hasNextPage": False},
            "nodes": [
                {
                    "__typename": "Contribution",
                    "author": {"__typename": "Actor"},
                    "location": {"__typename": "Location"},
                    "tally": {"__typename": "Tally"},
                    "comments": {"__typename": "CommentConnection"},
                }
            ],
        },
    }


def test_type_names_of_payloads(portal: Portal) -> None:
    found = portal.ask("""mutation { __typename voteWithdraw(input: {contribution: "contribution_1_00000000-0000-0000-0000-000000000000"}) {
        __typename userErrors { __typename code } contribution { __typename } } }""")
    assert found == {
        "__typename": "Mutation",
        "voteWithdraw": {
            "__typename": "VoteWithdrawPayload",
            "userErrors": [{"__typename": "UserError", "code": "UNAUTHENTICATED"}],
            "contribution": None,
        },
    }


def test_page_of_which_only_the_type_name_is_asked_is_not_read(portal: Portal) -> None:
    assert portal.ask("{ contributions(first: 5) { __typename } }") == {
        "contributions": {"__typename": "ContributionConnection"}
    }


# Computed fields -----------------------------------------------------------------------------------------------------


def test_computed_field_with_aliases_and_fragments(portal: Portal) -> None:
    (found,) = portal.ask(
        """query ($yes: Boolean!) { hexagons(bounds: {south: 48.09, west: -1.61, north: 48.11, east: -1.59}, zoom: 14) { ...Corners
        h: cell edge: boundary @include(if: $yes) { x: lng } boundary @skip(if: $yes) { never: lat } } }
        fragment Corners on Hexagon { edge: boundary { ... on Point { lat lng } } }""",
        yes=True,
    )["hexagons"][:1]
    assert list(found) == ["edge", "h"]
    assert [list(point) for point in found["edge"]] == [["lat", "lng", "x"]] * 6
    assert all(point["lng"] == point["x"] for point in found["edge"])


# Conditional fields --------------------------------------------------------------------------------------------------


def test_conditional_field_is_null_under_each_alias_unless_the_viewer_may_see_it(portal: Portal) -> None:
    query = "author { role r: role ...R } comments { nodes { author { role } } }"
    fragments = "|fragment R on Actor { again: role }"
    assert only(portal, query, fragments)["author"] == {"role": None, "r": None, "again": None}
    mine = only(portal.signed_in(portal.story.actors[2]), query, fragments)
    assert mine["author"] == {"role": "MEMBER", "r": "MEMBER", "again": "MEMBER"}
    assert mine["comments"]["nodes"] == [{"author": {"role": None}}]
