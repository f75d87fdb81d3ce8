"""Territory: what lies far outside of a portal's collectivité is refused, wherever the register knows its centre from."""

from math import cos, radians

import pytest

from models.collectivite import CollectiviteKind
from register import record
from tenants.territory import REACH_KM
from tests.acting import publish, published, revise
from tests.conftest import Portal
from tests.given import Given

REFUSED = [{"code": "OUTSIDE_TERRITORY", "field": "location"}]
KM_A_DEGREE = 111.195

UNLOCATED = "commune-12218"
"""L'Abergement-Clémenciat, whose place the bundled register does not know; 17 km from Bourg-en-Bresse."""


@pytest.mark.parametrize(
    ("name", "lat", "lng"),
    [
        ("the coordinates that were left out", 0.0, 0.0),
        ("Papeete", -17.5390, -149.5670),
        ("latitude and longitude swapped", -1.6800, 48.1113),
        ("the north pole", 90.0, 0.0),
        ("Paris", 48.8566, 2.3522),
    ],
)
def test_place_far_from_the_commune_is_refused(given: Given, town: Portal, name: str, lat: float, lng: float) -> None:
    author, activity = given.actor(town), given.activity(town)
    there = {"lat": lat, "lng": lng}
    contribution = published(author, activity, location={"lat": 48.1113, "lng": -1.68})
    before = given.row(town, contribution)
    with given.nothing_written(town):
        assert publish(author, activity, location=there)["userErrors"] == REFUSED, name
        assert revise(author, contribution, location=there)["userErrors"] == REFUSED
    assert given.row(town, contribution) == before


def test_shop_is_refused_there_too(given: Given, town: Portal) -> None:
    shop, activity = given.actor(town, "MERCHANT"), given.activity(town, kind="MARKETPLACE")
    exact = {"lat": 48.8566, "lng": 2.3522, "precision": "EXACT"}
    assert publish(shop, activity, "LISTING", location=exact)["userErrors"] == REFUSED


@pytest.mark.parametrize("kind", ["commune-35238", "epci-243500139", "departement-35", "region-53"])
def test_reach_is_that_of_the_kind(given: Given, rennes: Portal, kind: str) -> None:
    portal = given.tenant(rennes, f"test-{kind}", kind)
    lat, lng = _center(kind)
    reach = REACH_KM[CollectiviteKind(kind.split("-")[0].upper())]
    author, activity = given.actor(portal), given.activity(portal)
    for km, errors in ((reach - 1, []), (reach + 1, REFUSED)):
        place = {"lat": lat, "lng": lng + km / KM_A_DEGREE / cos(radians(lat)) if reach < 300 else lng}
        place = place if reach < 300 else {"lat": lat - km / KM_A_DEGREE, "lng": lng}
        assert publish(author, activity, location=place)["userErrors"] == errors, km


def test_metropole_reaches_its_whole_departement(given: Given, rennes: Portal) -> None:
    """Orléans published its entraide to the Loiret: its corners."""
    portal = given.tenant(rennes, "test-loiret", "epci-244500468")
    author, activity = given.actor(portal), given.activity(portal)
    for lat, lng in ((48.3410, 1.9940), (47.4830, 2.9760), (48.0160, 3.1290), (47.7300, 1.5200)):
        assert publish(author, activity, location={"lat": lat, "lng": lng})["userErrors"] == []


def test_commune_without_a_centre_takes_that_of_what_lies_around_it(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, "test-unlocated", UNLOCATED)
    author, activity = given.actor(portal), given.activity(portal)
    assert publish(author, activity, location={"lat": 44.6, "lng": 2.4})["userErrors"] == []
    assert publish(author, activity, location={"lat": 48.1113, "lng": -1.68})["userErrors"] == REFUSED


def test_all_communes_of_departements_have_a_centre_around_them() -> None:
    known = {found.id: found for found in record.bundled()}
    assert known[UNLOCATED].lat is None
    lost = [
        found
        for found in known.values()
        if found.lat is None and all(known[parent].lat is None for parent in found.parent_ids)
    ]
    assert all(not found.parent_ids for found in lost)
    assert len(lost) < 100


def _center(id_: str) -> tuple[float, float]:
    [found] = [known for known in record.bundled() if known.id == id_]
    assert found.lat is not None and found.lng is not None
    return found.lat, found.lng
