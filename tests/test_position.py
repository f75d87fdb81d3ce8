"""Positions: a person's exact point is in no public answer, a shop's is where it chose so; cells fit the population."""

import base64
import re
from collections.abc import Callable, Iterator
from math import cos, hypot, pi, radians, sin
from typing import Any
from uuid import UUID

import pytest

from geo import cell, distance, privacy
from resolvers import position
from tests.acting import publish, published, revise
from tests.conftest import Portal
from tests.given import Given, uuid_in

POINT = {"lat": 48.1193012345, "lng": -1.6757934567}
"""In the north of Rennes, with more decimals than anything that is public."""

CELL = cell.at(POINT["lat"], POINT["lng"], 8)
CENTER = dict(zip(("lat", "lng"), cell.center(CELL), strict=True))
TRACE = re.compile(r"48\.1193|1\.6757")

READ = """
query($id: ID!, $activity: ID!, $lat: Latitude!, $lng: Longitude!, $references: [_Any!]!) {
  contribution(id: $id) { ...all }
  contributions(activity: $activity, first: 5) { nodes { ...all } edges { cursor } pageInfo { startCursor endCursor } }
  nearest: contributions(activity: $activity, near: {lat: $lat, lng: $lng, radiusM: 30000}, order: NEAREST) {
    nodes { ...all } edges { cursor } pageInfo { startCursor endCursor }
  }
  supported: contributions(activity: $activity, order: MOST_SUPPORTED) { edges { cursor node { ...all } } }
  hexagons(bounds: {south: 48.0, west: -1.8, north: 48.2, east: -1.5}, zoom: 22, activity: $activity) {
    cell lat lng boundary { lat lng } count
  }
  activity(id: $activity) { contributions { nodes { ...all } edges { cursor } } }
  _entities(representations: $references) { ... on Contribution { ...all } }
}
fragment all on Contribution {
  id title body status publishedAt expiresAt
  location { cell precision lat lng address } ownLocation { lat lng } zone { name }
  distance(from: {lat: $lat, lng: $lng}) { band metres }
  author { name }
}"""
DISTANCE = """
query($id: ID!, $lat: Latitude!, $lng: Longitude!) {
  contribution(id: $id) { distance(from: {lat: $lat, lng: $lng}) { band metres } }
}"""
LISTED = """
query($activity: ID!, $near: NearInput, $within: BoundsInput) {
  contributions(activity: $activity, near: $near, within: $within) { nodes { id } }
}"""


@pytest.fixture(scope="module")
def offer(given: Given, town: Portal) -> dict[str, Any]:
    """A citizen's offer at POINT."""
    author, activity = given.actor(town), given.activity(town, kind="MUTUAL_AID", location_rule="REQUIRED")
    return {"author": author, "activity": activity, "id": published(author, activity, "OFFER", location=POINT)}


def decoded(text: str) -> str:
    """An answer with what its cursors hold."""
    cursors = re.findall(r'"(?:cursor|startCursor|endCursor)":\s*"([^"]+)"', text)
    assert len(cursors) >= 6
    return text + "".join(base64.urlsafe_b64decode(found).decode() for found in cursors)


@pytest.mark.parametrize("role", [None, "MEMBER", "MODERATOR", "ADMIN"])
def test_exact_point_of_a_person_is_in_no_answer_to_others(
    given: Given, town: Portal, offer: dict[str, Any], role: str | None
) -> None:
    viewer = given.actor(town, role=role) if role else town
    references = [{"__typename": "Contribution", "id": offer["id"]}]
    for lat, lng in ((POINT["lat"], POINT["lng"]), (48.2, -1.7), (48.0, -1.5)):
        variables = {"id": offer["id"], "activity": offer["activity"], "lat": lat, "lng": lng, "references": references}
        response = viewer.post(READ, variables)
        assert "errors" not in response.json()
        assert not TRACE.search(decoded(response.text))
        assert response.json()["data"]["contribution"]["ownLocation"] is None


def test_published_point_is_the_centre_of_the_published_cell(town: Portal, offer: dict[str, Any]) -> None:
    query = "query($id: ID!) { contribution(id: $id) { location { cell precision lat lng address } } }"
    assert town.ask(query, id=offer["id"])["contribution"]["location"] == {
        "cell": cell.to_text(CELL),
        "precision": "CELL",
        **CENTER,
        "address": None,
    }


def test_exact_point_is_shown_to_its_author_beside_the_public_one(offer: dict[str, Any]) -> None:
    query = "query($id: ID!) { contribution(id: $id) { ownLocation { lat lng } location { lat lng } } }"
    assert offer["author"].ask(query, id=offer["id"])["contribution"] == {"ownLocation": POINT, "location": CENTER}


def test_distances_of_a_person_are_bands_from_the_centre(town: Portal, offer: dict[str, Any]) -> None:
    for step in range(24):
        for reach in (0.0, 0.004, 0.009, 0.02, 0.08, 0.3, 1.0):
            lat = POINT["lat"] + reach * sin(step * pi / 12)
            lng = POINT["lng"] + reach * cos(step * pi / 12) / cos(radians(48))
            found = town.ask(DISTANCE, id=offer["id"], lat=lat, lng=lng)["contribution"]["distance"]
            band = distance.band(distance.between(lat, lng, CENTER["lat"], CENTER["lng"]))
            assert found == {"band": band.value, "metres": None}


def test_nearest_order_and_its_cursor_measure_from_the_centre(town: Portal, offer: dict[str, Any]) -> None:
    query = """query($activity: ID!, $near: NearInput!) {
      contributions(activity: $activity, near: $near, order: NEAREST) { edges { cursor } }
    }"""
    near = {"lat": 48.05, "lng": -1.75, "radiusM": 20000}
    cursor = town.ask(query, activity=offer["activity"], near=near)["contributions"]["edges"][0]["cursor"]
    _, plane, _ = base64.urlsafe_b64decode(cursor).decode().split("|")
    from_x, from_y = distance.mercator(near["lat"], near["lng"])
    to_x, to_y = distance.mercator(CENTER["lat"], CENTER["lng"])
    assert float(plane) == pytest.approx(hypot(to_x - from_x, to_y - from_y), abs=0.01)


def test_filters_by_place_find_the_cell_and_not_the_point(town: Portal, offer: dict[str, Any]) -> None:
    """Circles are measured from the centre, viewports meet the hexagon wherever in it they lie."""
    found = [{"id": offer["id"]}]
    for lat, lng, expected in ((*POINT.values(), []), (*CENTER.values(), found)):
        near = {"lat": lat, "lng": lng, "radiusM": 60}
        within = {"south": lat - 0.0005, "west": lng - 0.0005, "north": lat + 0.0005, "east": lng + 0.0005}
        assert town.ask(LISTED, activity=offer["activity"], near=near)["contributions"]["nodes"] == expected
        assert town.ask(LISTED, activity=offer["activity"], within=within)["contributions"]["nodes"] == found


def test_those_in_one_cell_are_told_apart_by_less_than_a_centimetre_of_chance(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    uuids = [uuid_in(published(author, activity, location=POINT)) for _ in range(20)]
    positions = given.sql(
        town, "SELECT position[0], position[1] FROM __tenant__.contribution WHERE id = ANY(%s)", uuids
    )
    x, y = distance.mercator(CENTER["lat"], CENTER["lng"])
    assert len(set(positions)) == 20
    assert all(abs(found_x - x) <= 0.005 and abs(found_y - y) <= 0.005 for found_x, found_y in positions)


ZONE = "query($id: ID!) { contribution(id: $id) { zone { name } } }"


@pytest.fixture
def draw(given: Given, town: Portal) -> Iterator[Callable[..., None]]:
    """Draws zones, and wipes them out again."""

    def drawn(**zones: list[int]) -> None:
        for name, cells in zones.items():
            given.zone(town, name, cells)

    yield drawn
    given.sql(town, "UPDATE __tenant__.contribution SET zone_id = NULL")
    given.sql(town, "UPDATE __tenant__.activity SET proof_zone_id = NULL")
    given.sql(town, "DELETE FROM __tenant__.zone")


def test_zone_is_that_of_the_point_and_not_of_the_centre(given: Given, town: Portal, draw: Callable[..., None]) -> None:
    own, *others = [*{cell.at(*POINT.values(), 9): None}, *cell.children(CELL, 9)]
    assert own != cell.at(*CENTER.values(), 9)
    second = next(block for block in others if block not in (own, cell.at(*CENTER.values(), 9)))
    rest = [block for block in others if block not in (own, second)]
    draw(Point=[own, second], Centre=rest)
    contribution = published(given.actor(town), given.activity(town), location=POINT)
    assert town.ask(ZONE, id=contribution)["contribution"]["zone"] == {"name": "Point"}


def test_zone_that_would_tell_the_block_is_not_shown(given: Given, town: Portal, draw: Callable[..., None]) -> None:
    own = cell.at(*POINT.values(), 9)
    draw(Point=[own], Around=[block for block in cell.children(CELL, 9) if block != own])
    author, activity = given.actor(town), given.activity(town)
    contribution = published(author, activity, location=POINT)
    assert town.ask(ZONE, id=contribution)["contribution"]["zone"] == {"name": "Around"}


def test_block_of_two_zones_is_the_first_ones(given: Given, town: Portal, draw: Callable[..., None]) -> None:
    blocks = cell.children(CELL, 9)
    draw(First=blocks, Second=blocks)
    contribution = published(given.actor(town), given.activity(town), location=POINT)
    assert town.ask(ZONE, id=contribution)["contribution"]["zone"] == {"name": "First"}


def test_exact_point_is_in_the_zone_in_which_it_lies(given: Given, town: Portal, draw: Callable[..., None]) -> None:
    own = cell.at(*POINT.values(), 9)
    draw(Point=[own], Around=[block for block in cell.children(CELL, 9) if block != own])
    author, activity = given.actor(town, "MERCHANT"), given.activity(town, kind="MARKETPLACE")
    contribution = published(author, activity, "LISTING", location={**POINT, "precision": "EXACT"})
    assert town.ask(ZONE, id=contribution)["contribution"]["zone"] == {"name": "Point"}


def test_move_publishes_the_new_cell_alone(given: Given, town: Portal) -> None:
    author, activity = given.actor(town), given.activity(town)
    contribution = published(author, activity, location=POINT)
    there = {"lat": 48.0953012345, "lng": -1.6407934567}
    payload = revise(author, contribution, location=there)["contribution"]
    assert payload["ownLocation"] == there
    found = cell.at(*there.values(), 8)
    lat, lng = cell.center(found)
    assert payload["location"] == {
        "cell": cell.to_text(found),
        "precision": "CELL",
        "lat": lat,
        "lng": lng,
        "address": None,
    }
    stored = given.sql(town, "SELECT t::text FROM __tenant__.contribution t WHERE id = %s", uuid_in(contribution))
    assert not TRACE.search(stored[0][0])
    assert f"{CENTER['lat']}" not in stored[0][0]


@pytest.mark.parametrize("kind", ["ASSOCIATION", "MERCHANT", "PRODUCER", "INSTITUTION"])
def test_shops_and_institutions_may_publish_their_exact_point(given: Given, town: Portal, kind: str) -> None:
    author, activity = given.actor(town, kind), given.activity(town, kind="MARKETPLACE")
    exact = {**POINT, "precision": "EXACT", "address": " 3  rue de Fougères "}
    contribution = published(author, activity, "LISTING", location=exact)
    read = (
        "query($id: ID!) { contribution(id: $id) { location { cell precision lat lng address } ownLocation { lat } } }"
    )
    assert town.ask(read, id=contribution)["contribution"] == {
        "location": {
            "cell": cell.to_text(cell.at(*POINT.values(), 9)),
            "precision": "EXACT",
            "lat": 48.119301,
            "lng": -1.675793,
            "address": "3 rue de Fougères",
        },
        "ownLocation": None,
    }
    metres = distance.between(48.1, -1.6, 48.119301, -1.675793)
    assert town.ask(DISTANCE, id=contribution, lat=48.1, lng=-1.6)["contribution"]["distance"] == {
        "band": "FROM_5_TO_10_KM",
        "metres": round(metres),
    }


def test_shop_that_does_not_choose_so_is_published_as_a_cell(given: Given, town: Portal) -> None:
    author, activity = given.actor(town, "MERCHANT"), given.activity(town, kind="MARKETPLACE")
    payload = publish(author, activity, "LISTING", location=POINT)["contribution"]
    assert payload["location"] == {"cell": cell.to_text(CELL), "precision": "CELL", **CENTER, "address": None}


def test_shop_that_takes_its_exact_point_back_leaves_no_trace(given: Given, town: Portal) -> None:
    author, activity = given.actor(town, "MERCHANT"), given.activity(town, kind="MARKETPLACE")
    exact = {**POINT, "precision": "EXACT", "address": "3 rue de Fougères"}
    contribution = published(author, activity, "LISTING", location=exact)
    assert revise(author, contribution, location=POINT)["userErrors"] == []
    references = [{"__typename": "Contribution", "id": contribution}]
    variables = {"id": contribution, "activity": activity, "lat": 48.0, "lng": -1.5, "references": references}
    response = town.post(READ, variables)
    assert not TRACE.search(decoded(response.text))
    assert "Fougères" not in response.text


@pytest.mark.parametrize("role", ["MEMBER", "MODERATOR", "ADMIN"])
def test_citizen_is_never_exact_in_any_role(given: Given, town: Portal, role: str) -> None:
    citizen, activity = given.actor(town, role=role), given.activity(town)
    contribution = published(citizen, activity, location=POINT)
    exact = {**POINT, "precision": "EXACT"}
    refused = [{"code": "EXACT_LOCATION_NOT_ALLOWED", "field": "location.precision"}]
    before = given.row(town, contribution)
    with given.nothing_written(town):
        assert publish(citizen, activity, location=exact)["userErrors"] == refused
        assert revise(citizen, contribution, location=exact)["userErrors"] == refused
    assert given.row(town, contribution) == before


@pytest.mark.parametrize(
    ("place", "lat", "lng", "resolution"),
    [
        ("the centre of Rennes", 48.1113, -1.6800, 8),
        ("a quarter of Rennes 4 km from its centre", 48.1420, -1.6500, 8),
        ("the centre of Guéret, 13,000 inhabitants", 46.1719, 1.8717, 8),
        ("a hamlet 7 km north of Guéret", 46.2349, 1.8717, 7),
        ("Alleyrat in Creuse, 144 inhabitants", 45.9300, 2.2300, 7),
        ("the sea", 47.0, -5.0, 7),
        ("the north pole", 90.0, 0.0, 7),
        ("the antimeridian", -17.0, 180.0, 7),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cell_is_coarser_where_few_people_live(
    given: Given, town: Portal, place: str, lat: float, lng: float, resolution: int
) -> None:
    published, zone = given.run(published_in(given, town, lat, lng))
    assert cell.resolution(published.cell) == resolution, place
    assert published.cell == cell.parent(cell.at(lat, lng, 9), resolution)
    assert (published.lat, published.lng) == cell.center(published.cell)
    assert zone is None


async def published_in(given: Given, portal: Portal, lat: float, lng: float) -> tuple[privacy.Published, UUID | None]:
    async with given.database.transaction(portal.number) as transaction:
        return await position.Publisher(transaction).publish(lat, lng, exact=False)
