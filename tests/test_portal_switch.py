"""Features of a portal: switched by its administrators, never over each other; what is off is kept, and seen by nobody."""

import time

import pytest

from models.tenant import Feature
from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in

ALL = [feature.value for feature in Feature]
VERSION = "{ portal { version features isTrustedOnly } }"


@pytest.fixture
def city(given: Given, rennes: Portal, request: pytest.FixtureRequest) -> Portal:
    return given.actor(given.tenant(rennes, f"switch-{id(request)}", "commune-35238"), role="ADMIN")


def follow(city: Portal, features: list[str]) -> None:
    """Wait until the server knows."""
    deadline = time.monotonic() + 10
    while {feature.value for feature in city.record.features} != set(features):
        assert time.monotonic() < deadline, "the server does not follow"
        time.sleep(0.02)


def test_what_is_off_is_kept_and_seen_by_nobody(given: Given, city: Portal) -> None:
    idea = published(given.actor(city), given.activity(city, kind="IDEA_BOX"))
    read = "query($id: ID!) { contribution(id: $id) { id } }"
    without = [name for name in ALL if name != "IDEA_BOX"]
    told = done(city, "portalSwitch", "portal { version features }", version=1, features=without)["portal"]
    assert told["version"] == 2
    follow(city, without)
    assert city.ask(read, id=idea)["contribution"] is None
    done(city, "portalSwitch", version=2, features=ALL)
    follow(city, ALL)
    assert city.ask(read, id=idea)["contribution"] == {"id": idea}


def test_of_two_administrators_nobody_switches_over_the_other(given: Given, city: Portal) -> None:
    done(city, "portalSwitch", version=1, features=["IDEA_BOX"], isTrustedOnly=True)
    other = given.actor(city, role="ADMIN")
    with given.nothing_written(city):
        assert do(other, "portalSwitch", version=1, features=ALL)["userErrors"] == refused("CONFLICT", "version")
    told = city.ask(VERSION)["portal"]
    assert (told["version"], told["features"], told["isTrustedOnly"]) == (2, ["IDEA_BOX"], True)


@pytest.mark.parametrize(
    ("features", "code", "field"),
    [([], "REQUIRED", "features"), (["IDEA_BOX", "TELEPATHY"], "BAD_INPUT", "features.1")],
)
def test_refused_switch_changes_nothing(given: Given, city: Portal, features: list[str], code: str, field: str) -> None:
    with given.nothing_written(city):
        assert do(city, "portalSwitch", version=1, features=features)["userErrors"] == refused(code, field)


def test_page_says_what_switching_off_would_hide(rennes: Portal) -> None:
    desk = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    page = desk.get("/gestion/portail/fonctions").text
    kinds = rennes.ask("{ spaces { nodes { activities { kind title } } } }")["spaces"]["nodes"]
    for space in kinds:
        for activity in space["activities"]:
            assert activity["title"].replace("'", "&#39;") in page
    stale = {"form": "Switch", "version": "0", "features": "IDEA_BOX"}
    answer = desk.submit("/gestion/portail/fonctions", stale)
    assert answer.status_code == 422
    assert 'class="theirs"' in answer.text
