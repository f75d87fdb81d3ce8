"""Requests without a name: nobody but moderators and the author learns whose they are, by whatever way they ask."""

from typing import Any

import pytest

from tests.acting import comment, published
from tests.conftest import Portal
from tests.given import Given

NAME = "Apolline Quétant"

EVERYTHING = """
query($id: ID!, $activity: ID!, $ids: [_Any!]!) {
  contribution(id: $id) { ...all }
  contributions(activity: $activity, status: null) { totalCount nodes { ...all } edges { cursor node { ...all } } }
  found: contributions(activity: $activity, search: "courses") { nodes { ...all } }
  near: contributions(activity: $activity, near: {lat: 48.11, lng: -1.68, radiusM: 20000}, order: NEAREST) {
    nodes { ...all }
  }
  activity(id: $activity) { contributions { nodes { ...all } } }
  _entities(representations: $ids) { ... on Contribution { ...all } ... on Comment { author { id name } } }
}
fragment all on Contribution {
  id title body isAnonymous author { id name kind createdAt }
  comments { nodes { body author { id name } contribution { author { name } } } }
}"""
OF_ACTOR = """
query($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on Actor { name contributions { totalCount nodes { id } } } }
}"""
VIEWER = "{ viewer { contributions { totalCount nodes { id isMine author { name } } } } }"


@pytest.fixture(scope="module")
def request_(given: Given, town: Portal) -> dict[str, Any]:
    """A request without a name, whose author also published an offer under its name and replied to the request."""
    activity = given.activity(town, kind="MUTUAL_AID")
    author, neighbour = given.actor(town, name=NAME), given.actor(town, name="Basile")
    place = {"lat": 48.1113, "lng": -1.68}
    hidden = published(
        author,
        activity,
        "REQUEST",
        title="Faire mes courses",
        body="Je ne peux pas sortir.",
        isAnonymous=True,
        location=place,
    )
    named = published(author, activity, "OFFER", title="Je prête un vélo", location=place)
    theirs = comment(neighbour, hidden, "Je passe demain.")["comment"]["id"]
    own = comment(author, hidden, "Merci beaucoup !")["comment"]["id"]
    comment(author, named, "Il est bleu.")
    ids = [{"__typename": "Contribution", "id": hidden}] + [
        {"__typename": "Comment", "id": id_} for id_ in (theirs, own)
    ]
    return {
        "author": author,
        "activity": activity,
        "hidden": hidden,
        "named": named,
        "own": own,
        "actor": author.ask("{ viewer { id } }")["viewer"]["id"],
        "variables": {"id": hidden, "activity": activity, "ids": ids},
    }


def without(listed: list[dict[str, Any]], id_: str) -> list[dict[str, Any]]:
    return [found for found in listed if found["id"] != id_]


@pytest.mark.parametrize("viewer", ["ANONYMOUS", "MEMBER"])
def test_author_of_a_request_without_a_name_is_nowhere(
    given: Given, town: Portal, request_: dict[str, Any], viewer: str
) -> None:
    portal = town if viewer == "ANONYMOUS" else given.actor(town, name="Zoé")
    data = portal.ask(EVERYTHING, **request_["variables"])
    assert data["contribution"]["author"] is None
    assert data["contribution"]["isAnonymous"] is True
    replies = [
        (reply["body"], reply["author"] and reply["author"]["name"])
        for reply in data["contribution"]["comments"]["nodes"]
    ]
    assert replies == [("Je passe demain.", "Basile"), ("Merci beaucoup !", None)]
    assert data["contributions"]["totalCount"] == 2
    assert [found["id"] for found in data["found"]["nodes"]] == [request_["hidden"]]
    for nodes in (data["contributions"]["nodes"], data["activity"]["contributions"]["nodes"], data["near"]["nodes"]):
        assert {node["id"]: node["author"] and node["author"]["name"] for node in nodes} == {
            request_["hidden"]: None,
            request_["named"]: NAME,
        }
    assert data["_entities"][2] == {"author": None}
    about_hidden = [
        data["contribution"],
        data["found"],
        data["_entities"],
        *(without(found["nodes"], request_["named"]) for found in (data["contributions"], data["near"])),
    ]
    assert NAME not in str(about_hidden)
    assert request_["actor"] not in str(about_hidden)


@pytest.mark.parametrize("viewer", ["ANONYMOUS", "MEMBER"])
def test_actors_contributions_leave_requests_without_a_name_out(
    given: Given, town: Portal, request_: dict[str, Any], viewer: str
) -> None:
    portal = town if viewer == "ANONYMOUS" else given.actor(town)
    actor = {"__typename": "Actor", "id": request_["actor"]}
    assert portal.ask(OF_ACTOR, ids=[actor])["_entities"] == [
        {"name": NAME, "contributions": {"totalCount": 1, "nodes": [{"id": request_["named"]}]}}
    ]


@pytest.mark.parametrize("role", ["MODERATOR", "ADMIN"])
def test_moderators_see_the_author(given: Given, town: Portal, request_: dict[str, Any], role: str) -> None:
    moderator = given.actor(town, role=role)
    data = moderator.ask(EVERYTHING, **request_["variables"])
    assert data["contribution"]["author"]["name"] == NAME
    assert [reply["author"]["name"] for reply in data["contribution"]["comments"]["nodes"]] == ["Basile", NAME]
    actor = {"__typename": "Actor", "id": request_["actor"]}
    listed = moderator.ask(OF_ACTOR, ids=[actor])["_entities"][0]["contributions"]
    assert (listed["totalCount"], listed["nodes"]) == (2, [{"id": request_["named"]}, {"id": request_["hidden"]}])


def test_author_sees_itself(request_: dict[str, Any]) -> None:
    author: Portal = request_["author"]
    data = author.ask(EVERYTHING, **request_["variables"])
    assert data["contribution"]["author"]["name"] == NAME
    assert [reply["author"]["name"] for reply in data["contribution"]["comments"]["nodes"]] == ["Basile", NAME]
    assert author.ask(VIEWER)["viewer"]["contributions"] == {
        "totalCount": 2,
        "nodes": [
            {"id": request_["named"], "isMine": True, "author": {"name": NAME}},
            {"id": request_["hidden"], "isMine": True, "author": {"name": NAME}},
        ],
    }


def test_request_without_a_name_is_nobody_elses(given: Given, town: Portal, request_: dict[str, Any]) -> None:
    query = "query($id: ID!) { contribution(id: $id) { isMine ownLocation { lat } } }"
    for viewer in (town, given.actor(town), given.actor(town, role="ADMIN")):
        assert viewer.ask(query, id=request_["hidden"])["contribution"] == {"isMine": False, "ownLocation": None}
