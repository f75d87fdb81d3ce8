"""Zones: a city's GeoJSON becomes covers of cells, and contributions lie in the zone of their published position."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from database.door import Database
from geo import cell, cover
from tenants import zone
from tests.conftest import Portal

QUARTIERS = Path(__file__).parents[2] / "shared" / "data" / "paris_quartiers.geojson"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-1.69, 48.10], [-1.66, 48.10], [-1.66, 48.12], [-1.69, 48.12], [-1.69, 48.10]]],
}


def written(tmp_path: Path, *features: dict[str, Any]) -> Path:
    file = tmp_path / "zones.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return file


def feature(name: object, geometry: object = SQUARE) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


@pytest.mark.skipif(not QUARTIERS.exists(), reason="shared data is not beside the project")
def test_quartiers_of_paris_are_covered_without_overlap() -> None:
    zones = zone.read(QUARTIERS, "l_qu")
    cells = [found for each in zones for found in each.cells]
    assert len(zones) == 80
    assert len(cells) - len(set(cells)) <= 1, "neighbours share a cell only where their simplified outlines overlap"
    inside = cell.at(48.8584, 2.2945, cover.ZONE_RESOLUTION)
    assert [each.name for each in zones if inside in each.cells] == ["Gros-Caillou"], "the Eiffel tower"


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        ([], "FeatureCollection"),
        ([feature(None)], "feature 1 has no name"),
        ([feature("Nord"), feature("Nord")], "two features are called 'Nord'"),
        ([feature("Nord", None)], "has no geometry"),
        ([feature("Nord", {"type": "Point", "coordinates": [0, 0]})], "Polygon or MultiPolygon"),
    ],
)
def test_file_that_cannot_be_used_says_why(tmp_path: Path, features: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(zone.ZoneFileError, match=reason):
        zone.read(written(tmp_path, *features), "name")


def test_redrawn_zones_move_contributions(database_url: str, deux_sevres: Portal, tmp_path: Path) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[-0.6, 46.2], [-0.3, 46.2], [-0.3, 46.45], [-0.6, 46.45], [-0.6, 46.2]]],
    }
    zones = zone.read(written(tmp_path, feature("Niortais", square)), "name")

    async def replace(found: list[zone.ZoneRecord]) -> int:
        database = Database(database_url, connections=2)
        await database.open()
        try:
            return await zone.replace(database, deux_sevres.story.slug, found)
        finally:
            await database.close()

    query = """query($zone: ID!) { contributions(zone: $zone, status: null, first: 100) {
        totalCount nodes { location { lat lng } zone { name } } } }"""
    changed = asyncio.run(replace(zones))
    uuid = deux_sevres.ask("{ zones { id name } }")["zones"][0]["id"]
    found = deux_sevres.ask(query, zone=uuid)["contributions"]
    assert changed >= found["totalCount"] > 50
    assert {each["zone"]["name"] for each in found["nodes"]} == {"Niortais"}
    assert all(46.19 < each["location"]["lat"] < 46.46 for each in found["nodes"])
    assert asyncio.run(replace(zones)) == 0
    assert deux_sevres.ask("{ zones { id name } }")["zones"] == [{"id": uuid, "name": "Niortais"}]
