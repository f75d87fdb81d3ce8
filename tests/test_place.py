"""Near a point: exactly what a recount of the published positions finds, in every order and for every radius."""

from itertools import pairwise
from typing import Any

import pytest

from geo import cell, cover, distance, privacy
from tests.acting import published
from tests.conftest import Portal
from tests.given import Given, uuid_in

CENTRES = {"rennes": (48.1113, -1.68), "deux-sevres": (46.54, -0.37)}
RADII_M = (300, 1_000, 2_500, 8_000, 25_000, 60_000, 100_000)
ORDERS = {"rennes": ("NEAREST", "NEWEST", "MOST_SUPPORTED"), "deux-sevres": ("NEAREST", "NEWEST")}
"""A market has no votes to sort by."""

WALK = """query ($near: NearInput, $order: ContributionOrder!, $from: PointInput!, $after: String, $kinds: [ContributionKind!], $first: Int!) {
  contributions(near: $near, order: $order, kinds: $kinds, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id kind publishedAt location { cell lat lng precision } distance(from: $from) { band metres } } } }"""

Node = dict[str, Any]


def walk(
    portal: Portal,
    order: str,
    point: tuple[float, float],
    radius_m: int | None,
    kinds: list[str] | None = None,
    first: int = 100,
) -> list[Node]:
    """All contributions of a list, page after page."""
    at = {"lat": point[0], "lng": point[1]}
    near = None if radius_m is None else {**at, "radiusM": radius_m}
    nodes: list[Node] = []
    after = None
    while True:
        asked = {"near": near, "order": order, "from": at, "after": after, "kinds": kinds, "first": first}
        page = portal.ask(WALK, **asked)["contributions"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(nodes)
            return nodes


def away(node: Node, point: tuple[float, float]) -> float:
    return distance.between(*point, node["location"]["lat"], node["location"]["lng"])


@pytest.mark.parametrize("slug", CENTRES)
def test_those_within_a_radius_are_those_of_a_recount(request: pytest.FixtureRequest, slug: str) -> None:
    portal: Portal = request.getfixturevalue(slug.replace("-", "_"))
    point = CENTRES[slug]
    located = [node for node in walk(portal, "NEWEST", point, None) if node["location"]]
    sizes = set()
    for radius_m in RADII_M:
        expected = {node["id"] for node in located if away(node, point) <= radius_m}
        sizes.add(len(expected))
        for order in ORDERS[slug]:
            nodes = walk(portal, order, point, radius_m)
            assert {node["id"] for node in nodes} == expected, (radius_m, order)
            assert len(nodes) == len(expected)
    assert len(sizes) > 3, "the radii tell nothing apart"


@pytest.mark.parametrize("slug", CENTRES)
def test_orders_near_a_point(request: pytest.FixtureRequest, slug: str) -> None:
    portal: Portal = request.getfixturevalue(slug.replace("-", "_"))
    point = CENTRES[slug]
    metres = [away(node, point) for node in walk(portal, "NEAREST", point, 60_000)]
    assert len(metres) > 50
    assert all(here <= there * 1.01 for here, there in pairwise(metres))  # In the Mercator plane.
    newest = [node["publishedAt"] for node in walk(portal, "NEWEST", point, 60_000)]
    assert newest == sorted(newest, reverse=True)


@pytest.mark.parametrize("order", ["NEAREST", "NEWEST"])
@pytest.mark.parametrize("first", [1, 3, 20])
def test_small_pages_near_a_point_are_the_whole_list(rennes: Portal, order: str, first: int) -> None:
    point = CENTRES["rennes"]
    for radius_m in (1_000, 4_000):
        for kinds in (None, ["LISTING"]):
            whole = [node["id"] for node in walk(rennes, order, point, radius_m, kinds)]
            assert [node["id"] for node in walk(rennes, order, point, radius_m, kinds, first)] == whole


def test_kinds_near_a_point(rennes: Portal) -> None:
    point = CENTRES["rennes"]
    everything = walk(rennes, "NEAREST", point, 5_000)
    for kinds in (["OFFER"], ["REQUEST", "LISTING"], ["ARGUMENT"]):
        expected = [node["id"] for node in everything if node["kind"] in kinds]
        assert [node["id"] for node in walk(rennes, "NEAREST", point, 5_000, kinds)] == expected


def test_distances_are_those_of_the_published_positions(deux_sevres: Portal) -> None:
    point = CENTRES["deux-sevres"]
    precisions = set()
    for node in walk(deux_sevres, "NEAREST", point, 100_000):
        is_exact = node["location"]["precision"] == "EXACT"
        precisions.add(is_exact)
        metres = away(node, point)
        assert node["distance"]["band"] == distance.band(metres).value
        assert node["distance"]["metres"] == (round(metres) if is_exact else None)
    assert precisions == {True, False}


VIEW = "query ($within: BoundsInput) { contributions(within: $within, first: 100) { totalCount nodes { id } } }"
VIEWS = [
    {"south": 48.10, "west": -1.70, "north": 48.13, "east": -1.66},
    *(
        {
            "south": 48.105 + step / 400,
            "west": -1.69 + step / 200,
            "north": 48.1056 + step / 400,
            "east": -1.6885 + step / 200,
        }
        for step in range(6)
    ),
]
"""A quarter of the city, and streets at zoom 18, which lie inside of one hexagon."""


@pytest.mark.parametrize("bounds", VIEWS)
def test_viewport_holds_exactly_what_meets_it(rennes: Portal, bounds: dict[str, float]) -> None:
    located = [node for node in walk(rennes, "NEWEST", CENTRES["rennes"], None) if node["location"]]
    found = rennes.ask(VIEW, within=bounds)["contributions"]
    expected = {node["id"] for node in located if meets(node["location"], bounds, around=True)}
    assert found["totalCount"] == len(expected) > 0
    assert {node["id"] for node in found["nodes"]} <= expected
    shown = {node["id"] for node in located if meets(node["location"], bounds, around=False)}
    assert shown <= expected
    assert {node["location"]["precision"] for node in located if node["id"] in expected} >= {"CELL"}


def meets(location: Node, bounds: dict[str, float], *, around: bool) -> bool:
    """Whether an exact point, or a hexagon (or the circle around it), meets a viewport."""
    lat, lng = location["lat"], location["lng"]
    public = cell.from_text(location["cell"])
    if location["precision"] == "EXACT":
        across, along = 0.0, 0.0
    elif around:
        across, along = distance.degrees_across(cover.reach_m(cell.resolution(public)), bounds["north"])
    else:
        return hexagon_meets(public, bounds)
    return (
        bounds["south"] - across <= lat <= bounds["north"] + across
        and bounds["west"] - along <= lng <= bounds["east"] + along
    )


def hexagon_meets(public: int, bounds: dict[str, float]) -> bool:
    """By points: of the viewport in the hexagon, of the hexagon in the viewport."""
    grid = [
        (
            bounds["south"] + (bounds["north"] - bounds["south"]) * i / 8,
            bounds["west"] + (bounds["east"] - bounds["west"]) * j / 8,
        )
        for i in range(9)
        for j in range(9)
    ]
    return any(cell.at(*point, cell.resolution(public)) == public for point in grid) or any(
        bounds["south"] <= lat <= bounds["north"] and bounds["west"] <= lng <= bounds["east"]
        for lat, lng in (*cell.boundary(public), cell.center(public))
    )


def test_zone_holds_what_its_contributions_say(rennes: Portal) -> None:
    query = "{ contributions(first: 100, kinds: [OFFER]) { nodes { id zone { id } } } zones { id name } }"
    answer = rennes.ask(query)
    for zone in answer["zones"]:
        inside = rennes.ask(
            "query ($zone: ID) { contributions(zone: $zone, first: 100, kinds: [OFFER]) { nodes { id zone { id } } } }",
            zone=zone["id"],
        )
        assert {node["zone"]["id"] for node in inside["contributions"]["nodes"]} <= {zone["id"]}
        expected = {node["id"] for node in answer["contributions"]["nodes"] if node["zone"] == {"id": zone["id"]}}
        assert expected <= {node["id"] for node in inside["contributions"]["nodes"]}


ENDS = [
    ((90.0, 0.0), [(89.9, -120.0), (89.95, 77.0), (89.2, 10.0)], [(88.9, 0.0)]),
    ((-89.8, 45.0), [(-89.9, -135.0), (-89.8, 45.0)], [(-88.0, 45.0)]),
    ((84.6, 20.0), [(85.2, 25.0), (84.9, 18.0)], [(86.0, 20.0)]),
    ((-16.8, 179.98), [(-16.8, -179.95), (-16.9, 179.5), (-16.2, -179.9)], [(-16.8, -178.9)]),
    ((52.0, -179.9), [(52.0, 179.9), (52.4, -179.2)], [(52.0, 177.0)]),
]
"""The poles and the 180th meridian: where is looked, what lies within 100 km of it, and what lies beyond."""


@pytest.mark.parametrize(("point", "inside", "outside"), ENDS)
def test_nearest_finds_what_newest_finds_at_the_ends_of_the_plane(
    given: Given, town: Portal, point: tuple[float, float], inside: list[Any], outside: list[Any]
) -> None:
    author, activity = given.actor(town), given.activity(town)
    ids = [published(author, activity, location={"lat": 48.11, "lng": -1.68}) for _ in (*inside, *outside)]
    for id_, place in zip(ids, (*inside, *outside), strict=True):
        put(given, town, id_, *place)
    query = """query ($activity: ID!, $near: NearInput!, $order: ContributionOrder!) {
      contributions(activity: $activity, near: $near, order: $order) { totalCount nodes { id } } }"""
    near = {"lat": point[0], "lng": point[1], "radiusM": 100_000}
    for order in ("NEWEST", "NEAREST"):
        found = town.ask(query, activity=activity, near=near, order=order)["contributions"]
        assert {node["id"] for node in found["nodes"]} == set(ids[: len(inside)]), order
        assert found["totalCount"] == len(inside)


def put(given: Given, portal: Portal, id_: str, lat: float, lng: float) -> None:
    """Move a contribution to where none is accepted."""
    public = privacy.publish(lat, lng, exact=True)
    x, y = distance.mercator(public.lat, public.lng)
    columns = {
        "cell": public.cell,
        "lat": public.lat,
        "lng": public.lng,
        "position": f"({x},{y})",
        "precision": "EXACT",
    }
    columns |= {f"cell_{resolution}": found for resolution, found in public.indexed().items()}
    sets = ", ".join(f"{name} = %s" for name in columns)
    given.sql(portal, f"UPDATE __tenant__.contribution SET {sets} WHERE id = %s", *columns.values(), uuid_in(id_))
