"""Shops: a seller says when it is open and where it delivers, and whoever lives there finds it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from geo import cell, cover, delivery, distance
from models.refusal import Refusal
from resolvers import opening
from tests.acting import published, refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_statement_count import statements

CENTER = {"lat": 48.1113, "lng": -1.68}
NEAR, FAR = (cell.to_text(cell.at(lat, lng, 8)) for lat, lng in ((48.12, -1.66), (48.60, -1.68)))
SQUARE = [{"lat": lat, "lng": lng} for lat, lng in ((48.05, -1.8), (48.05, -1.6), (48.2, -1.6), (48.2, -1.8))]
SHOP = (
    "shop { id openingHours { day opensAt closesAt } pickUpPoints { name address times } deliveryTerms radiusM lat lng"
)
SHOP += " outline zones { id } deliveryCells }"
WHO = "query($cell: H3Cell, $after: String) { shops(deliversTo: $cell, first: 100, after: $after)"
WHO += " { totalCount pageInfo { hasNextPage endCursor } nodes { id actor { name } listings { nodes { title } } } } }"


def revise(who: Portal, **fields: Any) -> dict[str, Any]:
    return do(who, "shopRevise", SHOP, **fields)


def shop(who: Portal, **fields: Any) -> dict[str, Any]:
    return dict(done(who, "shopRevise", SHOP, **fields)["shop"])


def delivering(portal: Portal, to: str | None = None) -> list[dict[str, Any]]:
    """All shops, page after page."""
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        page = portal.ask(WHO, cell=to, after=after)["shops"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(nodes)
            return nodes
        after = page["pageInfo"]["endCursor"]


def names(portal: Portal, to: str | None = None) -> list[str]:
    return [node["actor"]["name"] for node in delivering(portal, to)]


@pytest.fixture
def farm(given: Given, town: Portal) -> Portal:
    return given.actor(town, kind="PRODUCER", name=f"Ferme {uuid4().hex[:8]}")


def name_of(who: Portal) -> str:
    return str(who.ask("{ viewer { name } }")["viewer"]["name"])


def test_what_a_shop_says_is_read_again_and_replaced_as_a_whole(town: Portal, farm: Portal) -> None:
    week = {"monday": "9h-12h30 et 14h-19h", "saturday": "8:30 à 13h"}
    points = [{"name": "Ferme", "address": "2, chemin du Moulin", "times": "samedi matin"}, {"name": "Marché"}]
    said = shop(farm, openingHours=week, pickUpPoints=points, deliveryTerms="Dès 25 €", center=CENTER, radiusM=5_000)
    assert said["openingHours"] == [
        {"day": "MONDAY", "opensAt": "09:00", "closesAt": "12:30"},
        {"day": "MONDAY", "opensAt": "14:00", "closesAt": "19:00"},
        {"day": "SATURDAY", "opensAt": "08:30", "closesAt": "13:00"},
    ]
    assert said["pickUpPoints"] == [points[0], {"name": "Marché", "address": None, "times": None}]
    assert (said["deliveryTerms"], said["radiusM"], said["lat"]) == ("Dès 25 €", 5_000, CENTER["lat"])
    assert said["deliveryCells"]
    again = shop(farm)
    assert again == {
        "id": said["id"], "openingHours": [], "pickUpPoints": [], "deliveryTerms": None, "radiusM": None,
        "lat": None, "lng": None, "outline": None, "zones": [], "deliveryCells": [],
    }  # fmt: skip
    assert town.ask("query($id: ID!) { actor(id: $id) { shop { id } mayReviseShop } }", id=me(farm))["actor"] == {
        "shop": {"id": said["id"]},
        "mayReviseShop": False,
    }


def me(who: Portal) -> str:
    return str(who.ask("{ viewer { id } }")["viewer"]["id"])


def test_whoever_lives_in_the_area_finds_the_shop(given: Given, town: Portal) -> None:
    by_radius, by_zone, by_outline, nowhere = (
        given.actor(town, kind="MERCHANT", name=f"Épicerie {uuid4().hex[:8]}") for _ in range(4)
    )
    blocks = cover.geometry({"type": "Polygon", "coordinates": [[[p["lng"], p["lat"]] for p in (*SQUARE, SQUARE[0])]]})
    zone = given.zone(town, f"Livré {uuid4().hex}", blocks)
    shop(by_radius, center=CENTER, radiusM=5_000)
    shop(by_zone, zones=[f"zone_{town.number}_{zone}"])
    shop(by_outline, corners=SQUARE)
    shop(nowhere, deliveryTerms="Sur place")
    mine = [name_of(who) for who in (by_radius, by_zone, by_outline, nowhere)]
    found = names(town, NEAR)
    given.sql(town, "DELETE FROM __tenant__.zone WHERE id = %s", zone)  # Other tests draw their own there.
    assert [name in found for name in mine] == [True, True, True, False]
    assert [name in names(town, FAR) for name in mine] == [False, False, False, False]
    assert set(mine) <= set(names(town))
    inside = [name for name in names(town, NEAR) if name in mine]
    assert inside == mine[2::-1]  # The newest first.
    assert [name in names(town, cell.to_text(cell.parent(cell.from_text(NEAR), 7))) for name in mine[:3]] == [True] * 3


def test_listings_of_a_shop_are_those_that_stand(given: Given, town: Portal, farm: Portal) -> None:
    market = given.activity(town, kind="MARKETPLACE")
    kept, closed = (f"Panier {uuid4().hex}" for _ in range(2))
    published(farm, market, "LISTING", title=kept, priceCents=0, seasonMonths=[6, 5, 6])
    over = published(farm, market, "LISTING", title=closed)
    done(farm, "contributionClose", contribution=over, outcome="FULFILLED")
    shop(farm)
    [node] = [node for node in delivering(town) if node["actor"]["name"] == name_of(farm)]
    assert node["listings"]["nodes"] == [{"title": kept}]
    read = "query($id: ID!) { actor(id: $id) { shop { listings { nodes { priceCents seasonMonths } } } } }"
    [listing] = town.ask(read, id=me(farm))["actor"]["shop"]["listings"]["nodes"]
    assert listing == {"priceCents": 0, "seasonMonths": [5, 6]}


def test_season_is_of_listings_and_whole_years_say_nothing(given: Given, town: Portal, farm: Portal) -> None:
    market, aid = given.activity(town, kind="MARKETPLACE"), given.activity(town, kind="MUTUAL_AID")
    listing = published(farm, market, "LISTING", seasonMonths=list(range(1, 13)))
    read = "contribution { seasonMonths }"
    assert done(farm, "contributionRevise", read, contribution=listing, title="Des œufs")["contribution"] == {
        "seasonMonths": []
    }
    for fields, field in (({"seasonMonths": [13]}, "seasonMonths"), ({"seasonMonths": [0]}, "seasonMonths")):
        answer = do(farm, "contributionRevise", contribution=listing, **fields)
        assert answer["userErrors"] == refused("BAD_INPUT", field)
    offer = {"activity": aid, "kind": "OFFER", "title": "Un coup", "body": "De main", "seasonMonths": [5]}
    assert do(farm, "contributionPublish", **offer)["userErrors"] == refused("BAD_INPUT", "seasonMonths")


def test_shops_are_for_sellers_and_their_members(given: Given, town: Portal, farm: Portal) -> None:
    member, admin = given.actor(town), given.actor(town, role="ADMIN")
    one = done(admin, "organisationCreate", "organisation { id }", kind="ASSOCIATION", name=f"Amap {uuid4().hex[:6]}")
    one = one["organisation"]["id"]
    done(admin, "organisationMemberAdd", organisation=one, actor=me(member))
    assert shop(member, onBehalfOf=one)["id"]
    with given.nothing_written(town):
        assert revise(member)["userErrors"] == refused("SELLERS_ONLY", "onBehalfOf")
        assert revise(farm, onBehalfOf=one)["userErrors"] == refused("NOT_FOUND", "onBehalfOf")
    seen = "query($id: ID!) { actor(id: $id) { mayReviseShop } }"
    assert [who.ask(seen, id=one)["actor"]["mayReviseShop"] for who in (member, farm, town)] == [True, False, False]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"radiusM": 5_000}, "REQUIRED", "center"),
        ({"radiusM": 60_000, "center": CENTER}, "BAD_INPUT", "radiusM"),
        ({"radiusM": 5_000, "center": {"lat": 43.3, "lng": 5.4}}, "OUTSIDE_TERRITORY", "center"),
        ({"radiusM": 5_000, "center": CENTER, "corners": SQUARE}, "BAD_INPUT", "radiusM"),
        ({"corners": [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]}, "SELF_CROSSING", "corners"),
        ({"corners": SQUARE[:2]}, "BAD_GEOMETRY", "corners"),
        ({"corners": [CENTER] * 201}, "TOO_MANY_VERTICES", "corners"),
        ({"zones": ["zone_1_0199c0de-0000-7000-8000-000000000000"]}, "NOT_FOUND", "zones.0"),
        ({"openingHours": {"sunday": "le matin"}}, "BAD_INPUT", "openingHours.sunday"),
        ({"pickUpPoints": [{"name": " "}]}, "TOO_SHORT", "pickUpPoints.0.name"),
        ({"pickUpPoints": [{"name": "Ici"}] * 13}, "LIMIT_REACHED", "pickUpPoints"),
        ({"deliveryTerms": "a" * 301}, "TOO_LONG", "deliveryTerms"),
    ],
)
def test_what_makes_no_sense_is_refused(
    given: Given, town: Portal, farm: Portal, fields: dict[str, Any], code: str, field: str
) -> None:
    with given.nothing_written(town):
        [error] = revise(farm, **fields)["userErrors"]
    assert (error["code"], error["field"]) == (code, field)


def test_an_area_is_replaced_with_its_cells(given: Given, town: Portal, farm: Portal) -> None:
    shop(farm, corners=SQUARE)
    said = shop(farm, center=CENTER, radiusM=1_000)
    rows = given.sql(town, "SELECT cell FROM __tenant__.delivery_cell WHERE shop_id = %s", uuid_in(said["id"]))
    assert sorted(row for (row,) in rows) == delivery.circle(CENTER["lat"], CENTER["lng"], 1_000)


MARKET = """query($cell: H3Cell, $first: Int!) { shops(deliversTo: $cell, first: $first) { totalCount nodes {
  deliveryCells openingHours { day } pickUpPoints { name } zones { name }
  actor { name vouches { voucher { name } } } listings(first: 3) { totalCount nodes { title priceCents } } } } }"""


@pytest.mark.parametrize("first", [1, 20])
@pytest.mark.parametrize("to", [None, NEAR])
def test_market_is_one_statement(rennes: Portal, first: int, to: str | None) -> None:
    with statements(rennes, 1):
        assert rennes.member().ask(MARKET, cell=to, first=first)["shops"]["nodes"]


# Pure rules -----------------------------------------------------------------------------------------------------------


@generated(st.floats(41, 51), st.floats(-5, 9), st.integers(50, 20_000), st.data())
def test_a_place_is_found_exactly_where_its_cell_lies_in_the_circle(
    lat: float, lng: float, radius_m: int, data: st.DataObject
) -> None:
    area = delivery.circle(lat, lng, radius_m)
    assert len(set(area)) == len(area)
    away = data.draw(st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)))
    place = cell.at(lat + away[0], lng + away[1], delivery.RESOLUTION)
    lies_in = distance.between(lat, lng, *cell.center(place)) <= radius_m
    is_middle = place == cell.at(lat, lng, delivery.RESOLUTION)
    assert len(set(delivery.lookup(place)) & set(area)) == (lies_in or is_middle)


def test_an_area_smaller_than_a_cell_is_the_cells_that_it_touches() -> None:
    block = cell.children(cell.at(48.11, -1.68, 8), 9)[3]
    assert delivery.blocks([block]) == [cell.parent(block, 8)]


@pytest.mark.parametrize(
    ("said", "spans"),
    [
        ("", []),
        ("9-12", [("09:00", "12:00")]),
        ("de 9h à 12h30, 14h-19h", [("09:00", "12:30"), ("14:00", "19:00")]),
        ("8.30–13:00 ; 20h-24h", [("08:30", "13:00"), ("20:00", "24:00")]),
        ("9h–12h and 14 to 18", [("09:00", "12:00"), ("14:00", "18:00")]),
    ],
)
def test_hours_are_read_as_people_type_them(said: str, spans: Sequence[tuple[str, str]]) -> None:
    assert [(span["opens"], span["closes"]) for span in opening.read({"friday": said})] == list(spans)


@pytest.mark.parametrize(
    "said", ["midi", "12h-9h", "9h-12h, 11h-14h", "25h-26h", "24h30-24h45", "9h", "1-2,3-4,5-6,7-8"]
)
def test_hours_that_are_none_are_refused(said: str) -> None:
    with pytest.raises(Refusal):
        opening.read({"friday": said})
