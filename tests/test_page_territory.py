"""The pages of the territory: the map reaches as far as the list, and a preview says no more than it was asked."""

import re
from uuid import uuid4

import pytest

from tests.administering import done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.test_page_portal import signed_in
from tests.test_territory_publication import offered, settle

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
