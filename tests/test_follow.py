"""Follows: people choose what they hear of, nobody else knows, and no exact place is stored."""

import pytest

from geo import cell
from tests.acting import published, refused
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.telling import FOLLOW, STOP, actor_of, follow, followed, person

MINE = "{ viewer { follows(first: 100) { nodes { id cell rings contribution { id } category { id } } } } }"
HERE = (48.1203, -1.6711)


def mine(who: Portal) -> list[dict[str, object]]:
    return list(who.ask(MINE)["viewer"]["follows"]["nodes"])


def test_what_is_followed_is_listed_until_it_is_followed_no_more(given: Given, town: Portal) -> None:
    who, activity = person(given, town), given.activity(town)
    contribution = published(given.actor(town), activity)
    first = followed(who, contribution=contribution)
    assert followed(who, contribution=contribution) == first
    assert [one["contribution"] for one in mine(who)] == [{"id": contribution}]
    shown = "query($id: ID!) { contribution(id: $id) { viewerFollow { id } } }"
    assert who.ask(shown, id=contribution)["contribution"]["viewerFollow"] == {"id": first["id"]}
    other = person(given, town)
    assert other.ask(shown, id=contribution)["contribution"]["viewerFollow"] is None
    assert other.ask(STOP, input={"follow": first["id"]})["followStop"]["userErrors"] == refused("NOT_FOUND", "follow")
    assert who.ask(STOP, input={"follow": first["id"]})["followStop"]["userErrors"] == []
    assert mine(who) == []


def test_follows_are_nobody_elses_business(given: Given, town: Portal) -> None:
    who = person(given, town)
    followed(who, activity=given.activity(town))
    seen = "query($id: ID!) { actor(id: $id) { follows { nodes { id } } unreadNoticeCount } }"
    moderator = given.actor(town, role="ADMIN")
    asked = moderator.ask(seen, id=f"actor_{town.number}_{actor_of(who)}")["actor"]
    assert asked == {"follows": {"nodes": []}, "unreadNoticeCount": 0}


@pytest.mark.parametrize("visibility", ["DRAFT"])
def test_what_is_not_seen_is_not_followed(given: Given, town: Portal, visibility: str) -> None:
    space = given.space(town, visibility=visibility)
    activity = given.activity(town, space=space)
    category = given.category(town, activity)
    who = person(given, town)
    for name, id_ in (("space", space), ("activity", activity), ("category", category)):
        assert follow(who, **{name: id_})["userErrors"] == refused("NOT_FOUND", name)
    assert mine(who) == []


def test_one_thing_is_followed_at_a_time(given: Given, town: Portal) -> None:
    who, activity = person(given, town), given.activity(town)
    assert follow(who)["userErrors"] == refused("BAD_INPUT", None)
    both = follow(who, activity=activity, cell=cell.to_text(cell.at(*HERE, 8)))
    assert both["userErrors"] == refused("BAD_INPUT", None)
    assert mine(who) == []


@pytest.mark.parametrize("resolution", [8, 9, 12, 15])
def test_no_finer_cell_is_stored_than_a_person_is_published_in(given: Given, town: Portal, resolution: int) -> None:
    who = person(given, town)
    given_cell = cell.at(*HERE, resolution)
    follow_ = followed(who, cell=cell.to_text(given_cell), rings=2)
    stored = cell.from_text(follow_["cell"])
    assert cell.resolution(stored) <= 8
    assert given.row(town, follow_["id"])["cell"] == stored
    assert followed(who, cell=cell.to_text(given_cell), rings=4) | {"rings": 2} == follow_
    assert [one["rings"] for one in mine(who)] == [4]


def test_an_area_is_near_the_portal_and_has_few_rings(given: Given, town: Portal) -> None:
    who = person(given, town)
    here = cell.to_text(cell.at(*HERE, 8))
    for rings in (-1, 7):
        assert follow(who, cell=here, rings=rings)["userErrors"] == refused("BAD_INPUT", "rings")
    away = follow(who, cell=cell.to_text(cell.at(43.3, 5.4, 8)))["userErrors"]
    assert [error["code"] for error in away] == ["OUTSIDE_TERRITORY"]


def test_a_person_follows_two_hundred_things(given: Given, town: Portal) -> None:
    who = person(given, town)
    fill = "INSERT INTO __tenant__.follow (id, actor_id, cell, rings, started_at) SELECT gen_random_uuid(), %s, n, 0, now() FROM generate_series(1, 200) n"
    given.sql(town, fill, actor_of(who))
    assert follow(who, activity=given.activity(town))["userErrors"] == refused("LIMIT_REACHED", None)


def test_what_goes_takes_its_follows_along(given: Given, town: Portal) -> None:
    who, activity = person(given, town), given.activity(town)
    category = given.category(town, activity)
    followed(who, category=category)
    given.sql(town, "DELETE FROM __tenant__.category WHERE id = %s", uuid_in(category))
    assert mine(who) == []


def test_strangers_sign_in_first(town: Portal, given: Given) -> None:
    answer = town.ask(FOLLOW, input={"activity": given.activity(town)})["followStart"]
    assert answer["userErrors"] == refused("UNAUTHENTICATED", None)
