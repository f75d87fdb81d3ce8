"""The pages of the territory: the map reaches as far as the list, and a preview says no more than it was asked."""

import re
from uuid import uuid4

import pytest

from geo import cell, cover, distance
from models.territory import WITHIN_KM
from portal import place
from portal.map import RADIUS_M
from tests.acting import refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in
from tests.test_territory_publication import offered, settle, told

BRUZ = {"lat": 48.0247, "lng": -1.7458}
"""The middle of a commune 10 km to the south-west of Rennes."""


@pytest.fixture(scope="module")
def reader(given: Given, rennes: Portal) -> Portal:
    """A commune's portal that receives."""
    portal = given.actor(given.tenant(rennes, f"page-{uuid4().hex[:8]}", "commune-35238"), role="ADMIN")
    done(portal, "territoryReceive", isOn=True)
    return portal


@pytest.fixture(scope="module")
def neighbour(given: Given, rennes: Portal) -> Portal:
    return given.actor(given.tenant(rennes, f"page-{uuid4().hex[:8]}", "commune-35047"), role="ADMIN")


def checked(page: str, name: str) -> list[str]:
    """Which boxes of a name are checked."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [match_[1] for box in boxes if " checked" in box and (match_ := re.search(r'value="(\w+)"', box))]


def test_what_a_commune_nearby_publishes_is_on_the_map_as_on_the_list(
    given: Given, reader: Portal, neighbour: Portal
) -> None:
    title = f"Covoiturage {uuid4().hex[:8]}"
    offered(given, neighbour, title, location=BRUZ)
    done(neighbour, "territoryRuleSet", reader=reader.story.slug, kinds=["OFFER"])
    settle(given, neighbour)
    page = signed_in(Browser(reader.client, reader.host), "ADMIN").get("/territoire").text
    assert title in page
    said = " ".join(page.split())  # Of a number, the space does not break.
    assert ">1 annonce" in said
    assert "1 hexagone, 1 publication" in said


@pytest.mark.parametrize("resolution", cover.ROLL_UP_RESOLUTIONS)
def test_link_of_a_hexagon_looks_as_far_as_its_corners_and_no_farther_than_it_must(resolution: int) -> None:
    places = [BRUZ, {"lat": 50.46, "lng": 4.86}, {"lat": 42.7, "lng": 9.45}, {"lat": -21.1, "lng": 55.5}]
    reaches = []
    for point in places:
        center = cell.center(cell.at(point["lat"], point["lng"], resolution))
        corners = cell.boundary(cell.at(point["lat"], point["lng"], resolution))
        reaches.append(max(distance.between(*center, *corner) for corner in corners))
    assert min(radius for radius in place.RADII_M if radius >= max(reaches)) == RADIUS_M[resolution]


def test_home_leads_to_the_territory_where_the_portal_receives(reader: Portal, neighbour: Portal) -> None:
    pages = [Browser(portal.client, portal.host).get("/").text for portal in (reader, neighbour)]
    assert ['href="/territoire"' in page for page in pages] == [True, False]


def test_address_of_a_reader_shows_its_rule_and_no_preview_that_nobody_asked_for(
    given: Given, reader: Portal, neighbour: Portal
) -> None:
    done(neighbour, "territoryRuleSet", reader=reader.story.slug, kinds=["REQUEST"], withinKm=25)
    browser = signed_in(Browser(neighbour.client, neighbour.host), "ADMIN")
    page = browser.get(f"/gestion/territoire?reader={reader.story.slug}").text
    assert checked(page, "kinds") == ["REQUEST"]
    assert re.search(r'name="withinKm"[^>]* value="25"', page)
    assert 'id="apercu"' not in page


def test_preview_with_no_box_checked_leaves_them_so(reader: Portal, neighbour: Portal) -> None:
    browser = signed_in(Browser(neighbour.client, neighbour.host), "ADMIN")
    page = browser.get(f"/gestion/territoire?form=Set&reader={reader.story.slug}&withinKm=").text
    assert checked(page, "kinds") == []
    assert "Rien ne partirait avec cette règle." in page


@pytest.mark.parametrize("distance", ["abc", "0", "-3", "201", "99999999999"])
def test_preview_of_a_distance_that_no_rule_may_have_says_so(reader: Portal, neighbour: Portal, distance: str) -> None:
    browser = signed_in(Browser(neighbour.client, neighbour.host), "ADMIN")
    page = browser.get(f"/gestion/territoire?reader={reader.story.slug}&kinds=OFFER&withinKm={distance}").text
    assert f"de {WITHIN_KM[0]} à {WITHIN_KM[1]}." in page
    assert "partirai" not in page.partition('id="apercu"')[2].partition("</section>")[0].partition("</h2>")[2]


def test_refused_rule_comes_back_as_it_was_sent(reader: Portal, neighbour: Portal) -> None:
    browser = signed_in(Browser(neighbour.client, neighbour.host), "ADMIN")
    sent = {"form": "Set", "reader": reader.story.slug, "withinKm": "15"}
    answer = browser.submit("/gestion/territoire", sent)
    assert answer.status_code == 422
    assert checked(answer.text, "kinds") == []
    assert re.search(r'name="withinKm"[^>]* value="15"', answer.text)


def test_neighbours_that_publish_to_each_other_show_each_other_s_own_once(
    given: Given, rennes: Portal, reader: Portal, neighbour: Portal
) -> None:
    """And none publishes to itself."""
    done(neighbour, "territoryReceive", isOn=True)
    for one, other in ((reader, neighbour), (neighbour, reader)):
        done(one, "territoryRuleSet", reader=other.story.slug, kinds=["OFFER"])
        itself = do(one, "territoryRuleSet", reader=one.story.slug, kinds=["OFFER"])
        assert itself["userErrors"] == refused("NOT_FOUND", "reader")
    here, there = (f"Offre {uuid4().hex[:8]}" for _ in range(2))
    offered(given, reader, here)
    offered(given, neighbour, there, location=BRUZ)
    for each in (reader, neighbour, reader, neighbour):
        settle(given, each)
    assert [told(each).count(title) for each in (reader, neighbour) for title in (here, there)] == [0, 1, 1, 0]
