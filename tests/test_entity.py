"""Federation: objects by their keys, many at once, in the order asked; null for what is not there."""

from typing import Any

import pytest

from auth.viewer import Audience
from models.tenant import Feature
from tests.conftest import Portal
from tests.given import Given

NOBODY = "00000000-0000-4000-8000-000000000000"
PUBLISH = """mutation($activity: ID!) { contributionPublish(input: {activity: $activity, kind: PROPOSAL, title: "Une idée",
    body: "La voici."}) { contribution { id author { id } } } }"""
SUPPORT = "mutation($id: ID!) { voteCast(input: {contribution: $id, choice: SUPPORT}) { vote { id } } }"


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
    plans.drop(lambda _: True)  # Other tests may have filled its room: then each new plan takes another's.
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


ASKED = "query ($r: [_Any!]!) { found: _entities(representations: $r) { ... on Actor { id } } }"
NO_OBJECT = ("BAD_INPUT", "representations", "A representation is an object with __typename and a key.")
NO_KEY = ("BAD_INPUT", "representations", "A representation of Actor has none of its keys.")
NO_ID = ("BAD_ID", "id", "This is not an id of this API.")


@pytest.mark.parametrize(
    ("representation", "told"),
    [
        (1, NO_OBJECT),
        (True, NO_OBJECT),
        ("x", NO_OBJECT),
        ([], NO_OBJECT),
        ([{"__typename": "Actor"}], NO_OBJECT),
        ({}, NO_OBJECT),
        ({"id": "x"}, NO_OBJECT),
        ({"__typename": 3}, NO_OBJECT),
        ({"__typename": None}, NO_OBJECT),
        ({"__typename": ["Actor"]}, NO_OBJECT),
        ({"__typename": "Actor"}, NO_KEY),
        ({"__typename": "Actor", "name": "Autrice"}, NO_KEY),
        ({"__typename": "Actor", "id": 5}, NO_KEY),
        ({"__typename": "Actor", "id": None}, NO_KEY),
        ({"__typename": "Actor", "id": ["x"]}, NO_KEY),
        ({"__typename": "Actor", "id": "nonsense"}, NO_ID),
        ({"__typename": "Actor", "id": ""}, NO_ID),
        ({"__typename": "Actor", "id": "x" * 10_000}, NO_ID),
        ({"__typename": "Portal", "slug": "rennes"}, (*NO_KEY[:2], NO_KEY[2].replace("Actor", "Portal"))),
        ({"__typename": "Collectivite", "inseeCode": 35238}, (*NO_KEY[:2], NO_KEY[2].replace("Actor", "Collectivite"))),
        ({"__typename": "Collectivite", "id": "zzz"}, ("BAD_ID", "id", "This is not an id of a collectivité.")),
    ],
)
def test_malformed_representation_is_null_with_an_error_and_the_others_are_answered(
    portal: Portal, ids: dict[str, str], representation: Any, told: tuple[str, str, str]
) -> None:
    good = {"__typename": "Actor", "id": ids["Actor"]}
    response = portal.post(ASKED, {"r": [good, representation, good]})
    code, field, message = told
    assert (response.status_code, response.json()) == (
        200,
        {
            "errors": [{"message": message, "path": ["found", 1], "extensions": {"code": code, "field": field}}],
            "data": {"found": [{"id": ids["Actor"]}, None, {"id": ids["Actor"]}]},
            "extensions": {"cost": {"requested": 3}},
        },
    )


def test_null_is_no_representation(portal: Portal, ids: dict[str, str]) -> None:
    """`[_Any!]!` does not hold it, so nothing runs."""
    answer = portal.post(ASKED, {"r": [{"__typename": "Actor", "id": ids["Actor"]}, None]}).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert "data" not in answer


def no_type(name: str, path: list[str | int]) -> dict[str, Any]:
    """The error of a representation whose type is not in the portal's contract."""
    return {
        "message": f"There is no type '{name}' with keys here.",
        "path": path,
        "extensions": {"code": "BAD_INPUT", "field": "representations"},
    }


@pytest.mark.parametrize("name", ["Nothing", "Query", "_Entity", "String", "contribution"])
def test_unknown_type_is_null_with_an_error_and_the_others_are_answered(
    portal: Portal, ids: dict[str, str], name: str
) -> None:
    good = {"__typename": "Actor", "id": ids["Actor"]}
    answer = portal.post(ASKED, {"r": [good, {"__typename": name, "id": ids["Actor"]}, good]}).json()
    assert answer["errors"] == [no_type(name, ["found", 1])]
    assert answer["data"] == {"found": [{"id": ids["Actor"]}, None, {"id": ids["Actor"]}]}


def test_representations_of_unknown_types_alone_are_all_null(portal: Portal) -> None:
    answer = portal.post(ASKED, {"r": [{"__typename": "Nothing", "id": "x"}]}).json()
    assert answer["errors"] == [no_type("Nothing", ["found", 0])]
    assert answer["data"] == {"found": [None]}


def test_type_of_a_feature_that_is_off_is_null_with_an_error_and_the_others_are_answered(
    given: Given, rennes: Portal
) -> None:
    """A router was composed of all portals' contracts, and knows types that a portal has switched off."""
    town = given.tenant(rennes, "test-entity", "commune-35238")
    member = given.actor(town)
    activity = given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")
    idea = member.ask(PUBLISH, activity=activity)["contributionPublish"]["contribution"]
    vote = member.ask(SUPPORT, id=idea["id"])["voteCast"]["vote"]
    asked = [{"__typename": "Actor", "id": idea["author"]["id"]}, {"__typename": "Vote", "id": vote["id"]}]
    assert entities(member, "__typename", *asked) == [{"__typename": "Actor"}, {"__typename": "Vote"}]
    given.features(town, {Feature.MARKETPLACE})
    answer = member.post(ASKED, {"r": [*asked, asked[0]]}).json()
    assert answer["errors"] == [no_type("Vote", ["found", 1])]
    assert answer["data"] == {"found": [{"id": idea["author"]["id"]}, None, {"id": idea["author"]["id"]}]}


def test_ids_of_another_tenant_and_of_another_type_name_nothing(twins: tuple[Portal, Portal]) -> None:
    """Not even that they are ids of something: null without an error, like what does not exist."""
    here, there = twins
    query = """{ contributions(search: "tondeuse") { nodes { Contribution: id zone { Zone: id } author { Actor: id }
        category { Category: id } activity { Activity: id space { ParticipatorySpace: id } }
        comments { nodes { Comment: id } } } } }"""
    foreign, own = (_ids(portal.ask(query)) for portal in (there, here))
    assert len(foreign) == len(own) == 7
    asked = [{"__typename": type_, "id": id_} for type_, id_ in foreign.items()]
    asked += [{"__typename": type_, "id": id_} for type_ in own for other, id_ in own.items() if other != type_]
    assert entities(here, "__typename", *asked) == [None] * (7 + 7 * 6)


def _ids(value: Any) -> dict[str, str]:
    """The ids in an answer whose aliases are the names of types."""
    if isinstance(value, list):
        return {name: id_ for item in value for name, id_ in _ids(item).items()}
    if not isinstance(value, dict):
        return {}
    found = {name: id_ for name, id_ in value.items() if isinstance(id_, str)}
    return found | {name: id_ for item in value.values() for name, id_ in _ids(item).items()}


def test_five_errors_are_told_and_each_malformed_representation_is_null(portal: Portal, ids: dict[str, str]) -> None:
    good, bad = {"__typename": "Actor", "id": ids["Actor"]}, {"__typename": "Actor"}
    answer = portal.post(ASKED, {"r": [bad, good] * 10}).json()
    assert answer["data"]["found"] == [None, {"id": ids["Actor"]}] * 10
    assert [error["path"] for error in answer["errors"]] == [["found", place] for place in (0, 2, 4, 6, 8)]


def test_errors_stand_at_the_alias_that_they_are_of_and_the_other_is_answered(
    portal: Portal, ids: dict[str, str]
) -> None:
    query = """query ($a: [_Any!]!, $b: [_Any!]!) { a: _entities(representations: $a) { ... on Actor { id } }
        b: _entities(representations: $b) { ... on Actor { id } } }"""
    good = {"__typename": "Actor", "id": ids["Actor"]}
    for bad in ("nonsense", 7):  # And nothing is left of the one for the next.
        answer = portal.post(query, {"a": [good], "b": [good, {"__typename": "Actor", "id": bad}]}).json()
        assert answer["data"] == {"a": [{"id": ids["Actor"]}], "b": [{"id": ids["Actor"]}, None]}
        assert [error["path"] for error in answer["errors"]] == [["b", 1]]
    assert entities(portal, "... on Actor { id }", good) == [{"id": ids["Actor"]}]


@pytest.mark.parametrize("count", [201, 1_000, 5_000])
def test_as_many_representations_as_a_router_sends_are_answered_in_their_order(
    portal: Portal, ids: dict[str, str], count: int
) -> None:
    """By one statement, whatever is mixed among them."""
    kinds: tuple[tuple[dict[str, Any], Any], ...] = (
        ({"__typename": "Actor", "id": ids["Actor"]}, {"id": ids["Actor"]}),
        ({"__typename": "Contribution", "id": ids["Contribution"]}, {"title": "Tondeuse hirondelle dehors"}),
        ({"__typename": "Actor", "id": f"actor_{portal.number}_{NOBODY}"}, None),
        ({"__typename": "Collectivite", "inseeCode": "35238"}, {}),
    )
    before = portal.running.database.statement_count
    found = entities(
        portal,
        "... on Actor { id } ... on Contribution { title }",
        *(kinds[place * place % 4 if place % 3 else 3 - place % 4][0] for place in range(count)),
    )
    assert portal.running.database.statement_count == before + 1
    assert found == [kinds[place * place % 4 if place % 3 else 3 - place % 4][1] for place in range(count)]


def test_more_representations_than_allowed_are_refused(portal: Portal, ids: dict[str, str]) -> None:
    many = [{"__typename": "Actor", "id": ids["Actor"]}] * 5_001
    assert portal.codes("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", r=many) == [
        "BAD_INPUT"
    ]
