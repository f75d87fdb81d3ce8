"""Federation: objects by their keys, many at once, in the order asked; null for what is not there."""

from typing import Any

import pytest

from auth.viewer import Audience
from tests.conftest import Portal

NOBODY = "00000000-0000-4000-8000-000000000000"


def entities(portal: Portal, selection: str, *representations: dict[str, Any], document: str = "") -> Any:
    query = f"query ($r: [_Any!]!) {{ _entities(representations: $r) {{ {selection} }} }} {document}"
    return portal.ask(query, r=list(representations))["_entities"]


@pytest.fixture(scope="module")
def portal(twins: tuple[Portal, Portal]) -> Portal:
    return twins[0]


@pytest.fixture(scope="module")
def ids(portal: Portal) -> dict[str, str]:
    """An id of each type."""
    (offer,) = portal.ask("""{ contributions(search: "tondeuse") { nodes { id zone { id } author { id } category { id }
        activity { id space { id } } comments { nodes { id } } } } }""")["contributions"]["nodes"]
    return {
        "Contribution": offer["id"],
        "Zone": offer["zone"]["id"],
        "Actor": offer["author"]["id"],
        "Category": offer["category"]["id"],
        "Activity": offer["activity"]["id"],
        "ParticipatorySpace": offer["activity"]["space"]["id"],
        "Comment": offer["comments"]["nodes"][0]["id"],
        "Collectivite": "collectivite_commune-35238",
    }


def test_every_type_by_its_id(portal: Portal, ids: dict[str, str]) -> None:
    selection = " ".join(f"... on {type_} {{ {type_.lower()}: id }}" for type_ in ids)
    found = entities(
        portal, f"__typename {selection}", *({"__typename": type_, "id": id_} for type_, id_ in ids.items())
    )
    assert found == [{"__typename": type_, type_.lower(): id_} for type_, id_ in ids.items()]


def test_vote_by_its_id_for_its_actor_alone(portal: Portal) -> None:
    author, neighbour = portal.member(0), portal.member(1)
    (proposal,) = author.ask('{ contributions(search: "fontaine dehors") { nodes { viewerVote { id choice } } } }')[
        "contributions"
    ]["nodes"]
    asked = {"__typename": "Vote", "id": proposal["viewerVote"]["id"]}
    assert entities(author, "... on Vote { choice }", asked) == [{"choice": "FOR"}]
    assert entities(neighbour, "... on Vote { choice }", asked) == [None]
    assert entities(portal.admin(), "... on Vote { choice }", asked) == [None]


def test_order_repetition_and_gaps_are_kept(portal: Portal, ids: dict[str, str]) -> None:
    offer, actor = (
        {"__typename": "Contribution", "id": ids["Contribution"]},
        {"__typename": "Actor", "id": ids["Actor"]},
    )
    missing = {"__typename": "Contribution", "id": f"contribution_{portal.number}_{NOBODY}"}
    found = entities(portal, "... on Contribution { title } ... on Actor { name }", actor, missing, offer, actor, offer)
    tondeuse, autrice = {"title": "Tondeuse hirondelle dehors"}, {"name": "Autrice hirondelle"}
    assert found == [autrice, None, tondeuse, autrice, tondeuse]


def test_collectivite_by_either_key(portal: Portal) -> None:
    found = entities(
        portal,
        "... on Collectivite { name inseeCode }",
        {"__typename": "Collectivite", "inseeCode": "76351"},
        {"__typename": "Collectivite", "id": "collectivite_commune-35238"},
        {"__typename": "Collectivite", "inseeCode": "99999"},
    )
    assert found == [{"name": "Le Havre", "inseeCode": "76351"}, {"name": "Rennes", "inseeCode": "35238"}, None]


def test_departement_is_not_found_by_a_code_that_a_region_may_have(portal: Portal) -> None:
    assert entities(portal, "... on Collectivite { name }", {"__typename": "Collectivite", "inseeCode": "11"}) == [None]


def test_fragments_on_the_union(portal: Portal, ids: dict[str, str]) -> None:
    asked = [{"__typename": type_, "id": ids[type_]} for type_ in ("Contribution", "Actor", "Zone")]
    document = """fragment Named on Actor { __typename name } fragment Any on _Entity { __typename ... on Zone { name } ...Titled }
        fragment Titled on Contribution { title author { ...Named } }"""
    assert entities(
        portal,
        "...Any ... on Actor { ...Named kind } ... { ... on Contribution { status } }",
        *asked,
        document=document,
    ) == [
        {
            "__typename": "Contribution",
            "title": "Tondeuse hirondelle dehors",
            "author": {"__typename": "Actor", "name": "Autrice hirondelle"},
            "status": "OPEN",
        },
        {"__typename": "Actor", "name": "Autrice hirondelle", "kind": "CITIZEN"},
        {"__typename": "Zone", "name": "Quartier hirondelle"},
    ]


def test_type_of_which_nothing_is_selected_is_an_empty_object(portal: Portal, ids: dict[str, str]) -> None:
    asked = {"__typename": "Actor", "id": ids["Actor"]}
    assert entities(portal, "... on Contribution { title }", asked) == [{}]
    assert entities(portal, "... on Actor { name @skip(if: true) }", asked) == [{}]


def test_the_same_document_serves_other_types_and_refuses_types_that_are_nowhere(
    portal: Portal, ids: dict[str, str]
) -> None:
    """A plan looks for the types that are represented: each set of them has its own, and invented names have none."""
    selection = "... on Contribution { id } ... on Actor { id }"
    plans = portal.running.contract.engine(portal.record.features, Audience.ROUTER).planning.plans
    kept = {type_: {"__typename": type_, "id": ids[type_]} for type_ in ("Contribution", "Actor")}
    for types in (["Contribution"], ["Actor"], ["Actor", "Contribution"], ["Contribution", "Actor"]):
        found = entities(portal, selection, *(kept[type_] for type_ in types))
        assert found == [{"id": ids[type_]} for type_ in types]
    before = plans.misses
    query = f"query ($r: [_Any!]!) {{ _entities(representations: $r) {{ {selection} }} }}"
    for name in ("Nothing", "Nobody", "Portal'", ""):
        assert portal.codes(query, r=[{"__typename": name, "id": "x"}, kept["Actor"]]) == ["BAD_INPUT"]
        assert portal.codes(query, r=[{"__typename": name}]) == ["BAD_INPUT"]
    assert plans.misses == before + 2  # One document, for none that is known and for an actor.


def test_no_representations_no_entities(portal: Portal) -> None:
    assert entities(portal, "__typename") == []


def test_aliases_of_entities_and_literal_representations(portal: Portal, ids: dict[str, str]) -> None:
    answer = portal.ask(
        f"""query ($id: ID!) {{
        a: _entities(representations: [{{__typename: "Actor", id: "{ids["Actor"]}"}}]) {{ ... on Actor {{ who: name }} }}
        b: _entities(representations: [{{__typename: "Contribution", id: $id}}]) {{ ... on Contribution {{ title }} }} }}""",
        id=ids["Contribution"],
    )
    assert answer == {"a": [{"who": "Autrice hirondelle"}], "b": [{"title": "Tondeuse hirondelle dehors"}]}


@pytest.mark.parametrize(
    "representation",
    [
        None,
        1,
        "x",
        [],
        {},
        {"id": "x"},
        {"__typename": 3},
        {"__typename": "Actor"},
        {"__typename": "Actor", "id": 5},
        {"__typename": "Actor", "id": None},
        {"__typename": "Actor", "id": "nonsense"},
        {"__typename": "Portal", "slug": "rennes"},
    ],
)
def test_malformed_representation_is_null_with_an_error_and_the_others_are_answered(
    portal: Portal, ids: dict[str, str], representation: Any
) -> None:
    good = {"__typename": "Actor", "id": ids["Actor"]}
    query = "query ($r: [_Any!]!) { found: _entities(representations: $r) { ... on Actor { id } } }"
    answer = portal.post(query, {"r": [good, representation, good]}).json()
    (error,) = answer["errors"]
    assert error["extensions"]["code"] in ("BAD_INPUT", "BAD_ID", "BAD_USER_INPUT")
    if representation is None:
        assert answer.get("data") is None
    else:
        assert answer["data"] == {"found": [{"id": ids["Actor"]}, None, {"id": ids["Actor"]}]}
        assert error["path"] == ["found", 1]


@pytest.mark.parametrize("count", [201, 1_000])
def test_as_many_representations_as_a_router_sends_are_answered(
    portal: Portal, ids: dict[str, str], count: int
) -> None:
    found = entities(portal, "... on Actor { id }", *[{"__typename": "Actor", "id": ids["Actor"]}] * count)
    assert found == [{"id": ids["Actor"]}] * count


def test_more_representations_than_allowed_are_refused(portal: Portal, ids: dict[str, str]) -> None:
    many = [{"__typename": "Actor", "id": ids["Actor"]}] * 5_001
    assert portal.codes("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", r=many) == [
        "BAD_INPUT"
    ]
