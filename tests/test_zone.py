"""Zones: a city's GeoJSON becomes covers of cells, and contributions lie in the zone of their published position."""

import asyncio
import json
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import pytest

from database.door import Database
from geo import cell, cover, outline, privacy
from tenants import zone
from tenants.territory import Territory
from tests.conftest import Portal

QUARTIERS = Path(__file__).parents[2] / "shared" / "data" / "paris_quartiers.geojson"
SQUARE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[-1.69, 48.10], [-1.66, 48.10], [-1.66, 48.12], [-1.69, 48.12], [-1.69, 48.10]]],
}


WEST = {
    "type": "Polygon",
    "coordinates": [[[-1.73, 48.10], [-1.70, 48.10], [-1.70, 48.12], [-1.73, 48.12], [-1.73, 48.10]]],
}
BOW = {
    "type": "Polygon",
    "coordinates": [[[-1.69, 48.10], [-1.66, 48.12], [-1.66, 48.10], [-1.69, 48.12], [-1.69, 48.10]]],
}
TINY = {
    "type": "Polygon",
    "coordinates": [[[-1.69, 48.10], [-1.6895, 48.10], [-1.6895, 48.1005], [-1.69, 48.1005], [-1.69, 48.10]]],
}
"""Fifty metres wide."""


def written(tmp_path: Path, *features: Any) -> Path:
    file = tmp_path / "zones.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return file


def feature(name: object, geometry: object = SQUARE) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


@pytest.mark.skipif(not QUARTIERS.exists(), reason="shared data is not beside the project")
def test_quartiers_of_paris_are_covered_without_overlap() -> None:
    zones = zone.read(QUARTIERS, "l_qu").zones
    cells = [found for each in zones for found in each.cells]
    assert len(zones) == 80
    assert len(cells) - len(set(cells)) <= 1, "neighbours share a cell only where their simplified outlines overlap"
    inside = cell.at(48.8584, 2.2945, cover.ZONE_RESOLUTION)
    assert [each.name for each in zones if inside in each.cells] == ["Gros-Caillou"], "the Eiffel tower"


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        ([], "FeatureCollection"),
        ([feature(None)], "no feature can be drawn: feature 1: no name in its property 'name'; its properties: name"),
        ([feature("Nord", None)], r"feature 1 \(Nord\): no geometry"),
        ([feature("Nord", {"type": "Point", "coordinates": [0, 0]})], "Polygon or MultiPolygon"),
        (["Nord", feature("Sud", TINY)], r"feature 1: no name .*; feature 2 \(Sud\): the area is smaller than a block"),
    ],
)
def test_file_that_cannot_be_used_says_why(tmp_path: Path, features: list[Any], reason: str) -> None:
    with pytest.raises(zone.ZoneFileError, match=reason):
        zone.read(written(tmp_path, *features), "name")


@pytest.mark.parametrize(
    ("bad", "said", "kept"),
    [
        (feature(None), "feature 2: no name in its property 'name'; its properties: name", set()),
        (feature(True), "feature 2: no name in its property 'name'; its properties: name", set()),
        (feature("x" * 121), "feature 2: no name in its property 'name'; its properties: name", set()),
        (
            {"type": "Feature", "geometry": SQUARE},
            "feature 2: no name in its property 'name'; its properties: none",
            set(),
        ),
        (17, "feature 2: no name in its property 'name'; its properties: none", set()),
        (feature("Sud", TINY), "feature 2 (Sud): the area is smaller than a block (0.1 km²)", {"Sud"}),
        (feature("Sud", None), "feature 2 (Sud): no geometry", {"Sud"}),
        (feature("Nord"), "feature 2 (Nord): a feature before it has the same name", set()),
        (feature("  Nord "), "feature 2 (Nord): a feature before it has the same name", set()),
    ],
)
def test_each_feature_is_judged_by_itself(tmp_path: Path, bad: Any, said: str, kept: set[str]) -> None:
    found = zone.read(written(tmp_path, feature("Nord"), bad, feature("Ouest", WEST)), "name")
    assert [each.name for each in found.zones] == ["Nord", "Ouest"]
    assert found.left_out == [said]
    assert found.kept == kept
    assert found.doubts == []


def test_twins_that_look_alike_are_one_name(tmp_path: Path) -> None:
    composed, decomposed = "Saint-Étienne", "Saint-E\u0301tienne"
    assert composed != decomposed
    found = zone.read(written(tmp_path, feature(decomposed), feature(composed, WEST)), "name")
    assert [each.name for each in found.zones] == [composed]
    assert found.left_out == [f"feature 2 ({composed}): a feature before it has the same name"]


@pytest.mark.parametrize(("given", "name"), [(7, "7"), (7510204, "7510204"), (3.0, "3"), (2.5, "2.5"), ("12", "12")])
def test_numbers_are_names_as_text(tmp_path: Path, given: object, name: str) -> None:
    assert [each.name for each in zone.read(written(tmp_path, feature(given)), "name").zones] == [name]


def test_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, feature("Nord"))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert [each.name for each in zone.read(file, "name").zones] == ["Nord"]


def test_outline_that_crosses_itself_is_said(tmp_path: Path) -> None:
    found = zone.read(written(tmp_path, feature("Nœud", BOW), feature("Nord")), "name")
    assert [each.name for each in found.zones] == ["Nœud", "Nord"]
    [doubt] = found.doubts
    assert doubt.startswith("Nœud: its outline crosses itself near -1.6")


@pytest.mark.parametrize("step", range(0, 360, 30))
def test_round_outline_crosses_itself_nowhere(step: int) -> None:
    ring = [(2 + sin(radians(step + i)), 48 + cos(radians(step + i))) for i in range(0, 360, 5)]
    assert outline.crossing([*ring, ring[0]]) is None
    swapped = [*ring[:20], ring[21], ring[20], *ring[22:], ring[0]]
    assert outline.crossing(swapped) is not None


def test_zone_far_away_is_left_out_and_swapped_coordinates_are_named(tmp_path: Path) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in SQUARE["coordinates"][0]]]}
    paris = {"type": "Polygon", "coordinates": [[[x + 4.0, y + 0.7] for x, y in SQUARE["coordinates"][0]]]}
    found = zone.read(written(tmp_path, feature("Nord"), feature("Swapped", swapped), feature("Paris", paris)), "name")
    assert [each.name for each in found.zones] == ["Nord", "Swapped", "Paris"]
    near = zone.located(found, Territory(150, 48.1117, -1.6802))
    assert [each.name for each in near.zones] == ["Nord"]
    assert near.left_out == [
        "Swapped: latitude and longitude are swapped: GeoJSON has the longitude first",
        "Paris: 304 km from the portal's centre, more than 150",
    ]
    assert near.kept == {"Swapped", "Paris"}
    assert zone.located(found, None).zones == found.zones, "where no centre is known"


def test_zone_too_small_to_be_shown_is_named(tmp_path: Path) -> None:
    around = privacy.publish(48.11, -1.675, exact=False).cell
    inner, *_ = privacy.blocks(around)
    lat, lng = cell.center(inner)
    small = {
        "type": "Polygon",
        "coordinates": [
            [[lng - 0.001, lat - 0.001], [lng + 0.001, lat - 0.001], [lng, lat + 0.001], [lng - 0.001, lat - 0.001]]
        ],
    }
    found = zone.located(zone.read(written(tmp_path, feature("Petit", small), feature("Nord")), "name"), None)
    assert found.doubts == ["Petit: too small to be shown with anybody's contribution"]


def test_redrawn_zones_move_contributions(database_url: str, deux_sevres: Portal, tmp_path: Path) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[-0.6, 46.2], [-0.3, 46.2], [-0.3, 46.45], [-0.6, 46.45], [-0.6, 46.2]]],
    }
    zones = zone.read(written(tmp_path, feature("Niortais", square)), "name")

    async def draw(found: zone.ZoneFile) -> int:
        database = Database(database_url, connections=2)
        await database.open()
        try:
            return (await zone.draw(database, deux_sevres.story.slug, found))[1]
        finally:
            await database.close()

    query = """query($zone: ID!) { contributions(zone: $zone, status: null, first: 100) {
        totalCount nodes { location { lat lng } zone { name } } } }"""
    changed = asyncio.run(draw(zones))
    uuid = deux_sevres.ask("{ zones { id name } }")["zones"][0]["id"]
    found = deux_sevres.ask(query, zone=uuid)["contributions"]
    assert changed >= found["totalCount"] > 50
    assert {each["zone"]["name"] for each in found["nodes"]} == {"Niortais"}
    assert all(46.19 < each["location"]["lat"] < 46.46 for each in found["nodes"])
    assert asyncio.run(draw(zones)) == 0
    assert deux_sevres.ask("{ zones { id name } }")["zones"] == [{"id": uuid, "name": "Niortais"}]
