"""The gazetteer: places by name and by postal code, from the register and the portal's zones alone."""

from typing import Any

import pytest

from geo import cell, distance
from tests.conftest import Portal

PLACES = """query ($search: String!, $near: PointInput) {
  places(search: $search, near: $near) { kind name postalCode within cell } }"""
RENNES = {"lat": 48.1113, "lng": -1.68}


def places(portal: Portal, search: str, near: dict[str, float] | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = portal.ask(PLACES, search=search, near=near)["places"]
    return found


@pytest.mark.parametrize("typed", ["Saint-Grégoire", "saint gregoire", "ST GREGOIRE", "saint-grégo"])
def test_commune_is_found_however_it_is_typed(rennes: Portal, typed: str) -> None:
    first = places(rennes, typed, RENNES)[0]
    assert {key: first[key] for key in ("kind", "name", "postalCode", "within")} == {
        "kind": "COMMUNE",
        "name": "Saint-Grégoire",
        "postalCode": "35760",
        "within": "Ille-et-Vilaine",
    }
    lat, lng = cell.center(cell.from_text(first["cell"]))
    assert distance.between(lat, lng, 48.157, -1.689) < 3_000
    assert cell.resolution(cell.from_text(first["cell"])) == 8


def test_postal_code_finds_its_communes(rennes: Portal) -> None:
    assert {place["name"] for place in places(rennes, " 35760 ")} == {"Saint-Grégoire", "Montgermont"}
    assert places(rennes, "99999") == []


def test_zones_of_the_portal_come_first_and_of_no_other(rennes: Portal, lehavre: Portal) -> None:
    first = places(rennes, "villejean")[0]
    assert (first["kind"], first["postalCode"], first["within"]) == ("ZONE", None, None)
    assert "Villejean" in first["name"]
    assert [place for place in places(lehavre, "villejean") if place["kind"] == "ZONE"] == []


def test_nearest_comes_first_and_without_a_point_the_largest(rennes: Portal) -> None:
    assert places(rennes, "saint-g", RENNES)[0]["name"] == "Saint-Grégoire"
    assert places(rennes, "saint-g")[0]["name"] == "Saint-Germain-en-Laye"


@pytest.mark.parametrize("typed", ["", " ", "a", "'", "%", "zzzzzz", "\\"])
def test_what_names_no_place_finds_none(rennes: Portal, typed: str) -> None:
    assert places(rennes, typed) == []


def test_no_more_than_eight_and_one_statement(rennes: Portal) -> None:
    member = rennes.member()
    places(member, "saint", RENNES)
    before = rennes.running.database.statement_count
    assert len(places(member, "saint", RENNES)) == 8
    assert rennes.running.database.statement_count - before == 1


def test_long_search_is_refused(rennes: Portal) -> None:
    [error] = rennes.errors(PLACES, search="a" * 201)
    assert error["extensions"]["code"] == "TOO_LONG"


def test_former_commune_is_found_with_the_commune_that_it_is_part_of_today(rennes: Portal) -> None:
    [found] = [place for place in places(rennes, "Osse", RENNES) if place["name"] == "Ossé"]
    assert found["kind"] == "FORMER_COMMUNE"
    assert found["within"] == "Châteaugiron, Ille-et-Vilaine"
    assert found["postalCode"] == "35410"
    lat, lng = cell.center(cell.from_text(found["cell"]))
    assert distance.between(lat, lng, 48.054, -1.4607) < 2_000


def test_commune_of_today_stands_before_a_former_one_of_its_name(rennes: Portal) -> None:
    found = [place["kind"] for place in places(rennes, "Bagneux") if place["name"] == "Bagneux"]
    assert found[0] == "COMMUNE"
    assert found[-2:] == ["FORMER_COMMUNE", "FORMER_COMMUNE"]
