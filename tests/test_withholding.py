"""Withholding: what is hidden is hidden everywhere, leaves a tombstone, and comes back exactly as it was."""

import json
from typing import Any

import pytest

from models import word
from tests.acting import cast, close, comment, published, refused
from tests.conftest import Portal
from tests.given import Given
from tests.moderating import REASONS, case_about, decided, reported
from tests.test_export_http import made_by

PLACE = {"lat": 48.117266, "lng": -1.677792}
BOUNDS = {"south": 47.9, "west": -1.9, "north": 48.3, "east": -1.4}
EVERYTHING = """query($activity: ID!, $bounds: BoundsInput!, $id: ID!) {
  contribution(id: $id) {
    id status title body publishedAt revisedAt expiresAt closedAt outcome commentCount tally { totalCount supportCount }
    location { cell lat lng } comments { totalCount nodes { id body author { name } } } arguments { totalCount nodes { id } }
  }
  newest: contributions(activity: $activity, status: null) { totalCount nodes { id } }
  supported: contributions(activity: $activity, order: MOST_SUPPORTED) { totalCount nodes { id } }
  near: contributions(activity: $activity, order: NEAREST, near: {lat: 48.1172, lng: -1.6777, radiusM: 5000}) {
    totalCount nodes { id } }
  found: contributions(activity: $activity, search: "kiosque") { totalCount nodes { id } }
  map: hexagons(activity: $activity, bounds: $bounds, zoom: 12) { cell count proposalCount }
  wide: hexagons(activity: $activity, bounds: $bounds, zoom: 8) { cell count }
  activity(id: $activity) {
    title
    contributions(status: null) { totalCount }
    statistics { totalCount openCount closedCount proposalCount days { day count } }
  }
}"""
TOMBSTONE = """query($id: ID!) { withheldContribution(id: $id) {
  id kind activity { title } removal { state category ground rule } } }"""


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


FILES = ("contributions.csv", "comments.csv", "contributions.geojson", "cells.geojson", "tombstones.csv")


def open_data(town: Portal, name: str) -> str:
    """A file of the open data, as it is now."""
    answer = town.client.get(f"/opendata/{name}", headers={"host": town.host})
    assert answer.status_code == 200, (name, answer.text)
    return answer.text


def machine(given: Given, town: Portal) -> dict[str, str]:
    """The headers of a machine that may export everything public."""
    token = made_by(given.actor(town, role="ADMIN"))
    return {"host": town.host, "authorization": f"Bearer {token}"}


def everything(given: Given, town: Portal, activity: str, contribution: str) -> dict[str, Any]:
    """All that the public sees: reads, lists in every order, a search, the map, counts, and the whole export."""
    given.fold(town)
    read = town.ask(EVERYTHING, activity=activity, bounds=BOUNDS, id=contribution)
    exported = town.client.get("/export/contributions.jsonl", headers=machine(given, town))
    assert exported.status_code == 200, exported.text
    return {"read": read, "export": exported.text, **{name: open_data(town, name) for name in FILES}}


@pytest.mark.parametrize("status", ["OPEN", "CLOSED", "EXPIRED"])
def test_reversal_brings_everything_back_exactly(given: Given, town: Portal, moderator: Portal, status: str) -> None:
    author, activity = given.actor(town), given.activity(town, kind="CONSULTATION", vote_method="SUPPORT")
    expiry = {"expiresAfterDays": 30}
    kept = published(author, activity, title="Un banc", location=PLACE)
    idea = published(author, activity, title="Un kiosque à musique", location=PLACE, **expiry)
    published(author, activity, title="Une fontaine", location=PLACE)
    published(given.actor(town), activity, "ARGUMENT", about=idea, side="FOR", title="De la musique")
    for voter in given.citizens(town, 3):
        assert cast(voter, idea, "SUPPORT")["userErrors"] == []
    assert cast(given.actor(town), kept, "SUPPORT")["userErrors"] == []
    assert comment(given.actor(town), idea, "Le dimanche !")["userErrors"] == []
    if status == "CLOSED":
        assert close(author, idea, "FULFILLED")["userErrors"] == []
    if status == "EXPIRED":
        given.let_expire(town, idea)
        assert given.expire(town) >= 1
    before = everything(given, town, activity, idea)
    assert before["read"]["contribution"]["status"] == status

    reported(given.actor(town), "ILLEGAL_OR_HARMFUL_SPEECH", contribution=idea)
    decided(moderator, idea, "HIDE")
    hidden = everything(given, town, activity, idea)
    assert hidden["read"]["contribution"] is None
    assert "kiosque" not in json.dumps(hidden["read"])
    assert hidden["read"]["newest"]["totalCount"] == before["read"]["newest"]["totalCount"] - 1
    assert hidden["read"]["activity"]["statistics"]["totalCount"] == 3
    assert town.ask(TOMBSTONE, id=idea)["withheldContribution"] == {
        "id": idea,
        "kind": "PROPOSAL",
        "activity": {"title": before["read"]["activity"]["title"]},
        "removal": {"state": "HIDDEN"} | {key: REASONS[key] for key in ("category", "ground", "rule")},
    }
    if status == "OPEN":
        assert cast(given.actor(town), idea, "SUPPORT")["userErrors"] == refused("NOT_FOUND", "contribution")
        assert hidden["read"]["found"]["totalCount"] == 0
        assert sum(found["count"] for found in hidden["read"]["map"]) == 2

    decided(moderator, idea, "RESTORE")
    assert everything(given, town, activity, idea) == before
    assert town.ask(TOMBSTONE, id=idea)["withheldContribution"] is None


def test_hidden_reply_is_a_tombstone_in_its_place_and_comes_back(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(given.actor(town), given.activity(town))
    author = given.actor(town, name="Un bavard")
    replies = [
        comment(who, idea, text)["comment"]["id"] for who, text in ((author, "Avant."), (author, "Un mot de trop."))
    ]
    replies.append(comment(given.actor(town), idea, "Après.")["comment"]["id"])
    ask = """query($id: ID!) { contribution(id: $id) { commentCount comments { nodes {
      id body author { name } removal { state category rule } } } } }"""
    before = town.ask(ask, id=idea)
    reported(given.actor(town), comment=replies[1])
    decided(moderator, idea, "HIDE", replies[1])
    shown = town.ask(ask, id=idea)["contribution"]
    assert shown["commentCount"] == 2
    assert [found["id"] for found in shown["comments"]["nodes"]] == replies
    assert shown["comments"]["nodes"][1] == {
        "id": replies[1],
        "body": "",
        "author": None,
        "removal": {"state": "HIDDEN", "category": REASONS["category"], "rule": REASONS["rule"]},
    }
    for who in (author, moderator):
        assert who.ask(ask, id=idea)["contribution"]["comments"]["nodes"][1]["body"] == "Un mot de trop."
    assert given.actor(town).ask(ask, id=idea)["contribution"]["comments"]["nodes"][1]["body"] == ""
    one = "query($id: ID!) { comment(id: $id) { body author { name } } }"
    assert town.ask(one, id=replies[1])["comment"] == {"body": "", "author": None}
    assert replies[1] not in open_data(town, "comments.csv")
    assert f"{replies[1]},COMMENT," in open_data(town, "tombstones.csv")
    assert replies[0] not in open_data(town, "tombstones.csv")
    decided(moderator, idea, "RESTORE", replies[1])
    assert town.ask(ask, id=idea) == before
    assert replies[1] not in open_data(town, "tombstones.csv")
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "HIDE")
    stones = open_data(town, "tombstones.csv")
    assert all(f"{each}," in stones for each in (idea, *replies))


def test_words_of_what_is_hidden_are_in_no_public_file(given: Given, town: Portal, moderator: Portal) -> None:
    secret = "Abracadabrantesque"
    author, activity = given.actor(town), given.activity(town)
    idea = published(author, activity, title=secret)
    other = published(author, activity)
    reply = comment(author, other, f"{secret} !")["comment"]["id"]
    for about, replied in ((idea, None), (other, reply)):
        reported(given.actor(town), **({"comment": replied} if replied else {"contribution": about}))
        decided(moderator, about, "HIDE", replied)
    for name in FILES:
        assert secret not in open_data(town, name), name
    assert idea in open_data(town, "tombstones.csv")
    assert word.searchable(secret) not in json.dumps(town.ask("{ contributions(status: null) { nodes { title } } }"))


def test_case_of_a_hidden_thing_shows_it_to_moderators(given: Given, town: Portal, moderator: Portal) -> None:
    idea = published(given.actor(town), given.activity(town), title="Un titre à juger")
    reported(given.actor(town), contribution=idea)
    decided(moderator, idea, "HIDE")
    case = case_about(moderator, idea)
    assert case["contribution"] == {"id": idea, "title": "Un titre à juger", "status": "HIDDEN"}
