"""Outlines of collectivités: what the file keeps comes back, neighbours still meet, and the API gives them as GeoJSON."""

import lzma
import struct
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import build, contour, ign, outline, record
from register.contour import Borders
from register.outline import Polygon
from register.record import CollectiviteRecord
from tests.conftest import Portal

CORNERS = st.tuples(st.integers(-1_800_000, 1_800_000), st.integers(-900_000, 900_000))
RINGS = st.lists(CORNERS, min_size=3, max_size=8).map(lambda corners: [*corners, corners[0]])


@given(st.lists(st.lists(RINGS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_outline_comes_back(polygons: list[Polygon]) -> None:
    assert outline.decode(outline.encode(polygons)) == polygons
    assert dict([line.split("\t") for line in [f"a\t{outline.encode(polygons)}"]])["a"].isascii()


def square(west: int, south: int, east: int, north: int) -> Polygon:
    """A square whose sides have a corner every 100 units (1.1 km), as borders have many."""
    bottom = [(x, south) for x in range(west, east, 100)]
    right = [(east, y) for y in range(south, north, 100)]
    top = [(x, north) for x in range(east, west, -100)]
    left = [(west, y) for y in range(north, south, -100)]
    return [[*bottom, *right, *top, *left, (west, south)]]


COUNTRY = {
    "01001": [square(0, 450_000, 1_000, 451_000)],
    "01002": [square(1_000, 450_000, 2_000, 451_000)],
    "01003": [square(0, 451_000, 1_000, 452_000)],
}
"""Three communes that meet in one corner."""


def edges(polygons: list[Polygon]) -> set[tuple[outline.Corner, outline.Corner]]:
    return {pair for polygon in polygons for ring in polygon for pair in pairwise(ring)}


def test_straight_borders_keep_only_the_corners_where_communes_meet() -> None:
    borders = Borders(COUNTRY)
    assert sum(map(len, borders.outline("01002")[0])) <= 6
    assert {(1_000, 451_000), (1_000, 450_000)} <= set(borders.outline("01002")[0][0])


def test_neighbours_share_their_border_exactly() -> None:
    borders = Borders(COUNTRY)
    first, second = edges(borders.outline("01001")), edges(borders.outline("01002"))
    assert first & {(end, start) for start, end in second}, "the same edge, in the other direction"


def test_grouping_has_the_borders_that_one_commune_alone_has() -> None:
    [[ring]] = Borders(COUNTRY).union(["01001", "01002"], 60.0)
    assert contour.area(ring) == 2_000 * 1_000
    assert (1_000, 450_500) not in ring
    ringed = {"a": [square(0, 0, 3_000, 3_000)], "b": [square(1_000, 1_000, 2_000, 2_000)]}
    ringed["a"][0].append(list(reversed(ringed["b"][0][0])))
    [[outer, hole]] = Borders(ringed).union(["a"], 60.0)
    assert (contour.area(outer), contour.area(hole)) == (9_000_000, 1_000_000)
    assert len(Borders(ringed).union(["a", "b"], 60.0)[0]) == 1, "what fills the hole takes it away"


def test_border_moves_by_less_than_the_tolerance() -> None:
    wavy = [(x, 450_000 + (4 if x % 200 else 0)) for x in range(0, 1_000, 100)]
    ring = [*wavy, (1_000, 450_000), (1_000, 451_000), (0, 451_000), (0, 450_000)]
    assert len(Borders({"01001": [[ring]]}).outline("01001")[0][0]) == 5, "waves of 44 m go"
    deep = [(x, y if y == 450_000 or y == 451_000 else 450_012) for x, y in ring]
    assert len(Borders({"01001": [[deep]]}).outline("01001")[0][0]) > 10, "those of 132 m stay"


def wkb(polygon: list[list[tuple[float, float]]]) -> str:
    lines = b"".join(struct.pack("<I", len(line)) + b"".join(struct.pack("<2d", *p) for p in line) for line in polygon)
    return (b"\1" + struct.pack("<I", 3) + struct.pack("<I", len(polygon)) + lines).hex()


@pytest.mark.parametrize(
    ("town", "hall", "wanted"),
    [
        ((45.05, 0.05), (45.04, 0.04), (45.05, 0.05)),
        ((46.05, 0.05), (45.04, 0.04), (45.04, 0.04)),
        (None, (45.04, 0.04), (45.04, 0.04)),
        (None, (48.0, 2.0), (45.05, 0.05)),
        (None, None, (45.05, 0.05)),
    ],
    ids=["town", "town elsewhere", "hall", "hall elsewhere", "middle"],
)
def test_commune_stands_where_its_town_or_hall_is_unless_that_is_elsewhere(
    tmp_path: Path, town: outline.Corner, hall: tuple[float, float] | None, wanted: tuple[float, float]
) -> None:
    outer = [(0.0, 45.0), (0.1, 45.0), (0.1, 45.1), (0.0, 45.1), (0.0, 45.0)]
    point = (b"\1" + struct.pack("<I2d", 1, hall[1], hall[0])).hex() if hall else "\\N"
    file = tmp_path / "communes.csv.lzma"
    lines = ["code,type,geometry,mairie_localisation", f"01001,COM,{wkb([outer])},{point}", "01009,COMD,,"]
    file.write_bytes(lzma.compress("\n".join(lines).encode()))
    sources = ign.read(file)
    assert list(sources) == ["01001"]
    assert sources["01001"].point(town) == wanted


def test_commune_of_two_halves_around_a_bay_stands_in_one_of_them() -> None:
    bay = [(0, 0), (90, 0), (90, 100), (60, 100), (60, 10), (30, 10), (30, 100), (0, 100), (0, 0)]
    x, y = contour.centre(bay)
    assert contour.contains(bay, (x, y))


def test_build_draws_communes_and_what_consists_of_them() -> None:
    records = [
        CollectiviteRecord("commune-01001", "COMMUNE", "Un", "01001", parent_ids=("epci-200000001",)),
        CollectiviteRecord("commune-01002", "COMMUNE", "Deux", "01002", parent_ids=("epci-200000001",)),
        CollectiviteRecord("commune-98735", "COMMUNE", "Papeete", "98735"),
        CollectiviteRecord("epci-200000001", "EPCI", "CC", siren="200000001"),
        CollectiviteRecord("province-90000", "PROVINCE", "Namur", nis_code="90000"),
    ]
    sources = {code: ign.Source(polygons, None) for code, polygons in COUNTRY.items()} | {"98735": ign.Source([], None)}
    drawn = dict(build.outlines(records, sources))
    assert sorted(drawn) == ["commune-01001", "commune-01002", "epci-200000001"]
    assert contour.area(drawn["epci-200000001"][0][0]) == 2_000_000


def test_bundled_outlines_hold_the_points_of_their_communes() -> None:
    outlines = dict(outline.bundled())
    communes = [row for row in record.bundled() if row.kind == "COMMUNE" and row.id in outlines]
    assert (len(outlines), len(communes)) == (36_286, 34_867)
    outside = [
        row.id
        for row in communes
        if row.lat is not None
        and row.lng is not None
        and not any(contour.contains(p[0], (row.lng * 10_000, row.lat * 10_000)) for p in outlines[row.id])
    ]
    assert len(outside) < 60, "thinning moves a border over few of them"


# The API


def test_outline_of_a_commune_is_geojson(rennes: Portal) -> None:
    found = rennes.ask('{ collectivite(inseeCode: "35238") { outline center { lat lng } } }')["collectivite"]
    assert found["outline"]["type"] == "MultiPolygon"
    [[ring]] = found["outline"]["coordinates"]
    assert ring[0] == ring[-1]
    assert contour.contains(ring, (found["center"]["lng"], found["center"]["lat"]))


def test_collectivites_of_a_list_and_their_parents_have_each_their_own_outline(rennes: Portal) -> None:
    query = '{ collectivites(search: "la ch", first: 3) { nodes { name outline parents { name outline } } } }'
    nodes = rennes.ask(query)["collectivites"]["nodes"]
    shapes = [str(found["outline"]) for node in nodes for found in (node, *node["parents"])]
    assert len(shapes) == 3 + sum(len(node["parents"]) for node in nodes)
    assert "None" not in shapes


def test_portal_of_a_commune_has_its_outline(rennes: Portal) -> None:
    found = rennes.ask("{ portal { communeOutlines collectivite { outline } } }")["portal"]
    [feature] = found["communeOutlines"]["features"]
    assert feature["properties"] == {"code": "35238", "name": "Rennes"}
    assert feature["geometry"] == found["collectivite"]["outline"]


def test_portal_of_a_departement_has_the_outlines_of_its_communes(deux_sevres: Portal) -> None:
    found = deux_sevres.ask("{ portal { communeOutlines } }")["portal"]["communeOutlines"]
    codes = [feature["properties"]["code"] for feature in found["features"]]
    assert (found["type"], len(codes), codes) == ("FeatureCollection", 252, sorted(codes))
    assert {feature["type"] for feature in found["features"]} == {"Feature"}


def test_outlines_within_bounds_are_those_that_meet_them(deux_sevres: Portal) -> None:
    query = """query ($within: BoundsInput) { portal { communeOutlines(within: $within) } }"""
    within = {"south": 46.323, "west": -0.459, "north": 46.3235, "east": -0.4585}
    found = deux_sevres.ask(query, within=within)["portal"]["communeOutlines"]
    assert [feature["properties"]["name"] for feature in found["features"]] == ["Niort"]
    upside_down = {"south": 48.2, "west": -1.68, "north": 48.1, "east": -1.6}
    refused = deux_sevres.post(query, {"within": upside_down}).json()
    assert refused["errors"][0]["extensions"]["code"] == "BAD_INPUT"


def test_belgian_province_has_no_outline(rennes: Portal) -> None:
    assert rennes.ask('{ collectivite(id: "collectivite_province-90000") { outline } }') == {
        "collectivite": {"outline": None}
    }
